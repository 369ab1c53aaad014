"""Sums of persons that outsiders are not told, since they are small or would tell a small one.

Decided over all sums of a period at once, the same for everybody, whatever a page asks for. What was worked out is
kept by what it was worked out from: a publication changes the sums of one or two periods, and only those are looked at
again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from giamsat.analysis.warehouse.choices import Level
from giamsat.analysis.warehouse.held_back import Part, Standing, Waits, Where, waits
from giamsat.analysis.warehouse.persons import overlaps_among, sums_among
from giamsat.analysis.warehouse.reader import Snapshot
from giamsat.analysis.warehouse.sql import quoted
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import POINT_DEPTH
from giamsat.intake.quality import queries as quality
from giamsat.lib.kept import Kept

Place = tuple[str, str]  # level and number
Cell = tuple[str, int]  # indicator and breakdown
Values = dict[tuple[Place, Cell], float]
HiddenSums = Mapping[Part, frozenset[Where]]


class Meaning(NamedTuple):
    """What figures mean, whenever they were published: which count persons and add up to which, and whose they are."""

    persons: frozenset[str]
    identities: quality.Identities
    regions: frozenset[tuple[str, str]]  # of points


@dataclass(frozen=True)
class _Period:
    """All that one period's answer stands on."""

    period: int
    files: tuple[object, ...]
    waiting: Standing | None
    rest: Meaning


_kept: Kept[_Period, HiddenSums] = Kept(400)


def hidden_sums(
    snapshot: Snapshot, periods: Iterable[int], waiting: Mapping[int, Standing]
) -> dict[int, HiddenSums]:
    """By period, the sums over points, regions and the country that only the place and the level above it see.

    Each period stands for itself: one that nobody asks for need not be worked out.
    """
    there, rest = snapshot.years(), meaning()
    asked = [
        _Period(period, snapshot.files_of(period), waiting.get(period), rest)
        for period in sorted(set(periods))
        if period // 100 in there
    ]
    known = _kept.answers(asked, lambda unknown: _worked_out(snapshot, unknown))
    return {each.period: known[each] for each in asked}


def forget() -> None:
    """Work everything out anew."""
    _kept.forget()


def meaning() -> Meaning:
    known = catalogue.indicators().items()
    persons = frozenset(code for code, each in known if each.counts_persons)
    return Meaning(persons, quality.identities(), catalogue.once(_regions_of_points))


def _regions_of_points() -> frozenset[tuple[str, str]]:
    points = units.all_units().filter(depth=POINT_DEPTH).values_list("pk", "region")
    return frozenset((str(pk), region) for pk, region in points)


def _worked_out(snapshot: Snapshot, asked: Sequence[_Period]) -> dict[_Period, HiddenSums]:
    """From what outsiders' sums would be: those published, less what waits."""
    by_period: dict[int, Values] = {each.period: {} for each in asked}
    query = _sums_of_persons(snapshot, by_period, asked[0].rest.persons)
    for period, level, place, indicator, breakdown, value in snapshot.ask(query):
        by_period[period][(level, place), (indicator, breakdown)] = value
    waiting = waits(snapshot.number, (each.waiting for each in asked if each.waiting))
    for standing, held in waiting.items():
        _leave_out(by_period[standing.period], held)
    return {each: _hidden(each, by_period[each.period]) for each in asked}


def _leave_out(values: Values, waiting: Waits) -> None:
    for (level, breakdown), here in waiting.items():
        for (place, indicator), held in here.items():
            where = (level, place), (indicator, breakdown)
            if where in values:
                values[where] -= float(held.value)


def _sums_of_persons(snapshot: Snapshot, periods: Collection[int], persons: Collection[str]) -> str:
    codes = ", ".join(map(quoted, sorted(persons))) or quoted("")
    return (
        f"{snapshot.tables('sums', years={period // 100 for period in periods})} "
        "SELECT period, level, place, indicator, breakdown, sum(value)::DOUBLE FROM sums "
        f"WHERE indicator IN ({codes}) AND period IN ({', '.join(map(str, periods))}) GROUP BY ALL"
    )


def _hidden(asked: _Period, values: Values) -> HiddenSums:
    """The period's sums as a table: places down, cells across; points make up their region and the country."""
    if not values:
        return {}
    places = sorted({place for place, _ in values})
    cells = sorted({cell for _, cell in values})
    row_of = {place: row for row, place in enumerate(places)}
    column_of = {cell: column for column, cell in enumerate(cells)}
    table = np.full((len(places), len(cells)), np.nan)
    for (place, cell), value in values.items():
        table[row_of[place], column_of[cell]] = value
    parts = {each.pk: key for key, each in catalogue.breakdowns().items()}
    keys = tuple(catalogue.cell_key(code, parts[part]) for code, part in cells)
    groups = _groups(row_of, dict(asked.rest.regions))
    sums = access.Table.of(table)
    sums.tell_by_totals(overlaps_among(keys, asked.rest.identities))
    hidden = access.hide(sums, sums_among(keys, asked.rest.identities), groups).hidden
    found: dict[Part, set[Where]] = defaultdict(set)
    for row, column in np.argwhere(hidden).tolist():
        (level, number), (indicator, breakdown) = places[row], cells[column]
        found[level, breakdown].add((number, indicator))
    return {part: frozenset(sums) for part, sums in found.items()}


def _groups(row_of: Mapping[Place, int], regions: Mapping[str, str]) -> list[access.Group]:
    """Rows of which one is the sum of the others: the country with its points, each region with its own."""
    gathered: dict[Place, list[int]] = defaultdict(list)
    for (level, place), row in row_of.items():
        if level == Level.POINT:
            gathered[Level.COUNTRY.value, ""].append(row)
            gathered[Level.REGION.value, regions.get(place, "")].append(row)
        else:
            gathered[level, place].append(row)
    return [
        access.Group(np.array(rows), np.where(np.array(rows) == row_of[whole], -1.0, 1.0))
        for whole, rows in gathered.items()
        if whole in row_of
    ]
