"""Refusals of figures as they are handed in."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.intake.observations.errors.base import ReportRefusal
from giamsat.intake.sources.errors import period_in_words


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
