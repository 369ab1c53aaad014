"""A disk that is full, whichever library comes upon it first."""

import errno
from collections.abc import Iterator

from giamsat.config.spoken import gettext_noop, said
from giamsat.lib.refusals import Refusal

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
SQL_STATE = "53100"  # PostgreSQL's disk_full
WORDS = "No space left on device"  # all that DuckDB tells


class DiskFull(Refusal):
    code = "house.disk_full"

    def __init__(self) -> None:
        super().__init__(
            said(
                gettext_noop(
                    "There is no room left on the disk; what was begun was not finished. Make room and run it again."
                )
            )
        )


def is_full(error: BaseException) -> bool:
    """Whether it ended for want of room, also where another error came of that."""
    return any(
        getattr(each, "errno", None) in NO_ROOM
        or getattr(each, "sqlstate", None) == SQL_STATE
        or WORDS in str(each)
        for each in _causes(error)
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
