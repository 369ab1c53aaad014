"""What of published figures those outside a unit are told: veiled cells of reports, sums without what waits for
company, and sums that are small themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import Count, Q, QuerySet, Sum

from giamsat.analysis.warehouse.choices import Level
from giamsat.analysis.warehouse.models import HeldBack, Veil
from giamsat.analysis.warehouse.persons import person_cells, sums_among
from giamsat.analysis.warehouse.reader import Snapshot
from giamsat.analysis.warehouse.sql import quoted
from giamsat.foundation.access import queries as access
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.intake.quality import queries as quality

PLACES = {Level.COUNTRY: "", Level.REGION: "region", Level.POINT: "point_id"}
Where = tuple[str, int, str]  # place, period, indicator


@dataclass(frozen=True)
class Outside:
    """What outsiders are not told of some figures, by place, period and indicator."""

    veiled: set[Where] = field(default_factory=set)
    held: Mapping[Where, tuple[Decimal, int]] = field(
        default_factory=dict
    )  # sum, and reports not in it at all


def persons(codes: Iterable[str]) -> list[str]:
    known = catalogue.indicators()
    return [code for code in codes if code in known and known[code].counts_persons]


def of_units(
    generation: int,
    codes: Iterable[str],
    *,
    breakdown: str,
    periods: Collection[int],
    basis: str,
    unit_ids: Collection[int] | None,
) -> set[Where]:
    """Cells of reports that are shown; every other figure of persons is not."""
    rows = Veil.objects.filter(period__in=periods, basis=basis, generation__lte=generation)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    by_form: dict[int, list[tuple[int, int, int, bytes]]] = defaultdict(list)
    for version, form, unit, period, hidden in rows.order_by().values_list(
        "version_id", "form_id", "unit_id", "period", "hidden"
    ):
        by_form[form].append((version, unit, period, bytes(hidden)))
    keys = {catalogue.cell_key(code, breakdown): code for code in codes}
    newest: dict[Where, tuple[int, bool]] = {}
    for form, veils in by_form.items():
        cells = person_cells(form)
        wanted = [(at, keys[key]) for at, key in enumerate(cells.keys) if key in keys]
        if not wanted:
            continue
        hidden = cells.unpacked([bits for *_, bits in veils])
        for row, (version, unit, period, _) in enumerate(veils):
            for column, code in wanted:
                where = (str(unit), period, code)
                newest[where] = max(newest.get(where, (0, False)), (version, not hidden[row, column]))
    return {where for where, (_, open_one) in newest.items() if open_one}


def of_versions(version_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """Hidden cells of versions, by their keys."""
    found = {}
    for veil in Veil.objects.filter(version_id__in=list(version_ids)).order_by("version_id"):
        cells = person_cells(veil.form_id)
        [row] = cells.unpacked([bytes(veil.hidden)])
        found[veil.version_id] = frozenset(key for key, hidden in zip(cells.keys, row, strict=True) if hidden)
    return found


def veils_of(year: int, generation: int) -> tuple[list[int], dict[str, list[Any]]]:
    """A year's versions that were decided about, and their hidden cells as columns of a table."""
    rows = Veil.objects.filter(
        period__gte=year * 100, period__lt=year * 100 + 100, generation__lte=generation
    )
    by_form: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
    for version, form, hidden in rows.order_by("version_id").values_list("version_id", "form_id", "hidden"):
        by_form[form].append((version, bytes(hidden)))
    numbers = {key: each.pk for key, each in catalogue.breakdowns().items()}
    columns: dict[str, list[Any]] = {"version_id": [], "indicator": [], "breakdown": []}
    for form, veils in by_form.items():
        cells = person_cells(form)
        split = [catalogue.split_cell_key(key) for key in cells.keys]
        for row, column in np.argwhere(cells.unpacked([bits for _, bits in veils])).tolist():
            columns["version_id"].append(veils[row][0])
            columns["indicator"].append(split[column][0])
            columns["breakdown"].append(numbers[split[column][1]])
    return [version for veils in by_form.values() for version, _ in veils], columns


def of_places(
    snapshot: Snapshot, level: Level, codes: Iterable[str], breakdown: int, periods: Collection[int]
) -> Outside:
    """Sums: what they hold of reports that wait, and which of them are small or would tell a small one."""
    codes = set(codes)
    years = {period // 100 for period in periods} & snapshot.years()
    veiled = {
        (place, period, code)
        for year in years
        for height, place, period, code, part in hidden_sums(_Kept(snapshot.number, year, snapshot))
        if (height, part) == (level.value, breakdown) and code in codes and period in periods
    }
    rows = held_at(snapshot.number).filter(period__in=periods, indicator__in=codes, breakdown=breakdown)
    held: dict[Where, tuple[Decimal, int]] = {}
    by = [PLACES[level]] if PLACES[level] else []
    counted = rows.order_by().values(*by, "period", "indicator")
    for row in counted.annotate(sum=Sum("value"), fresh_ones=Count("pk", filter=Q(fresh=True))):
        place = str(row[by[0]]) if by else ""
        held[place, row["period"], row["indicator"]] = (row["sum"], row["fresh_ones"])
    return Outside(veiled, held)


def held_at(generation: int) -> "QuerySet[HeldBack]":
    """What waits, in one generation."""
    not_yet = Q(dropped=None) | Q(dropped__gt=generation)
    return HeldBack.objects.filter(not_yet, added__lte=generation)


@dataclass(frozen=True)
class _Kept:
    """One year of one generation; what is worked out from it is kept as long as it is asked for."""

    generation: int
    year: int
    snapshot: Snapshot = field(compare=False, hash=False, repr=False)


@lru_cache(maxsize=24)
def hidden_sums(kept: _Kept) -> frozenset[tuple[str, str, int, str, int]]:
    """Sums of persons over points, regions and the country that only the place and the level above it see.

    The same for everybody: found over all sums of a year at once, whatever a page asks for.
    """
    codes = ", ".join(quoted(code) for code in persons(catalogue.indicators()))
    head = kept.snapshot.tables("sums", years=[kept.year])
    added = kept.snapshot.ask(
        f"{head} SELECT level, place, period, indicator, breakdown, sum(value) FROM sums"
        f" WHERE indicator IN ({codes or quoted('')}) GROUP BY ALL"
    )
    values = {tuple(row[:5]): float(row[5]) for row in added}
    low, high = kept.year * 100, kept.year * 100 + 99
    for row in held_at(kept.generation).filter(period__gte=low, period__lte=high).iterator():
        for level, place in _places_of(row):
            where = (level, place, row.period, row.indicator, row.breakdown)
            if where in values:
                values[where] -= float(row.value)
    regions = {
        str(pk): region for pk, region in units.all_units().filter(depth=2).values_list("pk", "region")
    }
    periods = sorted({period for _, _, period, _, _ in values})
    return frozenset(where for period in periods for where in _hidden_in(period, values, regions))


def _places_of(row: HeldBack) -> list[tuple[str, str]]:
    places = [(Level.COUNTRY.value, "")]
    if row.point_id is not None:
        places += [(Level.POINT.value, str(row.point_id)), (Level.REGION.value, row.region)]
    return places


def _hidden_in(
    period: int, values: Mapping[Any, float], regions: Mapping[str, str]
) -> Iterable[tuple[str, str, int, str, int]]:
    """One period's sums as a table: places down, cells across; points make up their region and the country."""
    parts = {each.pk: key for key, each in catalogue.breakdowns().items()}
    here = {where: value for where, value in values.items() if where[2] == period}
    places = sorted({where[:2] for where in here})
    cells = sorted({where[3:] for where in here})
    row_of = {place: row for row, place in enumerate(places)}
    column_of = {cell: column for column, cell in enumerate(cells)}
    table = np.full((len(places), len(cells)), np.nan)
    for where, value in here.items():
        table[row_of[where[:2]], column_of[where[3:]]] = value
    keys = tuple(catalogue.cell_key(code, parts[part]) for code, part in cells)
    hidden = access.hide(
        access.Table.of(table), sums_among(keys, quality.identities()), _groups(row_of, regions)
    )
    for row, column in np.argwhere(hidden):
        yield (*places[row], period, *cells[column])


def _groups(row_of: Mapping[tuple[str, str], int], regions: Mapping[str, str]) -> list[Any]:
    """Rows of which one is the sum of the others: the country with its points, each region with its own."""
    gathered: dict[tuple[str, str], list[int]] = defaultdict(list)
    for (level, place), row in row_of.items():
        if level == Level.POINT:
            gathered[Level.COUNTRY.value, ""].append(row)
            gathered[Level.REGION.value, regions.get(place, "")].append(row)
        else:
            gathered[level, place].append(row)
    return [np.array(rows) for whole, rows in gathered.items() if whole in row_of]
