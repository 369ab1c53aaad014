"""Closing and opening accounts, ending sessions, and what stands in the list of accounts."""

from datetime import date, timedelta

import pytest
from axes.models import AccessAttempt

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.choices import Standing
from giamsat.foundation.access.errors import (
    AccountClosed,
    AccountNotClosed,
    OutsideYourSubtree,
    OwnAccount,
)
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent
from tests.foundation.access.conftest import AT, give


@pytest.fixture
def clerk(person, country):
    return person("clerk", country.hua_bum, ("compiler", country.hua_bum, False))


def close(account, *, by=None, reason="left"):
    return services.close_account(account, reason=reason, by=by, at=AT)


def test_a_closed_account_is_opened_again_with_a_code_and_its_rights(manager, clerk, country):
    close(clerk, by=manager)
    assert not queries.scope_for(queries.account("clerk"), at=AT).may("report.compile", country.hua_bum)

    code = services.reopen_account(clerk, reason="came back", by=manager, at=AT)

    opened = queries.account("clerk")
    assert opened.check_password(code)
    assert opened.must_change_password
    assert queries.scope_for(opened, at=AT).may("report.compile", country.hua_bum)
    assert Entry.objects.get(verb="account.reopened").facts == {"reason": "came back"}


def test_what_is_already_so_is_refused(manager, clerk):
    with pytest.raises(AccountNotClosed) as refusal:
        services.reopen_account(clerk, reason="why", by=manager, at=AT)
    assert refusal.value.message == "The account clerk is open. Nothing needs to be done."
    close(clerk, by=manager)
    with pytest.raises(AccountClosed):
        close(clerk, by=manager)


def test_rights_elsewhere_keep_a_closed_account_closed(manager, clerk, country):
    give(clerk, "watcher", country.hue)
    close(clerk)

    with pytest.raises(OutsideYourSubtree):
        services.reopen_account(clerk, reason="mine now", by=manager, at=AT)


def test_rights_that_begin_later_count_as_well(manager, clerk, country):
    give(clerk, "watcher", country.hue, valid_from=date(2026, 12, 1))

    with pytest.raises(OutsideYourSubtree):
        services.reset_password(clerk, by=manager, at=AT)


def test_nobody_manages_their_own_account(manager):
    with pytest.raises(OwnAccount) as refusal:
        services.reset_password(manager, by=manager, at=AT)
    assert refusal.value.message == (
        "This is your own account. Choose your password and end your sessions on your own page; anything else another "
        "administrator must do."
    )
    with pytest.raises(OwnAccount):
        close(manager, by=manager)


def test_a_manager_signs_a_person_out_on_record(manager, clerk):
    services.begin_session(clerk, "session-one", address="10.0.0.1", at=AT)
    StoredEvent.objects.all().delete()

    assert services.end_sessions_of(clerk, by=manager, at=AT) == 1

    entry = Entry.objects.get(verb="session.ended")
    assert (entry.by_id, entry.subject) == (manager.pk, f"account:{clerk.pk}")
    assert StoredEvent.objects.get().payload == {"account_id": clerk.pk}
    assert not queries.open_sign_ins(clerk).exists()


def lock_out(username):
    AccessAttempt.objects.create(
        username=username, ip_address="10.0.0.9", user_agent="", http_accept="", path_info="/",
        get_data="", post_data="", failures_since_start=5,
    )  # fmt: skip


def names(viewer, **asked):
    return [account.username for account in queries.accounts_matching(viewer, AT, **asked)]


def test_accounts_are_found_by_name_unit_role_and_standing(manager, clerk, person, country):
    services.open_account("newcomer", display_name="Nguyễn Thị Đào", unit=country.muong_te, by=manager, at=AT)
    person("far", country.hue)
    close(person("gone", country.lai_chau))
    lock_out("clerk")

    assert names(manager) == ["clerk", "gone", "manager", "newcomer"]
    assert names(manager, text="thi dao") == ["newcomer"]
    assert names(manager, text="Đào") == ["newcomer"]
    assert names(manager, text="CLERK") == ["clerk"]
    assert names(manager, unit=country.hua_bum) == ["clerk"]
    assert names(manager, role="compiler") == ["clerk"]
    assert names(manager, standing=Standing.LOCKED) == ["clerk"]
    assert names(manager, standing=Standing.NEW) == ["newcomer"]
    assert names(manager, standing=Standing.WITHOUT_RIGHTS) == ["newcomer"]
    assert names(manager, standing=Standing.CLOSED) == ["gone"]


def test_how_accounts_stand_is_asked_once_for_all(manager, clerk, person, country, django_assert_num_queries):
    services.begin_session(clerk, "session-one", address=None, at=AT)
    services.begin_session(clerk, "session-two", address=None, at=AT + timedelta(hours=1))
    lock_out("clerk")
    people = [clerk, manager, person("other", country.hua_bum)]

    for some in (people[:1], people):
        with django_assert_num_queries(3):
            states = queries.sign_in_states(some, AT)

    state = states[clerk.pk]
    assert (state.locked, state.last_at, state.sessions) == (True, AT + timedelta(hours=1), 2)
    assert [grant.role for grant in state.grants] == ["compiler"]
    assert states[people[2].pk].last_at is None


def test_who_may_give_which_roles(manager, clerk):
    assert [role.code for role in queries.roles_given_by(clerk, AT)] == []
    assert "security_admin" in [role.code for role in queries.roles_given_by(manager, AT)]
