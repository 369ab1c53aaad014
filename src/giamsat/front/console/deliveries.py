"""Deliveries as they arrived: what was refused in them and why, and the bytes themselves."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from giamsat.foundation.audit import services as trail
from giamsat.front.console.errors import DeliveryNotFound
from giamsat.front.console.exports import download
from giamsat.front.console.findings import refused_lines
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services as observed
from giamsat.intake.observations.errors import ReportRefused
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Channel
from giamsat.lib.refusals import Refusal

MOST_LINES = 500
ENDINGS = {Channel.FORM: ".json", Channel.EXCEL: ".xlsx", Channel.CSV: ".csv", Channel.API: ".json"}


@login_required
@require_safe
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _page(request, viewer, *delivery_for(viewer, number))


@login_required
@require_safe
def delivery_file(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes as they came, or of a list the viewer's lines, always as a download. That somebody took them is on
    record."""
    viewer = viewer_of(request)
    found, part = delivery_for(viewer, number)
    trail.record(
        "delivery.downloaded",
        subject=f"delivery:{found.pk}",
        by=viewer.actor,
        at=viewer.at,
        facts={"filename": found.filename} | ({} if part is None else {"reports": len(part)}),
        unit_id=found.unit_id,
    )
    name = found.filename or f"delivery-{found.pk}{ENDINGS.get(Channel(found.channel), '')}"
    content = bytes(found.content)
    return download(content if part is None else observed.lines_of(content, part), name)


def delivery_for(viewer: Viewer, number: int) -> tuple[Any, list[Any] | None]:
    """A delivery for its sender, its unit, or, once it is no draft, the unit's direct superior: it holds every figure,
    small ones too. Of a list for many units others get the lines of the reports named beside it, and no more."""
    known = sources.deliveries_known_to(viewer.account.pk, viewer.scope.small_cell_unit_ids)
    found = known.filter(pk=number).first()
    if found is not None and _is_readable(viewer, found):
        return found, None
    several = sources.list_of_many(number)
    part = observations.reports_readable_in(viewer.scope, several) if several else []
    if not part:
        raise DeliveryNotFound(number)
    return several, part


def openable(viewer: Viewer, versions: Iterable[Any]) -> set[int]:
    """Those deliveries of some versions that the viewer may open, whole or in part; a page links to no other."""
    report_of = {each.delivery_id: each.report_id for each in versions}
    known = sources.deliveries_known_to(viewer.account.pk, viewer.scope.small_cell_unit_ids)
    whole = {each.pk for each in known.filter(pk__in=report_of) if _is_readable(viewer, each)}
    return whole | {
        number
        for number, report in report_of.items()
        if number is not None and number not in whole and _is_partly_readable(viewer, number, report)
    }


def _is_partly_readable(viewer: Viewer, number: int, report: int) -> bool:
    several = sources.list_of_many(number)
    return several is not None and bool(observations.reports_readable_in(viewer.scope, several, of=report))


def _is_readable(viewer: Viewer, found: Any) -> bool:
    return found.by_id == viewer.account.pk or observations.is_delivery_readable(viewer.scope, found)


def _page(request: HttpRequest, viewer: Viewer, found: Any, part: list[Any] | None) -> HttpResponse:
    refusal = found.refusal or {}
    facts = refusal.get("facts", {})
    reports = _reports_shown(viewer, found) if part is None else part[:MOST_LINES]
    lines = list(sources.refused_lines_of(found)[:MOST_LINES]) if part is None else []
    context = {
        "delivery": found,
        "unit": found.unit,
        "is_part": part is not None,
        "refusal": refusal and {**refusal, "message": _in_words(refusal, facts)},
        "findings": refused_lines(facts.get("findings", ()), _form(facts), viewer.language),
        "channel": Channel(found.channel).label,
        "report": reports[0] if len(reports) == 1 and not lines else None,
        "reports": reports,
        "lines": lines,
        "form_url": _form_url(viewer, found, facts),
    }
    return render(request, "console/delivery.html", context)


def _in_words(refusal: dict[str, Any], facts: dict[str, Any]) -> str:
    """In the language of the reader where the facts allow to say it again; else as the sender was told."""
    if refusal["code"] == ReportRefused.code and {"form", "period", "findings"} <= facts.keys():
        return ReportRefused(facts["form"], facts["period"], facts["findings"]).message
    return str(refusal["message"])


def _reports_shown(viewer: Viewer, found: Any) -> list[Any]:
    """Reports that came by this delivery and that the viewer reads."""
    reports = observations.reports_of_delivery(found.pk)[:MOST_LINES]
    return [each for each in reports if observations.is_readable(viewer.scope, each)]


def _form(facts: dict[str, Any]) -> Any:
    """The form that a refusal speaks of, for the names of its cells."""
    if "form" not in facts or "period" not in facts:
        return None
    try:
        return sources.form_for(facts["form"], sources.reporting_period(facts["period"]).period)
    except Refusal:
        return None


def _form_url(viewer: Viewer, found: Any, facts: dict[str, Any]) -> str:
    if found.unit is None or not facts.get("findings") or not viewer.may("report.compile", found.unit):
        return ""
    return reverse("console:entry_form", args=[found.unit.code, facts["form"], facts["period"], "own"])
