"""Why a report is turned down. Every sentence says what, why, and what to do now."""

from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.intake.sources.errors import period_in_words
from giamsat.lib.refusals import Refusal


class ReportRefusal(Refusal):
    """Base of what this room refuses."""

    code = "report.refused"


class ReportRefused(ReportRefusal):
    """Cells break rules that block. ``findings`` names each: rule, cell, value, what would be right."""

    code = "report.findings"

    def __init__(self, form_code: str, period_key: str, findings: Sequence[dict[str, Any]]) -> None:
        self.findings = list(findings)
        blocking = sum(finding["severity"] == "E" for finding in self.findings)
        super().__init__(
            ngettext(
                "The report %(form)s for %(period)s was not stored: %(count)s thing is wrong in it. Correct "
                "it in the file and send the file again.",
                "The report %(form)s for %(period)s was not stored: %(count)s things are wrong in it. "
                "Correct "
                "them in the file and send the file again.",
                blocking,
            )
            % {"form": form_code, "period": period_in_words(period_key), "count": blocking},
            form=form_code,
            period=period_key,
            findings=self.findings,
        )


class ReportNotFound(ReportRefusal):
    code = "report.not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, report_id: object) -> None:
        super().__init__(
            _("There is no report %(report)s that you may see. Go back to your list of reports.")
            % {"report": report_id},
            report=str(report_id),
        )


class NotWritable(ReportRefusal):
    """Other figures arrive for a report that has left the unit."""

    code = "report.not_writable"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, status_label: object) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s is %(status)s and takes no other figures. Ask the "
                "level above to send it back or to re-open it, then correct it."
            )
            % {"form": form_code, "period": period_in_words(period_key), "status": status_label},
            form=form_code,
            period=period_key,
            status=str(status_label),
        )


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


class StaleVersion(ReportRefusal):
    """Somebody sent other figures since the page was opened."""

    code = "report.stale_version"
    status = HTTPStatus.CONFLICT

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(
            _(
                "You looked at version %(seen)s, but version %(current)s has arrived since. Nothing "
                "was done; open the report again and look at the new figures first."
            )
            % {"seen": seen, "current": current},
            seen=seen,
            current=current,
        )


class SameFigures(ReportRefusal):
    """What arrives is what is there already and awaits its head."""

    code = "report.same_figures"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, version: int, by: str) -> None:
        super().__init__(
            _(
                "The report %(form)s for %(period)s already holds exactly these figures (version "
                "%(version)s, from %(by)s). Nothing was stored a second time; the head may submit it as it is."
            )
            % {"form": form_code, "period": period_in_words(period_key), "version": version, "by": by},
            form=form_code,
            period=period_key,
            version=version,
            by=by,
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


class WrongNumberOfValues(ReportRefusal):
    code = "report.wrong_number_of_values"

    def __init__(self, form_code: str, found: int, expected: int) -> None:
        super().__init__(
            _(
                "Form %(form)s has %(expected)s cells, %(found)s values came. Send one value for each "
                "cell, in the order of the form."
            )
            % {"form": form_code, "found": found, "expected": expected},
            form=form_code,
            found=found,
            expected=expected,
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


class OwnReportMissing(ReportRefusal):
    """A sum of a unit that has not said what it did itself."""

    code = "report.own_report_missing"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, form_code: str, period_key: str) -> None:
        super().__init__(
            _(
                "%(unit)s has not sent its own report %(form)s for %(period)s yet, so its sum would leave out "
                "what it did itself. Send the own report first, then make the sum."
            )
            % {"unit": unit_name, "form": form_code, "period": period_in_words(period_key)},
            unit=unit_name,
            form=form_code,
            period=period_key,
        )


class OwnReportNotInForce(ReportRefusal):
    code = "report.own_report_not_in_force"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, form_code: str, period_key: str) -> None:
        super().__init__(
            _(
                "The own report %(form)s of %(unit)s for %(period)s is not accepted yet, and the sum rests on it. "
                "Accept the own report first."
            )
            % {"unit": unit_name, "form": form_code, "period": period_in_words(period_key)},
            unit=unit_name,
            form=form_code,
            period=period_key,
        )


class SumOutdated(ReportRefusal):
    """Since the sum was made, figures of its parts have changed."""

    code = "report.sum_outdated"
    status = HTTPStatus.CONFLICT

    def __init__(self, form_code: str, period_key: str, cells: int, units: Sequence[str]) -> None:
        super().__init__(
            ngettext(
                "The consolidated report %(form)s for %(period)s no longer equals its parts in %(count)s cell, as "
                "figures of these units came in force after it was made: %(units)s. Make the sum anew, then submit it.",
                "The consolidated report %(form)s for %(period)s no longer equals its parts in %(count)s cells, as "
                "figures of these units came in force after it was made: %(units)s. Make the sum anew, then submit it.",
                cells,
            )
            % {
                "form": form_code,
                "period": period_in_words(period_key),
                "count": cells,
                "units": ", ".join(units) or "—",
            },
            form=form_code,
            period=period_key,
            cells=cells,
            units=list(units),
        )


class ConflictInParts(ReportRefusal):
    """A conflict of interest with one part: whoever adds up all the others would know that one."""

    code = "report.conflict_in_parts"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, units: Sequence[str]) -> None:
        super().__init__(
            _(
                "You are excluded from %(units)s by a conflict of interest, and this sum holds its figures. Another "
                "compiler of your unit makes the sum."
            )
            % {"units": ", ".join(units)},
            units=list(units),
        )


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


class NotEstimable(ReportRefusal):
    """The unit's figures are in force, or nothing is known that an estimate could be taken from."""

    code = "report.not_estimable"
    status = HTTPStatus.CONFLICT

    def __init__(self, unit_name: str, way: object) -> None:
        sentence = (
            _(
                "There are no figures in force of %(unit)s to take an estimate from: %(way)s. Choose another way."
            )
            if way
            else _(
                "The figures of %(unit)s are in the sum, or do not belong to it: nothing is to be estimated."
            )
        )
        super().__init__(sentence % {"unit": unit_name, "way": way}, unit=unit_name, way=str(way))


class EstimateNotThere(ReportRefusal):
    code = "report.estimate_not_there"
    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(_("This estimate was withdrawn already. Reload the page to see how the sum stands."))


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
