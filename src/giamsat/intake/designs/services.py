"""Begin a draft, save it, withdraw it, publish it; try a rule on reports of the past."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.intake.designs import queries, trials
from giamsat.intake.designs.choices import Stage
from giamsat.intake.designs.errors import (
    AlreadyDrafted,
    CodeInvalid,
    DraftChanged,
    DraftSettled,
    NotReady,
    OtherEyes,
    StaleDraft,
    WhyMissing,
)
from giamsat.intake.designs.kinds import DOORS
from giamsat.intake.designs.models import Draft
from giamsat.intake.designs.trials import Asked
from giamsat.intake.observations.services import Sight
from giamsat.lib import clock
from giamsat.lib.actors import Actor

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

__all__ = ["Asked", "Sight", "begin_draft", "publish_draft", "save_draft", "try_rule", "withdraw_draft"]

ASKED = ("when", "expression", "unless")  # which reports a check picks out, and what it asks of them


@transaction.atomic
def begin_draft(kind: str, code: str, *, by: Account, at: datetime) -> Draft:
    """A draft of the next version: a copy of the newest one, or a blank when the code is new."""
    actor = _require(by, Action.DEFINITION_DRAFT, at)
    doors, before = DOORS[kind], queries.newest(kind, code)
    if not doors.code.fullmatch(code):
        raise CodeInvalid(code, doors.example)
    version = before.version + 1 if before else 1
    content = {**(before.content if before else doors.blank(code)), "version": version}
    content.pop("ends", None)
    if before is None or before.valid_from:
        content["valid_from"] = queries.begins_earliest(kind, code, today=clock.day_of(at)).isoformat()
    try:
        with transaction.atomic():
            draft = Draft.objects.create(
                kind=kind,
                code=code,
                version=version,
                content=content,
                authors=[actor.id],
                author_names=[actor.name],
                begun_at=at,
                changed_at=at,
                changed_by_name=actor.name,
            )
    except IntegrityError:
        standing = Draft.objects.exclude(stage=Stage.WITHDRAWN).get(kind=kind, code=code, version=version)
        raise AlreadyDrafted(code, version, standing.author_names[0], standing.pk) from None
    _record("definition.drafted", draft, actor, at)
    return draft


@transaction.atomic
def save_draft(
    number: int,
    *,
    content: dict[str, Any],
    examples: list[dict[str, Any]],
    seen: int,
    by: Account,
    at: datetime,
) -> Draft:
    """Keep a draft as it stands, right or wrong; refused when somebody saved it after this person opened it."""
    actor = _require(by, Action.DEFINITION_DRAFT, at)
    draft = _locked(number)
    content = {**content, "code": draft.code, "version": draft.version}
    if (content, examples) == (draft.content, draft.examples):
        return draft
    if draft.revision != seen:
        theirs = {"examples": draft.examples, **draft.content}
        diff = catalogue.difference(theirs, {"examples": examples, **content})
        raise StaleDraft(draft.changed_by_name, diff)
    draft.content, draft.examples, draft.revision = content, examples, draft.revision + 1
    draft.changed_at, draft.changed_by_name = at, actor.name
    if actor.id not in draft.authors:
        draft.authors, draft.author_names = [*draft.authors, by.pk], [*draft.author_names, actor.name]
    draft.save()
    _record("definition.draft_saved", draft, actor, at, revision=draft.revision)
    return draft


@transaction.atomic
def withdraw_draft(number: int, *, why: str, by: Account, at: datetime) -> Draft:
    """Give a draft up; it is kept as it was."""
    actor = _require(by, Action.DEFINITION_DRAFT, at)
    draft = _locked(number)
    if not why.strip():
        raise WhyMissing
    _settle(draft, Stage.WITHDRAWN, actor, at, why=why.strip())
    _record("definition.draft_withdrawn", draft, actor, at, reason=why.strip())
    return draft


@transaction.atomic
def publish_draft(number: int, *, seen: int, by: Account, at: datetime) -> Draft:
    """Make a draft an immutable version, by the function that loads files. Another person than its authors does it.

    Pages learn of it by themselves: what is kept of definitions is asked for news at every look.
    """
    actor = _require(by, Action.DEFINITION_PUBLISH, at)
    draft = _locked(number)
    if draft.revision != seen:
        raise DraftChanged(draft.changed_by_name)
    if actor.id in draft.authors:
        raise OtherEyes(str(draft), ", ".join(draft.author_names))
    if obstacles := queries.obstacles(draft):
        raise NotReady(str(draft), obstacles)
    DOORS[draft.kind].publish(draft.content, at)
    _settle(draft, Stage.PUBLISHED, actor, at)
    _record(
        "definition.published",
        draft,
        actor,
        at,
        valid_from=draft.content.get("valid_from", ""),
        authors=", ".join(draft.author_names),
    )
    return draft


def try_rule(number: int, asked: Asked, *, sight: Sight, by: Account, at: datetime) -> trials.Trial:
    """Put a drafted rule to accepted reports of the past, beside the version in force; nothing is kept of it but
    that it was asked."""
    actor = _require(by, Action.DEFINITION_DRAFT, at)
    draft = queries.draft(number)
    with transaction.atomic():
        _record(
            "definition.tried",
            draft,
            actor,
            at,
            form=asked.form_code,
            periods=", ".join(asked.period_keys),
            checks=[
                check[part] for check in draft.content.get("checks", []) for part in ASKED if check.get(part)
            ],
        )
    return trials.try_rule(draft, asked, sight=sight)


def _require(by: Account, action: Action, at: datetime) -> Actor:
    """Definitions hold for all: whoever works on them does so for the whole organisation."""
    access.scope_for(by, at=at).require(action, units.centre())
    return by.actor()


def _locked(number: int) -> Draft:
    """An open draft, held until this act is over."""
    queries.draft(number)
    draft = Draft.objects.select_for_update().get(pk=number)
    if not draft.is_open:
        raise DraftSettled(str(draft), str(Stage(draft.stage).label), draft.settled_by_name)
    return draft


def _settle(draft: Draft, stage: Stage, actor: Actor, at: datetime, *, why: str = "") -> None:
    draft.stage, draft.settled_at, draft.settled_why = stage, at, why
    draft.settled_by_id, draft.settled_by_name = actor.id, actor.name
    draft.save()


def _record(verb: str, draft: Draft, actor: Actor, at: datetime, **facts: Any) -> None:
    told = {"kind": draft.kind, "code": draft.code, "version": draft.version, **facts}
    audit.record(verb, subject=f"draft:{draft.pk}", by=actor, at=at, facts=told)
