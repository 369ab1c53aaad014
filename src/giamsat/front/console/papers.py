"""Reports to print and to send: one, or all forms of a unit and period, as PDF or as a workbook."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from giamsat.foundation.access.choices import Language
from giamsat.foundation.audit import services as trail
from giamsat.front.console.choice import one_of
from giamsat.front.console.exports import PDF, XLSX, download
from giamsat.front.console.report_page import version_shown
from giamsat.front.console.report_then import day_asked, end_of
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.front.reports import queries as papers
from giamsat.front.reports import services
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.errors import ReportNotFound
from giamsat.intake.sources import queries as sources


@dataclass(frozen=True)
class Kind:
    """A kind of file: how it is made, and what it is called."""

    make: Callable[[Sequence[papers.FormDocument], papers.Stamp], bytes]
    content_type: str
    ending: str


AS_PDF = Kind(services.as_pdf, PDF, "pdf")
AS_WORKBOOK = Kind(services.as_workbook, XLSX, "xlsx")


@login_required
@require_safe
def report_pdf(request: HttpRequest, number: int) -> HttpResponse:
    return _one(request, number, AS_PDF)


@login_required
@require_safe
def report_xlsx(request: HttpRequest, number: int) -> HttpResponse:
    return _one(request, number, AS_WORKBOOK)


@login_required
@require_safe
def unit_pdf(request: HttpRequest, code: str, period_key: str) -> HttpResponse:
    return _all(request, code, period_key, AS_PDF)


@login_required
@require_safe
def unit_xlsx(request: HttpRequest, code: str, period_key: str) -> HttpResponse:
    return _all(request, code, period_key, AS_WORKBOOK)


def _one(request: HttpRequest, number: int, kind: Kind) -> HttpResponse:
    """The report as this viewer sees it, or as it was known when the day of ``?on=`` ended."""
    viewer = viewer_of(request)
    found = observations.report_for(viewer.account, number, at=viewer.at)
    day = day_asked(request, viewer)
    version = observations.version_as_known(found, end_of(day)) if day else version_shown(viewer, found)
    if version is None:
        raise ReportNotFound(number)  # on that day nothing of it was known
    language = _language_asked(request)
    [paper] = papers.form_documents([(found, version)], lens=viewer.lens, language=language)
    _record(viewer, [found], kind, day)
    name = f"{paper.key}_{found.period_key}_{found.unit.code}" + (f"_{day:%Y-%m-%d}" if day else "")
    content = kind.make([paper], papers.stamp(viewer.account.display_name, at=viewer.at, language=language))
    return download(content, f"{name}.{kind.ending}", kind.content_type)


def _all(request: HttpRequest, code: str, period_key: str, kind: Kind) -> HttpResponse:
    """Every report of a unit for a period of which this viewer may read something, in the order of the forms."""
    viewer = viewer_of(request)
    period = sources.reporting_period(period_key).period
    unit = sources.bearer_of(code, period)
    found = observations.readable_reports_of(viewer.scope, unit, period.key)
    if not found:
        raise ReportNotFound(f"{code} {period.key}")
    language = _language_asked(request)
    shown = [(each, version_shown(viewer, each)) for each in found]
    made = papers.form_documents(shown, lens=viewer.lens, language=language)
    _record(viewer, found, kind)
    content = kind.make(made, papers.stamp(viewer.account.display_name, at=viewer.at, language=language))
    return download(content, f"{period.key}_{unit.code}.{kind.ending}", kind.content_type)


def _language_asked(request: HttpRequest) -> str:
    """Official papers are in Vietnamese, unless another language is asked for."""
    asked = one_of(request.GET.get("language", ""), Language.values, _("languages"))
    return asked or Language.VIETNAMESE.value


def _record(viewer: Viewer, found: Sequence[Any], kind: Kind, day: date | None = None) -> None:
    """Each report by itself, so that its own history tells who took it."""
    facts = {"format": kind.ending, **({"as_of": f"{day:%d/%m/%Y}"} if day else {})}
    trail.record_many(
        trail.Deed("report.exported", each.subject, viewer.actor, viewer.at, facts, each.unit_id)
        for each in found
    )
