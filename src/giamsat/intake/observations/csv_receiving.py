"""Taking in a CSV file: many units' reports, checked together, each stored or refused by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.observations import admission, deliveries, rights
from giamsat.intake.observations.bulk import receive_many
from giamsat.intake.observations.models import Report
from giamsat.intake.observations.receipts import Receipt
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import Channel
from giamsat.intake.sources.errors import CsvUnreadable, NothingTaken
from giamsat.intake.sources.queries import Meant
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Delivery
    from giamsat.intake.sources.services import Submission

    By = Actor | Account

Line = tuple[int, "Submission", "Unit"]


@transaction.atomic
@catalogue.one_look()
def receive_csv(
    content: bytes,
    delivery: Delivery,
    *,
    by: By,
    at: datetime,
    unit: Unit | None = None,
    first_line: int = 2,
) -> list[Receipt]:
    """Receipts in the order of the file, in one transaction: a file cut off in the middle can be sent again.

    When no line passes, the delivery itself is refused. ``first_line``: where the lines began in a longer list.
    """
    submissions = sources_services.read_csv(content, first_line=first_line)
    receipts: dict[int, Receipt] = {}
    groups: dict[tuple[str, int, str, str], list[Line]] = {}
    for number, (submission, named) in enumerate(
        zip(submissions, admission.units_of(submissions, unit), strict=True)
    ):
        if isinstance(named, Refusal):
            receipts[number] = _refused(submission, named)
            continue
        key = (submission.form_code, submission.form_version, submission.period_key, submission.basis)
        groups.setdefault(key, []).append((number, submission, named))
    for lines in groups.values():
        _refuse_twice(lines)
    sources_services.accept_delivery(delivery, unit_id=unit.pk if unit else None)
    for key in sorted(groups):  # one order for all senders, so that no two wait for each other
        receipts |= _receive_group(groups[key], delivery, by=by, at=at)
    _keep_refused(content, delivery, submissions, receipts, groups, by=by, at=at, first_line=first_line)
    if all(each.refused for each in receipts.values()):
        _refuse_whole(delivery, len(submissions), by=by, at=at, unit=unit)
    return [receipts[number] for number in range(len(submissions))]


def _refuse_twice(lines: Sequence[Line]) -> None:
    """A unit may be named in two ways, with its vintage and without: whose figures would count?"""
    first: dict[int, str] = {}
    for _number, submission, unit in lines:
        line = submission.positions[0].partition("!")[0].lstrip("#")
        if unit.pk in first:
            facts = {"unit": unit.code, "period": submission.period_key, "line": first[unit.pk]}
            raise CsvUnreadable(int(line), _("%(unit)s %(period)s stood on line %(line)s already") % facts)
        first[unit.pk] = line


def _receive_group(lines: Sequence[Line], delivery: Delivery, *, by: By, at: datetime) -> dict[int, Receipt]:
    """Lines of one form, period and basis: one check for all of them."""
    first = lines[0][1]
    try:
        bulk = receive_many(
            sources.form(first.form_code, first.form_version),
            Period.parse(first.period_key),
            [unit.pk for _number, _submission, unit in lines],
            [submission.values for _number, submission, _unit in lines],
            by=by,
            at=at,
            basis=first.basis,
            delivery=delivery,
            positions=[submission.positions for _number, submission, _unit in lines],
        )
    except Refusal as refusal:
        return {number: _refused(submission, refusal) for number, submission, _unit in lines}
    stored = Report.objects.select_related("unit", "current").in_bulk(list(bulk.reports.values()))
    return {
        number: _refused(submission, bulk.refusals[unit.pk])
        if unit.pk in bulk.refusals
        else Receipt(
            submission.unit_code,
            submission.form_code,
            submission.period_key,
            stored[bulk.reports[unit.pk]],
            bulk.findings.get(unit.pk, []),
        )
        for number, submission, unit in lines
    }


def _refused(submission: Submission, refusal: Refusal) -> Receipt:
    return Receipt(submission.unit_code, submission.form_code, submission.period_key, refusal=refusal)


def _refuse_whole(delivery: Delivery, lines: int, *, by: By, at: datetime, unit: Unit | None) -> None:
    """A file that brought nothing may come again."""
    sources_services.refuse_delivery(
        delivery, NothingTaken(lines), by=rights.actor_of(by), at=at, unit_id=unit.pk if unit else None
    )


def _keep_refused(
    content: bytes,
    delivery: Delivery,
    submissions: Sequence[Submission],
    receipts: dict[int, Receipt],
    groups: dict[tuple[str, int, str, str], list[Line]],
    *,
    by: By,
    at: datetime,
    first_line: int,
) -> None:
    """Each refused line is kept for its unit, with the refusal: heading and line, as they arrived.

    The reports that the lines were meant for are told.
    """
    line_of = _lines_by_number(content, len(submissions))
    unit_ids = {number: unit.pk for group in groups.values() for number, _submission, unit in group}
    actor, own = rights.actor_of(by), rights.compilable(by, at=at)
    spoiled: dict[Meant, list[int]] = {}
    for number, submission in enumerate(submissions):
        refusal = receipts[number].refusal
        if refusal is None:
            continue
        kept = sources_services.keep_delivery(
            line_of(number),
            filename=f"{delivery.filename}#{number + first_line}",
            channel=Channel.CSV,
            by=actor,
            at=delivery.received_at,
            unit_id=unit_ids.get(number),
        )
        receipts[number] = replace(receipts[number], unit_id=kept.unit_id, delivery_id=kept.pk)
        meant = deliveries.refuse(
            kept, refusal, by=by, at=at, unit_id=unit_ids.get(number), said=submission, own=own
        )
        if meant and kept.unit_id:
            spoiled.setdefault(meant, []).append(kept.unit_id)
    for meant in sorted(spoiled):
        deliveries.score_anew(meant, spoiled[meant], at=at)


def lines_of(content: bytes, reports: Iterable[Report]) -> bytes:
    """Of a list that was taken in, heading and lines of these reports alone, as they arrived."""
    wanted = {(each.unit_id, each.form_code, each.period_key, each.basis) for each in reports}
    heading, *lines = _lines(content)
    said = zip(lines, sources_services.read_csv(content), strict=True)
    return heading + b"".join(line for line, submission in said if _report_of(submission) in wanted)


def _report_of(submission: Submission) -> tuple[int, str, str, str] | None:
    try:
        unit = admission.unit_of(submission, None)
    except Refusal:
        return None
    return unit.pk, submission.form_code, submission.period_key, submission.basis


def _lines_by_number(content: bytes, count: int) -> Callable[[int], bytes]:
    """Heading and line of each report; the whole list where quotation marks hide which line it is."""
    for lines in (_lines(content), [line for line in content.splitlines(keepends=True) if line.strip()]):
        if len(lines) == count + 1:
            return lambda number, found=lines: found[0] + found[number + 1]  # type: ignore[misc]
    return lambda number: content


def _lines(content: bytes) -> list[bytes]:
    return sources_services.records(content)
