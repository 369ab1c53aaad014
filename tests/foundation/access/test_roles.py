from datetime import UTC, datetime, timedelta

import pytest

from giamsat.foundation.access import queries
from giamsat.foundation.access.choices import Action
from giamsat.foundation.access.roles import code_is_spent, password_is_due, read_roles

AT = datetime(2026, 10, 1, tzinfo=UTC)


def test_the_file_names_the_twelve_roles_in_both_languages():
    roles = queries.roles()

    assert list(roles) == [
        "leader", "committee_leader", "synthesis", "watcher", "approver", "compiler", "head", "duty_officer",
        "auditor", "system_admin", "security_admin", "data_admin",
    ]  # fmt: skip
    assert all(role.name("vi") and role.name("en") for role in roles.values())


def test_every_action_belongs_to_some_role():
    assert frozenset().union(*(role.actions for role in queries.roles().values())) == set(Action.values)


def test_duties_are_kept_apart():
    for role in queries.roles().values():
        assert not {"report.compile", "report.submit"} <= role.actions
        assert not {"report.submit", "report.accept"} <= role.actions
        assert not (
            "account.manage" in role.actions and role.actions & {"report.read", "warning.read", "audit.read"}
        )
        assert role.gives == frozenset() or "account.manage" in role.actions
        assert not (role.lends and role.actions & {"account.manage", "audit.read"})


@pytest.mark.parametrize(
    ("body", "mistake"),
    [
        ({"actions": ["report.burn"]}, "roles.yaml: odd has unknown actions ['report.burn']"),
        ({"actions": [], "gives": ["king"]}, "roles.yaml: odd gives unknown roles ['king']"),
    ],
)
def test_an_unknown_word_in_the_file_stops_everything(body, mistake):
    with pytest.raises(ValueError, match="unknown") as refusal:
        read_roles({"roles": {"odd": {"name": {"vi": "a", "en": "a"}, **body}}})

    assert str(refusal.value) == mistake


@pytest.mark.parametrize(
    ("must_change", "age", "due"), [(True, 1, True), (False, 1, False), (False, 90, True), (False, 89, False)]
)
def test_a_password_is_due_when_given_by_another_or_worn_out(must_change, age, due):
    changed_at = AT - timedelta(days=age)
    assert password_is_due(must_change=must_change, changed_at=changed_at, valid_days=90, at=AT) == due


def test_a_password_never_wears_out_where_the_setting_says_so():
    assert not password_is_due(must_change=False, changed_at=AT - timedelta(days=999), valid_days=0, at=AT)
    assert password_is_due(must_change=False, changed_at=None, valid_days=0, at=AT)


def test_a_code_is_spent_once_used_or_expired():
    later = AT + timedelta(days=1)
    assert not code_is_spent(expires_at=None, used_at=None, at=AT)
    assert not code_is_spent(expires_at=later, used_at=None, at=AT)
    assert code_is_spent(expires_at=later, used_at=AT, at=AT)
    assert code_is_spent(expires_at=AT, used_at=None, at=AT)
