"""Keeping what was decided about versions: their veils, and what waits for company."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection

from giamsat.analysis.warehouse import upstream
from giamsat.analysis.warehouse.models import HeldBack, Veil
from giamsat.analysis.warehouse.persons import PersonCells, person_cells
from giamsat.analysis.warehouse.rules import periods_reaching
from giamsat.analysis.warehouse.services.history import Release
from giamsat.analysis.warehouse.services.sheets import Arrival, Sheet
from giamsat.analysis.warehouse.upstream import Tree
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources.choices import Basis
from giamsat.lib.arrays import copy_rows, number_array

COLUMNS = "version_id, report_id, unit_id, form_id, period, basis, hidden, generation, released"
HELD_COLUMNS = "version_id, report_id, point_id, region, period, indicator, breakdown, value, fresh, added"


def decided(report_ids: Iterable[int] | None, year: int | None) -> set[int]:
    """Versions that were decided about, among those reports or in that year."""
    conditions = ["true"]
    parameters: list[Any] = []
    if report_ids is not None:
        conditions.append("report_id = ANY(%s::bigint[])")
        parameters.append(number_array(report_ids))
    if year is not None:
        conditions.append("period / 100 = %s")
        parameters.append(year)
    return _versions(" AND ".join(conditions), *parameters)


def released(unit_ids: Collection[int], year: int) -> list[Veil]:
    """What outsiders have been shown of these units in a year, oldest first."""
    condition = "period BETWEEN %s AND %s AND released ORDER BY version_id"
    return _veils(unit_ids, condition, year * 100, year * 100 + 99)


def releases(point_of: Mapping[int, int], year: int, reach: int) -> dict[int, list[Release]]:
    """What outsiders have been shown of units' own reports that reach to the same month, in order, by point."""
    periods = number_array(year * 100 + part for part in periods_reaching(reach))
    condition = "period = ANY(%s::bigint[]) AND basis = %s AND released ORDER BY generation, version_id"
    together: dict[tuple[int, int, int, int], list[Veil]] = defaultdict(list)
    for veil in _veils(point_of, condition, periods, Basis.OWN):
        together[point_of[veil.unit_id], veil.generation, veil.period, veil.form_id].append(veil)
    values = dict(values_of([veil.version_id for some in together.values() for veil in some]))
    found: dict[int, list[Release]] = defaultdict(list)
    for (point, generation, period, form_id), some in together.items():
        cells = person_cells(form_id)
        found[point].append(
            Release(
                point,
                generation,
                period,
                cells,
                [veil.report_id for veil in some],
                [veil.unit_id for veil in some],
                cells.read([values[veil.version_id] for veil in some]),
                cells.unpacked([bytes(veil.hidden) for veil in some]),
            )
        )
    return found


def _veils(unit_ids: Collection[int], condition: str, *parameters: object) -> list[Veil]:
    """Thousands of units go over as one array."""
    query = f"SELECT * FROM {Veil._meta.db_table} WHERE unit_id = ANY(%s::bigint[]) AND {condition}"
    return list(Veil.objects.raw(query, [number_array(unit_ids), *parameters]))


def waiting_among(version_ids: Collection[int]) -> set[int]:
    return _versions("version_id = ANY(%s::bigint[]) AND NOT released", number_array(version_ids))


def _versions(condition: str, *parameters: Any) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version_id FROM {Veil._meta.db_table} WHERE {condition}", parameters)
        return {version_id for (version_id,) in cursor.fetchall()}


def values_of(version_ids: Collection[int]) -> Iterator[tuple[int, str]]:
    return ((each.version_id, each.values) for each in observations.kept_versions(version_ids))


def forget(version_ids: Collection[int]) -> None:
    """A version that waited and is replaced was never shown: it goes on hiding everything, without a row."""
    Veil.objects.filter(version_id__in=version_ids, released=False).delete()


def keep(
    generation: int,
    tree: Tree,
    sheets: list[Sheet],
    last: dict[int, tuple[PersonCells, Any]],
    waited: set[int],
) -> None:
    """Write the veils, and what the sums hold that outsiders are not told yet. What waits on is left as it stands."""
    let_go = [
        each.report_id
        for sheet in sheets
        for each, out in zip(sheet.arrivals, sheet.released.tolist(), strict=True)
        if out or each.version_id not in waited
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {HeldBack._meta.db_table} SET dropped = %s"
            " WHERE dropped IS NULL AND report_id = ANY(%s::bigint[])",
            [generation, number_array(let_go)],
        )
    rows: list[tuple[object, ...]] = []
    held: list[tuple[object, ...]] = []
    for sheet in sheets:
        bits = sheet.cells.packed(sheet.hidden)
        for row, each in enumerate(sheet.arrivals):
            out = bool(sheet.released[row])
            if out or each.version_id not in waited:
                rows.append((*each[:6], bits[row], generation, out))
            if not out and each.version_id not in waited and each.basis == Basis.OWN:
                now = _by_key(sheet.cells, sheet.values[row])
                then = _by_key(*last[each.report_id]) if each.report_id in last else None
                held += _held(generation, tree, each, now, then)
    forget(waited.intersection(row[0] for row in rows))
    with connection.cursor() as cursor:
        copy_rows(cursor, Veil._meta.db_table, COLUMNS, rows)
        copy_rows(cursor, HeldBack._meta.db_table, HELD_COLUMNS, held)


def _held(
    generation: int, tree: Tree, each: Arrival, now: dict[str, float], then: dict[str, float] | None
) -> Iterator[tuple[object, ...]]:
    """What this version adds to what outsiders' sums hold of its report."""
    place = tree.place(each.unit_id)
    for key in sorted(now.keys() | (then or {}).keys()):
        code, breakdown = catalogue.split_cell_key(key)
        added = Decimal(str(now.get(key, 0))) - Decimal(str((then or {}).get(key, 0)))
        cell = code, upstream.breakdown_number(breakdown), added
        yield each.version_id, each.report_id, *place, each.period, *cell, then is None, generation


def _by_key(cells: PersonCells, values: Any) -> dict[str, float]:
    return {key: float(value) for key, value in zip(cells.keys, values, strict=True) if not np.isnan(value)}
