"""What a person's own units owe next: overdue first, then by the day it is due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from giamsat.foundation.units import queries as units
from giamsat.front.console.calendar_board import Stand, stand_of
from giamsat.front.console.entry import units_reported_by
from giamsat.front.console.viewer import Viewer
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import Arrived
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState
from giamsat.lib.periods import Period

MOST_OVERDUE, MOST_AHEAD = 4, 6
OPEN = (Arrived.RETURNED.value, Arrived.MISSING.value, Arrived.WAITING.value)


@dataclass(frozen=True)
class Line:
    """Reports of a period that one unit owes by one day."""

    unit: str
    period: Period
    cut_off_on: date
    due_on: date
    forms: list[str]
    stand: Stand


@dataclass(frozen=True)
class Mine:
    """The newest that is overdue and the next that is due; ``older`` and ``later``: how many dates lie beyond."""

    lines: list[Line]
    older: int
    later: int
    many_units: bool


def mine(viewer: Viewer) -> Mine | None:
    """None for whoever reports for no unit."""
    own = units_reported_by(viewer)
    if not own:
        return None
    opened = sources.reporting_periods(state=PeriodState.OPEN).filter(year__gte=viewer.today.year - 1)
    kinds = {unit.kind for unit in own}
    duties = [each for each in observations.duties(row.period for row in opened) if each.unit_kind in kinds]
    place = own[0] if len(own) == 1 else units.centre()
    owed = observations.one_by_one(
        duties, place, today=viewer.today, unit_ids=[unit.pk for unit in own], stands=OPEN
    )
    lines = _lines(viewer, owed)
    overdue = [line for line in lines if line.due_on < viewer.today]
    ahead = lines[len(overdue) :]
    return Mine(
        lines=overdue[-MOST_OVERDUE:] + ahead[:MOST_AHEAD],
        older=max(0, len(overdue) - MOST_OVERDUE),
        later=max(0, len(ahead) - MOST_AHEAD),
        many_units=len(own) > 1,
    )


def _lines(viewer: Viewer, owed: Iterable[observations.Owed]) -> list[Line]:
    together: dict[tuple[Any, ...], list[observations.Owed]] = {}
    for each in owed:
        key = (each.due_on, each.path, each.duty.period_key, each.stands)
        together.setdefault(key, []).append(each)
    lines = []
    for (due_on, _path, period_key, stands), same in together.items():
        first = same[0]
        lines.append(
            Line(
                unit=first.name_vi if viewer.language == "vi" else first.name_en,
                period=Period.parse(period_key),
                cut_off_on=first.duty.cut_off_on,
                due_on=due_on,
                forms=[each.duty.form_code for each in same],
                stand=stand_of(stands),
            )
        )
    return lines
