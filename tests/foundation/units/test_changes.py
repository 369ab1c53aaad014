"""Changing the tree over time: each kind by hand, taking back, and everything that cannot be."""

from datetime import UTC, date, datetime

import pytest

from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries, services
from giamsat.foundation.units.choices import ChangeKind, ChangeState
from giamsat.foundation.units.errors import (
    ChangeForbidden,
    ChangeIsOver,
    ChangeRefused,
    DayNotCome,
    PreviewStale,
    ReasonMissing,
    SamePerson,
    UndoForbidden,
)
from giamsat.foundation.units.models import Change, Succession, Unit
from giamsat.foundation.units.services import Line
from giamsat.lib.actors import Actor
from tests.intake import house

AT = datetime(2026, 10, 1, 2, tzinfo=UTC)
DAY = date(2026, 9, 25)
LAN, MINH = Actor(1, "Lan"), Actor(2, "Minh")


@pytest.fixture
def country(db):
    return house.make_country()


def asked(kind, *lines, on=DAY):
    numbered = [Line(number, **line) for number, line in enumerate(lines, start=1)]
    return services.Asked(kind, on, "30/2026/QH16", date(2026, 9, 1), numbered)


def prepared(kind, *lines, on=DAY):
    return services.prepare_change(asked(kind, *lines, on=on), by=LAN, at=AT)


def carried_out(kind, *lines, on=DAY):
    change = prepared(kind, *lines, on=on)
    seen = services.preview_change(change).stamp
    return services.carry_out_change(change.pk, seen=seen, by=MINH, at=AT)


def tree():
    """Everything the tree says, for comparing before and after."""
    rows = Unit.objects.values_list("path", "vintage", "code", "name_vi", "kind", "valid_from", "valid_to")
    return list(rows), list(Succession.objects.order_by("pk").values_list("predecessor", "successor"))


MERGER = (
    {"was": "03466", "code": "03500", "name_vi": "Xã Hua Tè", "kind": "commune"},
    {"was": "03467", "code": "03500"},
)


def test_two_communes_become_one_that_has_what_both_had(country):
    carried_out(ChangeKind.MERGE, *MERGER)
    new = queries.unit_by_code("03500")
    assert (new.name_vi, new.name_en, new.level, new.members) == ("Xã Hua Tè", "Hua Te Commune", 2, 400)
    assert (new.vintage, new.valid_from, queries.direct_superior(new)) == (
        "2026-09-25",
        DAY,
        country.lai_chau,
    )
    assert {unit.code for unit in queries.predecessors(new)} == {"03466", "03467"}
    assert queries.unit_by_code("03466").valid_to == DAY
    assert {unit.code for unit in queries.children(country.lai_chau, DAY)} == {"03500", "12.C1"}
    the_day_before = {unit.code for unit in queries.children(country.lai_chau, date(2026, 9, 24))}
    assert the_day_before == {"03466", "03467", "12.C1"}


def test_a_commune_can_take_another_in_and_stay_what_it_is(country):
    carried_out(ChangeKind.MERGE, {"was": "03466", "code": "03467"})
    assert queries.unit_by_code("03467") == country.muong_te
    assert list(queries.predecessors(country.muong_te)) == [country.hua_bum]
    assert queries.went_into(queries.unit_by_code("03466")) == country.muong_te


def test_a_moved_commune_keeps_its_code_and_its_old_place_its_past(country):
    carried_out(ChangeKind.MOVE, {"was": "03466", "code": "03466", "parent": "46"})
    new = queries.unit_by_code("03466")
    assert new.valid_to is None
    assert queries.direct_superior(new) == country.hue
    old = queries.unit_by_code("03466", on=date(2026, 9, 24))
    assert old == country.hua_bum
    assert queries.direct_superior(old) == country.lai_chau
    assert queries.went_into(old) == new


def test_a_province_that_goes_into_another_takes_all_below_it_along(country):
    carried_out(ChangeKind.MERGE, {"was": "12", "code": "46"})
    assert {unit.code for unit in queries.children(country.hue, DAY)} == {"19774", "03466", "03467", "12.C1"}
    assert queries.unit_by_code("12", vintage="2025-07").valid_to == DAY
    assert queries.went_into(country.former) == country.hue
    assert queries.mergers_of_points() == [
        (country.lai_chau.pk, country.hue.pk, DAY, True),
        (country.former.pk, country.lai_chau.pk, date(2025, 7, 1), False),
    ]


def test_a_split_unit_has_one_heir_and_went_nowhere_whole(country):
    carried_out(
        ChangeKind.SPLIT,
        {"was": "03466", "code": "03466", "name_vi": "Xã Hua Bum"},
        {"was": "03466", "code": "03501", "name_vi": "Xã Nậm Bum", "kind": "commune"},
    )
    rest, new = queries.unit_by_code("03466"), queries.unit_by_code("03501")
    ways = Succession.objects.filter(predecessor=country.hua_bum).order_by("pk")
    assert [(way.successor, way.whole, way.heir) for way in ways] == [
        (rest, False, True),
        (new, False, False),
    ]
    assert rest != country.hua_bum
    assert (rest.members, new.members, new.on_map) == (None, None, False)


def test_a_new_name_is_the_same_unit_and_says_what_it_was_called(country):
    carried_out(ChangeKind.RENAME, {"was": "03466", "code": "03466", "name_vi": "Xã Hoa Ban"})
    unit = queries.unit_by_code("03466")
    assert (unit.pk, unit.name_vi, unit.name_en) == (country.hua_bum.pk, "Xã Hoa Ban", "Hoa Ban Commune")
    assert list(queries.search("hoa ban")) == [unit]
    [former] = queries.former_names(unit)
    assert (former.was["name_vi"], former.change.on) == ("Xã Hua Bum", DAY)


def test_a_unit_is_closed_and_another_opened(country):
    carried_out(
        ChangeKind.LIST,
        {"was": "12.C1"},
        {"code": "12.C9", "name_vi": "Đảng ủy mới", "kind": "agency_committee", "parent": "12"},
    )
    assert queries.unit_by_code("12.C1").valid_to == DAY
    assert queries.direct_superior(queries.unit_by_code("12.C9")) == country.lai_chau


EVERY_KIND = [
    MERGER,
    ({"was": "03466", "code": "03467", "name_vi": "Xã Mường Bum"},),
    ({"was": "03466", "code": "03466", "parent": "46"},),
    ({"was": "12", "code": "46"},),
    (
        {"was": "03466", "code": "03466"},
        {"was": "03466", "code": "1", "name_vi": "Xã Một", "kind": "commune"},
    ),
    ({"was": "03466", "code": "03466", "name_vi": "Phường Hoa Ban", "kind": "ward"},),
    ({"was": "12.C1"},),
]


@pytest.mark.parametrize("lines", EVERY_KIND)
def test_taking_back_leaves_the_tree_as_it_was_and_the_change_can_be_made_again(country, lines):
    before = tree()
    change = carried_out(ChangeKind.LIST, *lines)
    after = tree()
    assert after != before
    undone = services.undo_change(change.pk, reason="wrong decision", by=LAN, at=AT)
    assert tree() == before
    assert (undone.state, undone.ended_because) == (ChangeState.UNDONE, "wrong decision")
    carried_out(ChangeKind.LIST, *lines)
    assert [row[2:] for row in tree()[0]] == [row[2:] for row in after[0]]


def test_who_did_what_stands_in_the_trail(country):
    change = carried_out(ChangeKind.CLOSE, {"was": "12.C1"})
    services.undo_change(change.pk, reason="a slip", by=LAN, at=AT)
    trail = Entry.objects.filter(subject=change.subject).order_by("pk")
    assert [(each.verb, each.by_name) for each in trail] == [
        ("units.change_prepared", "Lan"),
        ("units.changed", "Minh"),
        ("units.change_undone", "Lan"),
    ]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([{"was": "99999"}], "no unit with this code stands today"),
        ([{"was": "00"}], "the centre is not changed"),
        ([{"was": "12"}], "3 units stand below Lai Châu"),
        ([{"was": "12", "code": "12", "parent": "03466"}], "cannot stand under itself"),
        ([{"was": "03466", "code": "03466", "parent": "03467"}], "level below"),
        ([{"code": "19774", "name_vi": "Phường X", "kind": "ward", "parent": "12"}], "this code is used"),
        ([{"was": "03466", "code": "7", "kind": "commune"}], "a new unit needs a name and a kind"),
        ([{"was": "03466", "code": "7", "name_vi": "Xã X", "kind": "village"}], "no such kind"),
        ([{"was": "03466", "code": "7", "name_vi": "Phường X", "kind": "commune"}], "says ward"),
        ([{"was": "03466", "code": "7", "name_vi": "Xã X", "parent": "88"}], "no unit with this code stands"),
        ([{"was": "03466", "code": "03466"}], "nothing would be changed"),
        ([{"was": "12.C1"}, {"was": "12.C1"}], "is said twice"),
        ([{"was": "03466"}, {"was": "03466", "code": "03467"}], "cannot be closed and go on as well"),
        ([], "no unit is named"),
    ],
)
def test_what_cannot_be_is_refused_in_words(country, lines, says):
    with pytest.raises(ChangeRefused, match=says):
        prepared(ChangeKind.LIST, *lines)
    assert not Change.objects.exists()


def test_a_name_in_a_list_that_no_column_takes_is_refused_before_anybody_sees_it(country):
    with pytest.raises(ChangeRefused, match="is longer than 200 characters"):
        prepared(ChangeKind.LIST, {"was": "03466", "code": "03466", "name_vi": "Xã " + "X" * 200})


def test_a_province_is_divided_and_its_code_goes_on(country):
    rest = (
        {"was": "03466", "code": "03466", "parent": "12"},
        {"was": "12.C1", "code": "12.C1", "parent": "12"},
    )
    new = {"was": "12", "code": "13", "name_vi": "Tỉnh Mới", "kind": "province"}
    gone = {"was": "03467", "code": "03467", "parent": "13"}
    carried_out(ChangeKind.LIST, {"was": "12", "code": "12"}, new, *rest, gone)
    here, there = (queries.children(queries.unit_by_code(code), DAY) for code in ("12", "13"))
    assert ({unit.code for unit in here}, {unit.code for unit in there}) == ({"03466", "12.C1"}, {"03467"})


def test_a_unit_cannot_end_before_it_began(country):
    with pytest.raises(ChangeRefused, match="has stood since 01/07/2025"):
        prepared(ChangeKind.CLOSE, {"was": "12.C1"}, on=date(2025, 7, 1))


def test_nobody_carries_out_what_they_prepared(country):
    change = prepared(ChangeKind.CLOSE, {"was": "12.C1"})
    with pytest.raises(SamePerson):
        services.carry_out_change(change.pk, seen="", by=LAN, at=AT)


def test_a_day_to_come_is_waited_for(country):
    change = prepared(ChangeKind.CLOSE, {"was": "12.C1"}, on=date(2026, 10, 2))
    with pytest.raises(DayNotCome, match="02/10/2026"):
        services.carry_out_change(change.pk, seen=services.preview_change(change).stamp, by=MINH, at=AT)


def test_pressed_twice_it_is_done_once(country):
    change = carried_out(ChangeKind.CLOSE, {"was": "12.C1"})
    with pytest.raises(ChangeIsOver):
        services.carry_out_change(change.pk, seen="", by=MINH, at=AT)
    services.undo_change(change.pk, reason="wrong", by=MINH, at=AT)
    with pytest.raises(ChangeIsOver):
        services.undo_change(change.pk, reason="wrong", by=MINH, at=AT)


def test_asked_twice_it_is_prepared_once(country):
    assert prepared(ChangeKind.CLOSE, {"was": "12.C1"}) == prepared(ChangeKind.CLOSE, {"was": "12.C1"})


def test_a_preview_that_is_no_longer_true_is_not_carried_out(country):
    change = prepared(ChangeKind.MERGE, {"was": "12", "code": "46"})
    seen = services.preview_change(change).stamp
    house.unit(country.lai_chau, "03468", "Xã Mới", 2, "commune")
    with pytest.raises(PreviewStale, match="Units"):
        services.carry_out_change(change.pk, seen=seen, by=MINH, at=AT)
    assert queries.unit_by_code("46").valid_to is None
    assert queries.unit_by_code("03468").valid_to is None


def test_a_withdrawn_change_stays_with_its_reason(country):
    change = prepared(ChangeKind.CLOSE, {"was": "12.C1"})
    with pytest.raises(ReasonMissing):
        services.withdraw_change(change.pk, reason=" ", by=LAN, at=AT)
    assert services.withdraw_change(change.pk, reason="postponed", by=LAN, at=AT).ended_because == "postponed"
    with pytest.raises(ChangeIsOver):
        services.carry_out_change(change.pk, seen="", by=MINH, at=AT)


def test_what_was_built_on_is_not_undone_before_it(country):
    first = carried_out(ChangeKind.MERGE, *MERGER)
    carried_out(ChangeKind.MOVE, {"was": "03500", "code": "03500", "parent": "46"}, on=date(2026, 9, 28))
    with pytest.raises(UndoForbidden, match="was changed again"):
        services.undo_change(first.pk, reason="wrong", by=LAN, at=AT)


def test_a_room_above_may_forbid(country, monkeypatch):
    from giamsat.foundation.units.changes import consequences
    from giamsat.foundation.units.choices import Concern

    def forbid(effects):
        return [services.Consequence(Concern.REPORTS, 1, "1", "Report 9", "it is accepted", forbids=True)]

    monkeypatch.setattr(consequences, "_asked", [forbid])
    change = prepared(ChangeKind.CLOSE, {"was": "12.C1"})
    with pytest.raises(ChangeForbidden, match="Report 9: it is accepted"):
        services.carry_out_change(change.pk, seen="", by=MINH, at=AT)


def test_a_schematic_map_is_drawn_anew_after_a_change_and_after_taking_it_back(country):
    Unit.objects.filter(level=2).update(seat_lat=22.2, seat_lon=103.0)
    Unit.objects.filter(code="03467").update(seat_lat=22.4)
    services.build_schematic()
    before = queries.map_facts()
    change = carried_out(ChangeKind.MERGE, *MERGER)
    outbox.deliver_now(at=AT)
    assert queries.map_facts().drawn == before.drawn - 1
    services.undo_change(change.pk, reason="wrong", by=LAN, at=AT)
    outbox.deliver_now(at=AT)
    assert queries.map_facts().drawn == before.drawn
