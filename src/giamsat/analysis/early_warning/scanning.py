"""Let every detector look at the newest figures, and keep what it finds with its evidence."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.db import connection, transaction

from giamsat.analysis.early_warning import panels, queries, rules
from giamsat.analysis.early_warning.choices import UNDECIDED, SubjectKind
from giamsat.analysis.early_warning.detectors import DETECTORS
from giamsat.analysis.early_warning.detectors.base import Outcome, Panel, Signal
from giamsat.analysis.early_warning.events import WarningRaised
from giamsat.analysis.early_warning.models import Reading, Warning
from giamsat.analysis.early_warning.rules import Watch, Watching
from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries as units
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.lib.actors import Actor
from giamsat.lib.clock import day_of
from giamsat.lib.periods import CUMULATIVE_KINDS, Period

SCAN_LOCK = 0x67690010
NEWEST = 2  # periods of each counting that are still worth a question
SCANNER = Actor.system("early_warning")


@dataclass
class Scan:
    """What one scan looked at."""

    at: datetime
    generation: int | None
    as_of: datetime | None
    raised: list[Warning] = field(default_factory=list)
    judged: int = 0
    silent: dict[str, int] = field(default_factory=dict)


def scan(at: datetime, *, periods: Iterable[Period] | None = None) -> list[Warning]:
    """Look at the newest periods, or at those given; returns the warnings raised now, furthest out first."""
    return sorted(look(at, periods=periods).raised, key=lambda warning: (-warning.score, warning.pk))


@catalogue.one_look()
def look(at: datetime, *, periods: Iterable[Period] | None = None) -> Scan:
    """The same with what was judged and what was not, and why."""
    wanted = periods_worth_asking(at) if periods is None else periods
    watchings = queries.detectors().values()
    with _the_only_scanner():
        newest = warehouse.newest()
        if newest is None:
            return Scan(at, None, None)
        done, read = Scan(at, newest.number, newest.figures_at), panels.Panels(watchings)
        # newest first: a lag is told at the newest period that shows it
        for period in sorted(wanted, reverse=True):
            for watching in watchings:
                for watch in watching.watches:
                    if panel := read.of(watch, period, watching.history):
                        _look_at(panel, watching, watch, period, done)
    return done


def periods_worth_asking(at: datetime) -> list[Period]:
    """The newest months and the newest cumulative periods whose figures have been cut off."""
    day = day_of(at)
    found = []
    for kinds in (("M",), CUMULATIVE_KINDS):
        cut = sources.reporting_periods(kinds=kinds).filter(cut_off_on__lte=day)[:NEWEST]
        found += [each.period for each in cut]
    return found


@transaction.atomic
def _look_at(panel: Panel, watching: Watching, watch: Watch, period: Period, done: Scan) -> None:
    outcome = DETECTORS[watching.detector](watching.settings).look(panel)
    done.judged += outcome.judged
    for reason, count in outcome.silences.items():
        done.silent[reason] = done.silent.get(reason, 0) + count
    standing = _undecided(watching, watch, period)
    later = {unit_id for unit_id, known in standing.items() if Period.parse(known.period_key) > period}
    for signal in outcome.signals:
        if signal.unit_id in later:
            continue
        known = standing.get(signal.unit_id) or _raised_before(watching, watch, period, signal)
        if known:
            _read_again(known, signal.value, True, done)
        else:
            done.raised.append(_raise(watching, watch, panel, signal, done))
    _read_the_quiet({pk: known for pk, known in standing.items() if pk not in later}, outcome, panel, done)


def _undecided(watching: Watching, watch: Watch, period: Period) -> dict[int, Warning]:
    """Open warnings on the same figure; for a target those of the whole year, so that a lag is told once."""
    found = Warning.objects.filter(detector=watching.code, indicator=watch.code, state__in=UNDECIDED)
    if watch.kind == SubjectKind.TARGET:
        found = found.filter(period_key__startswith=f"{period.year}-")
    else:
        found = found.filter(period_key=period.key)
    return {warning.unit_id: warning for warning in found.order_by("raised_at", "id")}


def _raised_before(watching: Watching, watch: Watch, period: Period, signal: Signal) -> Warning | None:
    return Warning.objects.filter(
        detector=watching.code, indicator=watch.code, period_key=period.key, unit_id=signal.unit_id
    ).first()


def _raise(watching: Watching, watch: Watch, panel: Panel, signal: Signal, done: Scan) -> Warning:
    place = list(panel.unit_ids).index(signal.unit_id)
    counted = None if panel.counted is None else float(panel.counted[place, -1])
    so_far = _known(panel.year_so_far, place)
    warning = Warning.objects.create(
        detector=watching.code,
        detector_version=watching.version,
        unit_id=signal.unit_id,
        subject_kind=watch.kind,
        indicator=watch.code,
        period_key=panel.period_key,
        direction=signal.direction,
        score=signal.score,
        raised_at=done.at,
        small_cell=rules.rests_on_few_persons(panels.counts_persons(watch), signal, counted, so_far)
        or panels.rests_on_veiled(watch, signal.unit_id, panel.period_keys),
        evidence=rules.evidence(
            watching,
            watch,
            signal,
            quality=_quality(watch, panel, signal),
            generation=done.generation or 0,
            as_of=done.as_of.isoformat() if done.as_of else "",
            year_so_far=so_far,
        ),
    )
    audit.record(
        "warning.raised",
        subject=f"warning:{warning.pk}",
        by=SCANNER,
        at=done.at,
        facts={"detector": watching.code, "figure": watch.code, "period": panel.period_key},
        unit_id=signal.unit_id,
    )
    outbox.announce(
        WarningRaised(
            warning.pk, signal.unit_id, watching.code, watch.code, panel.period_key, warning.small_cell
        )
    )
    return warning


def _known(figures: np.ndarray | None, place: int) -> float | None:
    return None if figures is None or np.isnan(figures[place]) else float(figures[place])


def _quality(watch: Watch, panel: Panel, signal: Signal) -> dict[str, Any]:
    """How good the data under the figure is: who reported, how settled it is, what the checks found."""
    period, level = Period.parse(panel.period_key), panels.level_of(watch)
    keys = [watch.code]
    if watch.kind == SubjectKind.TARGET:
        target = indicators.target(watch.code)
        if target.indicator is None:
            standing = indicators.standings(watch.code, [period], unit_ids=[signal.unit_id])
            return {"source": standing[signal.unit_id, period.key].source}
        keys = indicators.derived_indicator(target.indicator).parts
    figures = indicators.cells(keys, [period], level=level, unit_ids=[signal.unit_id])
    under = figures.get((signal.unit_id, period.key), {}).values()
    states = [each.state for each in under if each.state is not None]
    return {
        "reported": min((each.reported - each.waiting for each in under), default=0),
        "expected": max((each.expected for each in under), default=0),
        "waiting": max((each.waiting for each in under), default=0),
        "state": min(states, default=None),
        "scores": _scores(signal.unit_id, panel.period_key),
    }


def _scores(unit_id: int, period_key: str) -> dict[str, float] | None:
    """The four scores of the reports of the unit and all below it; none where nothing was scored."""
    rolled = quality.rolled_up_under(units.all_units().get(pk=unit_id), period_key)
    found = {name: getattr(rolled, name) for name in ("correct", "complete", "clean", "live")}
    return {name: float(round(score, 1)) for name, score in found.items() if score is not None} or None


def _read_again(warning: Warning, value: float | None, still_out: bool, done: Scan) -> None:
    """Add a reading when the figure has moved since it was last read; the evidence stays as it was."""
    last = warning.readings.order_by("at", "id").last()
    before = (last.value, last.still_out) if last else (warning.evidence["value"], True)
    now = (None if value is None else round(value, 4), still_out)
    if before != now:
        Reading.objects.create(
            warning=warning, at=done.at, generation=done.generation, value=now[0], still_out=still_out
        )


def _read_the_quiet(standing: dict[int, Warning], outcome: Outcome, panel: Panel, done: Scan) -> None:
    """Open warnings whose figure no longer stands out: said beside them, decided by nobody."""
    loud = {signal.unit_id for signal in outcome.signals}
    silent = {each.unit_id for each in outcome.silent}
    values = dict(zip(panel.unit_ids.tolist(), panel.values[:, -1].tolist(), strict=True))
    for unit_id, warning in standing.items():
        if unit_id not in loud | silent and unit_id in values:
            _read_again(warning, values[unit_id], False, done)


@contextmanager
def _the_only_scanner() -> Iterator[None]:
    """Wait to be the only one who scans: another's older figures are no news of a warning.

    A lock of the session, since a scan spans transactions; a killed process loses its session and so the lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [SCAN_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [SCAN_LOCK])
