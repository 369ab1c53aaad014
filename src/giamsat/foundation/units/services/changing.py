"""Changing the tree: one person prepares, another looks at what it means and carries it out, whole or not at all.

Taking back is possible until a report was received that knows the new units. Decision 0032 says why so.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units.changes import carrying
from giamsat.foundation.units.changes.consequences import (
    Consequence,
    Undoing,
    consequences_of,
    reasons_against,
)
from giamsat.foundation.units.changes.drafting import drafts_of
from giamsat.foundation.units.changes.plan import Effects, Line, effects_of, lines_of
from giamsat.foundation.units.changes.telling import told_of_the_tree
from giamsat.foundation.units.choices import ChangeKind, ChangeState, Concern
from giamsat.foundation.units.errors import (
    ChangeForbidden,
    ChangeIsOver,
    ChangeNotFound,
    DayNotCome,
    PreviewStale,
    ReasonMissing,
    SamePerson,
    UndoForbidden,
)
from giamsat.foundation.units.events import UnitsChanged
from giamsat.foundation.units.models import Alteration, Change, Loading, Unit
from giamsat.lib.actors import Actor
from giamsat.lib.clock import day_of

MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be changed, from which day, by whose decision."""

    kind: ChangeKind
    on: date
    decision: str
    decided_on: date
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change does to the tree, and what that means for everything that hangs on its units."""

    change: Change
    effects: Effects
    consequences: list[Consequence]

    @property
    def forbidding(self) -> list[str]:
        return [f"{each.what}: {each.becomes}" for each in self.consequences if each.forbids]

    @property
    def stamp(self) -> str:
        """Goes with the page, and says when somebody presses whether it still tells the truth, or what does not."""
        return ",".join(f"{concern}={mark}" for concern, mark in _marks(self).items())


@transaction.atomic
def prepare_change(asked: Asked, *, by: Actor, at: datetime) -> Change:
    """Keep what is to be changed, once it makes sense; the same asked twice is one. Nothing is changed yet."""
    carrying.hold_tree()
    drafts_of(effects_of(asked.lines, asked.on))
    change = Change(
        kind=asked.kind,
        on=asked.on,
        decision=asked.decision,
        decided_on=asked.decided_on,
        lines=[line.stored() for line in asked.lines],
        prepared_at=at,
        prepared_by_id=by.id,
        prepared_by_name=by.name,
    )
    same = Change.objects.filter(
        state=ChangeState.PREPARED,
        kind=change.kind,
        on=change.on,
        decision=change.decision,
        lines=change.lines,
    ).first()
    if same is not None:
        return same
    change.save()
    _tell_trail("units.change_prepared", change, by=by, at=at)
    return change


def preview_change(change: Change) -> Preview:
    """What the change would do to the tree as it stands, and what each room says about it; nothing is written."""
    effects = effects_of(lines_of(change.lines), change.on)
    drafts_of(effects)
    return Preview(change, effects, [*consequences_of(effects), *told_of_the_tree(effects)])


@transaction.atomic
def carry_out_change(number: int, *, seen: str, by: Actor, at: datetime) -> Change:
    """Do what was previewed, if it is still so (``seen`` is the preview's stamp), all of it or nothing.

    Refuses who prepared it, a day that has not come, what was done already, and whatever a room forbids.
    """
    change = _held(number, ChangeState.PREPARED)
    if by.id is not None and by.id == change.prepared_by_id:
        raise SamePerson(by.name)
    if change.on > day_of(at):
        raise DayNotCome(change.on)
    preview = preview_change(change)
    if preview.forbidding:
        raise ChangeForbidden(preview.forbidding)
    if changed := _changed(preview, seen):
        raise PreviewStale(changed)
    carrying.carry_out(change, preview.effects)
    change.state, change.carried_out_at, change.carried_out_by_name = ChangeState.CARRIED_OUT, at, by.name
    change.save(update_fields=["state", "carried_out_at", "carried_out_by_name"])
    _the_tree_is_another(change)
    _tell_trail("units.changed", change, by=by, at=at)
    outbox.announce(UnitsChanged(change.pk, undone=False))
    return change


@transaction.atomic
def undo_change(number: int, *, reason: str, by: Actor, at: datetime) -> Change:
    """The tree as it was before. Refused once anything was received or built on what the change made."""
    change = _held(number, ChangeState.CARRIED_OUT)
    reason = _reason(reason)
    undoing = Undoing.of(change)
    if reasons := [*_tree_went_on(change, undoing), *reasons_against(undoing)]:
        raise UndoForbidden(reasons)
    carrying.take_back(change)
    _end(change, ChangeState.UNDONE, reason, by=by, at=at)
    _the_tree_is_another(change)
    _tell_trail("units.change_undone", change, by=by, at=at, reason=reason)
    outbox.announce(UnitsChanged(change.pk, undone=True))
    return change


@transaction.atomic
def withdraw_change(number: int, *, reason: str, by: Actor, at: datetime) -> Change:
    """A prepared change that will not be carried out; it stays in the list with the reason."""
    change = _held(number, ChangeState.PREPARED)
    reason = _reason(reason)
    _end(change, ChangeState.WITHDRAWN, reason, by=by, at=at)
    _tell_trail("units.change_withdrawn", change, by=by, at=at, reason=reason)
    return change


def _held(number: int, state: ChangeState) -> Change:
    carrying.hold_tree()
    change = Change.objects.select_for_update().filter(pk=number).first()
    if change is None:
        raise ChangeNotFound(number)
    if change.state != state:
        raise ChangeIsOver(number, str(ChangeState(change.state).label))
    return change


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()[:300]


def _end(change: Change, state: ChangeState, reason: str, *, by: Actor, at: datetime) -> None:
    change.state, change.ended_at, change.ended_by_name, change.ended_because = state, at, by.name, reason
    change.save(update_fields=["state", "ended_at", "ended_by_name", "ended_because"])


def _marks(preview: Preview) -> dict[str, str]:
    """One short mark for each thing a preview tells of."""
    effects = preview.effects
    tree = [
        *(f"{each.unit.pk}>{'+'.join(place.code for place in each.into)}" for each in effects.closings),
        *(f"{each.code}<{each.parent.code if each.parent else ''}" for each in effects.openings),
        *(f"{each.code}:{each.name_vi}:{each.kind}" for each in effects.renamings),
    ]
    keys = {Concern.TREE: tree}
    for each in preview.consequences:
        keys.setdefault(each.concern, []).append(f"{each.unit_id}:{each.key}")
    return {
        concern.value: hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()[:12]
        for concern, told in keys.items()
    }


def _changed(preview: Preview, seen: str) -> list[str]:
    """Of what the preview that somebody saw no longer tells the truth, in words."""
    saw = dict(part.split("=", 1) for part in seen.split(",") if "=" in part)
    now = _marks(preview)
    return [str(each.label) for each in Concern if saw.get(each.value) != now.get(each.value)]


def _tree_went_on(change: Change, undoing: Undoing) -> list[str]:
    """What has been changed since on the units this change opened, closed or named."""
    later = Alteration.objects.filter(
        unit__in=Alteration.objects.filter(change=change).values("unit"),
        change__state=ChangeState.CARRIED_OUT,
        change__gt=change,
    )
    found = [
        _("%(unit)s was changed again by %(decision)s; undo that first.")
        % {"unit": each.unit, "decision": each.change.decision}
        for each in later.select_related("unit", "change").order_by("pk")[:MOST_NAMED]
    ]
    into_staying = change.successions.filter(successor__in=undoing.growing).values("successor")
    if not found and Unit.objects.filter(pk__in=into_staying).exclude(valid_to=None).exists():
        found.append(_("A unit that took others in has ended since."))
    closed = Unit.objects.filter(alterations__change=change, alterations__closed=True).values("code")
    used = Unit.objects.still_open().filter(code__in=closed).exclude(pk__in=undoing.opened)
    found += [_("The code of %s is used by another unit now.") % unit for unit in used[:MOST_NAMED]]
    above = Unit.objects.filter(pk__in=undoing.opened)
    paths = tuple(above.values_list("path", flat=True))
    if paths:
        planted = Unit.objects.filter(valid_from__gte=change.on).exclude(pk__in=undoing.opened)
        below = [unit for unit in planted if unit.path.startswith(paths)]
        found += [_("%s was put below since.") % unit for unit in below[:MOST_NAMED]]
    return found


def _the_tree_is_another(change: Change) -> None:
    """Whatever is kept in memory about the tree is kept under another stamp from now on."""
    latest = Loading.objects.order_by("pk").last()
    Loading.objects.create(
        profile=f"{change.subject} {change.state}"[:64],
        digest=latest.digest if latest else "",
        units=Unit.objects.count(),
    )


def _tell_trail(verb: str, change: Change, *, by: Actor, at: datetime, reason: str = "") -> None:
    facts = {
        "kind": change.kind,
        "on": change.on,
        "decision": change.decision,
        "decided_on": change.decided_on,
        "lines": len(change.lines),
        "first_lines": change.lines[:MOST_NAMED],
    }
    audit.record(
        verb, subject=change.subject, by=by, at=at, facts=facts | ({"reason": reason} if reason else {})
    )
