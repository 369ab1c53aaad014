"""What sign-in tells us: kept in the audit trail, and sessions counted; and what a change of units means for people."""

from typing import Any

from allauth.account.signals import password_changed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from giamsat.foundation.access import moved_units, services
from giamsat.foundation.access.choices import EndReason
from giamsat.foundation.access.middleware import BEGAN_AT, SEEN_AT
from giamsat.foundation.access.models import Account
from giamsat.foundation.audit import services as audit
from giamsat.foundation.units import services as units
from giamsat.lib import clock
from giamsat.lib.actors import Actor

GATE = Actor.system("sign-in")


@receiver(user_logged_in, dispatch_uid="access.signed_in")
def note_sign_in(request: HttpRequest | None, user: Account, **_: Any) -> None:
    if request is None:
        return
    if not request.session.session_key:
        request.session.save()
    at = clock.now()
    request.session[BEGAN_AT] = request.session[SEEN_AT] = at.timestamp()
    services.begin_session(user, request.session.session_key or "", address=_address(request), at=at)


@receiver(user_logged_out, dispatch_uid="access.signed_out")
def note_sign_out(request: HttpRequest | None, user: Account | None, **_: Any) -> None:
    if request is None or user is None or not request.session.session_key:
        return
    because = getattr(request, "ended_because", EndReason.SIGNED_OUT)
    services.end_sessions(user, because=because, only=request.session.session_key, at=clock.now())


@receiver(user_login_failed, dispatch_uid="access.sign_in_failed")
def note_failure(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    _record("session.refused", credentials.get("username"), request)


@receiver(user_locked_out, dispatch_uid="access.locked_out")
def note_lock(username: str | None, request: HttpRequest | None = None, **_: Any) -> None:
    _record("account.locked", username, request)


@receiver(password_changed, dispatch_uid="access.password_changed")
def end_other_sessions(request: HttpRequest, user: Account, **_: Any) -> None:
    services.end_sessions(
        user, because=EndReason.REVOKED, keep=request.session.session_key or "", at=clock.now()
    )


def _record(verb: str, username: str | None, request: HttpRequest | None) -> None:
    # People type passwords into the name field: only a name that exists is worth keeping.
    account = Account.objects.filter(username=username).first() if username else None
    audit.record(
        verb,
        subject=f"account:{account.pk}" if account else "account:unknown",
        by=GATE,
        at=clock.now(),
        unit_id=account.unit_id if account else None,
        facts={"address": _address(request)},
    )


def _address(request: HttpRequest | None) -> str | None:
    return request.META.get("REMOTE_ADDR") or None if request else None


units.concerns(moved_units.touched_by)
units.forbids_undoing(moved_units.reasons_against)
