"""The one kind of failure that is expected."""

from http import HTTPStatus
from typing import Any


class Refusal(Exception):
    """A rule of the house said no.

    Anything else that escapes is a bug and should crash. A refusal carries a stable ``code`` for programs,
    a ``message`` for people (what, why, what now) and the ``facts`` both were built from.
    """

    code = "refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts
