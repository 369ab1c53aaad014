"""Every night the rules of the schedule are put to what was sent, and to what is overdue and was not.

A report that nobody touched may have become doubtful: the period before it was corrected, its unit took others in,
another form has come, a unit below was sent back. What is found never blocks what was accepted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.observations.checking import body_of, check_reports
from giamsat.intake.observations.choices import DRAFTS, RECEIVED
from giamsat.intake.observations.estimates import declared_in
from giamsat.intake.observations.figures import AT_HAND, stored
from giamsat.intake.observations.models import Report
from giamsat.intake.quality import queries as quality_queries
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Stage
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.lib import clock
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.quality.queries import Finding
    from giamsat.intake.sources.models import Obligation

LOOKED_BACK = timedelta(days=400)  # a year's periods, and their corrections
MOST_SILENT = 4
Series = tuple[str, str]  # form and basis


@catalogue.one_look()
def reassess(*, at: datetime, of: Collection[Period] | None = None) -> int:
    """Put the rules of the schedule to every period that is not locked, or ``of`` some; how many findings are new.

    Each form of each period is a transaction of its own, so that a night broken off is taken up by the next. Silence
    is told once, of the newest report that is overdue.
    """
    today, silences = clock.day_of(at), set[tuple[Series, str]]()
    cut_off = sources.reporting_periods().filter(cut_off_on__gte=today - LOOKED_BACK, cut_off_on__lte=today)
    new = 0
    for row in cut_off.exclude(state=PeriodState.LOCKED):
        for series, obligations in _series_of(row.period).items() if of is None or row.period in of else ():
            late = {each.unit_kind for each in obligations if sources.due_on(each, row.period) < today}
            newest = bool(late) and (series, row.kind) not in silences
            if newest:
                silences.add((series, row.kind))
            new += _reassess_series(series, row.period, late if newest else set(), at)
    return new


def _series_of(period: Period) -> dict[Series, list[Obligation]]:
    series: dict[Series, list[Obligation]] = {}
    for obligation in sources.obligations(period):
        series.setdefault((obligation.form_code, str(obligation.basis)), []).append(obligation)
    return series


@transaction.atomic
def _reassess_series(series: Series, period: Period, late: Collection[str], at: datetime) -> int:
    """``late``: the kinds of units whose silence is told in this period."""
    form_code, basis = series
    if not quality_queries.rules_asked(period, basis, Stage.SCHEDULE.value):
        return 0
    owing = {unit.pk: unit for unit in sources.obliged_units(form_code, period, basis)}
    sent = _sent(form_code, period, basis)
    own = basis == Basis.OWN  # of a sum the missing parts are told, unit by unit
    silent = _silences(owing, series, period, late) if own and late else {}
    looked_at = [unit for pk, unit in owing.items() if pk in sent or pk in silent]
    found: dict[int, list[Finding]] = {pk: [] for pk in owing}
    if looked_at:
        found |= _findings(looked_at, series, period, silent, sent)
    return quality.keep_later_findings(found, form_code=form_code, period=period, basis=basis, at=at)


def _findings(
    looked_at: Sequence[Unit],
    series: Series,
    period: Period,
    silent: Mapping[int, int],
    sent: Mapping[int, int],
) -> dict[int, list[Finding]]:
    """By unit, what is not known of the version at hand already."""
    form_code, basis = series
    form, numbers = sources.form_for(form_code, period), [unit.pk for unit in looked_at]
    keys = [cell.key for cell in form.cells]
    figures = stored(
        keys, [pk for pk in numbers if pk in sent], form_codes=[form_code], period_key=period.key, basis=basis,
        which=AT_HAND,
    )  # fmt: skip
    rows = np.array([pk in sent for pk in numbers])
    checked = check_reports(
        [body_of(unit) for unit in looked_at], form, period, basis, figures.spread(rows),
        stage=Stage.SCHEDULE, about={"silent_for": np.array([silent.get(pk, 0) for pk in numbers])},
        estimates=declared_in(sent.values()) if basis == Basis.CONSOLIDATED else (),
    )  # fmt: skip
    known = {
        (each.report_version_id, each.facts["check"], tuple(each.cell_keys))
        for each in quality_queries.findings_of_many(list(sent.values()))
    }
    return {
        pk: [
            each for each in checked.findings(row) if (sent.get(pk), each.check, each.cell_keys) not in known
        ]
        for row, pk in enumerate(numbers)
    }


def _sent(form_code: str, period: Period, basis: str) -> dict[int, int]:
    """By unit, the version that the level above has. Of one that is being corrected nothing is said meanwhile."""
    reports = Report.objects.filter(
        form_code=form_code, period_key=period.key, basis=basis, status__in=RECEIVED, current__isnull=False
    )
    return dict(reports.order_by().values_list("unit_id", "current_id"))


def _told(form_code: str, period: Period, basis: str) -> set[int]:
    """Units that have sent a report, though it may have come back."""
    reports = Report.objects.filter(form_code=form_code, period_key=period.key, basis=basis)
    return set(reports.exclude(status__in=DRAFTS).order_by().values_list("unit_id", flat=True))


def _silences(
    owing: Mapping[int, Unit], series: Series, period: Period, late: Collection[str]
) -> dict[int, int]:
    """By unit whose report is overdue and was never sent: for how many periods in a row, this one included."""
    form_code, basis = series
    told = _told(form_code, period, basis)
    silent = {pk: 1 for pk, unit in owing.items() if pk not in told and unit.kind in late}
    still, earlier = set(silent), quality_queries.just_before(period)
    while still and max(silent.values()) < MOST_SILENT and _is_kept(earlier):
        owed = sources.obliged_units(form_code, earlier, basis).order_by().values_list("pk", flat=True)
        still &= set(owed) - _told(form_code, earlier, basis)
        silent |= {pk: silent[pk] + 1 for pk in still}
        earlier = quality_queries.just_before(earlier)
    return silent


def _is_kept(period: Period) -> bool:
    """Whether anybody was asked to report here for a period."""
    return sources.reporting_periods().filter(pk=period.key).exists()
