"""What of an error may be kept."""

import traceback
from pathlib import PurePath

HOUSE = "giamsat"


def kind_of(error: BaseException) -> str:
    """The error's class by its full name; a refusal's stable code instead."""
    code = getattr(error, "code", None)
    if isinstance(code, str) and "." in code:
        return code[:200]
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")[:200]


def place_of(error: BaseException) -> str:
    """The innermost line of ours on its way, as ``analysis/warehouse/jobs.py:17``; empty when none was ours."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        parts = PurePath(frame.filename).parts
        if HOUSE in parts and "site-packages" not in parts[parts.index(HOUSE) :]:
            after = len(parts) - parts[::-1].index(HOUSE)
            return f"{'/'.join(parts[after:])}:{frame.lineno}"[-200:]
    return ""
