"""Standing in: for days, for a colleague, with the rights held, never passed on."""

from datetime import date, timedelta

import pytest

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.errors import (
    AccountNotFound,
    AlreadyStandsIn,
    NobodyStandsIn,
    NothingToLend,
    NotToYourself,
    RoleStandsAlone,
    SubstituteFromElsewhere,
    SubstituteNeedsAnEnd,
)
from giamsat.foundation.access.models import Grant
from giamsat.foundation.audit.models import Entry
from tests.foundation.access.conftest import AT, TODAY, give


def lend(principal, substitute, *, until=date(2026, 10, 8), by=None):
    return services.name_substitute(
        principal, substitute, valid_from=TODAY, valid_to=until, reason="leave", by=by, at=AT
    )


def test_a_substitute_gets_every_lendable_right_for_those_days(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    deputy = person("deputy", country.hua_bum)

    lent = lend(head, deputy, by=head)

    assert [(grant.role, grant.valid_from, grant.valid_to) for grant in lent] == [
        ("head", TODAY, date(2026, 10, 8)),
    ]
    assert Entry.objects.filter(verb="grant.lent").get().facts["substitute_for"] == f"account:{head.pk}"


def test_a_substitute_holds_no_longer_than_the_grant(person, country):
    head = person("head", country.hua_bum)
    give(head, "head", country.hua_bum, valid_to=date(2026, 10, 5))

    assert lend(head, person("deputy", country.hua_bum), by=head)[0].valid_to == date(2026, 10, 5)


def test_what_is_lent_is_not_lent_on(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    deputy = person("deputy", country.hua_bum)
    lend(head, deputy, by=head)

    with pytest.raises(NothingToLend) as refusal:
        lend(deputy, person("third", country.hua_bum), by=deputy)

    assert refusal.value.message == "deputy holds no right that a substitute could take over on those days."


def test_a_substitute_comes_from_the_same_unit_and_for_a_time(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))

    with pytest.raises(SubstituteFromElsewhere) as refusal:
        lend(head, person("far", country.hue), by=head)
    assert refusal.value.message == (
        "far does not work at 12.1 Hua Bum. Name a colleague of the same unit, or ask an administrator."
    )
    with pytest.raises(SubstituteNeedsAnEnd) as refusal:
        lend(head, person("near", country.hua_bum), until=None, by=head)
    assert (
        refusal.value.message == "A substitute stands in for a time. Give the day on which the absence ends."
    )
    with pytest.raises(NotToYourself):
        lend(head, head, by=head)


def test_a_colleague_cannot_make_themselves_a_substitute(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    deputy = person("deputy", country.hua_bum)

    with pytest.raises(NotToYourself):
        lend(head, deputy, by=deputy)
    with pytest.raises(AccountNotFound):
        lend(head, deputy, by=person("third", country.hua_bum))


def test_whoever_named_a_substitute_takes_everything_back(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    give(head, "watcher", country.muong_te)
    deputy = person("deputy", country.hua_bum)
    lend(head, deputy, by=head)

    assert services.recall_substitute(head, deputy, reason="back early", by=head, at=AT) == 2

    assert not queries.scope_for(deputy, at=AT).may("report.submit", country.hua_bum)
    assert queries.scope_for(head, at=AT).may("report.submit", country.hua_bum)
    with pytest.raises(NobodyStandsIn) as refusal:
        services.recall_substitute(head, deputy, reason="again", by=head, at=AT)
    assert refusal.value.message == (
        "deputy of Hua Bum does not stand in for this account any more. Nothing needs to be done."
    )


def test_a_substitute_is_named_once_for_the_same_days(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    deputy = person("deputy", country.hua_bum)
    lend(head, deputy, by=head)

    with pytest.raises(AlreadyStandsIn) as refusal:
        lend(head, deputy, by=head)

    assert refusal.value.message == (
        "deputy of Hua Bum already stands in from 01/10/2026 to 07/10/2026. End that first, or choose other days."
    )


def test_a_substitute_for_three_days_stands_in_for_three_days(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    deputy = person("deputy", country.hua_bum)
    lend(head, deputy, by=head, until=date(2026, 10, 4))

    allowed = [
        queries.scope_for(deputy, at=AT + timedelta(days=days)).may("report.submit", country.hua_bum)
        for days in range(-1, 5)
    ]
    assert allowed == [False, True, True, True, False, False]


def test_an_administrator_stands_in_for_nobody(person, country):
    head = person("head", country.hua_bum, ("head", country.hua_bum, False))
    admin = person("admin", country.hua_bum, ("security_admin", country.hua_bum, True))

    with pytest.raises(RoleStandsAlone):
        lend(head, admin, by=head)
    assert not Grant.objects.filter(substitute_of__isnull=False).exists()
