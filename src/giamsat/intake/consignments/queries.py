"""Consignments as their sender sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.intake.consignments.choices import Result
from giamsat.intake.consignments.errors import ConsignmentNotFound
from giamsat.intake.consignments.models import Consignment, Outcome

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

RUNNING = 0x67690041  # the application's advisory locks: "gi" and a number
HELD = """
    SELECT objid::bigint FROM pg_locks
    WHERE locktype = 'advisory' AND classid = %s AND objid = ANY(%s::bigint[]) AND granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def consignments_of(sender: Account) -> QuerySet[Consignment]:
    """What one person sent, the newest first. Nobody else reads them: outcomes quote figures of many units."""
    return Consignment.objects.filter(by_id=sender.pk).order_by("-arrived_at", "-pk")


def consignment_for(sender: Account, number: int) -> Consignment:
    """One of them; raises ConsignmentNotFound."""
    found = consignments_of(sender).filter(pk=number).first()
    if found is None:
        raise ConsignmentNotFound(number)
    return found


def running(numbers: list[int]) -> set[int]:
    """Those of the consignments that a living process is taking in."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [RUNNING, numbers])
        return {number for (number,) in cursor.fetchall()}


def is_queued(consignment: Consignment, task: str) -> bool:
    """Whether its turn in the worker is still to come."""
    waits = ProcrastinateJob.objects.filter(queueing_lock=f"{task}:{consignment.pk}", status="todo")
    return waits.exists()


def outcomes_of(consignment: Consignment, result: str = "") -> QuerySet[Outcome]:
    """What became of its reports, as they were taken in; of one result, or all."""
    found = Outcome.objects.filter(consignment=consignment).select_related("unit")
    return (found.filter(result=result) if result in Result.values else found).order_by("pk")


def by_unit(consignment: Consignment) -> QuerySet[Outcome, Any]:
    """For each unit how many reports of each result; refusals first. ``unit_id`` is None where none was named."""
    found = Outcome.objects.filter(consignment=consignment).order_by()
    counted = found.values("unit_id", "unit__code", "unit__name_vi", "unit__name_en").annotate(
        stored=Count("pk", filter=Q(result=Result.STORED)),
        to_explain=Count("pk", filter=Q(result=Result.TO_EXPLAIN)),
        refused=Count("pk", filter=Q(result=Result.REFUSED)),
    )
    return counted.order_by("-refused", "-to_explain", "unit__sort_key", "unit_id")
