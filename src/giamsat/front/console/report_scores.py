"""A report's four scores, each part opening to the cells that failed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.front.console.report_page import lay_out_for, version_shown
from giamsat.front.console.score_cards import PartCard, cards_of
from giamsat.front.console.spoilers import Spoiler, spoilers
from giamsat.front.console.viewer import viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality.choices import Part


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
    found = observations.report_for(viewer.account, number, at=viewer.at)
    version = version_shown(viewer, found)
    if version.pk != found.current_id:
        raise ReportNotFound(number)  # what was scored is a correction that is not theirs to read
    laid_out = lay_out_for(viewer, found, version)
    cells = {cell.key: cell for section in laid_out["sheet"] for row in section.rows for cell in row.cells}
    opened = cards_of(found, opened=True)
    keys = [key for card in opened for part in card.parts for key in part.keys]
    things = cells | spoilers(viewer, keys)
    cards = [
        replace(card, parts=[_opened(part, things, viewer.language) for part in card.parts])
        for card in opened
    ]
    context = {"report": found, "unit": found.unit, "form": laid_out["form"], "scores": cards}
    return render(request, "console/scores.html", context)


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
