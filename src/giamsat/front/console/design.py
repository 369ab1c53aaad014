"""Definitions: what is published in which version, what is being drafted, and the file of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.units import queries as units
from giamsat.front.console.choice import one_of
from giamsat.front.console.exports import download
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.designs import queries as designs
from giamsat.intake.designs import services
from giamsat.intake.designs.choices import Kind
from giamsat.lib.refusals import Refusal

YAML = "application/yaml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Row:
    """One code with its versions, the newest first."""

    code: str
    name: str
    newest: designs.Published
    state: str
    versions: Sequence[tuple[designs.Published, Any]]


@login_required
@require_safe
def design(request: HttpRequest) -> HttpResponse:
    viewer = reader_of(request)
    return _page(request, viewer, _kind_asked(request.GET.get("kind", "")))


@login_required
@require_POST
def design_begin(request: HttpRequest) -> HttpResponse:
    """Begin the next version of a code, or the first of a new one."""
    viewer = reader_of(request)
    kind = _kind_asked(request.POST.get("kind", ""))
    code = request.POST.get("code", "").strip()
    try:
        draft = services.begin_draft(kind, code, by=viewer.account, at=viewer.at)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        return _page(request, viewer, kind, refusal=refusal, typed=code)
    return redirect("console:design_draft", draft.pk)


@login_required
@require_safe
def design_published(request: HttpRequest, kind: str, code: str, version: int) -> HttpResponse:
    """One published version as its file says it, beside the version before."""
    viewer = reader_of(request)
    found = designs.publication(kind, code, version)
    same = [each for each in designs.published(kind) if each.code == code]
    before = next((each for each in reversed(same) if each.version < version), None)
    context = {
        "found": found,
        "kind": Kind(kind),
        "versions": list(reversed(same)),
        "origin": designs.publishers(kind).get((code, version)),
        "state": state_of(found, viewer.today),
        "text": designs.as_yaml(kind, found.content),
        "before": before,
        "lines": changed_lines(designs.difference(before.content, found.content)) if before else [],
        "may_draft": may(viewer, "definition.draft"),
    }
    return render(request, "console/design_published.html", context)


@login_required
@require_safe
def design_published_yaml(request: HttpRequest, kind: str, code: str, version: int) -> HttpResponse:
    reader_of(request)
    found = designs.publication(kind, code, version)
    name = designs.file_name(kind, found.content).rpartition("/")[2]
    return download(designs.as_yaml(kind, found.content).encode(), name, YAML)


def reader_of(request: HttpRequest) -> Viewer:
    """The viewer, who may read definitions; anybody else is refused."""
    viewer = viewer_of(request)
    viewer.require_anywhere("definition.read")
    return viewer


def writer_of(request: HttpRequest) -> Viewer:
    """The viewer, who drafts or publishes definitions; anybody else is refused."""
    viewer = reader_of(request)
    if not may(viewer, "definition.publish"):
        viewer.require("definition.draft", units.centre())
    return viewer


def may(viewer: Viewer, action: str) -> bool:
    """Drafting and publishing count over the whole organisation."""
    return viewer.may(action, units.centre())


def changed_lines(diff: str) -> list[tuple[str, str]]:
    """A unified diff without its head: how each line is marked, and the line."""
    marks = {"+": "added", "-": "removed", "@": "place"}
    return [(marks.get(line[:1], ""), line) for line in diff.splitlines()[2:]]


def state_of(found: designs.Published, today: date) -> str:
    """In words, whether a version is in force."""
    if found.valid_to is not None and found.valid_to <= today:
        return _("ended")
    if found.valid_from is not None and found.valid_from > today:
        return _("to come")
    return _("in force")


def _page(
    request: HttpRequest, viewer: Viewer, kind: str, *, refusal: Refusal | None = None, typed: str = ""
) -> HttpResponse:
    drafts_shown = may(viewer, "definition.draft") or may(viewer, "definition.publish")
    context = {
        "kind": Kind(kind),
        "kinds": [(each, each.label) for each in Kind],
        "rows": _rows(viewer, kind),
        "drafts": [
            {"draft": each, "name": each.name(viewer.language), "kind": Kind(each.kind)}
            for each in designs.drafts()
        ]
        if drafts_shown
        else None,
        "may_draft": may(viewer, "definition.draft"),
        "act_refusal": refusal,
        "typed": typed,
        "example": designs.example_code(kind),
    }
    return render(request, "console/design.html", context, status=refusal.status if refusal else 200)


def _rows(viewer: Viewer, kind: str) -> list[Row]:
    origins = designs.publishers(kind)
    by_code: dict[str, list[designs.Published]] = {}
    for each in designs.published(kind):
        by_code.setdefault(each.code, []).insert(0, each)
    return [
        Row(
            code,
            versions[0].name(viewer.language),
            versions[0],
            state_of(versions[0], viewer.today),
            [(each, origins.get((code, each.version))) for each in versions],
        )
        for code, versions in by_code.items()
    ]


def _kind_asked(asked: str) -> str:
    return one_of(asked or designs.KINDS[0], designs.KINDS, _("kinds of definition"))
