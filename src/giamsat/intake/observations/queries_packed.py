"""Figures in force by the thousand, for whoever keeps a copy of them and must know whether it is right."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from giamsat.lib.arrays import number_array

IN_FORCE = """
    FROM observations_report r
    JOIN observations_reportversion v ON v.id = r.in_force_id
    JOIN sources_form f ON f.id = v.form_id
"""


class Head(NamedTuple):
    """A report in force without its figures: enough to tell whether a copy of it is out of date."""

    report_id: int
    version_id: int
    period_key: str
    status: str


class Packed(NamedTuple):
    """A report's figures in force. ``values`` is PostgreSQL's text of the array, as the form's cells run."""

    report_id: int
    version_id: int
    unit_id: int
    form_code: str
    form_version: int
    period_key: str
    basis: str
    status: str
    values: str


class Total(NamedTuple):
    """What all reports in force of one form, period and basis add up to, over every filled cell."""

    form_code: str
    period_key: str
    basis: str
    reports: int
    cells: int
    total: Decimal


def heads_in_force(*, report_ids: Iterable[int] | None = None, year: int | None = None) -> Iterator[Head]:
    """Reports in force, some or those of a year; one that has nothing in force is left out."""
    where, parameters = _which(report_ids, year)
    return map(
        Head._make, _stream(f"SELECT r.id, v.id, r.period_key, r.status {IN_FORCE} {where}", parameters)
    )


def packed_versions(report_ids: Iterable[int] | None = None, *, year: int | None = None) -> Iterator[Packed]:
    """Figures in force of some reports, of one year, or all, by report; read in chunks.

    A report under correction still shows its accepted figures; one without any is left out.
    """
    where, parameters = _which(report_ids, year)
    columns = (
        'r.id, v.id, r.unit_id, r.form_code, f.version, r.period_key, r.basis, r.status, v."values"::text'
    )
    return map(Packed._make, _stream(f"SELECT {columns} {IN_FORCE} {where} ORDER BY r.id", parameters))


class Kept(NamedTuple):
    """The figures of one version, whether or not it still counts."""

    version_id: int
    values: str


def kept_versions(version_ids: Iterable[int]) -> Iterator[Kept]:
    """Figures of versions by their numbers, older ones too."""
    query = (
        'SELECT v.id, v."values"::text FROM observations_reportversion v'
        " WHERE v.id = ANY(%s::bigint[]) ORDER BY v.id"
    )
    return map(Kept._make, _stream(query, [number_array(version_ids)]))


def published_years() -> list[int]:
    """Years that have figures in force."""
    return [
        int(year) for (year,) in _stream(f"SELECT DISTINCT left(r.period_key, 4) {IN_FORCE} ORDER BY 1", [])
    ]


def totals_in_force(year: int) -> list[Total]:
    """Added up by PostgreSQL itself: what any copy of a year's figures must come to."""
    where, parameters = _which(None, year)
    query = (
        "SELECT r.form_code, r.period_key, r.basis,"
        " count(DISTINCT r.id), count(c.value), coalesce(sum(c.value), 0)"
        f' {IN_FORCE} LEFT JOIN LATERAL unnest(v."values") AS c(value) ON true {where}'
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [Total._make(row) for row in _stream(query, parameters)]


def _which(report_ids: Iterable[int] | None, year: int | None) -> tuple[str, list[Any]]:
    conditions = ["true"]
    parameters: list[Any] = []
    if report_ids is not None:
        conditions.append("r.id = ANY(%s::bigint[])")
        parameters.append(number_array(report_ids))
    if year is not None:
        conditions.append("r.period_key >= %s AND r.period_key < %s")
        parameters += [f"{year:04}-", f"{year + 1:04}-"]
    return f"WHERE {' AND '.join(conditions)}", parameters


def _stream(query: str, parameters: list[Any], chunk: int = 5_000) -> Iterator[tuple[Any, ...]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(chunk):
            yield from rows
