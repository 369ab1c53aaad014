"""Giving rights: within one's own subtree, never above oneself, always with a reason and on record."""

from datetime import date

import pytest

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.choices import Classification
from giamsat.foundation.access.errors import (
    AccountClosed,
    AccountNotFound,
    AlreadyHeld,
    AlreadyWithdrawn,
    CeilingAboveDeployment,
    DatesOutOfOrder,
    MoreThanYours,
    NotToYourself,
    OutsideYourSubtree,
    ReasonMissing,
    RoleBelongsToTheCentre,
    RoleNotYours,
    RoleStandsAlone,
    UnknownRole,
)
from giamsat.foundation.access.models import Grant
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent
from tests.foundation.access.conftest import AT, TODAY, give


@pytest.fixture
def clerk(person, country):
    return person("clerk", country.hua_bum)


def refused(refusal_class, account, role, unit, **rest):
    """The sentence with which giving is refused; nothing is stored."""
    before = Grant.objects.count()
    with pytest.raises(refusal_class) as refusal:
        give(account, role, unit, **rest)
    assert Grant.objects.count() == before
    return refusal.value.message


def test_a_manager_gives_roles_within_their_subtree(manager, clerk, country):
    grant = give(clerk, "compiler", country.hua_bum, by=manager, subtree=False)

    assert (grant.given_by, grant.reason, grant.given_at) == (manager, "work", AT)
    assert queries.scope_for(clerk, at=AT).may("report.compile", country.hua_bum)


def test_a_gift_is_on_record_and_told(manager, clerk, country):
    StoredEvent.objects.all().delete()
    give(clerk, "compiler", country.hua_bum, by=manager, subtree=False)

    entry = Entry.objects.filter(verb="grant.given").latest("id")
    assert (entry.subject, entry.by_id, entry.unit_id) == (
        f"account:{clerk.pk}",
        manager.pk,
        country.hua_bum.pk,
    )
    assert (entry.facts["role"], entry.facts["reason"]) == ("compiler", "work")
    event = StoredEvent.objects.get()
    assert (event.name, event.payload) == ("access.changed", {"account_id": clerk.pk})


def test_outside_the_subtree_is_refused(manager, clerk, country):
    assert refused(OutsideYourSubtree, clerk, "compiler", country.phu_xuan, by=manager) == (
        "46.1 Phú Xuân is outside the part of the tree whose accounts you manage. Ask the administrator above you."
    )


def test_above_is_outside_too(manager, clerk, country):
    refused(OutsideYourSubtree, clerk, "leader", country.centre, by=manager)


def test_who_manages_no_accounts_gives_nothing(clerk, person, country):
    approver = person("approver", country.lai_chau, ("approver", country.lai_chau, True))

    refused(OutsideYourSubtree, clerk, "compiler", country.hua_bum, by=approver)


def test_central_roles_are_given_at_the_centre_only(manager, clerk, country):
    assert refused(RoleBelongsToTheCentre, clerk, "auditor", country.lai_chau, by=manager) == (
        "The role “Auditor” is held over the whole tree only, not over 12 Lai Châu. Give it at the centre."
    )


def test_a_role_the_giver_may_not_give_is_refused(manager, clerk, country, monkeypatch):
    roles = dict(queries.roles())
    own = roles["security_admin"]
    narrower = type(own)(
        own.code, own.name_vi, own.name_en, own.actions, own.gives - {"leader"}, False, False
    )
    monkeypatch.setattr(queries, "roles", lambda: {**roles, "security_admin": narrower})

    assert refused(RoleNotYours, clerk, "leader", country.lai_chau, by=manager) == (
        "The role “Leader of the commission” is above what you may give. Ask the administrator above you."
    )


def test_nobody_gives_rights_to_themselves(manager, country):
    assert refused(NotToYourself, manager, "leader", country.lai_chau, by=manager) == (
        "Nobody gives rights to themselves. Another administrator must do it."
    )


def test_nothing_wider_than_ones_own(person, clerk, country):
    narrow = person("narrow", country.lai_chau, ("security_admin", country.lai_chau, False))

    assert refused(MoreThanYours, clerk, "approver", country.lai_chau, by=narrow) == (
        "You cannot give more than you have: everything below the unit. Narrow the grant to your own."
    )
    refused(OutsideYourSubtree, clerk, "compiler", country.hua_bum, by=narrow)


def test_nothing_longer_than_ones_own(person, clerk, country):
    brief = person("brief", country.lai_chau)
    give(brief, "security_admin", country.lai_chau, valid_to=date(2026, 12, 1))

    refused(MoreThanYours, clerk, "compiler", country.hua_bum, by=brief)
    refused(MoreThanYours, clerk, "compiler", country.hua_bum, by=brief, valid_to=date(2026, 12, 2))
    give(clerk, "compiler", country.hua_bum, by=brief, valid_to=date(2026, 12, 1))


def test_the_breadth_of_one_right_and_the_end_of_another_are_not_a_third(person, clerk, country):
    both = person("both", country.lai_chau, ("security_admin", country.lai_chau, False))
    give(both, "security_admin", country.lai_chau, valid_to=date(2026, 12, 1))

    assert refused(MoreThanYours, clerk, "approver", country.lai_chau, by=both) == (
        "You cannot give more than you have: the last day. Narrow the grant to your own."
    )
    give(clerk, "approver", country.lai_chau, by=both, valid_to=date(2026, 12, 1))


def test_nothing_above_ones_own_ceiling_and_kinds_of_work(person, clerk, country):
    low = person("low", country.lai_chau)
    give(low, "security_admin", country.lai_chau, ceiling=Classification.PUBLIC, work_types=["KT"])

    refused(MoreThanYours, clerk, "compiler", country.hua_bum, by=low, work_types=["KT"])
    refused(MoreThanYours, clerk, "compiler", country.hua_bum, by=low, ceiling=0)
    refused(MoreThanYours, clerk, "compiler", country.hua_bum, by=low, ceiling=0, work_types=["KT", "TC"])
    give(clerk, "compiler", country.hua_bum, by=low, ceiling=0, work_types=["KT"])


def test_no_grant_reaches_above_the_installation(clerk, country):
    message = refused(
        CeilingAboveDeployment, clerk, "compiler", country.hua_bum, ceiling=Classification.CONFIDENTIAL
    )

    assert message == (
        "This installation holds nothing above “internal, not for distribution”, so no grant may reach “confidential”. "
        "Material above it goes by the lawful channel, not here."
    )


def test_unknown_role_missing_reason_and_dates_out_of_order(clerk, country):
    assert (
        refused(UnknownRole, clerk, "king", country.hua_bum)
        == "There is no role king. See the list of roles."
    )
    assert refused(DatesOutOfOrder, clerk, "compiler", country.hua_bum, valid_to=TODAY) == (
        "Rights from 01/10/2026 must end after that day, not before 01/10/2026. Correct one of the days."
    )
    with pytest.raises(ReasonMissing) as refusal:
        services.give_grant(
            clerk,
            role="compiler",
            unit=country.hua_bum,
            subtree=False,
            valid_from=TODAY,
            reason=" ",
            by=None,
            at=AT,
        )
    assert refusal.value.message == "Say why: every change of rights is kept with its reason."


def test_a_closed_account_takes_no_rights(clerk, country):
    services.close_account(clerk, reason="left", by=None, at=AT)
    clerk.refresh_from_db()

    assert refused(AccountClosed, clerk, "compiler", country.hua_bum) == (
        "The account clerk is closed and takes no new rights. Open it again first."
    )


def test_a_grant_is_withdrawn_once_and_stays_on_record(manager, clerk, country):
    grant = give(clerk, "compiler", country.hua_bum, by=manager, subtree=False)
    next_day_at_home = AT.replace(hour=18)
    services.withdraw_grant(grant, reason="moved", by=manager, at=next_day_at_home)

    with pytest.raises(AlreadyWithdrawn) as refusal:
        services.withdraw_grant(grant, reason="again", by=manager, at=next_day_at_home)

    assert refusal.value.message == "This was already withdrawn on 02/10/2026. Nothing needs to be done."
    assert list(queries.grants_of(clerk)) == [grant]


def test_a_manager_of_another_province_withdraws_nothing(person, clerk, country):
    grant = give(clerk, "compiler", country.hua_bum, subtree=False)
    stranger = person("stranger", country.hue, ("security_admin", country.hue, True))

    with pytest.raises(OutsideYourSubtree):
        services.withdraw_grant(grant, reason="why not", by=stranger, at=AT)


def test_people_may_lay_down_their_own_rights(clerk, country):
    grant = give(clerk, "compiler", country.hua_bum, subtree=False)
    services.withdraw_grant(grant, reason="new post", by=clerk, at=AT)

    assert not queries.scope_for(clerk, at=AT).may("report.compile", country.hua_bum)


def test_a_conflict_of_interest_is_lifted_by_another_only(manager, clerk, country):
    exclusion = services.exclude(
        clerk, unit=country.hua_bum, valid_from=TODAY, reason="a relative", by=manager, at=AT
    )
    with pytest.raises(NotToYourself):
        services.lift_exclusion(exclusion, reason="no longer", by=clerk, at=AT)

    services.lift_exclusion(exclusion, reason="moved away", by=manager, at=AT)

    assert [each.withdrawn_at for each in queries.exclusions_of(clerk)] == [AT]
    with pytest.raises(AlreadyWithdrawn):
        services.lift_exclusion(exclusion, reason="again", by=manager, at=AT)


def test_a_right_of_a_role_that_is_gone_stops_nobodys_work(manager, clerk, person, country):
    give(clerk, "compiler", country.hua_bum)
    gone = clerk.grants.create(
        role="archivist", unit=country.hua_bum, valid_from=TODAY, given_at=AT, reason="of an earlier release"
    )
    colleague = person("colleague", country.hua_bum)

    lent = services.name_substitute(
        clerk, colleague, valid_from=TODAY, valid_to=date(2026, 10, 8), reason="leave", by=clerk, at=AT
    )
    assert [grant.role for grant in lent] == ["compiler"]
    assert services.reset_password(clerk, by=manager, at=AT)
    with pytest.raises(UnknownRole):
        services.withdraw_grant(gone, reason="tidy", by=manager, at=AT)
    assert services.withdraw_grant(gone, reason="tidy", by=None, at=AT).withdrawn_at == AT


def test_the_same_right_is_not_given_twice(manager, clerk, country):
    grant = give(clerk, "compiler", country.hua_bum, by=manager, subtree=False)

    assert refused(AlreadyHeld, clerk, "compiler", country.hua_bum, by=manager, subtree=False) == (
        "This account holds “Report compiler” over 12.1 Hua Bum on those days already. To change it, end the right it "
        "has and give the new one."
    )
    services.withdraw_grant(grant, reason="moved", by=manager, at=AT)
    give(clerk, "compiler", country.hua_bum, by=manager, subtree=False)


def test_administration_and_audit_are_held_alone(manager, clerk, country):
    give(clerk, "compiler", country.hua_bum, valid_to=date(2026, 11, 1), subtree=False)

    assert refused(RoleStandsAlone, clerk, "security_admin", country.hua_bum, by=manager) == (
        "One person does not hold “Security and account administrator” and “Report compiler” at the same time: "
        "administration and audit are kept apart from each other and from the work. Use another account, or end the "
        "other right first."
    )
    give(clerk, "security_admin", country.hua_bum, by=manager, valid_from=date(2026, 11, 1))
    refused(RoleStandsAlone, clerk, "auditor", country.centre)
    refused(RoleStandsAlone, clerk, "head", country.hua_bum, by=manager)


def test_an_account_elsewhere_gets_no_right_from_here(manager, person, country):
    refused(AccountNotFound, person("far", country.hue), "watcher", country.lai_chau, by=manager)
