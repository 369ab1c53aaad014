"""One account: who, rights with days and reasons, how it stands at the door, its history; and acts on it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services
from giamsat.foundation.access.errors import AccountNotFound
from giamsat.front.console.accounts import code_page
from giamsat.front.console.accounts_forms import ConflictForm, GrantForm, SubstituteForm, WhyForm
from giamsat.front.console.accounts_words import conflicts, history, rights, roles_explained, stand_ins
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.refusals import Refusal


@login_required
@require_safe
def account(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _page(request, viewer, _account(viewer, number))


@login_required
@require_POST
def account_reset(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _give_code(
        request, number, "reset", lambda one: services.reset_password(one, by=viewer.account, at=viewer.at)
    )


@login_required
@require_POST
def account_reopen(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, _account(viewer, number), status=422, why_form=form)
    reason = form.cleaned_data["reason"]
    return _give_code(
        request,
        number,
        "reopen",
        lambda one: services.reopen_account(one, reason=reason, by=viewer.account, at=viewer.at),
    )


@login_required
@require_POST
def account_unlock(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)

    def unlock(one: Any) -> str:
        services.unlock_account(one, by=viewer.account, at=viewer.at)
        return _("The account is unlocked.")

    return _act(request, number, "unlock", unlock)


@login_required
@require_POST
def account_end_sessions(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)

    def end(one: Any) -> str:
        ended = services.end_sessions_of(one, by=viewer.account, at=viewer.at)
        return ngettext("%(n)s session ended.", "%(n)s sessions ended.", ended) % {"n": ended}

    return _act(request, number, "sessions", end)


@login_required
@require_POST
def account_close(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, _account(viewer, number), status=422, why_form=form)

    def close(one: Any) -> str:
        services.close_account(one, reason=form.cleaned_data["reason"], by=viewer.account, at=viewer.at)
        return _("The account is closed and signed out everywhere.")

    return _act(request, number, "close", close, why_form=form)


@login_required
@require_POST
def account_grant(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    form = GrantForm(request.POST, roles=access.roles_given_by(viewer.account, viewer.at))
    if not form.is_valid():
        return _page(request, viewer, _account(viewer, number), status=422, grant_form=form)

    def give(one: Any) -> str:
        wanted = form.cleaned_data
        services.give_grant(
            one, role=wanted["role"], unit=wanted["unit"], subtree=wanted["subtree"],
            valid_from=wanted["first_day"], valid_to=wanted["valid_to"], reason=wanted["reason"],
            by=viewer.account, at=viewer.at,
        )  # fmt: skip
        return _("The right is given.")

    return _act(request, number, "grant", give, grant_form=form)


@login_required
@require_POST
def account_withdraw(request: HttpRequest, number: int, grant: int) -> HttpResponse:
    viewer = viewer_of(request)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(
            request, viewer, _account(viewer, number), status=422, withdraw_form=form, at_grant=grant
        )

    def withdraw(one: Any) -> str:
        found = access.grants_of(one).filter(pk=grant).first()
        if found is None:
            raise AccountNotFound(one.username)
        services.withdraw_grant(found, reason=form.cleaned_data["reason"], by=viewer.account, at=viewer.at)
        return _("The right is withdrawn.")

    return _act(request, number, "withdraw", withdraw, withdraw_form=form, at_grant=grant)


@login_required
@require_POST
def account_substitute(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    principal = _account(viewer, number)
    form = SubstituteForm(request.POST, principal=principal)
    if not form.is_valid():
        return _page(request, viewer, principal, status=422, substitute_form=form)

    def name(one: Any) -> str:
        return name_substitute(viewer, one, form.cleaned_data)

    return _act(request, number, "substitute", name, substitute_form=form)


@login_required
@require_POST
def account_recall(request: HttpRequest, number: int, substitute: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _act(request, number, "recall", lambda one: recall_substitute(viewer, one, substitute))


@login_required
@require_POST
def account_exclude(request: HttpRequest, number: int) -> HttpResponse:
    viewer = viewer_of(request)
    form = ConflictForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, _account(viewer, number), status=422, conflict_form=form)

    def note(one: Any) -> str:
        wanted = form.cleaned_data
        services.exclude(
            one, unit=wanted["unit"], subtree=wanted["subtree"], valid_from=wanted["first_day"],
            valid_to=wanted["valid_to"], reason=wanted["reason"], by=viewer.account, at=viewer.at,
        )  # fmt: skip
        return _("The conflict of interest is noted.")

    return _act(request, number, "exclude", note, conflict_form=form)


@login_required
@require_POST
def account_lift(request: HttpRequest, number: int, conflict: int) -> HttpResponse:
    viewer = viewer_of(request)
    form = WhyForm(request.POST)
    typed = {"lift_form": form, "at_conflict": conflict}
    if not form.is_valid():
        return _page(request, viewer, _account(viewer, number), status=422, **typed)

    def lift(one: Any) -> str:
        found = access.exclusions_of(one).filter(pk=conflict).first()
        if found is None:
            raise AccountNotFound(one.username)
        services.lift_exclusion(found, reason=form.cleaned_data["reason"], by=viewer.account, at=viewer.at)
        return _("The conflict of interest is lifted.")

    return _act(request, number, "lift", lift, **typed)


def name_substitute(viewer: Viewer, principal: Any, wanted: dict[str, Any]) -> str:
    services.name_substitute(
        principal, wanted["substitute"], valid_from=wanted["first_day"], valid_to=wanted["valid_to"],
        reason=wanted["reason"], by=viewer.account, at=viewer.at,
    )  # fmt: skip
    return _("%(name)s stands in from %(first)s to %(last)s.") % {
        "name": wanted["substitute"].display_name,
        "first": f"{wanted['first_day']:%d/%m/%Y}",
        "last": f"{wanted['last_day']:%d/%m/%Y}",
    }


def recall_substitute(viewer: Viewer, principal: Any, number: int) -> str:
    substitute = access.colleagues_of(principal).filter(pk=number).first()
    if substitute is None:
        raise AccountNotFound(str(number))
    services.recall_substitute(
        principal, substitute, reason=_("Ended early"), by=viewer.account, at=viewer.at
    )
    return _("%(name)s no longer stands in.") % {"name": substitute.display_name}


def _account(viewer: Viewer, number: int) -> Any:
    """An account of the viewer's own part of the tree; any other is answered as if it did not exist."""
    found = access.accounts_for(viewer.account, viewer.at).filter(pk=number).first()
    if found is None:
        raise AccountNotFound(str(number))
    return found


def _act(request: HttpRequest, number: int, act: str, do: Callable[[Any], str], **typed: Any) -> HttpResponse:
    """Do it and come back with a word; refused, the page says so at that act with everything still typed in."""
    viewer = viewer_of(request)
    found = _account(viewer, number)
    try:
        messages.success(request, do(found))
    except Refusal as refusal:
        return _page(request, viewer, _account(viewer, number), status=422, refused={act: refusal}, **typed)
    return redirect("console:account", number)


def _give_code(request: HttpRequest, number: int, act: str, give: Callable[[Any], str]) -> HttpResponse:
    viewer = viewer_of(request)
    found = _account(viewer, number)
    try:
        code = give(found)
    except Refusal as refusal:
        return _page(request, viewer, found, status=422, refused={act: refusal})
    found.refresh_from_db()
    return code_page(request, found, code)


def _page(
    request: HttpRequest, viewer: Viewer, found: Any, *, status: int = 200, **typed: Any
) -> HttpResponse:
    given = access.roles_given_by(viewer.account, viewer.at)
    context = {
        "account": found,
        "is_own": found.pk == viewer.account.pk,
        "state": access.sign_in_states([found], viewer.at)[found.pk],
        "rights": rights(access.grants_of(found), today=viewer.today),
        "stand_ins": stand_ins(access.lent_by(found), today=viewer.today),
        "history": history(found),
        "roles_explained": roles_explained(given),
        "grant_form": GrantForm(roles=given),
        "substitute_form": SubstituteForm(principal=found),
        "why_form": WhyForm(),
        "withdraw_form": WhyForm(),
        "conflicts": conflicts(access.exclusions_of(found), today=viewer.today),
        "conflict_form": ConflictForm(),
        "chosen": found.unit,
        "refused": {},
        **typed,
    }
    if typed.get("grant_form"):
        context["chosen"] = typed["grant_form"].cleaned_data.get("unit")
    if typed.get("conflict_form"):
        context["conflict_unit"] = typed["conflict_form"].cleaned_data.get("unit")
    return render(request, "console/account.html", context, status=status)
