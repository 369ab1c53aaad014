"""Reading the tree. Days are asked for; without a day, every day counts.

These reads know no viewer: units stand below access, and callers narrow them to what a viewer may see.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    ExpressionWrapper,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Length, Substr

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units.choices import CENTRE_DEPTH, POINT_DEPTH, ChangeState, Topic
from giamsat.foundation.units.errors import ChangeNotFound, TreeNotPlanted, UnitNotFound
from giamsat.foundation.units.models import Alteration, Change, Loading, Succession, Unit, UnitSet, Word
from giamsat.lib.text import fold


def all_units() -> UnitSet:
    """Every unit of every vintage, in the order of the tree."""
    return Unit.objects.all()


def units_on(day: date) -> UnitSet:
    return Unit.objects.valid_on(day)


def centre() -> Unit:
    """The root of the tree that stands today."""
    root = Unit.objects.still_open().filter(depth=CENTRE_DEPTH).order_by("path").first()
    if root is None:
        raise TreeNotPlanted
    return root


def points(on: date) -> UnitSet:
    """Units directly under the root on that day: provinces and cities by the alphabet, then blocs."""
    return Unit.objects.valid_on(on).filter(depth=POINT_DEPTH).alphabetical()


def unit_by_code(code: str, vintage: str | None = None, on: date | None = None) -> Unit:
    """The unit of that code: of that vintage, or of that day, or the open one, or the last that was."""
    found = Unit.objects.filter(code=code)
    if vintage is not None:
        found = found.filter(vintage=vintage)
    if on is not None:
        found = found.valid_on(on)
    unit = found.order_by("-valid_from", "-vintage").first()
    if unit is None:
        raise UnitNotFound(code, vintage=vintage, on=on)
    return unit


def subtree(unit: Unit, on: date | None = None) -> UnitSet:
    """The unit and all below it, in the order of the tree."""
    units = Unit.objects.under(unit)
    return units.valid_on(on) if on else units


def children(unit: Unit, on: date | None = None) -> UnitSet:
    """Units directly below, by kind and alphabet."""
    return subtree(unit, on).filter(depth=unit.depth + 1).alphabetical()


def counts_below(paths: Collection[str], *, on: date) -> dict[str, int]:
    """How many units stood directly below each of these places in the tree on a day; none that had nobody."""
    directly = Substr("path", 1, Length("path") - Unit.steplen)
    below = Unit.objects.valid_on(on).annotate(above=directly).filter(above__in=list(paths)).order_by()
    return dict(below.values_list("above").annotate(number=Count("pk")))


def direct_superior(unit: Unit) -> Unit | None:
    """The unit directly above; the root has none."""
    if unit.is_centre:
        return None
    return Unit.objects.get(path=unit.path[: -Unit.steplen])


def ancestors(unit: Unit) -> UnitSet:
    """The line from the root down to the unit directly above."""
    paths = [unit.path[:end] for end in range(Unit.steplen, len(unit.path), Unit.steplen)]
    return Unit.objects.filter(path__in=paths).order_by("path")


def predecessors(unit: Unit) -> UnitSet:
    """Units that went into this one."""
    return Unit.objects.filter(successions__successor=unit).alphabetical()


def successors(unit: Unit) -> UnitSet:
    """Units this one went into."""
    return Unit.objects.filter(origins__predecessor=unit).alphabetical()


class Merger(NamedTuple):
    """A unit that went, whole, into one other on a day."""

    predecessor: int
    successor: int
    on: date


def mergers_into(unit_ids: Collection[int], *, year: int) -> list[Merger]:
    """What went whole into these units in a year, by a change made here: their year is carried on there.

    One that was divided is nobody's; what the territory's files say went before counts from its own first day.
    """
    gone = Succession.objects.filter(successor__in=unit_ids, on__year=year, whole=True)
    gone = gone.filter(change__state=ChangeState.CARRIED_OUT)
    rows = gone.order_by("on", "pk").values_list("predecessor_id", "successor_id", "on")
    return [Merger(*row) for row in rows]


class PointMerger(NamedTuple):
    """A point that went whole into one other. ``taken_over``: what its successor counts since January holds the
    predecessor's part as well, as after every change made here; else it counts from its own first day."""

    predecessor: int
    successor: int
    until: date
    taken_over: bool


def mergers_of_points() -> list[PointMerger]:
    """Points that went whole into one other: which, into which, and when it ended."""
    return catalogue.once(_mergers_of_points)


def _mergers_of_points() -> list[PointMerger]:
    gone = Unit.objects.filter(depth=POINT_DEPTH, valid_to__isnull=False).order_by("pk")
    whole = gone.annotate(into=Count("successions")).filter(into=1, successions__whole=True)
    taken_over = Q(successions__change__isnull=False)
    rows = whole.annotate(taken_over=ExpressionWrapper(taken_over, BooleanField()))
    columns = ("pk", "successions__successor", "valid_to", "taken_over")
    return [PointMerger(*row) for row in rows.values_list(*columns)]


class Going(NamedTuple):
    """A unit that ended, where it stood, and what it went into: whole or a part, by which change (None: by the
    territory's files)."""

    predecessor: int
    path: str
    successor: int
    successor_path: str
    whole: bool
    change: int | None


def goings() -> list[Going]:
    """Every way that a unit went into another."""
    rows = Succession.objects.order_by("pk")
    columns = ("predecessor", "predecessor__path", "successor", "successor__path", "whole", "change")
    return [Going(*row) for row in rows.values_list(*columns)]


def points_by_path() -> dict[str, int]:
    """Every point that ever stood, by the beginning of the paths below it."""
    return dict(Unit.objects.filter(depth=POINT_DEPTH).order_by().values_list("path", "pk"))


def counting_since_january() -> frozenset[int]:
    """Units that a change made of others: what they report is for all they consist of, since the year began."""
    made = Succession.objects.filter(change__isnull=False).order_by()
    return frozenset(made.values_list("successor", flat=True))


def heirs() -> list[tuple[int, str, int, str]]:
    """Every unit that ended and goes on in another: its id and path, the other's id and path.

    Its rights and what it still owes go on there; figures do only where it went whole (``goings``).
    """
    rows = Succession.objects.filter(heir=True).order_by("pk")
    return list(rows.values_list("predecessor", "predecessor__path", "successor", "successor__path"))


def ways() -> list[tuple[int, str, int, str]]:
    """Every unit that ended, with each one that it or a part of it went into, as ``heirs`` tells them."""
    return [(each.predecessor, each.path, each.successor, each.successor_path) for each in goings()]


def went_into(unit: Unit) -> Unit:
    """The unit in which a closed one goes on, however often that ended as well; itself while it stands."""
    while unit.valid_to is not None:
        heir = Unit.objects.filter(origins__predecessor=unit, origins__heir=True).first()
        if heir is None:
            break
        unit = heir
    return unit


def search(text: str, within: Unit | None = None, on: date | None = None) -> UnitSet:
    """Units whose name or code holds every word typed, accents and case ignored; nearest match first.

    Closed units come too, after open ones: people ask for a province by the name it had.
    """
    typed = fold(text)
    if not typed:
        return Unit.objects.none()
    units = Unit.objects.under(within) if within else Unit.objects.all()
    if on:
        units = units.valid_on(on)
    in_name = Q()
    for word in typed.split():
        in_name &= Q(folded__contains=word)
    return (
        units.filter(in_name | Q(code__istartswith=text.strip()))
        .annotate(match=_nearness(typed, text.strip()), closed=Case(When(valid_to=None, then=0), default=1))
        .order_by("closed", "match", "level", "rank", "sort_key", "vintage", "code")
    )


def _nearness(typed: str, code: str) -> Case:
    """0 the code, 1 the whole bare name, 2 a name's beginning, 3 a word's beginning, 4 anywhere."""
    return Case(
        When(code__iexact=code, then=Value(0)),
        When(Q(folded=typed) | Q(folded__startswith=f"{typed}|"), then=Value(1)),
        When(Q(folded__startswith=typed) | Q(folded__contains=f"|{typed}"), then=Value(2)),
        When(folded__contains=f" {typed}", then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )


def counts_by_kind(on: date | None = None, within: Unit | None = None) -> dict[str, int]:
    """How many units of each kind: the one place every count on a screen comes from."""
    units = Unit.objects.under(within) if within else Unit.objects.all()
    if on:
        units = units.valid_on(on)
    counted = units.order_by().values("kind").annotate(n=Count("pk")).order_by("kind")
    return {row["kind"]: row["n"] for row in counted}


def not_on_map(within: Unit | None = None, on: date | None = None) -> UnitSet:
    """Units without a place on the map: the n of "n units not on the map".

    Of a unit, those directly below it; of the whole tree, open ones down to the finest level that has seats.
    """
    if within:
        return children(within, on).filter(seat_lat=None)
    units = Unit.objects.valid_on(on) if on else Unit.objects.still_open()
    finest = Unit.objects.exclude(seat_lat=None).order_by("-level").values("level")[:1]
    return units.filter(seat_lat=None, depth__gt=CENTRE_DEPTH, level__lte=Subquery(finest)).alphabetical()


def words(topic: Topic | str) -> dict[str, Word]:
    """What vintages, levels, kinds or regions are called, in the order of the definitions."""
    return {word.code: word for word in Word.objects.filter(topic=topic).order_by("ordinal")}


def tree_stamp() -> str:
    """Changes whenever the tree does: a key for whatever is kept in memory about it."""
    latest = Loading.objects.order_by("pk").last()
    return f"{latest.pk}-{latest.digest[:12]}" if latest else ""


def came_into(unit: Unit) -> list[int]:
    """The unit and every one that goes on in it, by their ids."""
    ways = {pk: into for pk, _path, into, _to in heirs()}
    found = {unit.pk}
    while more := {pk for pk, into in ways.items() if into in found and pk not in found}:
        found |= more
    return sorted(found)


def changes() -> QuerySet[Change]:
    """Every change of units, the newest first."""
    return Change.objects.order_by("-pk")


def change(number: int) -> Change:
    """One change by its number."""
    found = Change.objects.filter(pk=number).first()
    if found is None:
        raise ChangeNotFound(number)
    return found


def former_names(unit: Unit) -> list[Alteration]:
    """Changes by which the unit got another name, the newest first; what it was called until then is in ``was``."""
    named = Alteration.objects.filter(unit=unit, change__state=ChangeState.CARRIED_OUT).exclude(was={})
    return list(named.select_related("change").order_by("-pk"))
