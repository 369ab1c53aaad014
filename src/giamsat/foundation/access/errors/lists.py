"""About lists of accounts to be opened."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.lib.refusals import Refusal


class ImportUnreadable(Refusal):
    code = "access.import_unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(
            _(
                "The list of accounts cannot be read: %(why)s. Download the model, fill it in and send it again."
            )
            % {"why": why},
            why=why,
        )


class CellRefused(Refusal):
    code = "access.import_cell"

    def __init__(self, column: str, value: str, allowed: str, *, label: Any = "") -> None:
        super().__init__(
            _("“%(value)s” is not right for “%(column)s”; allowed: %(allowed)s.")
            % {"value": value or "–", "column": label or column, "allowed": allowed},
            column=column,
            value=value,
            allowed=allowed,
        )


class ImportRefused(Refusal):
    """``facts["errors"]`` names each row, column and value, and says what was wrong."""

    code = "access.import_refused"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        rows = len({error["row"] for error in errors})
        super().__init__(
            ngettext(
                "%(count)s row has mistakes, so no account was opened. Correct it and send the list again.",
                "%(count)s rows have mistakes, so no account was opened. Correct them and send the list again.",
                rows,
            )
            % {"count": rows},
            errors=errors,
        )
