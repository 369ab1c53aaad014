"""One account: who, rights with days and reasons, how it stands at the door, its history; and acts on it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.forms import Form
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

Asked = dict[str, Any]


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
    def close(viewer: Viewer, one: Any, asked: Asked) -> str:
        services.close_account(one, **asked, by=viewer.account, at=viewer.at)
        return _("The account is closed and signed out everywhere.")

    form = WhyForm(request.POST)
    return _act_as_asked(request, number, "close", form, close, why_form=form)


@login_required
@require_POST
def account_grant(request: HttpRequest, number: int) -> HttpResponse:
    def give(viewer: Viewer, one: Any, asked: Asked) -> str:
        services.give_grant(one, **asked, by=viewer.account, at=viewer.at)
        return _("The right is given.")

    giver = viewer_of(request)
    form = GrantForm(request.POST, roles=access.roles_given_by(giver.account, giver.at))
    return _act_as_asked(request, number, "grant", form, give, grant_form=form)


@login_required
@require_POST
def account_withdraw(request: HttpRequest, number: int, grant: int) -> HttpResponse:
    def withdraw(viewer: Viewer, one: Any, asked: Asked) -> str:
        found = _one_of(one, access.grants_of, grant)
        services.withdraw_grant(found, **asked, by=viewer.account, at=viewer.at)
        return _("The right is withdrawn.")

    form = WhyForm(request.POST)
    return _act_as_asked(request, number, "withdraw", form, withdraw, withdraw_form=form, at_grant=grant)


@login_required
@require_POST
def account_substitute(request: HttpRequest, number: int) -> HttpResponse:
    form = SubstituteForm(request.POST, principal=_account(viewer_of(request), number))
    return _act_as_asked(request, number, "substitute", form, name_substitute, substitute_form=form)


@login_required
@require_POST
def account_recall(request: HttpRequest, number: int, substitute: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _act(request, number, "recall", lambda one: recall_substitute(viewer, one, substitute))


@login_required
@require_POST
def account_exclude(request: HttpRequest, number: int) -> HttpResponse:
    def note(viewer: Viewer, one: Any, asked: Asked) -> str:
        services.exclude(one, **asked, by=viewer.account, at=viewer.at)
        return _("The conflict of interest is noted.")

    form = ConflictForm(request.POST)
    return _act_as_asked(request, number, "exclude", form, note, conflict_form=form)


@login_required
@require_POST
def account_lift(request: HttpRequest, number: int, conflict: int) -> HttpResponse:
    def lift(viewer: Viewer, one: Any, asked: Asked) -> str:
        found = _one_of(one, access.exclusions_of, conflict)
        services.lift_exclusion(found, **asked, by=viewer.account, at=viewer.at)
        return _("The conflict of interest is lifted.")

    form = WhyForm(request.POST)
    return _act_as_asked(request, number, "lift", form, lift, lift_form=form, at_conflict=conflict)


def name_substitute(viewer: Viewer, principal: Any, asked: Asked) -> str:
    services.name_substitute(principal, **asked, by=viewer.account, at=viewer.at)
    return _("%(name)s stands in from %(first)s to %(last)s.") % {
        "name": asked["substitute"].display_name,
        "first": f"{asked['valid_from']:%d/%m/%Y}",
        "last": f"{asked['valid_to'] - timedelta(days=1):%d/%m/%Y}",
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


def _one_of(one: Any, kept: Callable[[Any], QuerySet[Any]], number: int) -> Any:
    """A right or a conflict of this account, and of no other."""
    found = kept(one).filter(pk=number).first()
    if found is None:
        raise AccountNotFound(one.username)
    return found


def _act(request: HttpRequest, number: int, act: str, do: Callable[[Any], str], **typed: Any) -> HttpResponse:
    """Do it and come back with a word; refused, the page says so at that act with everything still typed in."""
    viewer = viewer_of(request)
    found = _account(viewer, number)
    try:
        messages.success(request, do(found))
    except Refusal as refusal:
        return _page(
            request, viewer, _account(viewer, number), status=refusal.status, refused={act: refusal}, **typed
        )
    return redirect("console:account", number)


def _act_as_asked(
    request: HttpRequest,
    number: int,
    act: str,
    form: Form,
    do: Callable[[Viewer, Any, Asked], str],
    **typed: Any,
) -> HttpResponse:
    """The same for an act that asks for words: what is missing is said at its field."""
    viewer = viewer_of(request)
    if not form.is_valid():
        return _page(request, viewer, _account(viewer, number), status=422, **typed)
    return _act(request, number, act, lambda one: do(viewer, one, form.cleaned_data), **typed)


def _give_code(request: HttpRequest, number: int, act: str, give: Callable[[Any], str]) -> HttpResponse:
    viewer = viewer_of(request)
    found = _account(viewer, number)
    try:
        code = give(found)
    except Refusal as refusal:
        return _page(request, viewer, found, status=refusal.status, refused={act: refusal})
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
