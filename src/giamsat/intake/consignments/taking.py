"""One chunk of a consignment: some parcels taken in, and what became of them, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.db.models import F

from giamsat.foundation.audit import services as audit
from giamsat.intake.consignments.choices import Result, State
from giamsat.intake.consignments.errors import SenderGone
from giamsat.intake.consignments.models import Consignment, Outcome, Parcel
from giamsat.intake.observations import services as observations
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.choices import Channel
from giamsat.lib.arrays import copy_rows

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.intake.observations.services import Moved, Receipt
    from giamsat.intake.sources.models import Delivery

WORKBOOKS_AT_ONCE = 500
LARGEST_AT_ONCE = 100_000_000  # bytes of workbooks in memory; one that is larger goes alone
COLUMNS = (
    "consignment_id", "result", "file", "line", "unit_id", "unit_code", "form_code", "period_key", "code", "sentence",
    "findings", "report_id", "delivery_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One report of a parcel: where it stood, and what became of it."""

    file: str
    line: int
    receipt: Receipt
    delivery_id: int | None


@transaction.atomic
def take_chunk(number: int, *, at: datetime) -> Consignment:
    """Take in the next parcels: so many workbooks, or one part of a list. With none left the consignment is done."""
    consignment = Consignment.objects.select_for_update().get(pk=number)
    if consignment.state != State.OPEN:
        return consignment
    sender = _account(consignment.by_id, consignment.by_name)
    parcels = _next(consignment)
    lines = list(_take(parcels, sender, at))
    _send_on(consignment, lines, at)
    _keep(consignment, lines)
    Parcel.objects.filter(pk__in=[each.pk for each in parcels]).update(settled=True)
    consignment.parcels_done += len(parcels)
    consignment.moved_at = at
    if consignment.parcels_done == consignment.parcels_in_all:
        consignment.state, consignment.ended_at = State.DONE, at
        _record(consignment, "consignment.done", sender, at)
    consignment.save()
    return consignment


def _account(number: int, name: str) -> Account:
    account = get_user_model().objects.filter(pk=number, is_active=True).first()
    if account is None:
        raise SenderGone(name)
    return account


def _next(consignment: Consignment) -> Sequence[Parcel]:
    """Workbooks as they follow each other, or one part of a list."""
    waiting = Parcel.objects.filter(consignment=consignment, settled=False).order_by("number")
    told = waiting.annotate(channel=F("delivery__channel"), size=F("delivery__size")).select_related(None)
    found = list(told[:WORKBOOKS_AT_ONCE])
    size = 0
    for place, each in enumerate(found):
        size += each.size
        if each.channel != Channel.EXCEL or size > LARGEST_AT_ONCE:
            return found[: place or 1]
    return found


def _take(parcels: Sequence[Parcel], sender: Account, at: datetime) -> Iterator[Line]:
    deliveries = sources.begin([each.delivery_id for each in parcels])
    if not parcels:
        return
    if deliveries[parcels[0].delivery_id].channel == Channel.EXCEL:
        arrived = [deliveries[each.delivery_id] for each in parcels]
        receipts = observations.receive_workbooks(arrived, by=sender, at=at)
        for delivery, receipt in zip(arrived, receipts, strict=True):
            yield Line(delivery.filename, 0, receipt, delivery.pk)
    else:
        for parcel in parcels:
            yield from _take_list(deliveries[parcel.delivery_id], parcel.first_line, sender, at)


def _take_list(delivery: Delivery, first_line: int, sender: Account, at: datetime) -> Iterator[Line]:
    """Lines that pass are taken in; a part that cannot be read at all is refused whole."""
    receipts = observations.receive_list(delivery, first_line=first_line, by=sender, at=at)
    for number, receipt in enumerate(receipts, start=first_line):
        yield Line(delivery.filename, number, receipt, delivery.pk)


def _send_on(consignment: Consignment, lines: Sequence[Line], at: datetime) -> None:
    """What passed without a finding to explain is submitted and accepted by those whose accounts go with it."""
    if consignment.submits_id is None:
        return
    ready = {
        each.receipt.report.pk: each.receipt.report
        for each in lines
        if each.receipt.report and not each.receipt.to_explain
    }
    steps: list[tuple[int | None, Callable[..., Moved], str]] = [
        (consignment.submits_id, observations.submit_many, "submitted"),
        (consignment.accepts_id, observations.accept_many, "accepted"),
    ]
    for account_id, step, counted in steps:
        if account_id is None or not ready:
            return
        moved = step(list(ready.values()), by=_account(account_id, consignment.by_name), at=at)
        ready = {number: moved.reports[number] for number in moved.reports}
        setattr(consignment, counted, getattr(consignment, counted) + len(ready))


def _keep(consignment: Consignment, lines: Sequence[Line]) -> None:
    rows = [_row(consignment, each) for each in lines]
    with connection.cursor() as cursor:
        copy_rows(cursor, Outcome._meta.db_table, ", ".join(COLUMNS), rows)
    for result in Result:
        count = sum(row[1] == result.value for row in rows)
        setattr(consignment, result.value, getattr(consignment, result.value) + count)


def _row(consignment: Consignment, each: Line) -> tuple[object, ...]:
    receipt, refusal = each.receipt, each.receipt.refusal
    report = receipt.report
    unit_id = report.unit_id if report else receipt.unit_id
    said = (receipt.unit_code[:64], receipt.form_code[:32], receipt.period_key[:32])
    result = _result(receipt)
    told = (refusal.code, str(refusal.message)) if refusal else ("", "")
    return (
        consignment.pk, result.value, each.file, each.line, unit_id, *said, *told, len(receipt.to_explain),
        report.pk if report else None, receipt.delivery_id or each.delivery_id,
    )  # fmt: skip


def _result(receipt: Receipt) -> Result:
    if receipt.refusal is not None:
        return Result.REFUSED
    return Result.TO_EXPLAIN if receipt.to_explain else Result.STORED


def _record(consignment: Consignment, verb: str, sender: Account, at: datetime) -> None:
    facts = {
        name: getattr(consignment, name)
        for name in ("name", "stored", "to_explain", "refused", "submitted", "accepted")
    }
    audit.record(verb, subject=consignment.subject, by=sender.actor(), at=at, facts=facts)
