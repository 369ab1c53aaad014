"""Doing what a change's effects say, and taking it back. Call inside a transaction that holds the tree."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import F

from giamsat.foundation.units.changes.drafting import drafts_of, say_vintage
from giamsat.foundation.units.changes.plan import Effects, Place
from giamsat.foundation.units.drafts import Draft
from giamsat.foundation.units.models import Alteration, Change, Succession, Unit
from giamsat.foundation.units.planting import BATCH, FIELDS, PLANTING_LOCK

NAMES = ("name_vi", "name_en", "folded", "sort_key", "rank", "kind")


def hold_tree() -> None:
    """Nobody else plants or changes the tree until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANTING_LOCK])


def carry_out(change: Change, effects: Effects) -> None:
    """Close, open, name anew, and tell what went into what."""
    made = drafts_of(effects)
    say_vintage([draft for place, draft in made if place.opens], change.decision)
    alterations = []
    for closing in effects.closings:
        closing.unit.valid_to = effects.on
        alterations.append(Alteration(change=change, unit=closing.unit, closed=True))
    Unit.objects.bulk_update([each.unit for each in effects.closings], ["valid_to"], batch_size=BATCH)
    opened = _open([(place, draft) for place, draft in made if place.opens])
    alterations += [Alteration(change=change, unit=unit, opened=True) for unit in opened.values()]
    alterations += [
        Alteration(change=change, unit=place.unit, was=_rename(place.unit, draft))
        for place, draft in made
        if place.unit is not None
    ]
    Alteration.objects.bulk_create(alterations, batch_size=BATCH)
    Succession.objects.bulk_create(
        [
            Succession(
                predecessor=closing.unit,
                successor=place.unit or opened[place],
                on=effects.on,
                whole=closing.whole,
                heir=place is closing.heir,
                change=change,
            )
            for closing in effects.closings
            for place in closing.into
        ],
        batch_size=BATCH,
    )


def take_back(change: Change) -> None:
    """The tree as it was before: what ended stands again, what was opened existed on no day."""
    alterations = list(Alteration.objects.filter(change=change).select_related("unit"))
    Succession.objects.filter(change=change).delete()  # the change keeps its lines, and the trail its deeds
    opened = [each.unit_id for each in alterations if each.opened]
    Unit.objects.filter(pk__in=opened).update(valid_to=F("valid_from"))
    Unit.objects.filter(pk__in=[each.unit_id for each in alterations if each.closed]).update(valid_to=None)
    for each in alterations:
        if each.was:
            Unit.objects.filter(pk=each.unit_id).update(**each.was)


def _rename(unit: Unit, draft: Draft) -> dict[str, Any]:
    was = {name: getattr(unit, name) for name in NAMES}
    for name in NAMES:
        setattr(unit, name, getattr(draft, name))
    unit.save(update_fields=[*NAMES])
    return was


def _open(made: Sequence[tuple[Place, Draft]]) -> dict[Place, Unit]:
    """New units on new paths, parents before those below them."""
    above = {place.parent.unit.path for place, _ in made if place.parent and place.parent.unit}
    last_step: dict[str, int] = defaultdict(int)
    numbers = Unit._base_manager.filter(depth__in={len(path) // Unit.steplen + 1 for path in above})
    for path in numbers.values_list("path", flat=True):  # of an undone change too: a path is given once
        step = Unit._str2int(path[-Unit.steplen :])
        last_step[path[: -Unit.steplen]] = max(last_step[path[: -Unit.steplen]], step)
    opened: dict[Place, Unit] = {}
    children: dict[str, int] = defaultdict(int)
    for place, draft in made:
        assert place.parent is not None
        parent = place.parent.unit or opened[place.parent]
        last_step[parent.path] += 1
        children[parent.path] += 1
        opened[place] = Unit(
            vintage=draft.vintage,
            code=draft.code,
            path=Unit._get_path(parent.path, parent.depth + 1, last_step[parent.path]),
            depth=parent.depth + 1,
            **{name: getattr(draft, name) for name in FIELDS},
        )
    fresh = {unit.path for unit in opened.values()}
    for unit in opened.values():
        unit.numchild = children[unit.path]
    Unit.objects.bulk_create(opened.values(), batch_size=BATCH)
    for path, count in children.items():
        if path not in fresh:
            Unit.objects.filter(path=path).update(numchild=F("numchild") + count)
    return opened
