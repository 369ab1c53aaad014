"""What is done about warnings. Each act is one transaction: lock, check, change, audit, announce."""

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.analysis.early_warning import rules
from giamsat.analysis.early_warning.choices import (
    ENDED,
    RequestState,
    VerdictKind,
    WarningState,
)
from giamsat.analysis.early_warning.detectors import DETECTORS
from giamsat.analysis.early_warning.errors import (
    AnswerFileRefused,
    DetectorInvalid,
    DueDateNotLater,
    NotAwaitingAnswer,
    NothingToJudge,
    ReasonMissing,
    RequestNotFound,
    WarningAlreadyDecided,
    WarningMovedOn,
    WarningNotFound,
)
from giamsat.analysis.early_warning.events import (
    ExplanationAnswered,
    ExplanationRequested,
    ExplanationReturned,
    WarningClosed,
)
from giamsat.analysis.early_warning.models import (
    Answer,
    DetectorVersion,
    ExplanationRequest,
    Verdict,
    Warning,
)
from giamsat.analysis.early_warning.scanning import scan
from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue.services import Loaded, is_new, read_yaml
from giamsat.foundation.outbox import services as outbox
from giamsat.lib import attachments
from giamsat.lib.clock import day_of
from giamsat.lib.text import is_a_reason

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.access.scope import Scope

__all__ = [
    "accept_answer",
    "answer",
    "dismiss",
    "load_detectors",
    "reject",
    "request_explanation",
    "scan",
]


@transaction.atomic
def load_detectors(folder: Path, *, at: datetime) -> Loaded:
    """Load definitions/detectors; a published version never changes."""
    published = {(each.code, each.version): each.content for each in DetectorVersion.objects.all()}
    loaded = Loaded()
    for file in sorted(folder.glob("*.yaml")):
        entries = read_yaml(file)["detectors"]
        fresh = [entry for entry in entries if is_new("Detector", entry, published)]
        for entry in fresh:
            _verify_detector(file.name, entry)
            DetectorVersion.objects.create(
                code=entry["code"], version=entry["version"], content=entry, published_at=at
            )
        names = [f"{entry['code']} v{entry['version']}" for entry in fresh]
        loaded += Loaded(names, len(entries) - len(fresh))
    return loaded


@transaction.atomic
def dismiss(
    warning: Warning, *, reason: str, by: "Account", at: datetime, seen_acts: int | None = None
) -> Warning:
    """Decide that there is nothing to follow up, and say why. A request that is open is withdrawn with it.

    ``seen_acts``: how many acts the page told of. Nobody withdraws a request they were not shown.
    """
    warning = _locked_warning(warning.pk)
    _seen(by, warning, at).require(Action.WARNING_DISMISS, warning.unit)
    _require_undecided(warning)
    _require_seen(warning, seen_acts)
    _require_reason(reason)
    _withdraw_request(warning, by, at)
    return _decide(warning, VerdictKind.DISMISSED, reason, by=by, at=at)


@transaction.atomic
def request_explanation(
    warning: Warning, *, due_on: date, text: str, by: "Account", at: datetime
) -> ExplanationRequest:
    """Ask the body to explain the figure by a day. Asked once; a poor answer is returned, not asked anew."""
    warning = _locked_warning(warning.pk)
    _seen(by, warning, at).require(Action.WARNING_REQUEST_EXPLANATION, warning.unit)
    if warning.state != WarningState.OPEN:
        raise WarningAlreadyDecided(warning.pk, WarningState(warning.state).label)
    _require_reason(text)
    _require_later(due_on, at)
    request = ExplanationRequest.objects.create(
        warning=warning, unit=warning.unit, text=text.strip(), due_on=due_on, asked_by=by, asked_at=at
    )
    _move(warning, WarningState.REQUESTED)
    _record("warning.explanation_requested", warning, by, at, due_on=due_on, text=text.strip())
    outbox.announce(ExplanationRequested(request.pk, warning.pk, warning.unit_id, due_on.isoformat()))
    return request


@transaction.atomic
def answer(
    request: ExplanationRequest,
    *,
    text: str,
    by: "Account",
    at: datetime,
    filename: str = "",
    content: bytes = b"",
    seen_acts: int | None = None,
) -> Answer:
    """The unit explains, with a file if it has one. ``seen_acts``: as for ``dismiss``."""
    request = _locked_request(request.pk)
    access.scope_for(by, at=at).require(Action.REQUEST_ANSWER, request.unit)
    if not rules.may_be_answered(request.state):
        raise NotAwaitingAnswer(request.pk, RequestState(request.state).label)
    _require_seen(request.warning, seen_acts)
    _require_reason(text)
    kept = Answer.objects.create(
        request=request,
        text=text.strip(),
        by=by,
        at=at,
        **_file(filename, content) if filename or content else {},
    )
    request.state = RequestState.ANSWERED
    request.save(update_fields=["state"])
    _move(request.warning, WarningState.ANSWERED)
    _record(
        "warning.explanation_answered",
        request.warning,
        by,
        at,
        filename=kept.filename,
        sha256=kept.sha256,
        late_days=max(0, (day_of(at) - request.due_on).days),
    )
    outbox.announce(ExplanationAnswered(request.pk, request.warning_id, request.unit_id))
    return kept


@transaction.atomic
def accept_answer(
    request: ExplanationRequest,
    *,
    by: "Account",
    at: datetime,
    reason: str = "",
    seen_acts: int | None = None,
) -> ExplanationRequest:
    """Accept what the unit explained; the warning is closed with it. Nobody accepts an answer they did not read."""
    request = _locked_request(request.pk)
    _seen(by, request.warning, at).require(Action.REQUEST_CLOSE, request.unit)
    _require_answered(request)
    _require_seen(request.warning, seen_acts)
    request.state, request.closed_by, request.closed_at = RequestState.CLOSED, by, at
    request.save(update_fields=["state", "closed_by", "closed_at"])
    verdict = reason.strip() or _("The explanation of the unit was accepted.")
    _decide(request.warning, VerdictKind.EXPLAINED, verdict, by=by, at=at)
    return request


@transaction.atomic
def reject(
    request: ExplanationRequest,
    *,
    reason: str,
    by: "Account",
    at: datetime,
    due_on: date | None = None,
    seen_acts: int | None = None,
) -> ExplanationRequest:
    """Return an answer that does not explain the figure, with what is missing and, if wished, a new day."""
    request = _locked_request(request.pk)
    _seen(by, request.warning, at).require(Action.REQUEST_CLOSE, request.unit)
    _require_answered(request)
    _require_seen(request.warning, seen_acts)
    _require_reason(reason)
    if due_on is not None:
        _require_later(due_on, at)
        request.due_on = due_on
    newest = request.answers.order_by("-at", "-id")[0]
    newest.returned_because, newest.returned_by, newest.returned_at = reason.strip(), by, at
    newest.save(update_fields=["returned_because", "returned_by", "returned_at"])
    request.state = RequestState.RETURNED
    request.save(update_fields=["state", "due_on"])
    _move(request.warning, WarningState.REQUESTED)
    _record("warning.answer_returned", request.warning, by, at, reason=reason.strip(), due_on=request.due_on)
    outbox.announce(
        ExplanationReturned(request.pk, request.warning_id, request.unit_id, request.due_on.isoformat())
    )
    return request


def _decide(warning: Warning, kind: VerdictKind, reason: str, *, by: "Account", at: datetime) -> Warning:
    state = WarningState.DISMISSED if kind == VerdictKind.DISMISSED else WarningState.CLOSED
    Verdict.objects.create(warning=warning, kind=kind, reason=reason.strip(), by=by, at=at)
    _move(warning, state)
    _record(f"warning.{kind.value}", warning, by, at, reason=reason.strip())
    outbox.announce(WarningClosed(warning.pk, warning.unit_id, kind.value))
    return warning


def _withdraw_request(warning: Warning, by: "Account", at: datetime) -> None:
    """Why is said by the verdict on the warning, once for both."""
    withdrawn = ExplanationRequest.objects.filter(warning=warning).exclude(state__in=ENDED)
    if withdrawn.update(state=RequestState.WITHDRAWN, closed_by=by, closed_at=at):
        _record("warning.request_withdrawn", warning, by, at)


def _locked_warning(number: int) -> Warning:
    found = Warning.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=number).first()
    if found is None:
        raise WarningNotFound(number)
    return found


def _locked_request(number: int) -> ExplanationRequest:
    """Lock the warning first, always, then its request: two acts at once wait for each other."""
    warning = Warning.objects.select_for_update().filter(request=number).order_by("pk").first()
    found = (
        ExplanationRequest.objects.select_for_update(of=("self",))
        .select_related("unit", "warning__unit")
        .filter(pk=number)
        .first()
    )
    if warning is None or found is None:
        raise RequestNotFound(number)
    return found


def _seen(by: "Account", warning: Warning, at: datetime) -> "Scope":
    """The person's scope; a warning on cells hidden from them is not there for them."""
    scope = access.scope_for(by, at=at)
    if warning.small_cell and not scope.small_cells_visible(warning.unit):
        raise WarningNotFound(warning.pk)
    return scope


def _require_undecided(warning: Warning) -> None:
    if not rules.may_be_decided(warning.state):
        raise WarningAlreadyDecided(warning.pk, WarningState(warning.state).label)


def _require_seen(warning: Warning, seen_acts: int | None) -> None:
    if seen_acts is not None and seen_acts != warning.acts:
        raise WarningMovedOn(warning.pk, WarningState(warning.state).label)


def _require_answered(request: ExplanationRequest) -> None:
    if request.state != RequestState.ANSWERED:
        raise NothingToJudge(request.pk, RequestState(request.state).label)


def _require_reason(text: str) -> None:
    if not is_a_reason(text):
        raise ReasonMissing


def _require_later(due_on: date, at: datetime) -> None:
    today = day_of(at)
    if due_on <= today:
        raise DueDateNotLater(due_on, today)


def _move(warning: Warning, state: WarningState) -> None:
    warning.state, warning.acts = state, warning.acts + 1
    warning.save(update_fields=["state", "acts"])


def _record(verb: str, warning: Warning, by: "Account", at: datetime, **facts: object) -> None:
    facts |= {"figure": warning.indicator, "period": warning.period_key, "detector": warning.detector}
    audit.record(
        verb, subject=f"warning:{warning.pk}", by=by.actor(), at=at, facts=facts, unit_id=warning.unit_id
    )


def _file(filename: str, content: bytes) -> dict[str, object]:
    name = attachments.bare_name(filename) or _("file without a name")
    if not content:
        raise AnswerFileRefused(name, _("it is empty"))
    if len(content) > attachments.LARGEST:
        raise AnswerFileRefused(name, _("it is too large"), size=len(content))
    kind = attachments.kind_of(name, content)
    if kind is None:
        raise AnswerFileRefused(name, _("its content is not of a kind we take"))
    digest = hashlib.sha256(content).hexdigest()
    return {
        "filename": name[:255],
        "content": content,
        "content_type": kind,
        "sha256": digest,
        "size": len(content),
    }


def _verify_detector(file: str, entry: dict[str, object]) -> None:
    name = str(entry["detector"])
    if name not in DETECTORS:
        raise DetectorInvalid(file, _("there is no detector class %(name)s") % {"name": name})
    try:
        DETECTORS[name](rules.Watching.read(entry).settings)
    except (ValueError, KeyError) as reason:
        raise DetectorInvalid(file, str(reason)) from reason
