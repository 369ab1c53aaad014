"""How much of the sums of a period outsiders are not told yet: what waits for company, place by place.

What was added up is kept by what it stands on: a period's rows change only with the generations that keep something
back or let it go.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from giamsat.analysis.warehouse.choices import Level
from giamsat.analysis.warehouse.models import HeldBack
from giamsat.lib.kept import Kept

Part = tuple[str, int]  # level and breakdown
Where = tuple[str, str]  # place and indicator


class Standing(NamedTuple):
    """A period's rows as one generation has them: two alike hold the same."""

    period: int
    since: int  # the newest generation that changed them
    rows: int
    last: int


class Held(NamedTuple):
    value: Decimal
    fresh: int  # reports of which nothing is in the sum at all


Waits = Mapping[Part, Mapping[Where, Held]]
_kept: Kept[Standing, Waits] = Kept(400)


def standings(generation: int, periods: Collection[int]) -> dict[int, Standing]:
    """What waits in these periods, to be added up where it is asked for; nothing of a period without any."""
    known = HeldBack.objects.filter(period__in=periods, added__lte=generation).order_by()
    counted = known.values("period").annotate(
        since=Greatest(Max("added"), Max("dropped", filter=Q(dropped__lte=generation))),
        rows=Count("pk", filter=_not_yet(generation)),
        last=Max("pk"),
    )
    return {row["period"]: Standing(**row) for row in counted}


def waits(generation: int, asked: Iterable[Standing]) -> dict[Standing, Waits]:
    """Everything that waits, as this generation has it, by level and breakdown."""
    return _kept.answers(asked, lambda unknown: _added_up(generation, unknown))


def forget() -> None:
    """Add everything up anew."""
    _kept.forget()


def _added_up(generation: int, asked: Sequence[Standing]) -> dict[Standing, Waits]:
    periods = {each.period: each for each in asked}
    rows = held_at(generation).filter(period__in=periods).order_by()
    added = rows.values_list("period", "point_id", "region", "indicator", "breakdown").annotate(
        sum=Sum("value"), fresh_ones=Count("pk", filter=Q(fresh=True))
    )
    found: dict[Standing, dict[Part, dict[Where, Held]]] = {each: defaultdict(dict) for each in asked}
    for period, point, region, indicator, breakdown, value, fresh in added:
        for level, place in places_of(point, region):
            here = found[periods[period]][level, breakdown]
            before = here.get((place, indicator), Held(Decimal(0), 0))
            here[place, indicator] = Held(before.value + value, before.fresh + fresh)
    return {each: dict(parts) for each, parts in found.items()}


def held_at(generation: int) -> "QuerySet[HeldBack]":
    """What waits for company, in one generation."""
    return HeldBack.objects.filter(_not_yet(generation), added__lte=generation)


def places_of(point_id: int | None, region: str) -> Iterator[tuple[str, str]]:
    """The sums that a unit under a point takes part in."""
    yield Level.COUNTRY.value, ""
    if point_id is not None:
        yield Level.POINT.value, str(point_id)
        yield Level.REGION.value, region


def _not_yet(generation: int) -> Q:
    return Q(dropped=None) | Q(dropped__gt=generation)
