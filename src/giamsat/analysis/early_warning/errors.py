"""What this room refuses, and how it says so."""

from datetime import date
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


class DetectorInvalid(Refusal):
    """A definition names a detector or a setting that does not exist."""

    code = "early_warning.detector_invalid"

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(
            _("%(file)s cannot be loaded: %(problem)s. Nothing of it was taken in.")
            % {"file": file, "problem": problem},
            file=file,
            problem=problem,
        )


class WarningNotFound(Refusal):
    """There is none, or none this person may know about: both are told in the same words."""

    code = "early_warning.warning_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _("There is no warning %(number)s that you may see.") % {"number": number}, number=number
        )


class RequestNotFound(Refusal):
    code = "early_warning.request_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _("There is no request %(number)s that you may see.") % {"number": number}, number=number
        )


class AnswerNotFound(Refusal):
    code = "early_warning.answer_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _("There is no answer %(number)s that you may see.") % {"number": number}, number=number
        )


class WarningAlreadyDecided(Refusal):
    """Its state does not take the act, however well one knows it: there is nothing to decide again."""

    code = "early_warning.already_decided"

    def __init__(self, number: int, state: "StrPromise | str") -> None:
        super().__init__(
            _(
                "Warning %(number)s is already “%(state)s”; nothing was done. "
                "Open it again to see what was decided and by whom."
            )
            % {"number": number, "state": state},
            number=number,
            state=str(state),
        )


class WarningMovedOn(Refusal):
    """Its state may well take the act, but somebody asked, answered or returned since the page was opened."""

    code = "early_warning.warning_moved_on"
    status = HTTPStatus.CONFLICT

    def __init__(self, number: int, state: "StrPromise | str") -> None:
        super().__init__(
            _(
                "Warning %(number)s was acted on after you opened it: it is “%(state)s” now. "
                "Nothing was done; read what happened, and decide again if you still want to."
            )
            % {"number": number, "state": state},
            number=number,
            state=str(state),
        )


class ReasonMissing(Refusal):
    code = "early_warning.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("Say why, in a sentence others will understand next year (at least ten letters)."))


class DueDateNotLater(Refusal):
    code = "early_warning.due_date_not_later"

    def __init__(self, due_on: date, today: date) -> None:
        super().__init__(
            _("The answer would be due on %(due)s, which is not after today, %(today)s. Choose a later day.")
            % {"due": f"{due_on:%d/%m/%Y}", "today": f"{today:%d/%m/%Y}"},
            due_on=due_on.isoformat(),
        )


class NotAwaitingAnswer(Refusal):
    code = "early_warning.not_awaiting_answer"

    def __init__(self, number: int, state: "StrPromise | str") -> None:
        super().__init__(
            _("Request %(number)s is “%(state)s”: nothing is waited for from the unit.")
            % {"number": number, "state": state},
            number=number,
            state=str(state),
        )


class NothingToJudge(Refusal):
    code = "early_warning.nothing_to_judge"

    def __init__(self, number: int, state: "StrPromise | str") -> None:
        super().__init__(
            _("Request %(number)s is “%(state)s”: there is no answer to accept or return.")
            % {"number": number, "state": state},
            number=number,
            state=str(state),
        )


class AnswerFileRefused(Refusal):
    """An attached file is empty, too large, or of a kind that is not taken."""

    code = "early_warning.answer_file_refused"

    def __init__(self, filename: str, problem: str, **facts: Any) -> None:
        super().__init__(
            _(
                "%(filename)s was not taken: %(problem)s. "
                "Attach a PDF, Word, Excel, PNG or JPEG file up to 10 MB."
            )
            % {"filename": filename, "problem": problem},
            filename=filename,
            problem=problem,
            **facts,
        )
