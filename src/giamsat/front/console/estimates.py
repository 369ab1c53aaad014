"""An estimate in the place of a missing report: taken from an earlier period of its unit or typed, with a reason."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from giamsat.front.console.choice import one_of
from giamsat.front.console.consolidate_page import Asked, asked_of
from giamsat.front.console.entry import as_typed, typed_texts
from giamsat.front.console.errors import NothingToConsolidate
from giamsat.front.console.forms import ReasonForm
from giamsat.front.console.sheet import Filling, hide_through, lay_out
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Way
from giamsat.intake.observations.errors import EstimateNotThere
from giamsat.intake.sources import queries as sources
from giamsat.lib.refusals import Refusal


@dataclass(frozen=True)
class Gap:
    """The missing report that is estimated, and which earlier figures of its unit there are to take."""

    asked: Asked
    part: Any
    form: Any
    standing: Any
    earlier: dict[Way, list[Decimal | None]]
    way: Way


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consolidate_estimate(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    gap = _gap(viewer, request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        return _show(request, viewer, gap, ReasonForm())
    texts, form = typed_texts(request, gap.form), ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, viewer, gap, form, texts=texts, status=422)
    try:
        services.estimate(
            gap.asked.unit, gap.asked.form_code, gap.asked.period, gap.part.unit, way=gap.way,
            reason=form.cleaned_data["reason"], values=_numbers(gap, texts), by=viewer.account, at=viewer.at,
        )  # fmt: skip
    except Refusal as refusal:
        return _show(request, viewer, gap, form, texts=texts, refusal=refusal, status=refusal.status)
    return redirect(f"{reverse('console:consolidate')}?{gap.asked.query}#parts")


@login_required
@require_POST
def consolidate_estimate_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    try:
        done = services.withdraw_estimate(number, by=viewer.account, at=viewer.at)
    except EstimateNotThere:
        return redirect("console:consolidate")  # the second click of two
    asked = {"period": done.period_key, "form": request.POST.get("form", "")}
    return redirect(f"{reverse('console:consolidate')}?{urlencode(asked)}#parts")


def _gap(viewer: Viewer, said: Any) -> Gap:
    """What an address names, if this person compiles the sum and sees the missing unit's figures."""
    asked = asked_of(viewer, said)
    viewer.require("report.compile", asked.unit)
    parts = observations.parts_of(asked.unit, asked.form_code, asked.period)
    code = one_of(said.get("unit", ""), {each.unit.code for each in parts.missing}, _("units"))
    part = next((each for each in parts.missing if each.unit.code == code), None)
    if part is None or not all(viewer.lens.sees_small(each.unit.pk) for each in parts.children):
        raise NothingToConsolidate
    form = sources.form_for(part.form_code, asked.period)
    found = {
        way: observations.figures_for(part, form, asked.period, way) for way in (Way.LAST_YEAR, Way.BEFORE)
    }
    earlier = {way: values for way, values in found.items() if values is not None}
    way = one_of(said.get("way", ""), [*earlier, Way.TYPED], _("ways to estimate")) or next(
        iter(earlier), Way.TYPED
    )
    return Gap(asked, part, form, parts.estimated.get(part.unit.pk), earlier, Way(way))


def _numbers(gap: Gap, texts: dict[str, str]) -> list[Any]:
    """What was typed; taken where nothing is copied, so that a text left over from another way is no fault."""
    return services.read_typed(gap.form, texts) if gap.way == Way.TYPED else []


def _show(
    request: HttpRequest,
    viewer: Viewer,
    gap: Gap,
    form: ReasonForm,
    *,
    texts: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    values = gap.earlier.get(gap.way) or []
    if texts is None:
        given = gap.standing.values if gap.standing and gap.way == Way.TYPED else values
        texts = {
            cell.key: as_typed(value, viewer.language)
            for cell, value in zip(gap.form.cells, given, strict=False)
        }
    filling = Filling(values=values, typed={cell.ordinal: texts.get(cell.key, "") for cell in gap.form.cells})
    hide = hide_through(viewer.lens, gap.part.unit.pk)
    context = {
        "asked": gap.asked,
        "unit": gap.part.unit,
        "form": gap.form,
        "standing": gap.standing,
        "way": gap.way,
        "ways": [each for each in Way if each in gap.earlier or each == Way.TYPED],
        "typed": gap.way == Way.TYPED,
        "sheet": lay_out(gap.form, filling, language=viewer.language, hide=hide),
        "reason_form": form,
        "refusal": refusal,
        "back": f"{reverse('console:consolidate')}?{gap.asked.query}#parts",
    }
    return render(request, "console/estimate.html", context, status=status)
