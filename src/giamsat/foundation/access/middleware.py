"""Before any page: is this session still good, and has this person a password of their own?"""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.deprecation import MiddlewareMixin

from giamsat.foundation.access.choices import EndReason
from giamsat.foundation.access.roles import password_is_due
from giamsat.lib import clock

BEGAN_AT, SEEN_AT = "began_at", "seen_at"
WRITE_EVERY_SECONDS = 60
KEPT_NOWHERE = "private, no-store"
OPEN_NAMES: set[str | None] = {
    "account_change_password",
    "account_logout",
    "account_login",
    "set_language",
    "healthz",
    "javascript-catalog",
}


class SessionLimits(MiddlewareMixin):
    """End a session nobody uses, and one that has lasted its day however much it is used.

    A live page that listens is open, but that is not use. The cookie's age alone would begin anew with every use.
    """

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        now = clock.now().timestamp()
        seen = request.session.get(SEEN_AT, now)
        if over := why_over(now, began=request.session.setdefault(BEGAN_AT, now), seen=seen):
            request.ended_because = over  # type: ignore[attr-defined]  # for the note of it
            logout(request)
            return _elsewhere(request, redirect_to_login(request.get_full_path()))
        listens = "text/event-stream" in request.headers.get("Accept", "")
        if SEEN_AT not in request.session or (not listens and now - seen > WRITE_EVERY_SECONDS):
            request.session[SEEN_AT] = now
        return None

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """What a signed-in person was shown stays in no browser's store, unless the page itself says how."""
        told = response.has_header("Cache-Control") or response.status_code == HTTPStatus.NOT_MODIFIED
        if not told and hasattr(request, "user") and request.user.is_authenticated:
            response["Cache-Control"] = KEPT_NOWHERE
        return response


def why_over(now: float, *, began: float, seen: float) -> EndReason | None:
    """Why a session may not go on; None while it may."""
    if now - began > settings.SESSION_COOKIE_AGE:
        return EndReason.WORN_OUT
    return EndReason.IDLE if now - seen > settings.SESSION_IDLE_SECONDS else None


class OwnPassword(MiddlewareMixin):
    """Someone whose password another person knows, or which has worn out, goes no further than choosing one."""

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:  # type: ignore[no-untyped-def]
        account = request.user
        asked_for = request.resolver_match.url_name if request.resolver_match else None
        if not account.is_authenticated or asked_for in OPEN_NAMES:
            return None
        if not password_is_due(
            must_change=account.must_change_password,
            changed_at=account.password_changed_at,
            valid_days=settings.PASSWORD_DAYS,
            at=clock.now(),
        ):
            return None
        return _elsewhere(request, redirect("account_change_password"))


def _elsewhere(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """htmx would put the other page inside this one; tell it to go there. A listener is simply refused."""
    if "text/event-stream" in request.headers.get("Accept", ""):
        return HttpResponse(status=401)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(response["Location"])})
    return response
