"""From drafts to rows: one pass, paths computed, nothing that stands is moved or lost."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from giamsat.foundation.units.choices import ChangeState
from giamsat.foundation.units.drafts import Draft, Key
from giamsat.foundation.units.errors import Contradiction, TerritoryRefused
from giamsat.foundation.units.models import Alteration, Succession, Unit, Word
from giamsat.foundation.units.reading import Territory

PLANTING_LOCK = 0x67690003  # the application's advisory locks: "gi" and a number
FIELDS = (
    "name_vi", "name_en", "folded", "sort_key", "rank", "level", "kind", "region", "commission_kind",
    "withheld", "valid_from", "valid_to", "seat_lat", "seat_lon", "area_km2", "members",
)  # fmt: skip
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Planted:
    """What a loading did to the tree."""

    added: int
    changed: int
    unchanged: int

    @property
    def units(self) -> int:
        return self.added + self.changed + self.unchanged


def plant(territory: Territory) -> Planted:
    """Bring the tree to what the drafts say, one loading at a time. Call inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PLANTING_LOCK])
    standing = {(unit.vintage, unit.code): unit for unit in Unit.objects.all()}
    drafts = {draft.key: draft for draft in territory.drafts}
    altered = _altered_by_changes()
    _refuse_losses_and_moves(standing, drafts, altered)
    changed = [unit for key, unit in standing.items() if unit.pk not in altered and _adopt(unit, drafts[key])]
    fresh = _lay_paths(standing, drafts)
    _settle_child_counts(standing, fresh, changed)
    if changed:
        Unit.objects.bulk_update(changed, [*FIELDS, "numchild"], batch_size=BATCH)
    Unit.objects.bulk_create(fresh.values(), batch_size=BATCH)
    _tell_successions(territory, {**standing, **fresh})
    _say_words(territory)
    return Planted(len(fresh), len(changed), len(standing) - len(changed))


def _altered_by_changes() -> frozenset[int]:
    """Units that a change opened, closed or named anew: files written before it say nothing about them."""
    altered = Alteration.objects.filter(change__state=ChangeState.CARRIED_OUT).order_by()
    return frozenset(altered.values_list("unit_id", flat=True))


def _values(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in FIELDS}


def _adopt(unit: Unit, draft: Draft) -> bool:
    """Take over what the draft says; True if anything was different."""
    different = {name: value for name, value in _values(draft).items() if getattr(unit, name) != value}
    for name, value in different.items():
        setattr(unit, name, value)
    return bool(different)


def _refuse_losses_and_moves(
    standing: dict[Key, Unit], drafts: dict[Key, Draft], altered: frozenset[int]
) -> None:
    """Reports hang on units: one that vanished or changed its parent is closed, not rewritten."""
    by_path = {unit.path: key for key, unit in standing.items()}
    found = []
    for key, unit in standing.items():
        draft = drafts.get(key)
        if draft is None and unit.pk in altered:
            continue
        parent = by_path.get(unit.path[: -Unit.steplen])
        if draft is None:
            problem = _("stands in the tree but in no file; close it with valid_to instead")
            found.append(Contradiction("", 0, "code", unit.key, problem))
        elif draft.parent != parent:
            problem = _("stands under %s in the tree; close it and open a successor") % (parent and parent[1])
            found.append(draft.contradiction("parent", draft.parent and draft.parent[1], problem))
    if found:
        raise TerritoryRefused(found)


def _lay_paths(standing: dict[Key, Unit], drafts: dict[Key, Draft]) -> dict[Key, Unit]:
    """New units with their paths; among new siblings in the order screens list them."""
    last_step: dict[str, int] = defaultdict(int)
    for path in Unit._base_manager.values_list("path", flat=True):  # a path is given once, undone or not
        above, step = path[: -Unit.steplen], Unit._str2int(path[-Unit.steplen :])
        last_step[above] = max(last_step[above], step)
    fresh: dict[Key, Unit] = {}
    for draft in sorted(drafts.values(), key=_order):
        if draft.key in standing:
            continue
        parent = None
        if draft.parent:
            parent = standing.get(draft.parent) or fresh[draft.parent]
        above = parent.path if parent else ""
        last_step[above] += 1
        depth = parent.depth + 1 if parent else 1
        fresh[draft.key] = Unit(
            vintage=draft.vintage,
            code=draft.code,
            path=Unit._get_path(above, depth, last_step[above]),
            depth=depth,
            **_values(draft),
        )
    return fresh


def _order(draft: Draft) -> tuple[Any, ...]:
    return draft.level, draft.rank, draft.sort_key, draft.vintage, draft.code


def _settle_child_counts(standing: dict[Key, Unit], fresh: dict[Key, Unit], changed: list[Unit]) -> None:
    children: dict[str, int] = defaultdict(int)
    for unit in (*standing.values(), *fresh.values()):
        children[unit.path[: -Unit.steplen]] += 1
    already = {unit.pk for unit in changed}
    for unit in fresh.values():
        unit.numchild = children[unit.path]
    for unit in standing.values():
        if unit.numchild != children[unit.path]:
            unit.numchild = children[unit.path]
            if unit.pk not in already:
                changed.append(unit)


def _tell_successions(territory: Territory, units: dict[Key, Unit]) -> None:
    Succession.objects.bulk_create(
        [
            Succession(predecessor=units[predecessor], successor=units[successor], on=day)
            for predecessor, successor, day in territory.successions
        ],
        update_conflicts=True,
        unique_fields=["predecessor", "successor"],
        update_fields=["on"],
    )


def _say_words(territory: Territory) -> None:
    words: Sequence[Word] = [
        Word(topic=topic, code=code, name_vi=named.vi, name_en=named.en, ordinal=ordinal)
        for ordinal, (topic, code, named) in enumerate(territory.manifest.words())
    ]
    Word.objects.bulk_create(
        words,
        update_conflicts=True,
        unique_fields=["topic", "code"],
        update_fields=["name_vi", "name_en", "ordinal"],
    )
