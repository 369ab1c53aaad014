"""Taking in many workbooks together: one report each, checked together, each stored or refused by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.observations import admission, deliveries, holding, rights
from giamsat.intake.observations.bulk import receive_many
from giamsat.intake.observations.models import Report
from giamsat.intake.observations.receipts import Receipt
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.errors import DuplicateDelivery
from giamsat.intake.sources.queries import Meant
from giamsat.lib.actors import Actor
from giamsat.lib.clock import stamp
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Delivery
    from giamsat.intake.sources.services import Submission

    By = Actor | Account
    Key = tuple[str, int, str, str]


@dataclass
class _Book:
    """One workbook on its way: whose it is, what it says, and what became of it."""

    delivery: Delivery
    said: Submission | None = None
    unit: Unit | None = None
    receipt: Receipt | None = None
    refusal: Refusal | None = None

    @property
    def key(self) -> Key:
        assert self.said is not None
        return self.said.form_code, self.said.form_version, self.said.period_key, self.said.basis


@dataclass
class _Round:
    """Workbooks of one form, period and basis, no unit twice."""

    books: dict[int, _Book] = field(default_factory=dict)  # by unit


@transaction.atomic
@catalogue.one_look()
def receive_workbooks(arrived: Sequence[Delivery], *, by: By, at: datetime) -> list[Receipt]:
    """Receipts in the order of the deliveries, in one transaction.

    Two for the same report are taken in one after the other, as if they had been sent so.
    """
    books = [_read(delivery) for delivery in arrived]
    _name_units(books)
    own = rights.compilable(by, at=at)
    for books_at_once in _rounds(books):
        _receive(books_at_once, by=by, at=at, own=own)
    _settle_refused([each for each in books if each.refusal], by=by, at=at, own=own)
    return [each.receipt or _refused(each) for each in books]


def _read(delivery: Delivery) -> _Book:
    try:
        return _Book(delivery, sources_services.read_workbook(bytes(delivery.content)))
    except Refusal as refusal:
        return _Book(delivery, getattr(refusal, "said", None), refusal=refusal)


def _name_units(books: Iterable[_Book]) -> None:
    read = [each for each in books if each.said and not each.refusal]
    named = admission.units_of([each.said for each in read if each.said], None)
    for each, unit in zip(read, named, strict=True):
        if isinstance(unit, Refusal):
            each.refusal = unit
        else:
            each.unit = unit


def _rounds(books: Iterable[_Book]) -> Iterator[Sequence[_Book]]:
    """One order of forms and periods for all senders, so that no two wait for each other."""
    groups: dict[Key, list[_Round]] = {}
    for each in books:
        if each.unit is None or each.refusal:
            continue
        rounds = groups.setdefault(each.key, [])
        fitting = next((one for one in rounds if each.unit.pk not in one.books), None)
        if fitting is None:
            rounds.append(fitting := _Round())
        fitting.books[each.unit.pk] = each
    for key in sorted(groups):
        yield from (list(one.books.values()) for one in groups[key])


def _receive(books: Sequence[_Book], *, by: By, at: datetime, own: frozenset[int] | None) -> None:
    """Workbooks of one form, period and basis, no unit twice: one check for all of them."""
    form_code, version, period_key, basis = books[0].key
    holding.hold_series(form_code, period_key, basis, alone=True)
    _refuse_taken_before(books, own)
    fresh = [each for each in books if not each.refusal]
    if not fresh:
        return
    try:
        bulk = receive_many(
            sources.form(form_code, version),
            Period.parse(period_key),
            [each.unit.pk for each in fresh if each.unit],
            [each.said.values for each in fresh if each.said],
            by=by,
            at=at,
            basis=basis,
            delivery_ids=[each.delivery.pk for each in fresh],
            positions=[each.said.positions for each in fresh if each.said],
        )
    except Refusal as refusal:
        for each in fresh:
            each.refusal = refusal
        return
    reports = Report.objects.select_related("unit", "current").in_bulk(list(bulk.reports.values()))
    for each in fresh:
        assert each.unit is not None
        each.refusal = bulk.refusals.get(each.unit.pk)
        if not each.refusal:
            report = reports[bulk.reports[each.unit.pk]]
            findings = bulk.findings.get(each.unit.pk, [])
            each.receipt = Receipt(each.unit.code, form_code, period_key, report, findings)
    sources_services.accept_many(
        {each.delivery.pk: each.unit.pk for each in fresh if each.receipt and each.unit}
    )


def _refuse_taken_before(books: Sequence[_Book], own: frozenset[int] | None) -> None:
    """Whoever may not report for a unit is not told what it sent."""
    mine = [each for each in books if each.unit and (own is None or each.unit.pk in own)]
    earlier = sources_services.taken_before({each.delivery.pk: each.unit.pk for each in mine if each.unit})
    for each in mine:
        first = earlier.get(each.delivery.pk)
        if first is not None:
            each.refusal = DuplicateDelivery(first.sha256, stamp(first.received_at), first.by_name)


def _settle_refused(books: Sequence[_Book], *, by: By, at: datetime, own: frozenset[int] | None) -> None:
    """Each is kept with its refusal; the reports they were meant for are told, many at once."""
    spoiled: dict[Meant, list[int]] = {}
    for each in books:
        assert each.refusal is not None
        meant = deliveries.refuse(
            each.delivery, each.refusal, by=by, at=at, unit_id=each.unit.pk if each.unit else None,
            said=each.said, own=own if each.said else None,
        )  # fmt: skip
        if meant and each.delivery.unit_id:
            spoiled.setdefault(meant, []).append(each.delivery.unit_id)
    for meant in sorted(spoiled):
        deliveries.score_anew(meant, spoiled[meant], at=at)


def _refused(book: _Book) -> Receipt:
    said = book.said
    told = (said.unit_code, said.form_code, said.period_key) if said else ("", "", "")
    unit_id = book.unit.pk if book.unit else None
    return Receipt(*told, refusal=book.refusal, unit_id=unit_id, delivery_id=book.delivery.pk)
