"""The page of the level above: who has reported, the sum now, its parts, and the report made of them by one act."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.foundation.access import services as access
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.services import Accepting
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.front.console.conftest import signed_in, words
from tests.intake import house

NINE_MONTHS = Period("9M", 2026)
ADDRESS = "/consolidate/?period=2026-9M&form=BM05P"
WHICH = {"period": "2026-9M", "form": "BM05P", "version": "0"}


def in_force(units, code="BM05", **given):
    form = house.form(code, NINE_MONTHS)
    services.receive_many(
        form, NINE_MONTHS, [each.pk for each in units], [house.figures(form, **given)] * len(units),
        by=house.SYSTEM, at=house.AT, accepting=Accepting(Actor(None, "approver")),
    )  # fmt: skip


def below(home):
    return [home.units.hua_bum, home.units.muong_te, home.units.agencies]


@pytest.fixture
def complete(home):
    in_force(below(home), D06=9, D06_XA=9, D08=2, D08_XA=2)
    in_force([home.units.lai_chau], "BM05P", D06=1, D06_TINH=1)
    return home


@pytest.fixture
def clerk(home):
    person = house.make_person("clerk", home.units.lai_chau, ("compiler", home.units.lai_chau, False))
    return signed_in(person)


def signed(home):
    return observations.report_of(home.units.lai_chau, "BM05P", NINE_MONTHS.key, "consolidated")


def test_own_figures_and_those_below_stand_apart(complete, browser):
    said = words(browser("approver").get(ADDRESS))
    assert "<b>28</b>" in said
    assert "1 + 27" in said
    assert "<b>3 of 3</b> units below are in the sum" in said


def test_a_cell_opens_to_who_gives_what(complete, browser):
    said = words(browser("approver").get(f"{ADDRESS}&cell=D08"))
    assert said.count("<b>2</b></td>") == 3


def test_whoever_may_not_read_all_below_sees_the_sum_and_not_its_parts(complete, clerk):
    said = words(clerk.get(f"{ADDRESS}&cell=D08"))
    assert "<b>28</b>" in said
    assert "Gives" not in said
    assert "<b>Xã Hua Bum</b>" in said


def test_missing_units_are_named_and_no_sum_is_made(home, clerk):
    in_force([home.units.hua_bum], D06=9, D06_XA=9)
    in_force([home.units.lai_chau], "BM05P", D06=1, D06_TINH=1)
    page = words(clerk.get(ADDRESS))
    assert "<b>1 of 3</b>" in page
    assert "Xã Mường Tè" in page
    assert "Make the consolidated report</button>" not in page
    answer = clerk.post("/consolidate/make/", WHICH)
    assert answer.status_code == 422
    assert "Missing: Xã Mường Tè (03467)" in words(answer)
    assert signed(home) is None


def test_the_report_is_made_by_one_act_and_a_second_click_makes_no_other(complete, home, clerk):
    answer = clerk.post("/consolidate/make/", WHICH)
    made = signed(home)
    assert answer.headers["Location"] == f"/reports/{made.pk}/"
    assert observations.current_values(made)["D08"] == 6
    again = clerk.post("/consolidate/make/", WHICH)
    assert again.headers["Location"] == f"/reports/{made.pk}/"
    assert signed(home).current.number == 1


def test_who_may_not_compile_makes_no_sum(complete, home, browser):
    assert browser("approver").post("/consolidate/make/", WHICH).status_code == 403
    assert signed(home) is None


def test_a_page_older_than_the_report_is_refused(complete, home, clerk):
    clerk.post("/consolidate/make/", WHICH)
    changed(home)
    answer = clerk.post("/consolidate/make/", WHICH)
    assert answer.status_code == 409
    assert "version 1 has arrived since" in words(answer)


def changed(home):
    """Hua Bum's figures in force become others."""
    unit, form = home.units.hua_bum, house.form("BM05", NINE_MONTHS)
    report = services.reopen(
        observations.report_of(unit, "BM05", NINE_MONTHS.key),
        reason="Rà soát lại số liệu",
        by=house.SYSTEM,
        at=house.AT,
    )
    services.receive(
        unit, form, NINE_MONTHS, house.figures(form, D06=11, D06_XA=11), by=house.SYSTEM, at=house.AT
    )
    services.accept(services.submit(report, by=house.SYSTEM, at=house.AT), by=house.SYSTEM, at=house.AT)


def test_page_and_report_say_that_the_sum_no_longer_equals_its_parts(complete, home, clerk):
    clerk.post("/consolidate/make/", WHICH)
    assert "no longer equals" not in words(clerk.get(ADDRESS))
    changed(home)
    page = words(clerk.get(ADDRESS))
    assert "no longer equals its parts: 4 cells differ" in page
    assert "In force since it was made: Xã Hua Bum" in page or "Make the consolidated report anew" in page
    assert "no longer equals its parts: 4 cells differ" in words(clerk.get(f"/reports/{signed(home).pk}/"))


def test_the_centre_is_told_that_a_sum_changed_below_and_not_by_how_much(complete, home, clerk, browser):
    clerk.post("/consolidate/make/", WHICH)
    services.submit(signed(home), by=house.SYSTEM, at=house.AT)
    changed(home)
    said = words(browser("synthesis").get(f"/reports/{signed(home).pk}/"))
    assert "Figures below have changed since this sum was made" in said
    assert "cells differ" not in said


def test_whoever_is_excluded_from_one_unit_is_shown_no_sum(complete, home, browser):
    access.exclude(
        home.people["approver"],
        unit=home.units.hua_bum,
        valid_from=house.AT.date(),
        reason="Vợ là bí thư",
        by=None,
        at=house.AT,
    )
    said = words(browser("approver").get(f"{ADDRESS}&cell=D06"))
    assert "A conflict of interest excludes you from Xã Hua Bum" in said
    assert not {"<b>28</b>", "<b>9</b>"} & set(re.findall(r"<b>\d+</b>", said))
    table = browser("approver").get("/consolidate/sum.csv?period=2026-9M&form=BM05P").content.decode()
    assert table.count("\n") == 1


def test_the_download_tells_what_the_report_says_once_there_is_one(complete, clerk):
    address = "/consolidate/sum.csv?period=2026-9M&form=BM05P"
    line = next(each for each in clerk.get(address).content.decode().splitlines() if each.startswith("D06"))
    assert line.endswith(",1,27,28,,")
    clerk.post("/consolidate/make/", WHICH)
    line = next(each for each in clerk.get(address).content.decode().splitlines() if each.startswith("D06"))
    assert line.endswith(",1,27,28,,28")


def test_the_centre_sees_its_points_whole_and_nothing_of_their_communes(complete, browser):
    said = words(browser("synthesis").get(ADDRESS))
    assert "<b>0 of 2</b>" in said
    assert "Hua Bum" not in said


def test_as_many_questions_for_one_unit_as_for_three(home, browser):
    counts = []
    for some in (below(home)[:1], below(home)):
        in_force(some, D06=9, D06_XA=9)
        page = browser("approver")
        with CaptureQueriesContext(connection) as asked:
            page.get(f"{ADDRESS}&cell=D06")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.fixture
def analyst(home):
    """Compiles the sum and reads all reports below."""
    province = home.units.lai_chau
    rights = (("compiler", province, False), ("synthesis", province, True))
    return signed_in(house.make_person("analyst", province, *rights))


@pytest.fixture
def gap(home):
    in_force([home.units.hua_bum, home.units.agencies], D06=9, D06_XA=9)
    in_force([home.units.lai_chau], "BM05P", D06=1, D06_TINH=1)
    return "/consolidate/estimate/?period=2026-9M&form=BM05P&unit=03467"


def test_an_estimate_is_typed_hatched_and_declared(gap, home, analyst, browser):
    assert "Nothing is filled in silently" in words(analyst.get(ADDRESS))
    cells = {f"cell.{cell.ordinal}": "0" for cell in house.form("BM05", NINE_MONTHS).cells}
    place = {cell.key: f"cell.{cell.ordinal}" for cell in house.form("BM05", NINE_MONTHS).cells}
    said = WHICH | cells | {place["D06"]: "4", place["D06.lvl=XA"]: "4", "unit": "03467", "way": "typed"}
    assert analyst.post(gap, said | {"reason": "thiếu"}).status_code == 422
    assert analyst.post(gap, said | {"reason": "Đơn vị báo qua điện thoại"}).status_code == 302
    page = words(analyst.get(f"{ADDRESS}&cell=D06"))
    assert "+ 4 = 23" in page
    assert "It will declare: 2 of 3 reported, 1 estimated." in page
    analyst.post("/consolidate/make/", WHICH)
    report = f"/reports/{signed(home).pk}/"
    assert "2 of 3 reported; 1 is estimated" in words(analyst.get(report))
    services.submit(signed(home), by=house.SYSTEM, at=house.AT)
    said_to_centre = words(browser("synthesis").get(report))
    assert 'Xã Mường Tè: <span class="gs-estimate">typed</span>' in said_to_centre


def test_an_estimate_is_withdrawn_and_whoever_sees_no_parts_sets_none(gap, home, analyst, clerk):
    values = house.figures(house.form("BM05", NINE_MONTHS))
    made = services.estimate(
        home.units.lai_chau, "BM05P", NINE_MONTHS, home.units.muong_te, way="typed", values=values,
        reason="Đơn vị báo qua điện thoại", by=house.SYSTEM, at=house.AT,
    )  # fmt: skip
    assert clerk.get(gap).status_code == 403
    assert "Withdraw the estimate" in words(analyst.get(gap))
    for _twice in range(2):
        assert analyst.post(f"/consolidate/estimate/{made.pk}/withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_by_name == "analyst"
