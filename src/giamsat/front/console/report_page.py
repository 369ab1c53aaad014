"""What a report's page shows one person: the version they read, its comparisons and findings, what they may do."""

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from giamsat.front.console import deliveries, history, later
from giamsat.front.console.consolidate_page import declaration_of
from giamsat.front.console.entry import sent_back_note
from giamsat.front.console.figures import own_counted_from
from giamsat.front.console.findings import counts, kept_lines
from giamsat.front.console.forms import ReasonForm
from giamsat.front.console.report_then import end_of
from giamsat.front.console.score_cards import cards_of
from giamsat.front.console.sheet import Filling, changed_cells, hide_through, lay_out
from giamsat.front.console.sum_note import sum_note
from giamsat.front.console.viewer import Viewer
from giamsat.front.reports import queries as papers
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import REOPENABLE, SUBMITTABLE, WRITABLE, Status
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis, PeriodState
from giamsat.lib.periods import CUMULATIVE_KINDS, Period


def version_shown(viewer: Viewer, found: Any) -> Any:
    """The version this person reads; refused as if there were no report while there is none for them."""
    version = observations.version_for(viewer.scope, found)
    if version is None:
        raise ReportNotFound(found.pk)
    return version


def lay_out_for(viewer: Viewer, found: Any, version: Any, as_known: datetime | None = None) -> dict[str, Any]:
    """The figures of a version beside those of the period before and of a year ago, through the viewer's lens."""
    form = observations.form_of(version)
    compared = observations.comparison(found, version, to=viewer.scope, as_known=as_known)
    lines = kept_lines(viewer, version, found.unit_id)
    filling = Filling(
        values=list(version.values),
        previous={row.key: row.previous for row in compared.rows},
        last_year={row.key: row.last_year for row in compared.rows},
        findings=lines,
        first_of_year=_first_of_year(found.period),
        last_year_from=own_counted_from(found.unit, compared.last_year_period),
    )
    hide = hide_through(viewer.lens, found.unit_id, version.pk, compared)
    sheet = lay_out(form, filling, language=viewer.language, hide=hide)
    return {
        "sheet": sheet,
        "form": form,
        "findings": lines,
        "previous_key": compared.previous_period.key,
        "last_year_key": compared.last_year_period.key,
        "changed_count": changed_cells(sheet) if compared.previous_version_id else None,
        "first_of_year": filling.first_of_year,
        "last_year_from": filling.last_year_from,
    }


def _first_of_year(period: Period) -> bool:
    """Whether cumulative figures begin anew in it, so that the period before is of another year."""
    return period.kind in ("M", *CUMULATIVE_KINDS) and period.previous_cumulative() is None


def show(
    request: HttpRequest, viewer: Viewer, found: Any, *, status: int = 200, **typed: Any
) -> HttpResponse:
    if status != 200:  # somebody else may have decided meanwhile
        found = observations.report_for(viewer.account, found.pk, at=viewer.at)
    version = version_shown(viewer, found)
    at_hand = version.pk == found.current_id
    laid_out = lay_out_for(viewer, found, version)
    sees_small = viewer.lens.sees_small(found.unit_id)
    versions = versions_shown(viewer, found, version)
    context = {
        "report": found,
        "unit": found.unit,
        "version": version,
        "versions": versions,
        "being_corrected": not at_hand,
        "sum_note": sum_note(viewer, found) if at_hand else None,
        "counts": counts(laid_out["findings"]),
        "scores": cards_of(found) if at_hand else [],  # the scores are those of what is at hand
        "sent_back": sent_back_note(found) if sees_small else None,
        "later": later.of_report(viewer, found),
        "declaration": declaration_of(viewer, found, version) if found.basis == Basis.CONSOLIDATED else None,
        "withdrawn": withdrawn_note(viewer, found),
        "may_explain": may_explain(viewer, found),
        "openable": deliveries.openable(viewer, versions),
        "history": history.of_report(viewer, found),
        "today": viewer.today,
        **laid_out,
        **acts(viewer, found),
        **typed,
    }
    return render(request, "console/report.html", context, status=status)


def show_as_known(request: HttpRequest, viewer: Viewer, found: Any, day: date) -> HttpResponse:
    """The report as it was known when a day ended: read only, and nothing of what came later."""
    instant = end_of(day)
    version = observations.version_as_known(found, instant)
    laid_out = lay_out_for(viewer, found, version, instant) if version else {}
    versions = [version] if version else []
    context = {
        "report": found,
        "unit": found.unit,
        "form": observations.form_of(version or version_shown(viewer, found)),
        "version": version,
        "versions": versions,
        "known_on": day,
        "counts": counts(laid_out.get("findings", [])),
        "openable": deliveries.openable(viewer, versions),
        "today": viewer.today,
        **laid_out,
    }
    return render(request, "console/report.html", context)


def versions_shown(viewer: Viewer, found: Any, version: Any) -> list[Any]:
    """Every version for whoever makes the report; others learn of drafts only once they were accepted."""
    kept = observations.versions(found)
    if observations.makes_reports(viewer.scope, found.unit):
        return kept
    return [each for each in kept if each.accepted_at or each.pk == version.pk]


def acts(viewer: Viewer, found: Any) -> dict[str, Any]:
    """What this person may do to the report now; the services ask again."""
    unit = found.unit
    writable = found.status in WRITABLE and viewer.may("report.compile", unit)
    version = version_shown(viewer, found)
    lines = kept_lines(viewer, version, found.unit_id)
    decides = observations.decides(viewer.scope, unit)
    state = sources.reporting_period(found.period_key).state
    heads = found.status in (*SUBMITTABLE, Status.NHAP) and viewer.may("report.submit", unit)
    return {
        "report": found,
        "version": version,
        "may_submit": heads,
        "letter_symbol": papers.symbol_of(unit) if heads else "",
        "may_accept": decides and found.status == Status.DA_NOP,
        "may_reopen": decides and found.status in REOPENABLE and _takes_reports(viewer, found),
        "may_take_back": decides and found.status in REOPENABLE and state != PeriodState.LOCKED,
        "late_url": late_address(found) if decides and state != PeriodState.OPEN else "",
        "unexplained": counts(lines)["W"],
        "reason_form": ReasonForm(),
        "take_back_form": ReasonForm(auto_id="take_back_form_%s"),
        "form_url": reverse(
            "console:entry_form", args=[unit.code, found.form_code, found.period_key, found.basis]
        )
        if writable
        else "",
    }


def _takes_reports(viewer: Viewer, found: Any) -> bool:
    """The period does, or this one report of it was opened late."""
    if sources.reporting_period(found.period_key).state == PeriodState.OPEN:
        return True
    opening = observations.opening_of(found.unit, found.form_code, found.period_key, found.basis)
    return opening is not None and opening.holds_on(viewer.today)


def late_address(found: Any) -> str:
    """Where the level above opens a report late."""
    place = [found.unit.code, found.form_code, found.period_key, found.basis]
    return reverse("console:late_opening", args=place)


def withdrawn_note(viewer: Viewer, found: Any) -> dict[str, Any] | None:
    """That its acceptance was taken back; why is told to those who see its small cells."""
    withdrawal = observations.withdrawn([found.pk]).get(found.pk)
    if withdrawal is None:
        return None
    reason = withdrawal.reason if viewer.lens.sees_small(found.unit_id) else ""
    return {"by": withdrawal.by_name, "at": withdrawal.at, "reason": reason}


def may_explain(viewer: Viewer, found: Any) -> bool:
    return found.status in WRITABLE and viewer.may("report.compile", found.unit)
