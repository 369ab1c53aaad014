"""Load what is asked, open and close periods, keep what arrives, read and write files."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import IntegrityError, transaction

from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.services import Loaded
from giamsat.intake.sources import queries
from giamsat.intake.sources.choices import Channel, DeliveryStatus, PeriodState
from giamsat.intake.sources.errors import ClosedPeriod, DuplicateDelivery, Interrupted
from giamsat.intake.sources.files.archive import is_archive, left_by_programs, members
from giamsat.intake.sources.files.csv_reader import read_csv
from giamsat.intake.sources.files.guard import LARGEST_FILE
from giamsat.intake.sources.files.lists import Part, parts_of_csv, parts_of_parquet, records
from giamsat.intake.sources.files.numerals import RawText, read_number, why_unreadable
from giamsat.intake.sources.files.reader import read_workbook
from giamsat.intake.sources.files.sheet import Sheet, SheetCheck
from giamsat.intake.sources.files.submission import Submission
from giamsat.intake.sources.files.table import read_table
from giamsat.intake.sources.files.template import template_workbook
from giamsat.intake.sources.loading import load_calendars, load_forms, publish_calendar, publish_form
from giamsat.intake.sources.models import Delivery, ReportingPeriod
from giamsat.intake.sources.waiting import (
    Sent,
    accept_many,
    begin,
    keep_waiting,
    refuse_waiting,
    taken_before,
)
from giamsat.lib.actors import Actor
from giamsat.lib.clock import stamp
from giamsat.lib.periods import CUMULATIVE_KINDS, Period
from giamsat.lib.refusals import Refusal

__all__ = [
    "LARGEST_FILE",
    "Part",
    "RawText",
    "Sent",
    "Sheet",
    "SheetCheck",
    "Submission",
    "accept_delivery",
    "accept_many",
    "begin",
    "close_period",
    "is_archive",
    "keep_delivery",
    "keep_waiting",
    "left_by_programs",
    "load_definitions",
    "lock_period",
    "members",
    "open_period",
    "open_periods",
    "open_years",
    "parts_of_csv",
    "parts_of_parquet",
    "publish_calendar",
    "publish_form",
    "read_csv",
    "read_number",
    "read_table",
    "read_workbook",
    "records",
    "refuse_delivery",
    "refuse_interrupted",
    "refuse_waiting",
    "reopen_period",
    "taken_before",
    "template_workbook",
    "why_unreadable",
]


@transaction.atomic
def load_definitions(folder: Path, *, at: datetime) -> Loaded:
    """Load forms, then the calendar that speaks of them."""
    loaded = load_forms(folder / "forms", at=at)
    calendar = folder / "calendar.yaml"
    return loaded + load_calendars(calendar) if calendar.exists() else loaded


def open_period(period: Period) -> ReportingPeriod:
    """Open one period by the calendar in force; one that is there already stays as it is."""
    return _open([period])[0]


def open_periods(
    years: Iterable[int], *, kinds: Iterable[str] = ("M", *CUMULATIVE_KINDS)
) -> list[ReportingPeriod]:
    """Open every period of some years that the calendar knows."""
    wanted = []
    for year in years:
        known = queries.calendar_for(date(year, 12, 31)).cut_offs
        for kind in (kind for kind in kinds if kind in known):
            numbers = range(1, 13) if kind == "M" else (0,)
            wanted += [Period(kind, year, number) for number in numbers]
    return _open(sorted(wanted))


@transaction.atomic
@catalogue.one_look()
def _open(periods: Sequence[Period]) -> list[ReportingPeriod]:
    rows = [
        ReportingPeriod(
            key=period.key,
            kind=period.kind,
            year=period.year,
            number=period.number,
            starts_on=period.starts_on,
            cut_off_on=queries.cut_off_on(period),
        )
        for period in periods
    ]
    ReportingPeriod.objects.bulk_create(rows, ignore_conflicts=True)
    there = ReportingPeriod.objects.in_bulk([row.key for row in rows])
    return [there[row.key] for row in rows]


@transaction.atomic
def open_years(years: Iterable[int], *, by: Actor, at: datetime) -> list[ReportingPeriod]:
    """Open years by hand, such as those before the house was there; periods that are there stay as they are."""
    years = list(years)
    known = set(ReportingPeriod.objects.filter(year__in=years).values_list("key", flat=True))
    opened = [period for period in open_periods(years) if period.key not in known]
    for period in opened:
        audit.record("period.open", subject=f"period:{period.key}", by=by, at=at)
    return opened


def close_period(key: str, *, by: Actor, at: datetime) -> ReportingPeriod:
    """Take no more reports for a period. It may be opened again until it is locked."""
    return _move_period(key, PeriodState.CLOSED, by=by, at=at)


def reopen_period(key: str, *, by: Actor, at: datetime) -> ReportingPeriod:
    """Take reports for a closed period again."""
    return _move_period(key, PeriodState.OPEN, by=by, at=at)


def lock_period(key: str, *, by: Actor, at: datetime) -> ReportingPeriod:
    """Fix a period for good: its figures are the official ones."""
    return _move_period(key, PeriodState.LOCKED, by=by, at=at)


@transaction.atomic
def _move_period(key: str, state: PeriodState, *, by: Actor, at: datetime) -> ReportingPeriod:
    queries.reporting_period(key)
    period = ReportingPeriod.objects.select_for_update().get(pk=key)
    if period.state == PeriodState.LOCKED:
        raise ClosedPeriod(key, period.state)
    was, period.state = period.state, state
    period.save(update_fields=["state"])
    audit.record(f"period.{state}", subject=f"period:{key}", by=by, at=at, facts={"was": was})
    return period


def keep_delivery(
    content: bytes,
    *,
    filename: str,
    channel: Channel | str,
    by: Actor,
    at: datetime,
    unit_id: int | None = None,
) -> Delivery:
    """Keep what arrived, before anybody looks into it."""
    return Delivery.objects.create(
        sha256=hashlib.sha256(content).hexdigest(),
        filename=filename[:255],
        channel=channel,
        content=content,
        size=len(content),
        received_at=at,
        by_id=by.id,
        by_name=by.name,
        unit_id=unit_id,
    )


def accept_delivery(delivery: Delivery, *, unit_id: int | None) -> Delivery:
    """Note that a delivery was taken in; refused when the same bytes already were for the same unit."""
    open_still = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.RECEIVED)
    try:
        with transaction.atomic():
            taken = open_still.update(unit_id=unit_id, status=DeliveryStatus.ACCEPTED)
    except IntegrityError:
        earlier = queries.accepted_delivery(delivery.sha256, unit_id)
        if earlier is None:
            raise
        raise DuplicateDelivery(delivery.sha256, stamp(earlier.received_at), earlier.by_name) from None
    if not taken:
        raise Interrupted(stamp(delivery.received_at))
    delivery.unit_id, delivery.status = unit_id, DeliveryStatus.ACCEPTED
    return delivery


@transaction.atomic
def refuse_delivery(
    delivery: Delivery,
    refusal: Refusal,
    *,
    by: Actor,
    at: datetime,
    unit_id: int | None = None,
    meant: queries.Meant | None = None,
) -> Delivery:
    """Keep a refused delivery with its refusal, word for word, and with the report it was ``meant`` for."""
    delivery.unit_id = unit_id
    delivery.status = DeliveryStatus.REFUSED
    delivery.refusal = {"code": refusal.code, "message": refusal.message, "facts": refusal.facts}
    if meant:
        delivery.form_code, delivery.period_key, delivery.basis = meant
    delivery.save(update_fields=["unit", "status", "refusal", *queries.Meant._fields])
    audit.record(
        "delivery.refused",
        subject=f"delivery:{delivery.pk}",
        by=by,
        at=at,
        facts={"code": refusal.code, "sha256": delivery.sha256, "filename": delivery.filename},
        unit_id=unit_id,
    )
    return delivery


@transaction.atomic
def refuse_interrupted(*, before: datetime, by: Actor, at: datetime) -> int:
    """Settle deliveries whose reader was killed: older than any that is still being read. Returns how many."""
    left = Delivery.objects.filter(status=DeliveryStatus.RECEIVED, received_at__lt=before)
    found = list(left.select_for_update(skip_locked=True).defer("content").order_by("pk"))
    for delivery in found:
        refusal = Interrupted(stamp(delivery.received_at))
        refuse_delivery(delivery, refusal, by=by, at=at, unit_id=delivery.unit_id)
    return len(found)
