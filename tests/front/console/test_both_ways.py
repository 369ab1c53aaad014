"""The page of figures as the map was and like for like: across July 2025, and across a change made here."""

import re

import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.units import services as units
from giamsat.foundation.units.choices import ChangeKind
from giamsat.lib.actors import Actor
from tests.intake import house

from .conftest import words
from .test_trends import in_force

pytestmark = pytest.mark.slow

OF_2024 = "/over-maps/?period=2024-Y&indicator=B02"


def row(page, name):
    """What stands in a line: as the map was, like for like, why."""
    line = page.split(f"<td>{name}</td>", 1)[1].split("</tr>", 1)[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", line)
    return [re.sub(r"<span.*?</span> ", "", cell) for cell in cells]


@pytest.fixture
def before(home):
    in_force(home.units.former, "2024-Y", "BM02P", B02=40)
    warehouse.rebuild(at=house.AT)
    return home


def test_across_july_2025_a_province_has_what_went_into_it_like_for_like_alone(browser, before):
    page = words(browser("leader").get(f"/units/12{OF_2024}"))
    assert row(page, "Year 2024") == ["–", "40", "did not stand yet: figures of the units that went into it"]
    former = words(
        browser("leader").get("/units/12/over-maps/?period=2024-Y&indicator=B02&vintage=2004-2025")
    )
    assert row(former, "Year 2024")[:2] == ["40", "–"]


def test_of_the_country_every_point_of_then_and_of_today_is_listed(browser, before):
    page = words(browser("leader").get(f"/units/00{OF_2024}"))
    assert row(page, "Lai Châu")[:2] == ["–", "40"]
    assert row(page, "Điện Lai")[:2] == ["40", "–"]


@pytest.fixture
def moved(home):
    """Hua Bum, of which last September's flash is told, moves to Huế."""
    warehouse.rebuild(at=house.AT)
    lines = [units.Line(1, was="03466", code="03466", parent="46")]
    day = house.AT.date()
    asked = units.Asked(ChangeKind.MOVE, day, "1/NQ", day, lines)
    change = units.prepare_change(asked, by=Actor(1, "Lan"), at=house.AT)
    seen = units.preview_change(change).stamp
    units.carry_out_change(change.pk, seen=seen, by=Actor(2, "Minh"), at=house.AT)
    return home


def test_a_single_moved_commune_is_not_told_by_the_difference(browser, moved):
    """Who reads its reports sees the figure, where no cell of it is hidden; who does not, sees the mark."""
    address = "/units/12/over-maps/?period=2026-M08&indicator={}"
    asked = browser("leader").get(address.format("D01"))
    assert asked.status_code == 200
    outsider = words(browser("nobody").get(address.format("D01")))
    assert row(outsider, "August 2026")[1] == "•••"
    assert "fewer than three units" in row(outsider, "August 2026")[2]
    insider = words(browser("leader").get(address.format("D01")))
    assert row(insider, "August 2026")[1] != "•••"
