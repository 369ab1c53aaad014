"""Very many files sent together: choosing them, watching them being taken in, and what became of each report."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giamsat.foundation.audit import services as trail
from giamsat.front.console import consignment_report
from giamsat.front.console.choice import one_of, page_asked
from giamsat.front.console.exports import XLSX, csv_response, download_file
from giamsat.front.console.templatetags.desk import named
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.intake.consignments import queries, services
from giamsat.intake.consignments.choices import Result, State
from giamsat.lib.refusals import Refusal

ROWS_ON_A_PAGE = 50
LARGEST_TOGETHER = 500_000_000  # bytes; more than that comes by the command
UNITS, REPORTS = "units", "reports"


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class SentFiles(forms.FileField):
    """Some files chosen together, each looked at by the rooms; what would fill the disk is not read."""

    widget = ManyFiles(
        attrs={"class": "form-control", "accept": ".xlsx,.csv,.parquet,.zip", "multiple": True}
    )

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [super(SentFiles, self).clean(each, initial) for each in data or [None]]
        if sum(each.size or 0 for each in files) > LARGEST_TOGETHER:
            raise forms.ValidationError(
                _("Together the files are larger than 500 MB and were not read. Divide them, or have the "
                  "administrator take them in by the command giamsat receive.")
            )  # fmt: skip
        return files


class ConsignmentForm(forms.Form):
    """Forms, lists, or a ZIP of them."""

    chosen = SentFiles(
        label=gettext_lazy("Files, or one ZIP"),
        help_text=gettext_lazy(
            "Filled templates (.xlsx), lists (.csv, .parquet), or ZIP files of them, folders inside included."
        ),
    )


@login_required
@require_http_methods(["GET", "POST"])
def consignments(request: HttpRequest) -> HttpResponse:
    """What this person sent together, newest first; sending more."""
    viewer = viewer_of(request)
    viewer.require_anywhere("report.compile")
    if request.method != "POST":
        return _list(request, viewer, ConsignmentForm())
    form = ConsignmentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, viewer, form, status=422)
    try:
        found = _gathered(viewer, form.cleaned_data["chosen"])
        if found.state == State.OPEN:
            services.ask_to_run(found)
    except Refusal as refusal:
        return _list(request, viewer, form, status=refusal.status, refusal=refusal)
    return redirect("console:consignment", found.pk)


def _gathered(viewer: Viewer, files: list[UploadedFile]) -> Any:
    """The files laid on disk for as long as they are put together."""
    with tempfile.TemporaryDirectory(prefix="giamsat-") as folder:
        found = []
        for number, file in enumerate(files):
            place = Path(folder) / f"{number}{Path(file.name or '').suffix.lower()}"
            with place.open("wb") as target:
                target.writelines(file.chunks())
            found.append(services.Found(services.plain_name(file.name or ""), place))
        one = found[0].name if len(found) == 1 else ""
        name = one or ngettext("%(n)s file", "%(n)s files", len(found)) % {"n": len(found)}
        return services.gather(found, name=name, by=viewer.account, at=viewer.at)


def _list(
    request: HttpRequest,
    viewer: Viewer,
    form: ConsignmentForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    page = Paginator(queries.consignments_of(viewer.account), ROWS_ON_A_PAGE).get_page(
        page_asked(request.GET)
    )
    context = {"page": page, "form": form, "act_refusal": refusal, "query": ""}
    return render(request, "console/consignments.html", context, status=status)


@login_required
@require_safe
def consignment(request: HttpRequest, number: int) -> HttpResponse:
    """How far it has come, and what became of its reports: one by one, or by unit."""
    viewer = viewer_of(request)
    found = queries.consignment_for(viewer.account, number)
    by = one_of(request.GET.get("by") or REPORTS, (REPORTS, UNITS), _("lists"))
    result = one_of(request.GET.get("result") or "", ("", *Result.values), _("results"))
    every = queries.by_unit(found) if by == UNITS else queries.outcomes_of(found, result)
    page = Paginator(every, ROWS_ON_A_PAGE).get_page(page_asked(request.GET))
    if by == UNITS:
        page.object_list = [_with_name(row) for row in page.object_list]
    running = found.state == State.OPEN and bool(queries.running([found.pk]))
    context = {
        "consignment": found,
        "page": page,
        "by": by,
        "chosen": result,
        "counts": [(result, getattr(found, result)) for result in Result.values],
        "query": f"by={by}&result={result}",
        "running": running,
        "queued": found.state == State.OPEN and not running and queries.is_queued(found, services.TASK),
    }
    return render(request, "console/consignment.html", context)


def _with_name(row: Any) -> dict[str, Any]:
    return {**row, "name": named({"vi": row["unit__name_vi"], "en": row["unit__name_en"]})}


@login_required
@require_POST
def consignment_cancel(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    found = queries.consignment_for(viewer.account, number)
    ended = services.cancel(found, by=viewer.account, at=viewer.at)
    told = _("Cancelled: %(taken)s reports stay, %(left)s files or parts of lists were given up.")
    messages.success(request, told % {"taken": ended.stored + ended.to_explain, "left": ended.waiting})
    return redirect("console:consignment", number)


@login_required
@require_POST
def consignment_go_on(request: HttpRequest, number: int) -> HttpResponse:
    """Have the worker take it up again, where it stood."""
    viewer = viewer_of(request)
    services.ask_to_run(queries.consignment_for(viewer.account, number))
    return redirect("console:consignment", number)


@login_required
@require_safe
def consignment_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    viewer = viewer_of(request)
    found = _exported(viewer, number, "csv")
    return csv_response(f"consignment-{number}", consignment_report.header(), consignment_report.rows(found))


@login_required
@require_safe
def consignment_xlsx(request: HttpRequest, number: int) -> HttpResponseBase:
    viewer = viewer_of(request)
    file = consignment_report.workbook(_exported(viewer, number, "xlsx"))
    return download_file(file, f"consignment-{number}.xlsx", XLSX)


def _exported(viewer: Viewer, number: int, kind: str) -> Any:
    found = queries.consignment_for(viewer.account, number)
    facts = {"name": found.name, "rows": found.reports, "kind": kind}
    trail.record("consignment.exported", subject=found.subject, by=viewer.actor, at=viewer.at, facts=facts)
    return found
