"""Refusals of what is taken back, opened late or reminded of."""

from datetime import date
from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.intake.observations.errors.base import ReportRefusal
from giamsat.intake.sources.errors import period_in_words


class NotAccepted(ReportRefusal):
    """There is no acceptance to take back."""

    code = "report.not_accepted"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, status_label: object) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s is %(status)s: there is no acceptance to take back. Reload the "
                "report to see what happened to it."
            )
            % {"form": form_code, "period": period_in_words(period_key), "status": status_label},
            form=form_code,
            period=period_key,
            status=str(status_label),
        )


class ContainedAbove(ReportRefusal):
    """A sum with these figures in it was accepted already."""

    code = "report.contained_above"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, unit_name: str, superior: str) -> None:
        super().__init__(
            _(
                "The acceptance cannot be taken back: %(superior)s has accepted the consolidated report %(form)s of "
                "%(unit)s for %(period)s, which holds these figures. Ask it to take that acceptance back first, or "
                "re-open this report for correction."
            )
            % {
                "superior": superior,
                "form": form_code,
                "unit": unit_name,
                "period": period_in_words(period_key),
            },
            form=form_code,
            period=period_key,
            unit=unit_name,
            superior=superior,
        )


class OpenAnyway(ReportRefusal):
    """A period that takes reports needs no late opening."""

    code = "report.open_anyway"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str) -> None:
        super().__init__(
            _(
                "The period %(period)s takes reports of form %(form)s. Nothing need be opened late; re-open the "
                "report itself if it was accepted already."
            )
            % {"form": form_code, "period": period_in_words(period_key)},
            form=form_code,
            period=period_key,
        )


class OpenedLateAlready(ReportRefusal):
    code = "report.opened_late_already"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, form_code: str, period_key: str, by: str, until: date) -> None:
        super().__init__(
            _(
                "%(by)s has asked already that %(unit)s may report %(form)s for %(period)s late, until %(until)s. "
                "End that opening first to set another day."
            )
            % {
                "by": by,
                "unit": unit_name,
                "form": form_code,
                "period": period_in_words(period_key),
                "until": f"{until:%d/%m/%Y}",
            },
            unit=unit_name,
            form=form_code,
            period=period_key,
            until=until,
        )


class OpeningTooLong(ReportRefusal):
    code = "report.opening_too_long"

    def __init__(self, until: date, first: date, last: date) -> None:
        super().__init__(
            _(
                "A late opening ends between %(first)s and %(last)s; %(until)s does not. Choose a day in between."
            )
            % {"until": f"{until:%d/%m/%Y}", "first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"},
            until=until,
            first=first,
            last=last,
        )


class OpeningNotThere(ReportRefusal):
    """It was confirmed, or ended, by somebody else meanwhile; or there never was one."""

    code = "report.opening_not_there"
    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            _("There is no late opening left to decide about here. Reload the page to see how it stands.")
        )


class OpeningFourEyes(ReportRefusal):
    code = "report.opening_four_eyes"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, by: str) -> None:
        super().__init__(
            _(
                "%(by)s asked for this late opening and cannot confirm it as well: official figures are opened by "
                "two persons. Another approver of the same level must."
            )
            % {"by": by},
            by=by,
        )


class NobodyLate(ReportRefusal):
    """There is nobody to remind: all that is owed to this person's unit is in, or not due yet."""

    code = "report.nobody_late"
    status = HTTPStatus.CONFLICT

    def __init__(self, period_key: str) -> None:
        super().__init__(
            _(
                "No unit directly below yours is late for %(period)s any more. Nobody was reminded; open the calendar "
                "again to see how it stands."
            )
            % {"period": period_in_words(period_key)},
            period=period_key,
        )


class RemindedAlready(ReportRefusal):
    code = "report.reminded_already"
    status = HTTPStatus.CONFLICT

    def __init__(self, period_key: str) -> None:
        super().__init__(
            _(
                "Everybody who owes a report for %(period)s was reminded by your unit today already. Nothing was sent "
                "again; call them, or remind them tomorrow."
            )
            % {"period": period_in_words(period_key)},
            period=period_key,
        )


class NobodyToRemind(ReportRefusal):
    code = "report.nobody_to_remind"

    def __init__(self, period_key: str) -> None:
        super().__init__(
            _(
                "Nobody has an account for reporting in the units that are late for %(period)s. Call them, and have "
                "accounts opened there."
            )
            % {"period": period_in_words(period_key)},
            period=period_key,
        )
