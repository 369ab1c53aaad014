from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.choices import Classification
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.access.rules import MARK
from tests.foundation.access.conftest import AT, TODAY, give

NIGHT_BEFORE = AT - timedelta(days=1)


def scope(account, at=AT):
    return queries.scope_for(account, at=at)


def codes(units):
    return sorted(unit.code if unit.valid_to is None else f"{unit.code} (former)" for unit in units)


@pytest.fixture
def approver(person, country):
    return person("approver", country.lai_chau, ("approver", country.lai_chau, True))


@pytest.fixture
def compiler(person, country):
    return person("compiler", country.hua_bum, ("compiler", country.hua_bum, False))


@pytest.fixture
def leader(person, country):
    return person("leader", country.centre, ("leader", country.centre, True))


@pytest.fixture
def watcher(person, country):
    """Works at the centre, watches Lai Châu."""
    return person("watcher", country.centre, ("watcher", country.lai_chau, True))


def test_a_subtree_is_todays_tree_and_its_predecessors(approver, leader):
    assert codes(queries.units_visible_to(approver, AT)) == ["12", "12 (former)", "12.1", "12.1.1", "12.2"]
    assert len(queries.units_visible_to(leader, AT)) == 8


def test_one_unit_is_one_unit_without_what_is_below(compiler, country):
    assert codes(queries.units_visible_to(compiler, AT)) == ["12.1"]
    assert scope(compiler).unit_ids == {country.hua_bum.pk}


def test_a_lower_level_never_sees_its_siblings(compiler, approver, country):
    assert not scope(compiler).may("report.read", country.muong_te)
    assert not scope(compiler).may("report.read", country.lai_chau)
    assert not scope(approver).may("report.read", country.hue)


def test_a_role_does_what_its_file_says_and_no_more(compiler, approver, country):
    assert scope(compiler).may("report.compile", country.hua_bum)
    assert not scope(compiler).may("report.submit", country.hua_bum)
    assert scope(approver).may("report.accept", country.hua_bum)
    assert not scope(approver).may("report.compile", country.hua_bum)
    assert scope(approver).may_anywhere("report.accept")
    assert not scope(approver).may_anywhere("audit.read")


def test_who_administers_reads_no_reports(person, country):
    for role in ("system_admin", "security_admin", "data_admin", "auditor"):
        holder = person(role.replace("_", "-"), country.centre, (role, country.centre, True))
        assert not scope(holder).unit_ids
        assert not scope(holder).may("warning.read", country.hue)


def test_national_and_provincial_aggregates_are_everybodys(compiler, person, country):
    nobody = person("newcomer", country.hue)
    for account in (compiler, nobody):
        assert scope(account).may("aggregate.read", country.centre)
        assert scope(account).may("aggregate.read", country.hue)
        assert not scope(account).may("aggregate.read", country.phu_xuan)


def test_aggregates_of_a_withheld_body_are_not(compiler, country):
    country.hue.withheld = True

    assert not scope(compiler).may("aggregate.read", country.hue)


def test_strangers_and_closed_accounts_have_no_scope(approver, country):
    services.close_account(approver, reason="left", by=None, at=AT)
    approver.refresh_from_db()

    for viewer in (AnonymousUser(), approver):
        assert not scope(viewer).may("aggregate.read", country.centre)
        assert not scope(viewer).unit_ids


def test_a_refusal_says_what_and_what_now(compiler, country):
    with pytest.raises(NotAllowed) as refusal:
        scope(compiler).require("report.accept", country.hue)

    assert refusal.value.message == (
        "You may not accept or return reports of 46 Huế: none of your present rights covers it. If this is your work, "
        "ask your account administrator."
    )
    assert (refusal.value.code, refusal.value.status) == ("access.not_allowed", 403)


def test_grants_hold_from_their_first_day_until_before_their_last(person, country):
    visitor = person("visitor", country.hue)
    give(visitor, "watcher", country.hue, valid_from=date(2026, 10, 1), valid_to=date(2026, 10, 3))

    days = [date(2026, 9, 30) + timedelta(days=n) for n in range(5)]
    held = [
        scope(visitor, AT + timedelta(days=n - 1)).may("report.read", country.hue) for n in range(len(days))
    ]
    assert held == [False, True, True, False, False]


def test_a_withdrawn_grant_ends_at_once(approver, country):
    grant = approver.grants.get()
    services.withdraw_grant(grant, reason="moved", by=None, at=AT + timedelta(hours=1))

    assert scope(approver, AT).may("report.read", country.hua_bum)
    assert not scope(approver, AT + timedelta(hours=1)).may("report.read", country.hua_bum)


def test_a_conflict_of_interest_overrules_every_grant(leader, country):
    services.exclude(leader, unit=country.lai_chau, valid_from=TODAY, reason="a relative", by=None, at=AT)

    assert codes(queries.units_visible_to(leader, AT)) == ["00", "46", "46.1"]
    for unit in (country.lai_chau, country.hua_bum, country.former):
        assert not scope(leader).may("report.read", unit)
    assert scope(leader).may("report.read", country.phu_xuan)
    assert scope(leader).may("aggregate.read", country.lai_chau)  # the public figure stays public


def test_a_conflict_over_one_unit_spares_what_is_below(leader, country):
    services.exclude(
        leader, unit=country.lai_chau, subtree=False, valid_from=TODAY, reason="a relative", by=None, at=AT
    )

    assert not scope(leader).may("report.read", country.lai_chau)
    assert scope(leader).may("report.read", country.hua_bum)


def test_data_on_a_bodys_own_leaders_is_for_the_commission_directly_above(
    approver, leader, compiler, country
):
    about_hua_bum = {
        name: scope(account).may("report.read", country.hua_bum, about_leaders=True)
        for name, account in {"superior": approver, "two above": leader, "itself": compiler}.items()
    }

    assert about_hua_bum == {"superior": True, "two above": False, "itself": False}


def test_a_grant_for_one_assignment_opens_nothing_else(person, country):
    member = person("member", country.hue)
    give(member, "watcher", country.hue, assignment="GS-TX-7")

    assert scope(member).may("report.read", country.hue, assignment="GS-TX-7")
    assert not scope(member).may("report.read", country.hue, assignment="GS-TX-8")
    assert not scope(member).may("report.read", country.hue)
    assert not scope(member).unit_ids


def test_a_grant_for_some_kinds_of_work_bars_the_others(person, country):
    member = person("member", country.hue)
    give(member, "watcher", country.hue, work_types=["KT"])

    assert scope(member).may("warning.read", country.hue, work_type="KT")
    assert not scope(member).may("warning.read", country.hue, work_type="TC")
    assert scope(member).may("warning.read", country.hue)


def test_nothing_above_the_ceiling_is_seen(person, country):
    member = person("member", country.hue)
    give(member, "watcher", country.hue, ceiling=Classification.PUBLIC)

    assert scope(member).may("report.read", country.hue, classification=Classification.PUBLIC)
    assert not scope(member).may("report.read", country.hue, classification=Classification.INTERNAL)


@pytest.mark.parametrize(
    ("limits", "listed"),
    [
        ({}, ["46", "46.1"]),
        ({"ceiling": Classification.PUBLIC}, []),
        ({"assignment": "GS-TX-7"}, []),
        ({"work_types": ["KT"]}, ["46", "46.1"]),
    ],
)
def test_units_are_listed_where_the_question_of_one_is_answered_yes(person, country, limits, listed):
    member = person("member", country.hue)
    give(member, "watcher", country.hue, **limits)
    mine = scope(member)

    for action in ("report.read", "warning.read", "report.accept"):
        assert set(mine.units_where(action)) == {u for u in vars(country).values() if mine.may(action, u)}
        assert mine.may_anywhere(action) == mine.units_where(action).exists()
    assert codes(mine.units_where("report.read")) == listed
    assert mine.unit_ids == {unit.pk for unit in vars(country).values() if unit.code in listed}


def test_a_lower_ceiling_bars_no_accounts_and_no_definitions(person, country):
    low = person("low", country.hue)
    give(low, "security_admin", country.hue, ceiling=Classification.PUBLIC)

    assert codes(scope(low).units_where("account.manage")) == ["46", "46.1"]
    assert scope(low).may("account.manage", country.phu_xuan)
    assert scope(low).may_anywhere("system.read")


def test_viewers_with_other_limits_share_no_key(person, country):
    limits = [{}, {"ceiling": Classification.PUBLIC}, {"work_types": ["KT"]}, {"assignment": "GS-TX-7"}]
    keys = set()
    for number, limit in enumerate(limits):
        member = person(f"member-{number}", country.hue)
        give(member, "watcher", country.hue, **limit)
        keys.add(scope(member).key())

    assert len(keys) == len(limits)


def test_small_cells_are_for_the_unit_and_its_direct_superior(compiler, approver, leader, watcher, country):
    seen_at_hua_bum = {
        account.username: scope(account).small_cells_visible(country.hua_bum)
        for account in (compiler, approver, leader, watcher)
    }

    assert seen_at_hua_bum == {"compiler": True, "approver": True, "leader": False, "watcher": False}


def test_who_works_above_sees_the_small_cells_of_the_level_below_only(leader, approver, country):
    assert [scope(leader).small_cells_visible(u) for u in (country.centre, country.hue, country.hua_bum)] == [
        True, True, False,
    ]  # fmt: skip
    assert [scope(approver).small_cells_visible(u) for u in (country.lai_chau, country.hua_bum, country.cell)] == [
        True, True, False,
    ]  # fmt: skip


def test_the_set_of_small_cell_units_agrees_with_the_question(compiler, approver, leader, watcher, country):
    for account in (compiler, approver, leader, watcher):
        asked = {u.pk for u in vars(country).values() if scope(account).small_cells_visible(u)}
        assert scope(account).small_cell_unit_ids == asked


def test_a_lens_shows_each_viewer_their_own_truth(compiler, approver, leader, country):
    texts = {
        account.username: queries.Lens(scope(account))
        .show(3, unit_id=country.hua_bum.pk, counts_persons=True)
        .text
        for account in (compiler, approver, leader)
    }

    assert texts == {"compiler": "3", "approver": "3", "leader": MARK}


def test_a_lens_hides_what_publication_marked_small_or_not(approver, leader, country):
    shown = [
        queries.Lens(scope(account)).cells(
            [57, 3, None, 0], [True, True, True, False], unit_id=country.hua_bum.pk
        )
        for account in (approver, leader)
    ]

    assert [[cell.text for cell in row] for row in shown] == [["57", "3", "", "0"], [MARK, MARK, "", "0"]]


@dataclass
class Published:
    value: int | None
    outside: int | None
    veiled: bool
    added: bool


@pytest.mark.parametrize(
    ("figure", "place", "texts"),
    [
        (Published(57, 57, True, added=False), "hua_bum", {"approver": "57", "leader": MARK}),
        (Published(57, 57, False, added=False), "hua_bum", {"approver": "57", "leader": "57"}),
        # a sum over communes: the province knows each of them, the centre does not
        (Published(59, 57, False, added=True), "lai_chau", {"approver": "59", "leader": "57"}),
        (Published(59, 57, False, added=True), "centre", {"approver": "57", "leader": "57"}),
        (Published(3, 3, True, added=True), "lai_chau", {"approver": "3", "leader": "3"}),
        (Published(3, 3, True, added=True), "hue", {"approver": MARK, "leader": "3"}),
        (Published(59, None, False, added=True), "lai_chau", {"approver": "59", "leader": ""}),
        (Published(None, None, True, added=True), "hue", {"approver": "", "leader": ""}),
        (None, "hue", {"approver": "", "leader": ""}),
    ],
)
def test_a_published_figure_has_three_views(approver, leader, country, figure, place, texts):
    people = {"approver": approver, "leader": leader}
    shown = {
        name: queries.Lens(scope(account)).figure(figure, getattr(country, place)).text
        for name, account in people.items()
    }

    assert shown == texts


def test_viewers_who_are_shown_the_same_share_one_key(person, country):
    pair = [person(name, country.centre, ("leader", country.centre, True)) for name in ("one", "two")]
    other = person("three", country.hue, ("leader", country.centre, True))

    assert scope(pair[0]).key() == scope(pair[1]).key() != scope(other).key()


@pytest.mark.parametrize("grants", [1, 3])
def test_a_scope_costs_two_queries_and_questions_of_today_none(
    person, country, django_assert_num_queries, grants
):
    places = [country.hue, country.lai_chau, country.muong_te][:grants]
    account = person("many", country.centre, *(("watcher", place, True) for place in places))
    with django_assert_num_queries(2):
        mine = scope(account)
        assert mine.may("report.read", country.phu_xuan)


def test_a_substitute_may_what_the_principal_may_until_the_absence_ends(approver, person, country):
    colleague = person("colleague", country.lai_chau)
    services.name_substitute(
        approver, colleague, valid_from=TODAY, valid_to=date(2026, 10, 8), reason="leave", by=approver, at=AT
    )

    assert scope(colleague).may("report.accept", country.hua_bum)
    assert not scope(colleague, AT - timedelta(days=1)).may("report.accept", country.hua_bum)
    assert not scope(colleague, AT + timedelta(days=7)).may("report.accept", country.hua_bum)


def test_a_substitute_falls_with_the_grant_stood_in_for(approver, person, country):
    colleague = person("colleague", country.lai_chau)
    services.name_substitute(
        approver, colleague, valid_from=TODAY, valid_to=date(2026, 10, 8), reason="leave", by=approver, at=AT
    )
    services.withdraw_grant(approver.grants.get(), reason="moved", by=None, at=AT)

    assert not scope(colleague).may("report.accept", country.hua_bum)
