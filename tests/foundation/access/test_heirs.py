"""Who may what after units changed: rights, conflicts and homes go on in the heir, and nowhere else."""

from datetime import UTC, date, datetime

import pytest

from giamsat.foundation.access import queries, services
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.units import queries as units
from giamsat.foundation.units import services as units_room
from giamsat.foundation.units.choices import ChangeKind
from giamsat.foundation.units.errors import UndoForbidden
from giamsat.lib.actors import Actor
from tests.intake import house

AT = datetime(2026, 10, 1, 2, tzinfo=UTC)
DAY = date(2026, 9, 25)


@pytest.fixture
def country(db):
    return house.make_country()


def changed(*lines):
    numbered = [units_room.Line(number, **line) for number, line in enumerate(lines, start=1)]
    asked = units_room.Asked(ChangeKind.LIST, DAY, "1/NQ", DAY, numbered)
    change = units_room.prepare_change(asked, by=Actor(1, "Lan"), at=AT)
    seen = units_room.preview_change(change).stamp
    return units_room.carry_out_change(change.pk, seen=seen, by=Actor(2, "Minh"), at=AT)


def scope_of(account):
    return queries.scope_for(type(account).objects.get(pk=account.pk), at=AT)


def test_of_a_divided_commune_the_heir_alone_has_its_rights(country):
    head = house.make_person("head", country.hua_bum, ("head", country.hua_bum, False))
    changed(
        {"was": "03466", "code": "03466"},
        {"was": "03466", "code": "9", "name_vi": "Xã Chín", "kind": "commune"},
    )
    scope = scope_of(head)
    assert scope.own == units.unit_by_code("03466")
    assert scope.may("report.submit", scope.own)
    assert scope.may("report.submit", country.hua_bum)  # what it still owes
    assert not scope.may("report.submit", units.unit_by_code("9"))


def test_a_right_over_a_province_goes_on_over_the_one_it_went_into(country):
    approver = house.make_person("approver", country.lai_chau, ("approver", country.lai_chau, True))
    before = scope_of(approver)
    assert not before.may("report.accept", country.phu_xuan)
    changed({"was": "12", "code": "46"})
    scope = scope_of(approver)
    for code in ("03466", "19774"):
        assert scope.may("report.accept", units.unit_by_code(code))
    assert scope.is_direct_superior_of(country.hua_bum)  # its late reports are theirs to accept
    assert country.hua_bum.pk in scope.small_cell_unit_ids


def test_the_new_superior_does_not_see_small_cells_of_before(country):
    other = house.make_person("other", country.hue, ("approver", country.hue, True))
    changed({"was": "03466", "code": "03466", "parent": "46"})
    scope = scope_of(other)
    assert scope.small_cells_visible(units.unit_by_code("03466"))
    assert scope.may("report.read", country.hua_bum)
    assert not scope.small_cells_visible(country.hua_bum)


def test_a_conflict_of_interest_follows_the_unit(country):
    leader = house.make_person("leader", country.centre, ("leader", country.centre, True))
    services.exclude(leader, unit=country.hua_bum, valid_from=DAY, reason="kin", by=None, at=AT)
    changed({"was": "03466", "code": "03466", "parent": "46"})
    assert not scope_of(leader).may("report.read", units.unit_by_code("03466"))


def test_a_conflict_of_interest_follows_every_part_and_is_not_lost_by_taking_back(country):
    leader = house.make_person("leader", country.centre, ("leader", country.centre, True))
    services.exclude(leader, unit=country.hua_bum, valid_from=DAY, reason="kin", by=None, at=AT)
    change = changed(
        {"was": "03466", "code": "03466"},
        {"was": "03466", "code": "9", "name_vi": "Xã Chín", "kind": "commune"},
    )
    for code in ("03466", "9"):
        assert not scope_of(leader).may("report.read", units.unit_by_code(code))
    services.exclude(leader, unit=units.unit_by_code("9"), valid_from=DAY, reason="kin", by=None, at=AT)
    with pytest.raises(UndoForbidden, match="A conflict of interest over Chin Commune was noted"):
        units_room.undo_change(change.pk, reason="a slip", by=Actor(1, "Lan"), at=AT)


def test_who_is_told_of_a_unit_are_the_people_of_what_it_was_made_of(country):
    head = house.make_person("head", country.hua_bum, ("head", country.hua_bum, False))
    changed({"was": "03466", "code": "03466", "parent": "46"})
    new = units.unit_by_code("03466")
    later = house.make_person("later", new, ("head", new, False))
    told = notices.people_at([new, country.hua_bum], ["report.submit"], sees="report.read", at=AT)
    assert told == {new.pk: [head, later], country.hua_bum.pk: [head, later]}


def test_taken_back_rights_are_as_they_were(country):
    head = house.make_person("head", country.hua_bum, ("head", country.hua_bum, False))
    change = changed({"was": "03466", "code": "03467"})
    assert scope_of(head).may("report.submit", country.muong_te)
    units_room.undo_change(change.pk, reason="a slip", by=Actor(1, "Lan"), at=AT)
    assert scope_of(head).own == country.hua_bum
    assert not scope_of(head).may("report.submit", country.muong_te)


def test_a_unit_that_somebody_was_given_work_at_is_not_taken_back(country):
    change = changed({"was": "03466", "code": "03466", "parent": "46"})
    house.make_person("new", units.unit_by_code("03466"))
    with pytest.raises(UndoForbidden, match="new was given an account or a right"):
        units_room.undo_change(change.pk, reason="a slip", by=Actor(1, "Lan"), at=AT)
