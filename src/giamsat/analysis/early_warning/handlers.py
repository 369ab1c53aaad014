"""What this room hears. Hearing the same twice does no harm."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.translation import gettext as _

from giamsat.analysis.early_warning import bursts, moved_units, queries
from giamsat.analysis.early_warning.choices import VerdictKind
from giamsat.analysis.early_warning.events import ExplanationRequested, ExplanationReturned, WarningClosed
from giamsat.analysis.early_warning.models import ExplanationRequest, Warning
from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.notices import services as notices_services
from giamsat.foundation.notices.choices import Page
from giamsat.foundation.outbox.services import on
from giamsat.foundation.units import services as units
from giamsat.intake.quality import services as quality
from giamsat.intake.sources import queries as sources
from giamsat.lib.clock import day_of
from giamsat.lib.periods import Period


@on(FiguresPublished)
def look_at_what_changed(event: FiguresPublished, *, event_id: int, at: datetime) -> None:
    """Have those of the newest periods scanned that the publication touched."""
    changed = {str(period_key) for _unit, period_key, _form in event.changed}
    bursts.note(changed, years=event.years, event_id=event_id, at=at)


@on(ExplanationRequested)
def tell_what_is_asked(event: ExplanationRequested, *, event_id: int, at: datetime) -> None:
    asked = ExplanationRequest.objects.select_related("unit").get(pk=event.request_id)

    def words(language: str) -> str:
        return _("%(unit)s is asked to explain a figure by %(day)s.") % _named(asked, language, event.due_on)

    _tell(asked, words, key=f"explanation.requested:{event_id}", at=at)


@on(ExplanationRequested)
def count_that_figures_were_cited(event: ExplanationRequested, *, event_id: int, at: datetime) -> None:
    """A question rests on the report that the figure is from."""
    _cite(event.warning_id, at)


@on(WarningClosed)
def count_that_a_decision_cites_figures(event: WarningClosed, *, event_id: int, at: datetime) -> None:
    """So does a verdict."""
    _cite(event.warning_id, at)


@on(ExplanationReturned)
def tell_that_it_was_not_enough(event: ExplanationReturned, *, event_id: int, at: datetime) -> None:
    asked = ExplanationRequest.objects.select_related("unit").get(pk=event.request_id)

    def words(language: str) -> str:
        return _(
            "The explanation of %(unit)s was sent back. Read what is missing and answer again by %(day)s."
        ) % _named(asked, language, event.due_on)

    _tell(asked, words, key=f"explanation.returned:{event_id}", at=at)


@on(WarningClosed)
def tell_that_it_ended(event: WarningClosed, *, event_id: int, at: datetime) -> None:
    """Only where something was asked: a warning that was dismissed unasked was the watcher's alone."""
    asked = ExplanationRequest.objects.select_related("unit").filter(warning=event.warning_id).first()
    if asked is None:
        return
    withdrawn = event.verdict == VerdictKind.DISMISSED

    def words(language: str) -> str:
        named = _named(asked, language)
        if withdrawn:
            return (
                _(
                    "%(unit)s no longer needs to explain a figure: the request was withdrawn. Read by whom and why."
                )
                % named
            )
        return _("The explanation of %(unit)s was accepted; nothing is left to do.") % named

    step = "withdrawn" if withdrawn else "accepted"
    _tell(asked, words, key=f"explanation.{step}:{event_id}", at=at)


def _tell(asked: ExplanationRequest, words: Callable[[str], str], *, key: str, at: datetime) -> None:
    """Those of the unit who answer its requests, if they may open this one."""
    people = notices.people_at([asked.unit], ["request.answer"], sees=Page.REQUEST.sees, at=at)
    able = [
        person
        for person in people.get(asked.unit_id, [])
        if queries.requests_for(person, at=at).filter(pk=asked.pk).exists()
    ]
    notices_services.tell(
        able, key=key, words=words, page=Page.REQUEST, number=asked.pk, about=[asked.unit], at=at
    )


def _named(asked: ExplanationRequest, language: str, due_on: str = "") -> dict[str, str]:
    day = f"{date.fromisoformat(due_on):%d/%m/%Y}" if due_on else ""
    return {"unit": asked.unit.name(language), "day": day}


def _cite(warning_id: int, at: datetime) -> None:
    """Count it for each report of the unit and period that gives the figure; a target's figure has none.

    A warning on a small cell is not counted: whoever reads the count would know that there is one.
    """
    warning = Warning.objects.select_related("unit").get(pk=warning_id)
    if warning.small_cell:
        return
    period = Period.parse(warning.period_key)
    for duty in sources.obligations_of(warning.unit, period):
        asked = {cell.indicator for cell in sources.form_for(duty.form_code, period).cells}
        if warning.indicator in asked:
            quality.count_decision(
                warning.unit_id, duty.form_code, period.key, str(duty.basis), day=day_of(at)
            )


units.concerns(moved_units.touched_by)
