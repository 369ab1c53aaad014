"""How often the data of reports is used: counted by report and day, never by person."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from giamsat.intake.quality.models import Use
from giamsat.intake.quality.rules import Evidence

WINDOW = timedelta(days=30)  # handbook §6.2: views and decisions citing the data in 30 days
COUNT = """
INSERT INTO quality_use AS known (unit_id, form_code, period_key, basis, day, views, decisions)
VALUES (%(unit_id)s, %(form_code)s, %(period_key)s, %(basis)s, %(day)s, %(views)s, %(decisions)s)
ON CONFLICT (unit_id, form_code, period_key, basis, day) DO UPDATE
SET views = known.views + EXCLUDED.views, decisions = known.decisions + EXCLUDED.decisions
"""


class Used(NamedTuple):
    """How often the data of a report was looked at by others, and cited by decisions, within some days."""

    views: int = 0
    decisions: int = 0

    @property
    def evidence(self) -> Evidence:
        """The share of the target that was reached; more than the target is not better."""
        return Evidence(min(Decimal(1), Decimal(self.views + self.decisions) / settings.USE_TARGET))


def count_view(unit_id: int, form_code: str, period_key: str, basis: str, *, day: date) -> None:
    """Somebody who does not work at the unit looked at the figures of its report."""
    _count(unit_id, form_code, period_key, basis, day, views=1)


def count_decision(unit_id: int, form_code: str, period_key: str, basis: str, *, day: date) -> None:
    """A decision rests on figures of the report."""
    _count(unit_id, form_code, period_key, basis, day, decisions=1)


def used(
    unit_ids: Collection[int], form_code: str, period_key: str, basis: str, *, since: date
) -> dict[int, Used]:
    """By unit, how often its report was used in the 30 days that begin on a day; those never used are left out."""
    counted = Use.objects.filter(
        unit__in=unit_ids, form_code=form_code, period_key=period_key, basis=basis,
        day__gte=since, day__lt=since + WINDOW,
    )  # fmt: skip
    sums = counted.order_by().values("unit").annotate(views=Sum("views"), decisions=Sum("decisions"))
    return {row["unit"]: Used(row["views"], row["decisions"]) for row in sums}


def counted_since() -> date | None:
    """The first day of which a use is kept: what was sent earlier cannot be judged by it. None before the first."""
    return Use.objects.order_by("day", "pk").values_list("day", flat=True).first()


def forget(*, before: date) -> int:
    """Counts are kept until the reports they are of have been assessed. Returns how many went."""
    return Use.objects.filter(day__lt=before).delete()[0]


def _count(
    unit_id: int,
    form_code: str,
    period_key: str,
    basis: str,
    day: date,
    *,
    views: int = 0,
    decisions: int = 0,
) -> None:
    facts: dict[str, Any] = {
        "unit_id": unit_id, "form_code": form_code, "period_key": period_key, "basis": basis, "day": day,
        "views": views, "decisions": decisions,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(COUNT, facts)
