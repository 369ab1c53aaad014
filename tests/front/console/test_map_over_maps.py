"""Outlines are today's, so the map of a former period holds what went into each of today's points."""

import json
import re
from datetime import date

import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.units.models import Succession, Unit
from tests.intake import house

from .conftest import accepted, opened_by
from .test_trends import in_force

pytestmark = pytest.mark.slow

THEN = "2024-Y"
LAYER = "inspection.organisations"


@pytest.fixture
def mapped(home):
    """Điện Lai (12) and Huế Cũ (46) went into Lai Châu, Thừa Thiên (11) into Huế: codes that mean others today."""
    lai_chau, hue = home.units.lai_chau, home.units.hue
    Unit.objects.filter(pk__in=[lai_chau.pk, hue.pk]).update(seat_lat=22.4, seat_lon=103.4)
    in_force(home.units.former, THEN, "BM02P", B02=40)
    in_force(home.units.former, THEN, "BM01", A04=9_000)
    for code, name, into, figure in (("46", "Huế Cũ", lai_chau, 60), ("11", "Thừa Thiên", hue, 7)):
        gone = house.unit(
            home.units.centre, code, name, 1, "former_province",
            vintage="2004-2025", since=date(2004, 1, 1), until=date(2025, 7, 1),
        )  # fmt: skip
        Succession.objects.create(predecessor=gone, successor=into, on=date(2025, 7, 1))
        in_force(gone, THEN, "BM02P", B02=figure)
        if into is lai_chau:
            in_force(gone, THEN, "BM01", A04=11_000)
    warehouse.rebuild(at=house.AT)
    return home


def painted(browser, query, person="leader"):
    answer = browser(person).get(f"/map/figures.json?layer={LAYER}&{query}")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_a_point_of_today_has_what_went_into_it_and_no_other_bearer_of_its_code(browser, mapped):
    areas = painted(browser, f"period={THEN}")["areas"]
    assert {code: (area["name"], area["text"]) for code, area in areas.items()} == {
        "12": ("Lai Châu", "5.0 (100)"),  # of the 20,000 members that its two made out at the end of 2024
        "46": ("Huế", "0.18 (7)"),  # who sent no such report of 2024: of its 40,000 of today
    }
    assert areas["12"]["note"] == "2/2 reported · provisional"
    assert areas["12"]["href"] == f"/units/12/?period={THEN}"


def test_nothing_former_is_left_off_the_map_or_on_it(browser, mapped):
    told = painted(browser, f"period={THEN}")
    assert set(told["areas"]) == {"12", "46"}
    assert told["off_map"] == []


def test_a_rate_is_per_the_members_of_its_own_period(browser, mapped):
    in_force(mapped.units.hue, "2026-6M", "BM01", A04=3_500)
    in_force(mapped.units.phu_xuan, "2026-6M", "BM01", A04=500)
    in_force(mapped.units.hue, "2026-9M", "BM02P", B02=40)
    warehouse.rebuild(at=house.AT)
    areas = painted(browser, "period=2026-9M")["areas"]
    assert areas["46"]["text"] == "10.0 (40)"  # 9 months carry no count of members: as counted at half-year


def test_communes_that_had_not_begun_say_since_when_they_have_figures(browser, mapped):
    told = painted(browser, f"period={THEN}&within=12")
    assert {area["note"] for area in told["off_map"]} == {"has figures since 01/07/2025"}
    assert "Xã Hua Bum" in {area["name"] for area in told["off_map"]}


@pytest.mark.parametrize(
    ("address", "period", "said"),
    [
        ("/map/", THEN, True),
        ("/", THEN, True),
        ("/map/", "2025-Y", True),
        ("/map/", "2026-9M", False),
        ("/", "2026-9M", False),
    ],
)
def test_a_page_with_a_map_says_whose_the_figures_from_before_the_mergers_are(
    browser, mapped, address, period, said
):
    page = browser("leader").get(f"{address}?period={period}").content.decode()
    merged = (
        "Figures before 01/07/2025 are those of the former units that went whole into each of today&#x27;s."
    )
    assert (merged in page) is said


@pytest.mark.parametrize(("period", "counted"), [(THEN, "Year 2024"), ("2026-9M", "6 months 2026")])
def test_the_map_says_what_its_rates_are_per(browser, mapped, period, counted):
    page = browser("leader").get(f"/map/?period={period}").content.decode()
    assert (
        f"Rates are per 1,000 members as last reported ({counted}); where not all have, as listed today."
        in page
    )


def test_the_page_says_it_in_vietnamese(mapped):
    client = opened_by(mapped.cookies["leader"])
    client.cookies["django_language"] = "vi"
    page = client.get(f"/map/?period={THEN}").content.decode()
    assert "Số liệu trước ngày 01/07/2025 là của các đơn vị cũ đã nhập trọn vào từng đơn vị hiện nay." in page
    assert "Tỷ lệ tính trên 1.000 đảng viên" in page


def test_the_map_of_a_former_period_asks_as_much_for_three_former_units_as_for_five(
    browser, mapped, django_assert_max_num_queries
):
    client, address = browser("leader"), f"/map/figures.json?layer={LAYER}&period={THEN}"
    client.get(address)
    with django_assert_max_num_queries(40) as first:
        client.get(address)
    asked = len(first)
    for code in ("13", "14"):
        gone = house.unit(
            mapped.units.centre, code, f"Cũ {code}", 1, "former_province",
            vintage="2004-2025", since=date(2004, 1, 1), until=date(2025, 7, 1),
        )  # fmt: skip
        Succession.objects.create(predecessor=gone, successor=mapped.units.hue, on=date(2025, 7, 1))
        in_force(gone, THEN, "BM02P", B02=1)
    warehouse.rebuild(at=house.AT)
    client.get(address)
    with django_assert_max_num_queries(asked):
        client.get(address)


def test_the_note_of_an_area_counts_what_waits_as_the_tile_of_the_same_sum_does(browser, home):
    accepted(home.units, home.people, D01=2, D06=40, D07=3, B07=50)
    warehouse.rebuild(at=house.AT)
    query = "/map/figures.json?period=2026-M09&layer=inspection.members"
    told = json.loads(browser("leader").get(query).content)
    [note] = [area["note"] for area in told["off_map"] if area["name"] == "Lai Châu"]
    tile = browser("leader").get("/units/12/?period=2026-M09").content.decode()
    assert "0 are in the figure, 1 wait until three units can be told together" in note
    assert re.search(r'data-key="B07".*?<span>0/2, 1 waiting</span>', tile, re.S)
