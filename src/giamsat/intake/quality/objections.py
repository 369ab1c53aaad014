"""A unit objects to a part of a score; the level above upholds the assessment or corrects it."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.quality import score_store, scoring
from giamsat.intake.quality.choices import ObjectionState, Part
from giamsat.intake.quality.errors import (
    NotAShare,
    ObjectedAlready,
    ObjectionAnsweredAlready,
    ObjectionFileRefused,
    ObjectionReasonMissing,
    ScoreChanged,
    ScoreNotFound,
    WithoutObjection,
)
from giamsat.intake.quality.events import ObjectionAnswered, ScoreObjected
from giamsat.intake.quality.models import Objection, ReportScore
from giamsat.intake.quality.rules import NOBODY_LOOKED, Evidence
from giamsat.intake.sources import queries as sources
from giamsat.lib import attachments
from giamsat.lib.clock import day_of
from giamsat.lib.text import is_a_reason

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account

ALMOST = Decimal("0.0000005")  # shares are kept to six places


@transaction.atomic
def object_to(
    score: ReportScore,
    part: str,
    *,
    seen: Decimal | None,
    reason: str,
    by: Account,
    at: datetime,
    filename: str = "",
    content: bytes = b"",
) -> Objection:
    """The unit's head objects to one part of the score of a report that was sent; ``seen``: its share as looked at.

    Refused: a part that is full or not assessed, one that changed since, one with an open objection, no reason.
    """
    access.scope_for(by, at=at).require(Action.REPORT_SUBMIT, score.unit)
    held = _held(score)
    share = _evidence(held, part).share
    if share is None or share == 1:
        raise WithoutObjection(part, assessed=share is not None)
    if seen is None or abs(seen - share) > ALMOST:
        raise ScoreChanged(part)
    if not is_a_reason(reason):
        raise ObjectionReasonMissing
    key = {name: getattr(held, name) for name in ("unit_id", "form_code", "period_key", "basis")}
    if Objection.objects.filter(**key, part=part, state=ObjectionState.OPEN).exists():
        raise ObjectedAlready(part)
    objection = Objection.objects.create(
        **key, part=part, share_seen=share, reason=reason.strip(), raised_at=at,
        raised_by_id=by.pk, raised_by_name=by.actor().name, due_on=due_on(at),
        **(_file(filename, content) if filename or content else {}),
    )  # fmt: skip
    _record("score.objected", objection, by, at, reason=objection.reason, due_on=objection.due_on)
    outbox.announce(ScoreObjected(objection.pk, objection.unit_id))
    return objection


@transaction.atomic
def uphold(objection: Objection, *, answer: str, by: Account, at: datetime) -> Objection:
    """The level above keeps the assessment and says why. After its day too: then it says so."""
    held = _answerable(objection, answer, by, at)
    return _answer(held, ObjectionState.UPHELD, answer, by, at)


@transaction.atomic
def correct(
    objection: Objection, *, share: Decimal | None, answer: str, by: Account, at: datetime
) -> Objection:
    """The level above gives the part its right share (None: it is left out), and the report is scored anew.

    Refused when the part was assessed anew since the objection, for that is another assessment.
    """
    held = _answerable(objection, answer, by, at)
    if share is not None and not 0 <= share <= 1:
        raise NotAShare(held.part, share)
    score = _held(_score_of(held))
    before = _evidence(score, held.part)
    if before.share is None or abs(before.share - held.share_seen) > ALMOST:
        raise ScoreChanged(held.part)
    failed = () if share in (None, 1) else before.failed
    evidence = scoring.from_json(score.parts) | {held.part: Evidence(share, failed)}
    row = (score.unit_id, False, scoring.weighed(tuple(evidence.items())))
    key = score_store.Key(score.form_code, score.period_key, score.basis)
    score_store.keep(key, [row], cells=score.expected_cells, at=at)
    held.share_set = share
    return _answer(held, ObjectionState.CORRECTED, answer, by, at)


def due_on(at: datetime) -> date:
    """The last day for an answer: so many working days of the reporting calendar later."""
    today = day_of(at)
    return sources.working_days(sources.calendar_for(today).pk).after(today, settings.OBJECTION_DAYS)


def _answerable(objection: Objection, answer: str, by: Account, at: datetime) -> Objection:
    held = Objection.objects.select_for_update(of=("self",)).select_related("unit").get(pk=objection.pk)
    scope = access.scope_for(by, at=at)
    scope.require(Action.REPORT_ACCEPT, held.unit)
    if not scope.is_direct_superior_of(held.unit):
        raise NotAllowed(Action.REPORT_ACCEPT, held.unit)
    if held.state != ObjectionState.OPEN:
        raise ObjectionAnsweredAlready(held.answered_by_name, held.get_state_display())
    if not is_a_reason(answer):
        raise ObjectionReasonMissing
    return held


def _answer(held: Objection, state: ObjectionState, answer: str, by: Account, at: datetime) -> Objection:
    held.state, held.answer, held.answered_at = state, answer.strip(), at
    held.answered_by_id, held.answered_by_name = by.pk, by.actor().name
    held.save()
    facts = {
        "before": f"{held.share_seen:f}",
        "share": None if held.share_set is None else f"{held.share_set:f}",
    }
    if state == ObjectionState.UPHELD:
        facts = {}
    _record(
        f"score.objection_{state.value}", held, by, at, text=held.answer, late_days=held.days_late, **facts
    )
    outbox.announce(ObjectionAnswered(held.pk, held.unit_id))
    return held


def _held(score: ReportScore) -> ReportScore:
    """The score of what was sent, held; drafts are their makers' own affair."""
    held = ReportScore.objects.select_for_update().filter(pk=score.pk, draft=False).first()
    if held is None:
        raise ScoreNotFound(score.unit_id, score.form_code, score.period_key)
    return held


def _score_of(objection: Objection) -> ReportScore:
    found = ReportScore.objects.filter(
        unit=objection.unit_id, form_code=objection.form_code, period_key=objection.period_key,
        basis=objection.basis, draft=False,
    ).first()  # fmt: skip
    if found is None:
        raise ScoreNotFound(objection.unit_id, objection.form_code, objection.period_key)
    return found


def _evidence(score: ReportScore, part: str) -> Evidence:
    if part not in Part.values:
        raise WithoutObjection(part, assessed=False)
    return scoring.from_json(score.parts).get(part, NOBODY_LOOKED)


def _file(filename: str, content: bytes) -> dict[str, object]:
    name = attachments.bare_name(filename) or _("file without a name")
    if not content:
        raise ObjectionFileRefused(name, _("it is empty"))
    if len(content) > attachments.LARGEST:
        raise ObjectionFileRefused(name, _("it is too large"))
    if attachments.kind_of(name, content) is None:
        raise ObjectionFileRefused(name, _("its content is not of a kind we take"))
    digest = hashlib.sha256(content).hexdigest()
    return {"filename": name[:255], "content": content, "sha256": digest, "size": len(content)}


def _record(verb: str, objection: Objection, by: Account, at: datetime, **facts: object) -> None:
    facts |= {
        "form": objection.form_code,
        "period": objection.period_key,
        "basis": objection.basis,
        "part": objection.part,
    }
    audit.record(
        verb, subject=objection.subject, by=by.actor(), at=at, facts=facts, unit_id=objection.unit_id
    )
