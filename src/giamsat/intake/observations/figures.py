"""Stored values of many reports as one grid, whatever form version each was filled in on."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from django.db import connection

from giamsat.intake.observations.models import Report
from giamsat.intake.sources import queries as sources
from giamsat.lib.arrays import number_array
from giamsat.lib.formulas import Grid
from giamsat.lib.formulas.grids import SCALE, whole_texts

# Figures that count: of the version at hand, of the last accepted one, or of that and else of the one at hand.
AT_HAND, IN_FORCE = "r.current_id", "r.in_force_id"
IN_FORCE_OR_AT_HAND = "coalesce(r.in_force_id, r.current_id)"
STORED = """
    SELECT r.unit_id, v.form_id, v."values"::float8[]
    FROM observations_report r JOIN observations_reportversion v ON v.id = {which}
    WHERE r.form_code = ANY(%s) AND r.period_key = %s AND r.basis = %s AND r.unit_id = ANY(%s::bigint[])
"""


def stored(
    keys: Sequence[str],
    unit_ids: Sequence[int],
    *,
    form_codes: Iterable[str],
    period_key: str,
    basis: str,
    which: str = IN_FORCE,
) -> Grid:
    """Units × cell keys of one period; blank where a unit reported nothing or its form had no such cell."""
    matrix = np.full((len(unit_ids), len(keys)), np.nan)
    places = {unit_id: place for place, unit_id in enumerate(unit_ids)}
    by_form: dict[int, tuple[list[int], list[list[float | None]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            STORED.format(which=which), [list(form_codes), period_key, basis, number_array(unit_ids)]
        )
        for unit_id, form_id, values in cursor.fetchall():
            rows, figures = by_form.setdefault(form_id, ([], []))
            rows.append(places[unit_id])
            figures.append(values)
    for form_id, (rows, figures) in by_form.items():
        here, there = _mapping(form_id, tuple(keys))
        matrix[np.ix_(rows, here)] = np.array(figures, np.float64)[:, there]
    return Grid.of_floats(matrix)


def versions_in_force(form_codes: Iterable[str], period_key: str, basis: str) -> dict[int, int]:
    """By unit, the version in force of its report for a period."""
    told = Report.objects.filter(form_code__in=list(form_codes), period_key=period_key, basis=basis)
    return dict(told.filter(in_force__isnull=False).order_by().values_list("unit_id", "in_force_id"))


@lru_cache(maxsize=512)
def _mapping(form_id: int, keys: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """Which of the keys a form has, and at which ordinals."""
    cells = sources.form_by_id(form_id).cell_by_key
    pairs = [(place, cells[key].ordinal) for place, key in enumerate(keys) if key in cells]
    return [here for here, _ in pairs], [there for _, there in pairs]


def as_arrays(grid: Grid) -> list[str]:
    """Each row as PostgreSQL writes an array of numbers, for COPY."""
    whole, rest = np.divmod(grid.scaled, SCALE)
    texts = whole_texts(whole)
    for row, column in zip(*np.nonzero(rest), strict=True):
        texts[row, column] = f"{grid.value(row, column):f}"
    texts[~grid.present] = "NULL"
    return ["{" + ",".join(row) + "}" for row in texts]
