"""A unit's own work: its reports to do, the template, the form typed and checked in the browser."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giamsat.front.console import later
from giamsat.front.console.before_eyes import version_seen
from giamsat.front.console.choice import one_of
from giamsat.front.console.errors import NoUnitToReport
from giamsat.front.console.exports import XLSX, csv_response, download
from giamsat.front.console.findings import counts, fresh_lines, refused_lines
from giamsat.front.console.forms import UploadForm
from giamsat.front.console.sheet import PREVIOUS, Filling, FindingLine, hide_through, lay_out
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.front.console.worklist import KEPT_AFTER_CUT_OFF, duties, grouped
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import WRITABLE, Status
from giamsat.intake.observations.errors import NotWritable, ReportRefused, SameFigures, StaleVersion
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

MOST_UNITS = 200
DELIVERIES_SHOWN = 8


@dataclass(frozen=True)
class Place:
    """Which form of which unit and period a page is about, and what is filed there."""

    unit: Any
    form: Any
    period: Period
    basis: str
    report: Any

    @property
    def key(self) -> tuple[str, str, str, str]:
        return self.unit.code, self.form.code, self.period.key, self.basis

    @property
    def seen(self) -> int:
        """The version a person works from; 0 before the first."""
        return self.report.current.number if self.report and self.report.current else 0


@login_required
@require_safe
def entry(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    mine = own_units(viewer)
    context = {
        "groups": grouped(duties(viewer, mine)),
        "later": later.of_units(viewer, [unit.pk for unit in mine]),
        "units": mine[:3],
        "many_units": len(mine) > 1,
        "today": viewer.today,
        "may_write": viewer.scope.may_anywhere("report.compile"),
        "upload": UploadForm(),
        "deliveries": sources.deliveries_known_to(viewer.account.pk, [])[:DELIVERIES_SHOWN],
    }
    return render(request, "console/entry.html", context)


@login_required
@require_safe
def entry_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = viewer_of(request)
    rows = duties(viewer, own_units(viewer))
    header = [_("Unit code"), _("Unit"), _("Form"), _("Period"), _("Due"), _("State")]
    table = [
        [row.unit.code, row.unit.name(viewer.language), row.form_code, row.period_key, row.due_on,
         Status(row.state).label if row.state else _("Not filed")]
        for row in rows
    ]  # fmt: skip
    return csv_response("reports-to-do", header, table)


@login_required
@require_safe
def entry_template(
    request: HttpRequest, unit_code: str, form_code: str, period_key: str, basis: str
) -> HttpResponse:
    """The Excel form of this unit and period, with last period's figures beside the cells."""
    viewer = viewer_of(request)
    place = place_of(viewer, unit_code, form_code, period_key, basis)
    before = observations.period_before(place.period)
    earlier = _earlier_shown(viewer, place, before)
    same_year = earlier is not None and before == place.period.previous_cumulative()
    sheet = sources_services.Sheet(place.form)
    content = sources_services.template_workbook(
        place.form,
        place.unit,
        place.period,
        earlier,
        previous_period=before,
        basis=place.basis,
        cut_off=f"{sources.cut_off_on(place.period):%d/%m/%Y}",
        values=list(place.report.current.values) if place.seen else None,
        checks=quality.sheet_checks(
            place.form,
            place.period,
            basis=place.basis,
            now=sheet.address,
            before=sheet.address_before if same_year else None,
        ),
        language=viewer.language,
    )
    return download(content, f"{place.form.code}_{place.period.key}_{place.unit.code}.xlsx", XLSX)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def entry_form(
    request: HttpRequest, unit_code: str, form_code: str, period_key: str, basis: str
) -> HttpResponse:
    """The form in the browser. What does not pass comes back as it was typed, with its findings."""
    viewer = viewer_of(request)
    place = place_of(viewer, unit_code, form_code, period_key, basis)
    if request.method == "POST":
        return _take(request, viewer, place)
    return _show(request, viewer, place, _stored_texts(place, viewer.language))


@login_required
@require_POST
def entry_check(
    request: HttpRequest, unit_code: str, form_code: str, period_key: str, basis: str
) -> HttpResponse:
    """What the rules say of what stands in the cells now; the same rules as on arrival, and nothing is kept."""
    viewer = viewer_of(request)
    place = place_of(viewer, unit_code, form_code, period_key, basis)
    texts = typed_texts(request, place.form)
    values = services.read_typed(place.form, texts)
    found = services.check_values(place.unit, place.form, place.period, values, basis=place.basis)
    lines, blank = _without_blanks(fresh_lines(found, place.form, viewer.language), texts)
    told = [
        {
            "cells": list(line.cell_keys),
            "severity": line.severity,
            "rule": line.rule,
            "sentence": line.sentence,
        }
        for line in lines
    ]
    if blank:
        sentence = ngettext("%(n)d cell is still blank.", "%(n)d cells are still blank.", blank) % {
            "n": blank
        }
        told.append({"cells": [], "severity": "I", "rule": "", "sentence": sentence})
    return JsonResponse({"findings": told}, headers={"Cache-Control": "no-store"})


def own_units(viewer: Viewer) -> list[Any]:
    """The units whose reports this person compiles or submits; refused when there are none."""
    found = units_reported_by(viewer)
    if not found:
        raise NoUnitToReport
    return found


def units_reported_by(viewer: Viewer) -> list[Any]:
    """The same; nothing for whoever reports for none."""
    mine = viewer.scope.units_where("report.compile") | viewer.scope.units_where("report.submit")
    still_owing = Q(valid_to=None) | Q(valid_to__gt=viewer.today - KEPT_AFTER_CUT_OFF)
    return list(mine.filter(still_owing).order_by("path")[:MOST_UNITS])


def place_of(viewer: Viewer, unit_code: str, form_code: str, period_key: str, basis: str) -> Place:
    """The form that an address names, if this person compiles it."""
    period = sources.reporting_period(period_key).period
    unit = sources.bearer_of(unit_code, period)
    viewer.require("report.compile", unit)
    basis = Basis(one_of(basis, Basis.values, _("kinds of report")))
    form = sources.form_for(form_code, period)
    return Place(unit, form, period, basis, observations.report_of(unit, form_code, period.key, basis))


def typed_texts(request: HttpRequest, form: Any) -> dict[str, str]:
    """What was typed, by the key of the cell; as typed."""
    return {cell.key: request.POST.get(f"cell.{cell.ordinal}", "").strip() for cell in form.cells}


def _take(request: HttpRequest, viewer: Viewer, place: Place) -> HttpResponse:
    texts = typed_texts(request, place.form)
    try:
        receipt = services.receive_typed(
            place.unit,
            place.form,
            place.period,
            texts,
            by=viewer.account,
            at=viewer.at,
            basis=place.basis,
            seen_version=version_seen(request),
        )
    except ReportRefused as refusal:
        lines = refused_lines(refusal.findings, place.form, viewer.language)
        return _show(request, viewer, place, texts, lines=lines, refusal=refusal)
    except (StaleVersion, SameFigures) as refusal:
        if stored := _stored_as_typed(place, texts, viewer):
            return redirect("console:report", stored.pk)  # the second click of two
        return _show(request, viewer, place, texts, refusal=refusal)
    except Refusal as refusal:
        return _show(request, viewer, place, texts, refusal=refusal)
    assert receipt.report is not None
    return redirect("console:report", receipt.report.pk)


def _show(
    request: HttpRequest,
    viewer: Viewer,
    place: Place,
    texts: dict[str, str],
    *,
    lines: list[FindingLine] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    before = observations.period_before(place.period)
    earlier = _earlier(place, before)
    lines = lines or []
    filling = Filling(
        previous=earlier,
        typed={cell.ordinal: texts.get(cell.key, "") for cell in place.form.cells},
        findings=lines,
    )
    hide = hide_through(viewer.lens, place.unit.pk)
    context = {
        **_about(place, viewer),
        "sheet": lay_out(place.form, filling, language=viewer.language, hide=hide),
        "findings": lines,
        "counts": counts(lines),
        "refusal": refusal or _why_read_only(place, viewer.today),
        "has_previous": bool(earlier),
        "previous_key": before.key,
        "typed_before": any(texts.values()),
    }
    return render(request, "console/entry_form.html", context, status=422 if refusal else 200)


def _about(place: Place, viewer: Viewer) -> dict[str, Any]:
    """Which report is being filled in, by when, and where its acts lead."""
    obligation = sources.obligation_of(place.unit, place.form.code, place.period, place.basis)
    due_on = sources.due_on(obligation, place.period) if obligation else None
    return {
        "unit": place.unit,
        "form": place.form,
        "period": place.period,
        "report": place.report,
        "basis": place.basis,
        "writable": _why_read_only(place, viewer.today) is None,
        "opened_late": opened_late(place, viewer.today),
        "seen": place.seen,
        "lock": lock_of(viewer.account),
        "cut_off_on": sources.cut_off_on(place.period),
        "due_on": due_on,
        "today": viewer.today,
        "late": due_on is not None and due_on < viewer.today,
        "sent_back": sent_back_note(place.report),
        "form_url": reverse("console:entry_form", args=place.key),
        "check_url": reverse("console:entry_check", args=place.key),
        "template_url": reverse("console:entry_template", args=place.key),
    }


def opened_late(place: Place, today: date) -> Any:
    """The late opening that holds, if one does."""
    opening = observations.opening_of(place.unit, place.form.code, place.period.key, place.basis)
    return opening if opening is not None and opening.holds_on(today) else None


def lock_of(account: Any) -> str:
    """The key with which what this account types is locked on its own device; the same on every page it opens."""
    return b64encode(salted_hmac("console.entry.kept", str(account.pk), algorithm="sha256").digest()).decode()


def _why_read_only(place: Place, today: date) -> Refusal | None:
    """What saving would be refused for whatever is typed; said before anybody types."""
    state = sources.reporting_period(place.period.key).state
    if state != PeriodState.OPEN and not opened_late(place, today):
        return ClosedPeriod(place.period.key, state)
    if place.report is not None and place.report.status not in WRITABLE:
        label = Status(place.report.status).label
        return NotWritable(place.form.code, place.period.key, label)
    return None


def sent_back_note(report: Any) -> dict[str, Any] | None:
    """Why a report came back, while it is the unit's turn."""
    if report is None or report.status != Status.TRA_LAI:
        return None
    return {
        "reason": report.return_reason,
        "by": report.returned_by_name,
        "at": report.returned_at,
        "reopened": report.in_force_id is not None and report.current_id == report.in_force_id,
    }


def _stored_texts(place: Place, language: str) -> dict[str, str]:
    if not place.seen:
        return {}
    values = observations.current_values(place.report)
    return {key: as_typed(value, language) for key, value in values.items()}


def as_typed(value: Decimal | None, language: str) -> str:
    """A stored number as a person would type it: no grouping, so that it can mean one thing only."""
    if value is None:
        return ""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",") if language == "vi" else text


def _earlier(place: Place, before: Period) -> dict[str, Decimal | None]:
    report = observations.report_of(place.unit, place.form.code, before.key, place.basis)
    return observations.values_of(report.in_force or report.current) if report else {}


def _earlier_shown(viewer: Viewer, place: Place, before: Period) -> list[Decimal | str | None] | None:
    """Last period's figures in the order of the cells, as the form in the browser shows them to this person."""
    earlier = _earlier(place, before)
    if not earlier:
        return None
    cells = place.form.cells
    shown = hide_through(viewer.lens, place.unit.pk)(
        [earlier.get(each.key) for each in cells], cells, PREVIOUS
    )
    return [each.text if each.hidden else each.value for each in shown]


def _stored_as_typed(place: Place, texts: dict[str, str], viewer: Viewer) -> Any:
    """The report, if this person has stored exactly this; the page may be older than the report."""
    report = observations.report_of(place.unit, place.form.code, place.period.key, place.basis)
    current = report.current if report else None
    if current is None or current.recorded_by_id != viewer.account.pk:
        return None
    return report if list(current.values) == services.read_typed(place.form, texts) else None


def _without_blanks(lines: list[FindingLine], texts: dict[str, str]) -> tuple[list[FindingLine], int]:
    """Cells not reached yet are counted, not scolded: they block on saving, not while one types."""
    kept = [line for line in lines if not _only_blank(line, texts)]
    return kept, len(lines) - len(kept)


def _only_blank(line: FindingLine, texts: dict[str, str]) -> bool:
    return line.severity == "E" and len(line.cell_keys) == 1 and not texts.get(line.cell_keys[0], "")
