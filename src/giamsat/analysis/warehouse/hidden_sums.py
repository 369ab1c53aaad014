"""Sums of persons that outsiders are not told, since they are small or would tell a small one.

Decided over all sums of a period at once, the same for everybody, whatever a page asks for. What was worked out is
kept by what it was worked out from: a publication changes the sums of one or two periods, and only those are looked at
again.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

import numpy as np
from django.db.models import Q, QuerySet

from giamsat.analysis.warehouse.choices import Level
from giamsat.analysis.warehouse.models import HeldBack
from giamsat.analysis.warehouse.persons import sums_among
from giamsat.analysis.warehouse.reader import Snapshot
from giamsat.analysis.warehouse.sql import quoted
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import POINT_DEPTH
from giamsat.intake.quality import queries as quality

Place = tuple[str, str]  # level and number
Cell = tuple[str, int]  # indicator and breakdown
HiddenSum = tuple[str, str, int, str, int]  # place, period, cell
Waits = tuple[tuple[Place, Cell, Decimal], ...]


@dataclass(frozen=True)
class _Generation:
    number: int
    year: int
    snapshot: Snapshot = field(compare=False, hash=False, repr=False)


@dataclass(frozen=True)
class _Year:
    """All that the answers of one year's periods stand on."""

    year: int
    files: tuple[object, ...]
    waits: tuple[tuple[int, Waits], ...]  # by period
    identities: quality.Identities
    regions: frozenset[tuple[str, str]]  # of points
    snapshot: Snapshot = field(compare=False, hash=False, repr=False)


@dataclass(frozen=True)
class _Period:
    """All that one period's answer stands on; the sums by their fingerprint."""

    period: int
    fingerprint: int
    waits: Waits
    identities: quality.Identities
    regions: frozenset[tuple[str, str]]
    snapshot: Snapshot = field(compare=False, hash=False, repr=False)


def hidden_sums(snapshot: Snapshot, periods: Iterable[int]) -> Iterator[HiddenSum]:
    """Sums over points, regions and the country that only the place and the level above it see.

    Each period stands for itself: one that nobody asks for need not be worked out.
    """
    there = snapshot.years()
    for period in set(periods):
        if (year := period // 100) in there:
            known = _of_generation(_Generation(snapshot.number, year, snapshot))
            if period in known:  # whoever found it first may have closed their snapshot since
                yield from _of_period(replace(known[period], snapshot=snapshot))


def held_at(generation: int) -> "QuerySet[HeldBack]":
    """What waits for company, in one generation."""
    not_yet = Q(dropped=None) | Q(dropped__gt=generation)
    return HeldBack.objects.filter(not_yet, added__lte=generation)


@lru_cache(maxsize=24)
def _of_generation(asked: _Generation) -> Mapping[int, _Period]:
    low, high = asked.year * 100, asked.year * 100 + 99
    waits: dict[int, list[tuple[Place, Cell, Decimal]]] = defaultdict(list)
    for row in held_at(asked.number).filter(period__gte=low, period__lte=high).order_by("pk"):
        for place in _places_of(row):
            waits[row.period].append((place, (row.indicator, row.breakdown), row.value))
    points = units.all_units().filter(depth=POINT_DEPTH).values_list("pk", "region")
    return _of_year(
        _Year(
            year=asked.year,
            files=asked.snapshot.files(asked.year),
            waits=tuple((period, tuple(rows)) for period, rows in sorted(waits.items())),
            identities=quality.identities(),
            regions=frozenset((str(pk), region) for pk, region in points),
            snapshot=asked.snapshot,
        )
    )


@lru_cache(maxsize=24)
def _of_year(asked: _Year) -> Mapping[int, _Period]:
    waits = dict(asked.waits)
    fingerprints = asked.snapshot.ask(
        f"{_persons_sums(asked.snapshot, asked.year)} SELECT period, "
        "bit_xor(hash(level, place, indicator, breakdown, value)) FROM persons GROUP BY period ORDER BY period"
    )
    return {
        period: _Period(
            period, fingerprint, waits.get(period, ()), asked.identities, asked.regions, asked.snapshot
        )
        for period, fingerprint in fingerprints
    }


@lru_cache(maxsize=200)
def _of_period(asked: _Period) -> frozenset[HiddenSum]:
    """The period's sums as a table: places down, cells across; points make up their region and the country."""
    values = _values(asked)
    places = sorted({place for place, _ in values})
    cells = sorted({cell for _, cell in values})
    row_of = {place: row for row, place in enumerate(places)}
    column_of = {cell: column for column, cell in enumerate(cells)}
    table = np.full((len(places), len(cells)), np.nan)
    for (place, cell), value in values.items():
        table[row_of[place], column_of[cell]] = value
    parts = {each.pk: key for key, each in catalogue.breakdowns().items()}
    keys = tuple(catalogue.cell_key(code, parts[part]) for code, part in cells)
    groups = _groups(row_of, dict(asked.regions))
    hidden = access.hide(access.Table.of(table), sums_among(keys, asked.identities), groups)
    return frozenset(
        (*places[row], asked.period, *cells[column]) for row, column in np.argwhere(hidden).tolist()
    )


def _values(asked: _Period) -> dict[tuple[Place, Cell], float]:
    """What outsiders' sums would be: those published, less what waits."""
    rows = asked.snapshot.ask(
        f"{_persons_sums(asked.snapshot, asked.period // 100)} SELECT level, place, indicator, breakdown, value "
        f"FROM persons WHERE period = {asked.period}"
    )
    values = {((row[0], row[1]), (row[2], row[3])): float(row[4]) for row in rows}
    for place, cell, value in asked.waits:
        if (place, cell) in values:
            values[place, cell] -= float(value)
    return values


def _persons_sums(snapshot: Snapshot, year: int) -> str:
    codes = ", ".join(
        quoted(code) for code, each in catalogue.indicators().items() if each.counts_persons
    ) or quoted("")
    return (
        f"{snapshot.tables('sums', years=[year])}, persons AS (SELECT level, place, period, indicator, breakdown, "
        f"sum(value) AS value FROM sums WHERE indicator IN ({codes}) GROUP BY ALL)"
    )


def _places_of(row: HeldBack) -> list[Place]:
    places = [(Level.COUNTRY.value, "")]
    if row.point_id is not None:
        places += [(Level.POINT.value, str(row.point_id)), (Level.REGION.value, row.region)]
    return places


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
