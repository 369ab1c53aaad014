"""Where a person is signed in, and ending it."""

from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from giamsat.foundation.access.choices import EndReason
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.access.middleware import BEGAN_AT, SEEN_AT, why_over
from giamsat.foundation.access.models import Account, SignIn
from giamsat.foundation.access.services.delegation import subject_of
from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox


@transaction.atomic
def begin_session(account: Account, session_key: str, *, address: str | None, at: datetime) -> SignIn:
    """Note a sign-in; beyond the allowed number the oldest session of the account ends. A one-time code is now used."""
    locked = Account.objects.select_for_update().get(pk=account.pk)
    if locked.code_expires_at and not locked.code_used_at:
        Account.objects.filter(pk=account.pk).update(code_used_at=at)
    SignIn.objects.filter(session_key=session_key, ended_at=None).update(
        ended_at=at, ended_because=EndReason.SIGNED_OUT
    )
    sign_in = SignIn.objects.create(account=account, session_key=session_key, address=address, started_at=at)
    others = SignIn.objects.filter(account=account, ended_at=None).order_by("-started_at", "-pk")
    _end(list(others[settings.SESSIONS_PER_ACCOUNT :]), because=EndReason.TOO_MANY, at=at)
    audit.record(
        "session.began",
        subject=subject_of(account),
        by=account.actor(),
        at=at,
        unit_id=account.unit_id,
        facts={"address": address},
    )
    return sign_in


@transaction.atomic
def end_sessions(
    account: Account,
    *,
    because: str,
    at: datetime,
    by: Account | None = None,
    only: str = "",
    keep: str = "",
) -> int:
    """End one session of an account, or all but one, or all; returns how many were open.

    ``by`` None is the holder. Live pages are told: a stream looks whether its session still stands.
    """
    sign_ins = SignIn.objects.filter(account=account, ended_at=None).order_by("pk")
    if only:
        sign_ins = sign_ins.filter(session_key=only)
    ended = list(sign_ins.exclude(session_key=keep) if keep else sign_ins)
    _end(ended, because=because, at=at)
    if ended:
        audit.record(
            "session.ended",
            subject=subject_of(account),
            by=(by or account).actor(),
            at=at,
            unit_id=account.unit_id,
            facts={"sessions": len(ended), "because": because},
        )
        outbox.announce(AccessChanged(account.pk))
    return len(ended)


def session_stands(session_key: str, *, at: datetime) -> bool:
    """Whether a session is still open, in use, and not older than one may be: asked where no page is asked for."""
    kept, now = _store()(session_key).load(), at.timestamp()
    return bool(kept) and why_over(now, began=kept.get(BEGAN_AT, now), seen=kept.get(SEEN_AT, now)) is None


@transaction.atomic
def forget_old_sign_ins(*, before: datetime, at: datetime) -> int:
    """Close notes of sessions that have expired by themselves, and drop those older than the retention."""
    store = _store()
    expired = [
        each
        for each in SignIn.objects.filter(ended_at=None).order_by("pk")
        if not store().exists(each.session_key)
    ]
    _end(expired, because=EndReason.IDLE, at=at)
    store.clear_expired()
    return SignIn.objects.filter(ended_at__lt=before).delete()[0]


def _end(sign_ins: list[SignIn], *, because: str, at: datetime) -> None:
    store = _store()
    for sign_in in sign_ins:
        store(sign_in.session_key).delete()
        sign_in.ended_at, sign_in.ended_because = at, because
    SignIn.objects.bulk_update(sign_ins, ["ended_at", "ended_because"])


def _store():  # type: ignore[no-untyped-def]
    return import_module(settings.SESSION_ENGINE).SessionStore
