import re
from datetime import timedelta

import pytest

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.errors import (
    AccountNotFound,
    CodeSpent,
    OutsideYourSubtree,
    ReasonMissing,
    UsernameInvalid,
    UsernameTaken,
)
from giamsat.foundation.access.models import Account
from giamsat.foundation.audit.models import Entry
from tests.foundation.access.conftest import AT, give


def open_one(username, unit, *, by=None):
    return services.open_account(username, display_name="Cán bộ số 1", unit=unit, by=by, at=AT)


def test_a_new_account_has_a_one_time_code_and_no_right(manager, country):
    account, code = open_one("hb.01", country.hua_bum, by=manager)

    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", code)
    assert account.check_password(code)
    assert account.must_change_password
    assert not queries.scope_for(account, at=AT).unit_ids
    assert account.password.startswith("argon2$argon2id$")
    assert account.actor().name == "Cán bộ số 1"


def test_a_code_stands_nowhere_but_in_the_answer(manager, country):
    _account, code = open_one("hb.01", country.hua_bum, by=manager)

    assert code not in str(list(Entry.objects.values()))


def test_a_user_name_is_plain_and_unique(country):
    open_one("hb.01", country.hua_bum)

    with pytest.raises(UsernameTaken) as refusal:
        open_one("hb.01", country.hua_bum)
    assert refusal.value.message == "The user name hb.01 is in use. Choose another."
    for odd in ("HB.01", "ab", "a b c", "hứa.bum", ""):
        with pytest.raises(UsernameInvalid) as refusal:
            open_one(odd, country.hua_bum)
    assert (
        refusal.value.message
        == "– cannot be a user name. Use 3 to 60 small letters, digits, dots or hyphens."
    )


def test_a_manager_opens_accounts_in_their_subtree_only(manager, country):
    with pytest.raises(OutsideYourSubtree):
        open_one("hue.01", country.hue, by=manager)

    assert not Account.objects.filter(username="hue.01").exists()


def test_a_reset_gives_a_new_code_and_takes_the_old_password(manager, country):
    account, old = open_one("hb.01", country.hua_bum, by=manager)
    services.change_password(account, "Một-mật-khẩu-9", at=AT)

    code = services.reset_password(account, by=manager, at=AT)

    account.refresh_from_db()
    assert account.check_password(code)
    assert not account.check_password("Một-mật-khẩu-9")
    assert account.must_change_password
    assert old != code


def test_a_manager_cannot_take_over_someone_with_rights_elsewhere(manager, person, country):
    powerful = person("powerful", country.hua_bum, ("leader", country.centre, True))

    with pytest.raises(OutsideYourSubtree):
        services.reset_password(powerful, by=manager, at=AT)


def test_a_manager_does_not_even_learn_of_accounts_elsewhere(manager, person, country):
    stranger = person("stranger", country.hue)

    with pytest.raises(AccountNotFound) as refusal:
        services.reset_password(stranger, by=manager, at=AT)

    assert (
        refusal.value.message == "There is no account stranger, or you do not manage it. Check the spelling."
    )
    assert "stranger" not in [account.username for account in queries.accounts_for(manager, AT)]


def test_a_code_works_once_and_for_a_week(country):
    account, _code = open_one("hb.01", country.hua_bum)
    services.require_usable_code(account, at=AT + timedelta(days=6))
    with pytest.raises(CodeSpent) as refusal:
        services.require_usable_code(account, at=AT + timedelta(days=7))
    assert refusal.value.message == (
        "This one-time code has been used or has expired. Ask your administrator for a new one."
    )

    services.begin_session(account, "session-one", address="10.0.0.1", at=AT)
    account.refresh_from_db()

    with pytest.raises(CodeSpent):
        services.require_usable_code(account, at=AT)


def test_closing_needs_a_reason_and_ends_everything(manager, country):
    account, _code = open_one("hb.01", country.hua_bum, by=manager)
    give(account, "compiler", country.hua_bum)
    services.begin_session(account, "session-one", address=None, at=AT)
    with pytest.raises(ReasonMissing):
        services.close_account(account, reason="", by=manager, at=AT)

    closed = services.close_account(account, reason="left", by=manager, at=AT)

    assert not queries.scope_for(closed, at=AT).unit_ids
    assert not queries.open_sign_ins(account).exists()
    assert Entry.objects.get(verb="account.closed").facts == {"reason": "left"}


def test_more_sessions_than_allowed_end_the_oldest(person, country, settings):
    settings.SESSIONS_PER_ACCOUNT = 2
    account = person("busy", country.hue)
    for number in range(3):
        services.begin_session(account, f"session-{number}", address=None, at=AT + timedelta(minutes=number))

    assert [each.session_key for each in queries.open_sign_ins(account)] == ["session-2", "session-1"]


def test_old_notes_of_sessions_are_closed_and_dropped(person, country):
    account = person("busy", country.hue)
    services.begin_session(account, "expired-long-ago", address=None, at=AT)
    services.forget_old_sign_ins(before=AT, at=AT + timedelta(days=1))
    assert account.sign_ins.get().ended_because == "idle"

    assert services.forget_old_sign_ins(before=AT + timedelta(days=2), at=AT + timedelta(days=800)) == 1


def test_the_first_administrator_gives_all_other_rights(country):
    assert not services.any_account()
    first = services.create_first_administrator("admin", "Any-password-1", at=AT)

    assert services.any_account()
    assert first.must_change_password
    assert Entry.objects.get(verb="grant.given").facts["role"] == "security_admin"
    for role in ("auditor", "data_admin", "system_admin", "security_admin", "leader"):
        account, _code = open_one(f"tw.{role.replace('_', '-')}", country.centre, by=first)
        give(account, role, country.centre, by=first)


def test_a_practice_account_signs_in_at_once(country):
    account = services.open_practice_account(
        "practice", "Practice-2026", display_name="Practice", unit=country.hue, at=AT
    )

    assert not account.must_change_password
    assert account.check_password("Practice-2026")


def test_an_unknown_account_is_refused(country):
    with pytest.raises(AccountNotFound):
        queries.account("nobody")
