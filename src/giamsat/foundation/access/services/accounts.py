"""Opening accounts, and their passwords. A one-time code is shown once, to the administrator; its hash is kept."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from axes.utils import reset as forget_failures
from django.db import transaction

from giamsat.foundation.access import codes
from giamsat.foundation.access.choices import EndReason, Language
from giamsat.foundation.access.errors import (
    CodeSpent,
    OutsideYourSubtree,
    UsernameInvalid,
    UsernameTaken,
)
from giamsat.foundation.access.events import AccessChanged
from giamsat.foundation.access.models import Account
from giamsat.foundation.access.roles import code_is_spent
from giamsat.foundation.access.services.delegation import (
    Authority,
    actor_of,
    subject_of,
)
from giamsat.foundation.access.services.grants import give_grant
from giamsat.foundation.access.services.sessions import end_sessions
from giamsat.foundation.audit import services as audit
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries as units
from giamsat.lib import clock

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{2,59}")
CODE_FIELDS = ["password", "must_change_password", "code_expires_at", "code_used_at"]


def any_account() -> bool:
    return Account.objects.exists()


@transaction.atomic
def open_account(
    username: str,
    *,
    display_name: str,
    unit: "Unit",
    language: str = Language.VIETNAMESE,
    by: Account | None,
    at: datetime,
) -> tuple[Account, str]:
    """A new account without any right, and its one-time code. ``by`` None is the command line."""
    return enter_account(
        username, display_name=display_name, unit=unit, language=language, under=Authority(by, at)
    )


def enter_account(
    username: str, *, display_name: str, unit: "Unit", language: str, under: Authority
) -> tuple[Account, str]:
    """The same under an authority that is looked up once for many."""
    require_free_username(username)
    if not under.manages(unit):
        raise OutsideYourSubtree(unit)
    account = Account(username=username, display_name=display_name, unit=unit, language=language)
    code = give_code(account, at=under.at)
    account.save()
    audit.record(
        "account.opened",
        subject=subject_of(account),
        by=actor_of(under.by),
        at=under.at,
        unit_id=unit.pk,
        facts={"username": username, "display_name": display_name},
    )
    return account, code


@transaction.atomic
def open_practice_account(
    username: str,
    password: str,
    *,
    display_name: str,
    unit: "Unit",
    at: datetime,
    language: str = Language.VIETNAMESE,
) -> Account:
    """An account of the practice country, whose password is printed for all to read; command line only."""
    account, _code = open_account(
        username, display_name=display_name, unit=unit, language=language, by=None, at=at
    )
    return change_password(account, password, at=at)


@transaction.atomic
def create_first_administrator(username: str, password: str, *, at: datetime) -> Account:
    """The first account of a new house: gives all other rights, and must choose its own password at once."""
    centre = units.centre()
    account, _code = open_account(username, display_name=username, unit=centre, by=None, at=at)
    account.set_password(password)
    account.save(update_fields=["password"])
    give_grant(
        account,
        role="security_admin",
        unit=centre,
        subtree=True,
        valid_from=clock.day_of(at),
        reason="first account",
        by=None,
        at=at,
    )
    return account


@transaction.atomic
def reset_password(account: Account, *, by: Account | None, at: datetime) -> str:
    """A one-time code instead of the password; every session of the account ends. No e-mail is involved."""
    account = Account.objects.select_for_update(of=("self",)).select_related("unit").get(pk=account.pk)
    Authority(by, at).require_manages(account)
    code = give_code(account, at=at)
    account.save(update_fields=CODE_FIELDS)
    forget_failures(username=account.username)
    end_sessions(account, because=EndReason.REVOKED, at=at)
    tell("account.password_reset", account, by=by, at=at)
    return code


@transaction.atomic
def change_password(account: Account, password: str, *, at: datetime) -> Account:
    """The holder's own choice; the password has already passed the validators."""
    account.set_password(password)
    account.must_change_password = False
    account.password_changed_at, account.code_expires_at, account.code_used_at = at, None, None
    account.save(
        update_fields=[
            "password", "must_change_password", "password_changed_at", "code_expires_at", "code_used_at",
        ]
    )  # fmt: skip
    tell("account.password_chosen", account, by=account, at=at)
    return account


@transaction.atomic
def choose_language(account: Account, language: str) -> Account:
    account.language = Language(language)
    account.save(update_fields=["language"])
    return account


def require_usable_code(account: Account, *, at: datetime) -> None:
    """Refuse a one-time code that was used or has expired."""
    if code_is_spent(expires_at=account.code_expires_at, used_at=account.code_used_at, at=at):
        raise CodeSpent


def require_free_username(username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise UsernameInvalid(username)
    if Account.objects.filter(username__iexact=username).exists():
        raise UsernameTaken(username)


def give_code(account: Account, *, at: datetime) -> str:
    """A one-time code in the place of a password; the caller saves the account (``CODE_FIELDS``)."""
    code = codes.new_code()
    account.password = codes.hashed(code)
    account.must_change_password = True
    account.code_expires_at, account.code_used_at = at + codes.LIFE, None
    return code


def tell(verb: str, account: Account, *, by: Account | None, at: datetime, **facts: object) -> None:
    audit.record(
        verb, subject=subject_of(account), by=actor_of(by), at=at, unit_id=account.unit_id, facts=dict(facts)
    )
    outbox.announce(AccessChanged(account.pk))
