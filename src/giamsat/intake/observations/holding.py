"""Holding reports, so that one transaction at a time works on each and sees what the one before it left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.observations.lookups import among
from giamsat.intake.observations.models import Report

if TYPE_CHECKING:
    from django.db.models import QuerySet

SERIES_LOCK = 0x67690021  # the application's advisory locks: "gi" and a number


def held(report_id: int) -> Report:
    """The report as it stands once nobody else works on it, held until the transaction ends."""
    found = held_reports(Report.objects.filter(pk=report_id), "unit", "current", "in_force")
    if not found:
        raise ReportNotFound(report_id)
    return found[0]


def held_reports(reports: QuerySet[Report], *beside: str) -> list[Report]:
    """The same for some reports, with the rows they name ``beside`` them.

    Asked in two steps: one question that had to wait would answer with the rows beside it from before the wait.
    """
    ids = list(reports.select_for_update().order_by("pk").values_list("pk", flat=True))
    return list(Report.objects.filter(among("pk", ids)).select_related(*beside).order_by("pk"))


def hold(ids: Iterable[int]) -> None:
    """Hold some reports, in the order of their numbers."""
    wanted = Report.objects.filter(among("pk", ids)).select_for_update().order_by("pk")
    list(wanted.values_list("pk", flat=True))


def hold_series(form_code: str, period_key: str, basis: str, *, alone: bool) -> None:
    """Until the transaction ends, make reports of one form and period one by one, or ``alone`` many at once.

    A report that is not there yet cannot be held itself; two that make it at once would meet in the index.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s, hashtext(%s))", [SERIES_LOCK, f"{form_code} {period_key} {basis}"])
