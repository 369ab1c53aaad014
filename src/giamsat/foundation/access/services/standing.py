"""Whether an account may be used: closing it, opening it again, ending its lock and its sessions."""

from datetime import datetime

from axes.utils import reset as forget_failures
from django.db import transaction

from giamsat.foundation.access.choices import EndReason
from giamsat.foundation.access.errors import AccountClosed, AccountNotClosed
from giamsat.foundation.access.models import Account
from giamsat.foundation.access.services.accounts import CODE_FIELDS, give_code, tell
from giamsat.foundation.access.services.delegation import (
    Authority,
    actor_of,
    require_reason,
    subject_of,
)
from giamsat.foundation.access.services.sessions import end_sessions
from giamsat.foundation.audit import services as audit


@transaction.atomic
def close_account(account: Account, *, reason: str, by: Account | None, at: datetime) -> Account:
    """Nobody signs in with it until it is opened again; it stays in the trail for ever."""
    reason = require_reason(reason)
    account = _locked(account)
    Authority(by, at).require_manages(account)
    if not account.is_active:
        raise AccountClosed(account.username)
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account, because=EndReason.REVOKED, by=by, at=at)
    tell("account.closed", account, by=by, at=at, reason=reason)
    return account


@transaction.atomic
def reopen_account(account: Account, *, reason: str, by: Account | None, at: datetime) -> str:
    """A closed account in use again with the rights it still has; whoever comes gets a new one-time code."""
    reason = require_reason(reason)
    account = _locked(account)
    Authority(by, at).require_manages(account)
    if account.is_active:
        raise AccountNotClosed(account.username)
    account.is_active = True
    code = give_code(account, at=at)
    account.save(update_fields=["is_active", *CODE_FIELDS])
    forget_failures(username=account.username)
    tell("account.reopened", account, by=by, at=at, reason=reason)
    return code


@transaction.atomic
def unlock_account(account: Account, *, by: Account | None, at: datetime) -> None:
    """Forget the failed tries before the quarter of an hour is over."""
    Authority(by, at).require_manages(account)
    forget_failures(username=account.username)
    audit.record(
        "account.unlocked", subject=subject_of(account), by=actor_of(by), at=at, unit_id=account.unit_id
    )


@transaction.atomic
def end_sessions_of(account: Account, *, by: Account | None, at: datetime) -> int:
    """Sign a person out everywhere; their password stays. Returns how many sessions were open."""
    Authority(by, at).require_manages(account)
    return end_sessions(account, because=EndReason.REVOKED, by=by, at=at)


def _locked(account: Account) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account.pk)
