"""Accounts of an administrator's own part of the tree: the list, finding one, opening one."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services
from giamsat.foundation.units import queries as units
from giamsat.front.console.accounts_forms import AccountFilter, NewAccountForm
from giamsat.front.console.accounts_words import role_name
from giamsat.front.console.choice import page_asked
from giamsat.front.console.exports import in_batches, recorded_csv
from giamsat.front.console.forms import require_read
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.refusals import Refusal

ROWS_ON_A_PAGE = 50
MOST_UNITS_OFFERED = 8
FEWEST_LETTERS = 2


@login_required
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    viewer = manager_of(request)
    asked = AccountFilter(request.GET)
    page = Paginator(_found(viewer, asked), ROWS_ON_A_PAGE).get_page(page_asked(request.GET))
    context = {"filter": asked, "page": page, "rows": _rows(viewer, page), "query": _query(request)}
    return render(request, "console/accounts.html", context)


@login_required
@require_safe
def accounts_csv(request: HttpRequest) -> HttpResponseBase:
    viewer = manager_of(request)
    asked = AccountFilter(request.GET)
    require_read(asked)
    header = [_("Account name"), _("Shown name"), _("Unit code"), _("Unit"), _("Roles"), _("State"),
              _("Last sign-in")]  # fmt: skip
    table = (
        [row["account"].username, row["account"].display_name, row["account"].unit.code,
         row["account"].unit.name(viewer.language), "; ".join(row["roles"]), row["state_word"], row["state"].last_at]
        for batch in in_batches(_found(viewer, asked))
        for row in _rows(viewer, batch)
    )  # fmt: skip
    return recorded_csv(viewer, "accounts", header, table, asked=request.GET.urlencode())


@login_required
@require_http_methods(["GET", "POST"])
def account_new(request: HttpRequest) -> HttpResponse:
    """Open an account; its one-time code is shown in the answer, and nowhere again."""
    viewer = manager_of(request)
    if request.method != "POST":
        return render(request, "console/account_new.html", {"form": NewAccountForm()})
    form = NewAccountForm(request.POST)
    refusal = None
    if form.is_valid():
        try:
            account, code = services.open_account(**form.cleaned_data, by=viewer.account, at=viewer.at)
            return code_page(request, account, code)
        except Refusal as refused:
            refusal = refused
    context = {"form": form, "act_refusal": refusal, "chosen": form.cleaned_data.get("unit")}
    return render(request, "console/account_new.html", context, status=422)


@login_required
@require_safe
def account_units(request: HttpRequest) -> HttpResponse:
    """What the unit picker offers: units of this administrator's part that hold what was typed."""
    viewer = manager_of(request)
    text = request.GET.get("q", "").strip()[:80]
    managed = viewer.scope.units_where("account.manage").order_by().values("pk")
    found = units.search(text, on=viewer.today).filter(pk__in=managed) if len(text) >= FEWEST_LETTERS else []
    context = {
        "found": list(found[:MOST_UNITS_OFFERED]),
        "chosen": units.units_on(viewer.today).filter(code=request.GET.get("unit", "")).first(),
        "asked": text,
    }
    return render(request, "console/_units_found.html", context)


def code_page(request: HttpRequest, account: Any, code: str) -> HttpResponse:
    """The one showing of a one-time code."""
    response = render(request, "console/account_code.html", {"account": account, "code": code})
    response["Cache-Control"] = "no-store"
    return response


def manager_of(request: HttpRequest) -> Viewer:
    """The viewer, who manages accounts of some part of the tree; anybody else is refused."""
    viewer = viewer_of(request)
    viewer.require_anywhere("account.manage")
    return viewer


def _found(viewer: Viewer, asked: AccountFilter) -> "QuerySet[Any]":
    """What could be read of the filter narrows the list; the rest says at its field what is wrong."""
    asked.is_valid()
    wanted = asked.cleaned_data
    return access.accounts_matching(
        viewer.account,
        viewer.at,
        text=wanted.get("q", ""),
        unit=wanted.get("unit"),
        role=wanted.get("role", ""),
        standing=wanted.get("standing", ""),
    )


def _rows(viewer: Viewer, accounts: "Page[Any] | list[Any]") -> list[dict[str, Any]]:
    listed = list(accounts)
    states = access.sign_in_states(listed, viewer.at)
    return [
        {
            "account": account,
            "state": states[account.pk],
            "state_word": _state_word(account, states[account.pk]),
            "roles": list(dict.fromkeys(role_name(grant.role) for grant in states[account.pk].grants)),
        }
        for account in listed
    ]


def _state_word(account: Any, state: Any) -> str:
    if not account.is_active:
        return _("closed")
    if state.locked:
        return _("locked for a while")
    return _("no own password yet") if account.must_change_password else _("in use")


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return kept.urlencode()
