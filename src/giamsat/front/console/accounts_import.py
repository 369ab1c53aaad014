"""Many accounts from a list: every row checked and shown first, then all of them opened or none.

Between the two steps nothing is kept here: the list travels in the page, signed for the one who sent it.
"""

import io
from typing import Any

import xlsxwriter
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services
from giamsat.foundation.access.errors import ImportRefused
from giamsat.front.console.accounts import manager_of
from giamsat.front.console.accounts_forms import ListForm
from giamsat.front.console.accounts_words import roles_explained
from giamsat.front.console.exports import XLSX, download
from giamsat.front.console.viewer import Viewer
from giamsat.intake.sources import services as sources
from giamsat.lib.refusals import Refusal

SALT = "console.accounts_import"
GOOD_FOR_SECONDS = 3600
MOST_SHOWN = 200


@login_required
@require_http_methods(["GET", "POST"])
def accounts_import(request: HttpRequest) -> HttpResponse:
    """Show what a list would do, cell by cell; nothing is opened yet."""
    viewer = manager_of(request)
    if request.method != "POST":
        return _page(request, viewer)
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, viewer, status=422, form=form)
    try:
        table = sources.read_table(form.cleaned_data["file"].read())
        return _preview(request, viewer, table, name=form.cleaned_data["file"].name)
    except Refusal as refusal:
        return _page(request, viewer, status=refusal.status, act_refusal=refusal)


@login_required
@require_POST
def accounts_import_open(request: HttpRequest) -> HttpResponse:
    """Open every account of a list that was looked at; the codes stand in this answer and nowhere else."""
    viewer = manager_of(request)
    try:
        table = signing.loads(request.POST.get("list", ""), salt=_salt(viewer), max_age=GOOD_FOR_SECONDS)
    except signing.BadSignature:
        return redirect("console:accounts_import")
    try:
        made = services.import_accounts(table, by=viewer.account, at=viewer.at)
    except ImportRefused:
        return _preview(request, viewer, table, name="")
    response = render(request, "console/accounts_opened.html", {"made": made})
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_safe
def accounts_import_model(request: HttpRequest) -> HttpResponse:
    """The empty list: headings, one row as an example, and a sheet that explains the roles."""
    viewer = manager_of(request)
    headings, example = services.model_table()
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF6", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_("Accounts"))
        sheet.set_column(0, len(headings) - 1, 24, text)
        sheet.write_row(0, 0, headings, bold)
        sheet.write_row(1, 0, example, text)
        sheet.freeze_panes(1, 0)
        roles = book.add_worksheet(_("Roles"))
        roles.set_column(0, 1, 34)
        roles.set_column(2, 2, 90)
        roles.write_row(0, 0, [_("Code"), _("Role"), _("Allows")], bold)
        given = access.roles_given_by(viewer.account, viewer.at)
        for row, (role, (name, allows)) in enumerate(
            zip(given, roles_explained(given), strict=True), start=1
        ):
            roles.write_row(row, 0, [role.code, name, allows])
    return download(target.getvalue(), f"{_('accounts-model')}.xlsx", XLSX)


def _salt(viewer: Viewer) -> str:
    return f"{SALT}.{viewer.account.pk}"


def _page(request: HttpRequest, viewer: Viewer, *, status: int = 200, **context: Any) -> HttpResponse:
    given = access.roles_given_by(viewer.account, viewer.at)
    context = {"form": ListForm(), "roles_explained": roles_explained(given), **context}
    return render(request, "console/accounts_import.html", context, status=status)


def _preview(request: HttpRequest, viewer: Viewer, table: list[list[str]], *, name: str) -> HttpResponse:
    lines = services.check_accounts(table, by=viewer.account, at=viewer.at)
    wrong = [line for line in lines if line.problems]
    context = {
        "name": name,
        "lines": [_shown(line) for line in (wrong or lines)[:MOST_SHOWN]],
        "count": len(lines),
        "accounts": len({line.cells["username"].lower() for line in lines}),
        "wrong": len(wrong),
        "problems": sum(len(line.problems) for line in wrong),
        "more": max(0, len(wrong or lines) - MOST_SHOWN),
        "headings": services.model_table()[0],
        "list": "" if wrong else signing.dumps(table, salt=_salt(viewer), compress=True),
    }
    status = 422 if wrong else 200
    return render(request, "console/accounts_preview.html", context, status=status)


def _shown(line: Any) -> dict[str, Any]:
    """A row with each cell beside what is wrong with it; what concerns no cell stands at the end."""
    by_column: dict[str, list[str]] = {}
    for problem in line.problems:
        by_column.setdefault(problem.column, []).append(problem.message)
    cells = [{"text": text, "problems": by_column.pop(column, [])} for column, text in line.cells.items()]
    rest = [message for messages in by_column.values() for message in messages]
    return {"number": line.number, "cells": cells, "rest": rest}
