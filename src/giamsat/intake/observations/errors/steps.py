"""Refusals of a report's steps: explained, sent, accepted, returned."""

from collections.abc import Sequence
from http import HTTPStatus

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.intake.observations.errors.base import ReportRefusal
from giamsat.intake.sources.errors import period_in_words


class NotSubmittable(ReportRefusal):
    code = "report.not_submittable"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, status_label: object) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s is %(status)s; it cannot be submitted now. Look at "
                "the report to see what happened to it."
            )
            % {"form": form_code, "period": period_in_words(period_key), "status": status_label},
            form=form_code,
            period=period_key,
            status=str(status_label),
        )


class AlreadySubmitted(ReportRefusal):
    code = "report.already_submitted"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, by: str, at: str) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s was already submitted by %(by)s on %(at)s. Nothing "
                "was changed; wait for the level above."
            )
            % {"form": form_code, "period": period_in_words(period_key), "by": by, "at": at},
            form=form_code,
            period=period_key,
            by=by,
            at=at,
        )


class NotExplained(ReportRefusal):
    code = "report.not_explained"

    def __init__(self, count: int, sentences: Sequence[str]) -> None:
        super().__init__(
            ngettext(
                "%(count)s finding still needs an explanation. Explain it on the report, then submit.",
                "%(count)s findings still need an explanation. Explain them on the report, then submit.",
                count,
            )
            % {"count": count},
            count=count,
            findings=list(sentences),
        )


class NoLongerPasses(ReportRefusal):
    """Figures that passed when they came in do not any more: other reports have changed since."""

    code = "report.no_longer_passes"
    status = HTTPStatus.CONFLICT

    def __init__(
        self, form_code: str, period_key: str, rules: Sequence[str], sentences: Sequence[str]
    ) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s passed when it came in and does not any more, because other "
                "reports have changed since: %(what)s Correct this report, or have the other one corrected; then "
                "send it."
            )
            % {"form": form_code, "period": period_in_words(period_key), "what": " ".join(sentences)},
            form=form_code,
            period=period_key,
            rules=list(rules),
        )


class NotAwaitingAcceptance(ReportRefusal):
    code = "report.not_awaiting_acceptance"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, status_label: object) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s is %(status)s: there is nothing to accept or "
                "return. Reload your inbox."
            )
            % {"form": form_code, "period": period_in_words(period_key), "status": status_label},
            form=form_code,
            period=period_key,
            status=str(status_label),
        )


class FourEyes(ReportRefusal):
    code = "report.four_eyes"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, by: str) -> None:
        super().__init__(
            _(
                "%(by)s compiled or submitted this report and cannot accept it as well. Another "
                "approver of the level above must."
            )
            % {"by": by},
            by=by,
        )


class NotDirectSuperior(ReportRefusal):
    code = "report.not_direct_superior"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, superior: str) -> None:
        super().__init__(
            _(
                "This report is accepted or returned by %(superior)s, directly above the unit that "
                "sent it. Ask an approver there."
            )
            % {"superior": superior},
            superior=superior,
        )


class ReasonMissing(ReportRefusal):
    code = "report.reason_missing"

    def __init__(self, what: str) -> None:
        super().__init__(
            _("%(what)s needs a reason of at least ten letters, so that the other side knows what to do.")
            % {"what": what},
            what=what,
        )


class NothingInForce(ReportRefusal):
    code = "report.nothing_in_force"

    def __init__(self, form_code: str, period_key: str) -> None:
        super().__init__(
            _("The report %(form)s for %(period)s has no accepted figures to re-open. Return it instead.")
            % {"form": form_code, "period": period_in_words(period_key)},
            form=form_code,
            period=period_key,
        )


class NoLetterNumber(ReportRefusal):
    code = "report.no_letter_number"

    def __init__(self, typed: str) -> None:
        super().__init__(
            _(
                "“%(typed)s” is no number and symbol of a document. Write it as on the letter, such as "
                "12-BC/UBKTTU, or leave it empty."
            )
            % {"typed": typed[:60]},
            typed=typed[:60],
        )


class LetterNumberTaken(ReportRefusal):
    """One number would name two documents of a year."""

    code = "report.letter_number_taken"
    status = HTTPStatus.CONFLICT

    def __init__(self, symbol: str, year: int, period_key: str) -> None:
        super().__init__(
            _(
                "The number %(symbol)s of %(year)s was given to the forms of another period already: %(period)s. "
                "Look the number up in the register of documents and submit again."
            )
            % {"symbol": symbol, "year": year, "period": period_in_words(period_key)},
            symbol=symbol,
            year=year,
            period=period_key,
        )
