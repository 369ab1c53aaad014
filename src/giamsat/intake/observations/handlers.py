"""What this room hears: its own news, told on to the persons concerned; and what it says of a change of units."""

from datetime import datetime

from django.utils.translation import gettext as _

from giamsat.foundation.notices import queries as notices
from giamsat.foundation.notices import services as notices_services
from giamsat.foundation.notices.choices import Page
from giamsat.foundation.outbox.services import on
from giamsat.foundation.units import services as units
from giamsat.intake.observations import moved_units, queries
from giamsat.intake.observations.events import (
    AcceptanceTakenBack,
    OpenedLate,
    ReportCorrected,
    ReportReturned,
)
from giamsat.intake.observations.models import LateOpening, Report
from giamsat.intake.observations.reminders import WORKERS
from giamsat.lib.periods import Period


@on(ReportReturned)
def tell_that_it_came_back(event: ReportReturned, *, event_id: int, at: datetime) -> None:
    """Its unit's compilers and heads, by their grants of today."""
    report = Report.objects.select_related("unit").get(pk=event.report_id)

    def words(language: str) -> str:
        named = {
            "form": event.form_code,
            "unit": report.unit.name(language),
            "period": Period.parse(event.period_key).label(language),
        }
        return (
            _("Report %(form)s of %(unit)s, period %(period)s, was sent back. Correct it and send it.")
            % named
        )

    people = notices.people_at([report.unit], WORKERS, sees=Page.REPORT.sees, at=at)
    notices_services.tell(
        people.get(report.unit_id, []), key=f"report.returned:{event_id}", words=words,
        page=Page.REPORT, number=report.pk, about=[report.unit], at=at,
    )  # fmt: skip


@on(AcceptanceTakenBack)
def tell_that_acceptance_was_taken_back(event: AcceptanceTakenBack, *, event_id: int, at: datetime) -> None:
    """The same people: nothing for them to do yet, but the level above looks at their figures anew."""
    report = Report.objects.select_related("unit").get(pk=event.report_id)

    def words(language: str) -> str:
        named = {
            "form": event.form_code,
            "unit": report.unit.name(language),
            "period": Period.parse(event.period_key).label(language),
        }
        return (
            _(
                "The acceptance of report %(form)s of %(unit)s, period %(period)s, was taken back. Its figures stay in "
                "force; the level above decides anew."
            )
            % named
        )

    people = notices.people_at([report.unit], WORKERS, sees=Page.REPORT.sees, at=at)
    notices_services.tell(
        people.get(report.unit_id, []), key=f"report.acceptance_taken_back:{event_id}", words=words,
        page=Page.REPORT, number=report.pk, about=[report.unit], at=at,
    )  # fmt: skip


@on(OpenedLate)
def tell_that_it_was_opened_late(event: OpenedLate, *, event_id: int, at: datetime) -> None:
    """Its unit's compilers and heads: until when it takes their report."""
    opening = LateOpening.objects.select_related("unit").get(pk=event.opening_id)

    def words(language: str) -> str:
        named = {
            "form": event.form_code,
            "unit": opening.unit.name(language),
            "period": Period.parse(event.period_key).label(language),
            "until": f"{opening.until:%d/%m/%Y}",
        }
        return (
            _(
                "Report %(form)s of %(unit)s, period %(period)s, is opened late until %(until)s. Fill it in or "
                "correct it, and send it by then."
            )
            % named
        )

    people = notices.people_at([opening.unit], WORKERS, sees=Page.ENTRY.sees, at=at)
    notices_services.tell(
        people.get(opening.unit_id, []), key=f"report.opened_late:{event_id}", words=words,
        page=Page.ENTRY, about=[opening.unit], at=at,
    )  # fmt: skip


@on(ReportCorrected)
def tell_that_later_reports_stand_lower(event: ReportCorrected, *, event_id: int, at: datetime) -> None:
    """A correction came in force above what later reports of the year say: its unit is told which to correct."""
    report = Report.objects.select_related("unit", "in_force").get(pk=event.report_id)
    corrected = report.in_force
    if corrected is None:
        return
    for later in queries.later_in_year(report):
        if queries.fallen(corrected, later.in_force):
            _tell_that_it_stands_lower(report, later, event_id=event_id, at=at)


def _tell_that_it_stands_lower(report: Report, later: Report, *, event_id: int, at: datetime) -> None:
    def words(language: str) -> str:
        named = {
            "form": later.form_code,
            "unit": report.unit.name(language),
            "period": report.period.label(language),
            "later": later.period.label(language),
        }
        return (
            _(
                "Report %(form)s of %(unit)s for %(later)s now stands lower than the corrected one for %(period)s. "
                "Ask the level above to re-open it, and correct it too."
            )
            % named
        )

    people = notices.people_at([report.unit], WORKERS, sees=Page.REPORT.sees, at=at)
    notices_services.tell(
        people.get(report.unit_id, []), key=f"report.later_lower:{event_id}:{later.pk}", words=words,
        page=Page.REPORT, number=later.pk, about=[report.unit], at=at,
    )  # fmt: skip


units.concerns(moved_units.touched_by)
units.forbids_undoing(moved_units.reasons_against)
