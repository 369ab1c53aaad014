"""Storing a checked batch: rows written by COPY under numbers drawn beforehand, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Model

from giamsat.foundation.audit import services as audit
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.evidence import Body
from giamsat.intake.observations.figures import as_arrays
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.telling import announce_many_accepted
from giamsat.intake.sources import queries as sources
from giamsat.lib.actors import Actor
from giamsat.lib.arrays import copy_rows
from giamsat.lib.clock import day_of
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period

if TYPE_CHECKING:
    from giamsat.intake.sources.models import Delivery, Form

REPORT_COLUMNS = (
    "id", "unit_id", "form_code", "period_key", "basis", "status", "current_id", "due_on", "in_force_id",
    "first_sent_on", "submitted_at", "submitted_by_id", "submitted_by_name", "accepted_at", "accepted_by_id",
    "accepted_by_name", "returned_by_name", "return_reason",
)  # fmt: skip
VERSION_COLUMNS = (
    "id", "report_id", "number", "form_id", "delivery_id", "values", "recorded_at", "recorded_by_id",
    "recorded_by_name", "accepted_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Accepting:
    """Who accepts the reports at once, for figures that were submitted and accepted elsewhere before.

    ``explanation`` is kept under every finding that asks for one; without it such reports stay drafts.
    """

    by: Actor
    explanation: str = ""


@dataclass(frozen=True)
class Batch:
    """What all reports of a batch have in common."""

    form: Form
    period: Period
    basis: str
    delivery: Delivery | None
    by: Actor
    at: datetime
    accepting: Accepting | None = None
    delivery_ids: Sequence[int] | None = None  # by row, where each report came by its own

    def delivery_of(self, row: int) -> int | None:
        if self.delivery_ids is not None:
            return self.delivery_ids[row]
        return self.delivery.pk if self.delivery else None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One report of a batch, with the numbers drawn for it. ``held`` is the report if there was one."""

    row: int
    unit_id: int
    report_id: int
    version_id: int
    status: Status
    recorded_at: datetime
    due_on: date | None
    held: Report | None

    @property
    def accepted(self) -> bool:
        return self.status == Status.TIEP_NHAN

    @property
    def days_late(self) -> int | None:
        """Once accepted: how long after its day it came in."""
        if not self.accepted or self.due_on is None:
            return None
        return max(0, (day_of(self.recorded_at) - self.due_on).days)

    @property
    def number(self) -> int:
        """Of the version; the report at hand holds the one before."""
        return self.held.current.number + 1 if self.held and self.held.current else 1


def store(
    batch: Batch,
    rows: Sequence[int],
    units: Sequence[Body],
    current: Grid,
    *,
    held: Mapping[int, Report],
    waiting: set[int],
    recorded_at: Sequence[datetime] | None,
) -> list[Incoming]:
    """Write some rows of a checked grid. ``waiting`` rows have findings that need an explanation."""
    due = _due_days(batch)
    numbers = zip(_draw(Report, len(rows)), _draw(ReportVersion, len(rows)), strict=True)
    incoming = [
        Incoming(
            row=row,
            unit_id=units[row].pk,
            report_id=held[units[row].pk].pk if units[row].pk in held else report_id,
            version_id=version_id,
            status=_status(batch, row in waiting),
            recorded_at=recorded_at[row] if recorded_at else batch.at,
            due_on=due.get(units[row].kind),
            held=held.get(units[row].pk),
        )
        for row, (report_id, version_id) in zip(rows, numbers, strict=True)
    ]
    _copy(Report, REPORT_COLUMNS, (_report_row(batch, each) for each in incoming if not each.held))
    arrays = as_arrays(current.at(list(rows)))
    pairs = zip(incoming, arrays, strict=True)
    _copy(ReportVersion, VERSION_COLUMNS, (_version_row(batch, each, array) for each, array in pairs))
    _advance([each for each in incoming if each.held], batch)
    return incoming


def _status(batch: Batch, waiting: bool) -> Status:
    if waiting and not (batch.accepting and batch.accepting.explanation):
        return Status.NHAP
    return Status.TIEP_NHAN if batch.accepting else Status.CHO_DUYET


def _due_days(batch: Batch) -> dict[str, date]:
    """The last day for each kind of unit that owes the form."""
    return {
        each.unit_kind: sources.due_on(each, batch.period)
        for each in sources.obligations(batch.period)
        if (each.form_code, each.basis) == (batch.form.code, batch.basis)
    }


def _draw(model: type[Model], count: int) -> list[int]:
    """Numbers from the table's own sequence, so that reports and versions can name each other."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
        )
        return [number for (number,) in cursor.fetchall()]


def _copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        copy_rows(cursor, model._meta.db_table, names, rows)


def _report_row(batch: Batch, each: Incoming) -> tuple[object, ...]:
    passed = _passed(batch, each)
    key = (each.report_id, each.unit_id, batch.form.code, batch.period.key, batch.basis)
    return (*key, each.status.value, each.version_id, each.due_on, *passed.values(), "", "")


def _passed(batch: Batch, each: Incoming) -> dict[str, object]:
    """What submission and acceptance leave on a report."""
    if not each.accepted or batch.accepting is None:
        return {
            "in_force_id": None,
            "first_sent_on": None,
            "submitted_at": None,
            "submitted_by_id": None,
            "submitted_by_name": "",
            "accepted_at": None,
            "accepted_by_id": None,
            "accepted_by_name": "",
        }
    return {
        "in_force_id": each.version_id,
        "first_sent_on": (each.held and each.held.first_sent_on) or day_of(each.recorded_at),
        "submitted_at": each.recorded_at,
        "submitted_by_id": batch.by.id,
        "submitted_by_name": batch.by.name,
        "accepted_at": each.recorded_at,
        "accepted_by_id": batch.accepting.by.id,
        "accepted_by_name": batch.accepting.by.name,
    }


def _version_row(batch: Batch, each: Incoming, array: str) -> tuple[object, ...]:
    return (
        each.version_id,
        each.report_id,
        each.number,
        batch.form.pk,
        batch.delivery_of(each.row),
        array,
        each.recorded_at,
        batch.by.id,
        batch.by.name,
        each.recorded_at if each.accepted else None,
    )


def _advance(incoming: Sequence[Incoming], batch: Batch) -> None:
    """Reports that were there already move to their new version."""
    for each in incoming:
        assert each.held is not None
        earlier = each.held.current
        superseded = {earlier.pk} if earlier and earlier.accepted_at is None else set()
        if each.accepted and each.held.in_force_id:
            superseded.add(each.held.in_force_id)
        ReportVersion.objects.filter(pk__in=superseded).update(superseded_at=each.recorded_at)
        passed = _passed(batch, each) if each.accepted else {}
        Report.objects.filter(pk=each.report_id).update(
            status=each.status, current_id=each.version_id, **passed
        )


def tell(batch: Batch, incoming: Sequence[Incoming], refused: int) -> None:
    """One entry in the trail for the batch, and the news of what came in force."""
    audit.record(
        "reports.received",
        subject=f"form:{batch.form.code} {batch.period.key}",
        by=batch.by,
        at=batch.at,
        facts={
            "form_version": batch.form.version,
            "basis": batch.basis,
            "delivery": batch.delivery.pk if batch.delivery else None,
            **({"deliveries": len(incoming)} if batch.delivery_ids is not None else {}),
            "stored": len(incoming),
            "refused": refused,
            "accepted_by": batch.accepting.by.name if batch.accepting else None,
        },
    )
    accepted = [each.report_id for each in incoming if each.accepted]
    announce_many_accepted(batch.form.code, batch.period.key, batch.basis, accepted)
