"""What was owed and what came, when: counted over many units by one question, or unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from giamsat.intake.observations.choices import RECEIVED, Arrived, Status
from giamsat.intake.sources import queries as sources
from giamsat.lib.arrays import number_array
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

# One row for every report that is owed, beside the report if there is one. Of the words for how it stands the first
# that fits counts: what was sent, and is with its unit again, was returned, whatever has been typed since.
OWED = f"""
SELECT duty.number, unit.id, unit.code, unit.name_vi, unit.name_en, unit.path, duty.due_on,
    report.id AS report_id, report.status, report.first_sent_on,
    CASE
        WHEN report.status = ANY(%(received)s) AND report.first_sent_on <= duty.due_on THEN 'on_time'
        WHEN report.status = ANY(%(received)s) THEN 'late'
        WHEN report.first_sent_on IS NOT NULL OR report.status = '{Status.TRA_LAI.value}' THEN 'returned'
        WHEN duty.due_on < %(today)s THEN 'missing'
        ELSE 'waiting' END AS stands
FROM unnest(%(forms)s::text[], %(bases)s::text[], %(periods)s::text[], %(kinds)s::text[],
            %(cut_offs)s::date[], %(due)s::date[])
    WITH ORDINALITY AS duty(form_code, basis, period_key, unit_kind, cut_off_on, due_on, number)
JOIN units_unit AS unit ON unit.kind = duty.unit_kind AND unit.path LIKE %(under)s AND NOT unit.withheld
    AND unit.valid_from <= duty.cut_off_on AND (unit.valid_to IS NULL OR unit.valid_to > duty.cut_off_on)
LEFT JOIN observations_report AS report ON report.unit_id = unit.id AND report.form_code = duty.form_code
    AND report.period_key = duty.period_key AND report.basis = duty.basis
"""  # noqa: S608 - nothing but words of our own
# Grouped by short keys in the order of their bytes: by what they stand for in words it takes twice as long.
COUNTED = f"""
SELECT number, left(path, %(length)s) COLLATE "C",
    {", ".join(f"count(*) FILTER (WHERE stands = '{each.value}')" for each in Arrived)},
    count(*) FILTER (WHERE status = '{Status.DA_NOP.value}'),
    count(*) FILTER (WHERE first_sent_on <= due_on)
FROM ({OWED}) AS owed GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - nothing but words of our own
ONE_BY_ONE = f"""
SELECT * FROM ({OWED}) AS owed
WHERE stands = ANY(%(stands)s) AND (%(units)s::bigint[] IS NULL OR id = ANY(%(units)s::bigint[]))
    AND (NOT %(awaiting)s OR status = '{Status.DA_NOP.value}')
ORDER BY due_on, path, number LIMIT %(most)s
"""  # noqa: S608


class Duty(NamedTuple):
    """Units of one kind owe a form for a period: those that existed at the cut-off, by the due day."""

    form_code: str
    basis: str
    period_key: str
    unit_kind: str
    cut_off_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class Tally:
    """How many reports are owed, and how they stand; each stands in exactly one of the first five ways.

    ``awaiting``: of those that came, how many nobody above has decided about. ``punctual``: how many were first sent
    by their day, those that were returned since among them.
    """

    on_time: int = 0
    late: int = 0
    returned: int = 0
    missing: int = 0
    waiting: int = 0
    awaiting: int = 0
    punctual: int = 0

    @property
    def owed(self) -> int:
        return self.on_time + self.late + self.returned + self.missing + self.waiting

    @property
    def received(self) -> int:
        return self.on_time + self.late

    @property
    def fallen_due(self) -> int:
        """Those of which it is known by now whether they came in time."""
        return self.owed - self.waiting

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


class Counted(NamedTuple):
    """How many units of one kind under one path owe a report, and how those reports stand."""

    duty: Duty
    path: str
    tally: Tally


class Owed(NamedTuple):
    """One report one unit owes, and how it stands."""

    duty: Duty
    unit_id: int
    code: str
    name_vi: str
    name_en: str
    path: str
    due_on: date
    report_id: int | None
    status: str | None
    first_sent_on: date | None
    stands: str

    def days_late(self, today: date) -> int:
        """After its day: until it was first sent, or until today."""
        until = self.first_sent_on or today
        return 0 if self.stands == Arrived.WAITING else max(0, (until - self.due_on).days)


def duties(periods: Iterable[Period]) -> list[Duty]:
    """Everything that is asked for these periods, with its days."""
    return [
        Duty(
            each.form_code, str(each.basis), period.key, each.unit_kind,
            sources.cut_off_on(period), sources.due_on(each, period),
        )
        for period in periods
        for each in sources.obligations(period)
    ]  # fmt: skip


def total(tallies: Iterable[Tally]) -> Tally:
    return reduce(Tally.__add__, tallies, Tally())


def counted(asked: Sequence[Duty], place: Unit, *, length: int, today: date) -> list[Counted]:
    """How much under a place is owed and how it stands, by duty and by the start of the units' paths, so long."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, _facts(asked, place, today) | {"length": length})
        return [
            Counted(asked[number - 1], path, Tally(*counts)) for number, path, *counts in cursor.fetchall()
        ]


def one_by_one(
    asked: Sequence[Duty],
    place: Unit,
    *,
    today: date,
    unit_ids: Iterable[int] | None,
    stands: Sequence[str] = tuple(Arrived.values),
    awaiting: bool = False,
    most: int | None = None,
) -> list[Owed]:
    """The reports under a place themselves, of these units (None: of all) and so standing; the oldest due first.

    ``awaiting``: only those that nobody above has decided about.
    """
    wanted: dict[str, Any] = {
        "units": None if unit_ids is None else number_array(unit_ids),
        "stands": list(stands),
        "awaiting": awaiting,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(ONE_BY_ONE, _facts(asked, place, today) | wanted)
        return [Owed(asked[number - 1], *row) for number, *row in cursor.fetchall()]


def _facts(asked: Sequence[Duty], place: Unit, today: date) -> dict[str, Any]:
    columns = list(zip(*asked, strict=True)) or [()] * len(Duty._fields)
    names = ("forms", "bases", "periods", "kinds", "cut_offs", "due")
    return {
        **{name: list(column) for name, column in zip(names, columns, strict=True)},
        "under": f"{place.path}%",
        "today": today,
        "received": [each.value for each in RECEIVED],
    }
