"""A report's four scores, each part opening to the cells that failed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.front.console.forms import ObjectionForm
from giamsat.front.console.report_page import lay_out_for, version_shown
from giamsat.front.console.score_cards import PartCard, cards_of
from giamsat.front.console.spoilers import Spoiler, spoilers
from giamsat.front.console.uses import note_of_use
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import RECEIVED
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import ObjectionState, Part
from giamsat.intake.quality.errors import ScoreNotFound


@dataclass(frozen=True, slots=True)
class Failed:
    """One cell, or one unit below, that keeps a part from being full."""

    label: str
    value: Any = None
    rule: str = ""
    severity: str = ""
    sentence: str = ""
    href: str = ""


@login_required
@require_safe
def scores(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return show(request, viewer, observations.report_for(viewer.account, number, at=viewer.at))


def show(
    request: HttpRequest, viewer: Viewer, found: Any, *, status: int = 200, **typed: Any
) -> HttpResponse:
    """The page; ``typed``: an objection that was refused, with what was typed."""
    version = version_shown(viewer, found)
    if version.pk != found.current_id:
        raise ReportNotFound(found.pk)  # what was scored is a correction that is not theirs to read
    laid_out = lay_out_for(viewer, found, version)
    cells = {cell.key: cell for section in laid_out["sheet"] for row in section.rows for cell in row.cells}
    opened = cards_of(found, opened=True)
    keys = [key for card in opened for part in card.parts for key in part.keys]
    things = cells | spoilers(viewer, keys)
    known = objections_shown(viewer, found)
    may_object = viewer.may("report.submit", found.unit) and found.status in RECEIVED
    notes = {Part.USE.value: note_of_use(viewer, found), Part.TIMELINESS.value: _note_of_days(found)}
    cards = []
    for card in opened:
        parts = [_opened(part, things, viewer.language) for part in card.parts]
        parts = [
            replace(part, objection=known.get(part.code), note=notes.get(part.code, "")) for part in parts
        ]
        if may_object:
            parts = [replace(part, form=_form(part, typed.get("objection_form"))) for part in parts]
        cards.append(replace(card, parts=parts))
    context = {
        "report": found,
        "unit": found.unit,
        "form": laid_out["form"],
        "scores": cards,
        "today": viewer.today,
        **typed,
    }
    return render(request, "console/scores.html", context, status=status)


def _note_of_days(found: Any) -> str:
    """By when it was due, and when the level above first had it."""
    if found.due_on is None or found.first_sent_on is None:
        return ""
    days = {"due": f"{found.due_on:%d/%m/%Y}", "sent": f"{found.first_sent_on:%d/%m/%Y}"}
    return _("Due by %(due)s, first sent on %(sent)s.") % days


def _form(part: PartCard, typed: ObjectionForm | None) -> ObjectionForm | None:
    """For an objection to a part that falls short and has no open one; with what was typed if it was refused."""
    open_already = part.objection is not None and part.objection.state == ObjectionState.OPEN
    if part.share is None or part.share == 1 or open_already:
        return None
    if typed is not None and typed.data.get("part") == part.code:
        return typed
    return ObjectionForm(auto_id=f"{part.code}-%s", initial={"part": part.code, "seen": f"{part.share:f}"})


def objections_shown(viewer: Viewer, found: Any) -> Mapping[str, Any]:
    """By part, the newest objection; nothing for whoever is neither of the unit nor directly above."""
    try:
        score = quality.score_of(found.unit_id, found.form_code, found.period_key, found.basis)
    except ScoreNotFound:
        return {}
    return quality.objections_to(score, viewer.scope)


def _opened(part: PartCard, things: Mapping[str, Any], language: str) -> PartCard:
    label = quality.labels()
    failed = [_failed(part, key, things.get(key), label, language) for key in part.keys]
    return replace(part, failed=failed)


def _failed(part: PartCard, key: str, cell: Any, label: Any, language: str) -> Failed:
    if isinstance(cell, Spoiler):
        return Failed(cell.label, sentence=cell.sentence, href=cell.href)
    if cell is None:
        return Failed(key, sentence=_("has not reported") if part.code == Part.CHILDREN else "")
    name = f"{key} · {label(key, language)}"
    if part.code == Part.RULES and cell.worst:
        return Failed(name, cell.value, cell.worst.rule, cell.worst.severity, cell.worst.sentence)
    return Failed(name, cell.value, sentence=_("left blank") if part.code == Part.REQUIRED else "")
