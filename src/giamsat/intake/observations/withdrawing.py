"""Whose acceptance was taken back and stands so: until the report is accepted again, or locked."""

from collections.abc import Iterable
from datetime import datetime

from giamsat.intake.observations.lookups import among
from giamsat.intake.observations.models import AcceptanceWithdrawal


def end_withdrawals(report_ids: Iterable[int], *, at: datetime) -> None:
    """Reports were accepted again or locked: nobody doubts their figures any more."""
    AcceptanceWithdrawal.objects.filter(among("report_id", report_ids), ended_at=None).update(ended_at=at)


def withdrawn(report_ids: Iterable[int]) -> dict[int, AcceptanceWithdrawal]:
    """By report, the withdrawal of its acceptance that stands."""
    standing = AcceptanceWithdrawal.objects.filter(among("report_id", report_ids), ended_at=None)
    return {each.report_id: each for each in standing.order_by("pk")}
