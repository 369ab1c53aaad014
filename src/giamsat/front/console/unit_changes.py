"""Changes of units: what was decided, what it would mean, carrying it out by a second person, taking it back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giamsat.foundation.access.choices import Action
from giamsat.foundation.units import queries as units
from giamsat.foundation.units import services
from giamsat.foundation.units.choices import ChangeKind, ChangeState, Concern
from giamsat.front.console.choice import one_of, page_asked
from giamsat.front.console.exports import csv_response, recorded_csv
from giamsat.front.console.unit_changes_forms import COLUMNS, FORMS, ListForm, WhyForm
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.sources import services as sources
from giamsat.lib.refusals import Refusal

ROWS_ON_A_PAGE = 50
MOST_SHOWN = 60
EXAMPLES = (
    ("03466", "03500", "Xã Hua Tè", "Hua Te Commune", "commune", "12"),
    ("03467", "03500", "", "", "", ""),
    ("19774", "19774", "", "", "", "12"),
)


@login_required
@require_safe
def unit_changes(request: HttpRequest) -> HttpResponse:
    """Every change there was or is to be, the newest first."""
    _administrator_of(request)
    page = Paginator(units.changes(), ROWS_ON_A_PAGE).get_page(page_asked(request.GET))
    return render(request, "console/unit_changes.html", {"page": page, "kinds": ChangeKind})


@login_required
@require_http_methods(["GET", "POST"])
def unit_change_new(request: HttpRequest, kind: str) -> HttpResponse:
    """What is to be changed; once it makes sense it is kept, and its preview shown."""
    viewer = _administrator_of(request)
    chosen = FORMS[one_of(kind, ChangeKind.values, _("kinds of change"))]
    if request.method != "POST":
        return _asking(request, chosen())
    form = chosen(request.POST, request.FILES)
    refusal = None
    if form.is_valid():
        try:
            if isinstance(form, ListForm):
                form.read(sources.read_table(form.cleaned_data["file"].read()))
            if form.is_valid():
                change = services.prepare_change(form.asked(), by=viewer.actor, at=viewer.at)
                return redirect("console:change", change.pk)
        except Refusal as refused:
            refusal = refused
    return _asking(request, form, refusal=refusal)


@login_required
@require_safe
def unit_change_model(request: HttpRequest) -> HttpResponseBase:
    """The list as it is filled in, with a merger and a move as examples."""
    _administrator_of(request)
    return csv_response(_("unit-changes-model"), COLUMNS, EXAMPLES)


@login_required
@require_safe
def unit_change(request: HttpRequest, number: int) -> HttpResponse:
    """One change: what it would do and mean, or what it did."""
    viewer = _administrator_of(request)
    return _page(request, viewer, number)


@login_required
@require_safe
def unit_change_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    """The whole preview as a table: of thousands of units the page shows the first."""
    viewer = _administrator_of(request)
    preview = services.preview_change(units.change(number))
    rows = [
        *((Concern.TREE.label, line.before, line.after) for line in _tree_lines(preview.effects, viewer)),
        *((Concern(each.concern).label, each.what, each.becomes) for each in preview.consequences),
    ]
    return recorded_csv(viewer, "unit_change", [_("About"), _("What"), _("What becomes of it")], rows)


@login_required
@require_POST
def unit_change_carry_out(request: HttpRequest, number: int) -> HttpResponse:
    seen = request.POST.get("seen", "")
    return _act(
        request,
        number,
        lambda viewer: services.carry_out_change(number, seen=seen, by=viewer.actor, at=viewer.at),
    )


@login_required
@require_POST
def unit_change_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda viewer: services.withdraw_change(number, reason=reason, by=viewer.actor, at=viewer.at),
    )


@login_required
@require_POST
def unit_change_undo(request: HttpRequest, number: int) -> HttpResponse:
    reason = request.POST.get("reason", "")
    return _act(
        request,
        number,
        lambda viewer: services.undo_change(number, reason=reason, by=viewer.actor, at=viewer.at),
    )


def _act(request: HttpRequest, number: int, act: Callable[[Viewer], object]) -> HttpResponse:
    viewer = _administrator_of(request)
    try:
        act(viewer)
    except Refusal as refusal:
        return _page(request, viewer, number, refusal=refusal)
    return redirect("console:change", number)


def _administrator_of(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    viewer.require(Action.UNIT_CHANGE, units.centre())
    return viewer


def _asking(request: HttpRequest, form: Any, *, refusal: Refusal | None = None) -> HttpResponse:
    context = {"form": form, "kind": form.kind, "kinds": ChangeKind, "act_refusal": refusal}
    if isinstance(form, ListForm):
        context["columns"] = COLUMNS
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "console/unit_change_new.html", context, status=status)


def _page(
    request: HttpRequest, viewer: Viewer, number: int, *, refusal: Refusal | None = None
) -> HttpResponse:
    change = units.change(number)
    context: dict[str, Any] = {
        "change": change,
        "kind": ChangeKind(change.kind).label,
        "act_refusal": refusal,
        "why": WhyForm(request.POST if refusal else None),
        "columns": COLUMNS,
        "lines": [[line.get(column, "") for column in COLUMNS] for line in change.lines[:MOST_SHOWN]],
        "lines_left": max(0, len(change.lines) - MOST_SHOWN),
    }
    if change.state == ChangeState.PREPARED:
        context |= _preview(viewer, change)
    return render(request, "console/unit_change.html", context, status=refusal.status if refusal else 200)


def _preview(viewer: Viewer, change: Any) -> dict[str, Any]:
    """What the change would mean today; where it no longer makes sense, why."""
    try:
        preview = services.preview_change(change)
    except Refusal as refusal:
        return {"senseless": refusal}
    tree = _tree_lines(preview.effects, viewer)
    told: dict[str, list[Any]] = {}
    for each in preview.consequences:
        told.setdefault(each.concern, []).append(each)
    return {
        "preview": preview,
        "tree": [line for line in tree if not line.along][:MOST_SHOWN],
        "along": [line for line in tree if line.along][:MOST_SHOWN],
        "tree_count": len(tree),
        "along_count": sum(line.along for line in tree),
        "concerns": [
            {
                "word": concern.label,
                "code": concern.value,
                "count": len(told[concern]),
                "shown": sorted(told[concern], key=lambda each: not each.forbids)[:MOST_SHOWN],
                "left": max(0, len(told[concern]) - MOST_SHOWN),
            }
            for concern in Concern
            if concern in told
        ],
        "same_person": change.prepared_by_id == viewer.account.pk,
        "day_not_come": change.on > viewer.today,
    }


@dataclass(frozen=True)
class _TreeLine:
    """One unit before and after, for the first table of a preview; ``along`` where no line names it."""

    before: str
    after: str
    how: str
    along: bool = False


def _tree_lines(effects: services.Effects, viewer: Viewer) -> list[_TreeLine]:
    language = viewer.language
    lines = [
        _TreeLine(
            f"{closing.unit.code} {closing.unit.name(language)}",
            "; ".join(_place(place, language) for place in closing.into) or _("ends"),
            "whole" if closing.whole else "parts" if closing.into else "ends",
            along=bool(closing.into) and closing.into[0].line is None,
        )
        for closing in effects.closings
    ]
    lines += [
        _TreeLine("", _place(place, language), "opens") for place in effects.openings if not place.made_of
    ]
    lines += [
        _TreeLine(
            f"{place.code} {place.unit.name(language)}", f"{place.code} {place.name(language)}", "renamed"
        )
        for place in effects.renamings
        if place.unit
    ]
    return sorted(lines, key=lambda line: line.along)


def _place(place: Any, language: str) -> str:
    named = {"place": f"{place.code} {place.name(language)}"}
    if not (place.parent and place.opens):
        return named["place"]
    return _("%(place)s (under %(above)s)") % {**named, "above": place.parent.name(language)}
