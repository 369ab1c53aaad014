"""May this unit report this form for this period now? Asked before anybody looks at a figure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.errors import UnitNotFound
from giamsat.intake.observations import late
from giamsat.intake.observations.choices import WRITABLE, Status
from giamsat.intake.observations.errors import NotWritable, SameFigures
from giamsat.intake.observations.models import Report
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.intake.sources.errors import (
    ClosedPeriod,
    ClosedUnit,
    NotObliged,
    PeriodNotBegun,
    WrongFormVersion,
    WrongPeriod,
    WrongUnit,
)
from giamsat.lib.clock import day_of
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Form
    from giamsat.intake.sources.services import Submission


def require_period(
    form: Form, period: Period, *, at: datetime, unit: Unit | None = None, basis: str = Basis.OWN
) -> None:
    """The period has begun, is open, is one for this form, and this is the version it is reported on.

    One that is over takes the report of a ``unit`` that was opened late; reports of many units are for periods that
    are open.
    """
    row = sources.reporting_period(period.key)
    if unit is not None:
        late.require_taken(row, unit, form.code, basis, at=at)
    elif row.state != PeriodState.OPEN:
        raise ClosedPeriod(period.key, row.state)
    if row.starts_on > day_of(at):
        raise PeriodNotBegun(period.key, row.starts_on)
    if period.kind not in form.period_kinds:
        raise WrongPeriod(period.key, _("form %(form)s is not reported for it") % {"form": form.code})
    right = sources.form_for(form.code, period)
    if right.version != form.version:
        raise WrongFormVersion(form.code, form.version, period.key, right.version)


def require_unit(unit: Unit, form: Form, period: Period, basis: str) -> None:
    """The unit existed at the cut-off and owes the form."""
    require_open(unit, period)
    day = sources.cut_off_on(period)
    if unit.valid_from > day:
        raise WrongUnit(unit.code, _("it did not exist on %(day)s") % {"day": f"{day:%d/%m/%Y}"})
    if sources.obligation_of(unit, form.code, period, basis) is None:
        others = [each for each in Basis.values if each != basis]
        elsewise = any(sources.obligation_of(unit, form.code, period, each) for each in others)
        raise NotObliged(unit.name_vi, form.code, period.key, basis=basis if elsewise else "")


def require_open(unit: Unit, period: Period) -> None:
    """The unit was not closed by the cut-off; one that was is told where its work went.

    Asked before rights: those who report in its place have none for it, and would hear of nothing else.
    """
    if unit.valid_to is not None and unit.valid_to <= sources.cut_off_on(period):
        successors = [f"{each.name_vi} ({each.code})" for each in units.successors(unit)]
        raise ClosedUnit(unit.code, unit.name_vi, unit.valid_to, successors)


def require_writable(report: Report) -> None:
    """Figures that have left the unit are changed only after the level above sends them back."""
    if report.status not in WRITABLE:
        raise NotWritable(report.form_code, report.period_key, Status(report.status).label)


def require_other_figures(report: Report, form: Form, figures: Grid) -> None:
    """A report that awaits its head takes no version that says the same: it was sent twice."""
    at_hand = report.current
    if report.status != Status.CHO_DUYET or at_hand is None or at_hand.form_id != form.pk:
        return
    if figures.same_as(Grid.of([list(at_hand.values)])):
        raise SameFigures(report.form_code, report.period_key, at_hand.number, at_hand.recorded_by_name)


def units_of(submissions: Sequence[Submission], expected: Unit | None) -> list[Unit | Refusal]:
    """``unit_of`` for many at once, refusals in their places; those named by code and vintage are found together."""
    known = (
        {(each.code, each.vintage): each for each in _plainly_named(submissions)} if expected is None else {}
    )
    found: list[Unit | Refusal] = []
    for submission in submissions:
        named = known.get((submission.unit_code, submission.unit_vintage))
        try:
            found.append(named or unit_of(submission, expected))
        except Refusal as refusal:
            found.append(refusal)
    return found


def _plainly_named(submissions: Sequence[Submission]) -> Iterable[Unit]:
    """Units named by code and vintage."""
    codes = {each.unit_code for each in submissions if each.unit_vintage}
    return units.all_units().filter(code__in=codes) if codes else ()


def unit_of(submission: Submission, expected: Unit | None) -> Unit:
    """The unit a file speaks for; refused when there is none, or not the one whose page it came by."""
    code, vintage = submission.unit_code, submission.unit_vintage
    try:
        named = (
            units.unit_by_code(code, vintage=vintage)
            if vintage
            else sources.bearer_of(code, Period.parse(submission.period_key))
        )
    except UnitNotFound:
        raise WrongUnit(code, _("there is no such unit")) from None
    if expected is not None and named.pk != expected.pk:
        if expected in units.successors(named):
            require_open(named, Period.parse(submission.period_key))
        whose = {"unit": expected.name_vi, "code": expected.code}
        raise WrongUnit(code, _("this page is that of %(unit)s (%(code)s)") % whose)
    return named
