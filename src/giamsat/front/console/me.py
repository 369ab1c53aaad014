"""One's own page: who I am here, what I may do until when, who stands in for me, where I am signed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services
from giamsat.foundation.access.choices import EndReason, Language
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.notices import services as notices_services
from giamsat.front.console.accounts_forms import SubstituteForm
from giamsat.front.console.accounts_page import name_substitute, recall_substitute
from giamsat.front.console.accounts_words import conflicts, history, rights, stand_ins
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.lib.refusals import Refusal

EVENTS_SHOWN = 12


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    return _page(request, viewer_of(request))


@login_required
@require_POST
def me_language(request: HttpRequest) -> HttpResponse:
    """The language of this account, here and wherever it signs in next."""
    viewer = viewer_of(request)
    wanted = request.POST.get("language", "")
    if wanted not in Language.values:
        return redirect("console:me")
    services.choose_language(viewer.account, wanted)
    with translation.override(wanted):
        messages.success(request, _("Pages now speak English."))
    response = redirect("console:me")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, samesite="Lax", secure=settings.BEHIND_TLS)
    return response


@login_required
@require_POST
def me_end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere else."""
    viewer = viewer_of(request)
    ended = services.end_sessions(
        viewer.account, because=EndReason.SIGNED_OUT, keep=request.session.session_key or "", at=viewer.at
    )
    messages.success(request, ngettext("%(n)s session ended.", "%(n)s sessions ended.", ended) % {"n": ended})
    return redirect("console:me")


@login_required
@require_POST
def me_substitute(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    form = SubstituteForm(request.POST, principal=viewer.account)
    if not form.is_valid():
        return _page(request, viewer, status=422, substitute_form=form)
    return _act(
        request, lambda: name_substitute(viewer, viewer.account, form.cleaned_data), substitute_form=form
    )


@login_required
@require_POST
def me_recall(request: HttpRequest, substitute: int) -> HttpResponse:
    viewer = viewer_of(request)
    return _act(request, lambda: recall_substitute(viewer, viewer.account, substitute))


@login_required
@require_POST
def me_mail(request: HttpRequest) -> HttpResponse:
    """Have mail sent to an address, or no more."""
    viewer = viewer_of(request)
    address = "" if "end" in request.POST else request.POST.get("address", "").strip()

    def choose() -> str:
        notices_services.choose_mail(viewer.account, address, at=viewer.at)
        if not address:
            return _("No mail is sent to you.")
        return _("Mail goes to %(address)s.") % {"address": address}

    return _act(request, choose, told_as="mail_refusal", mail_typed=address)


def _act(
    request: HttpRequest, do: Callable[[], str], *, told_as: str = "act_refusal", **typed: Any
) -> HttpResponse:
    """Done, and said so; or the page again, with the refusal under that name and what was typed."""
    try:
        messages.success(request, do())
    except Refusal as refusal:
        return _page(request, viewer_of(request), status=refusal.status, **{told_as: refusal}, **typed)
    return redirect("console:me")


def _page(request: HttpRequest, viewer: Viewer, *, status: int = 200, **typed: Any) -> HttpResponse:
    account = viewer.account
    own = access.roles()
    lends = any(own[grant.role].lends for grant in access.live_grants(viewer.at).filter(account=account))
    days = settings.PASSWORD_DAYS
    context = {
        "account": account,
        "rights": rights(access.grants_of(account), today=viewer.today),
        "conflicts": conflicts(access.exclusions_of(account), today=viewer.today),
        "stand_ins": stand_ins(access.lent_by(account), today=viewer.today),
        "sessions": access.open_sign_ins(account),
        "this_session": request.session.session_key,
        "history": history(account)[:EVENTS_SHOWN],
        "lends": lends,
        "languages": Language.choices,
        "password_due_on": account.password_changed_at + timedelta(days=days)
        if days and account.password_changed_at
        else None,
        "mail_on": settings.EMAIL_ON,
        "mailbox": notices.mailbox_of(account),
        "substitute_form": SubstituteForm(principal=account),
        **typed,
    }
    return render(request, "console/me.html", context, status=status)
