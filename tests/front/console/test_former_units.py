"""Codes were used again: Điện Lai was 12 until July 2025, and 12 is Lai Châu since. Neither answers for the other."""

import re

import pytest

from giamsat.analysis.warehouse import services as warehouse
from tests.intake import house

from .test_trends import in_force

pytestmark = pytest.mark.slow

THEN = "2024-Y"
FORMER = f"/units/12/?vintage=2004-2025&amp;period={THEN}"


@pytest.fixture
def before(home):
    """What Điện Lai reported of 2024."""
    in_force(home.units.former, THEN, "BM02P", B02=40)
    warehouse.rebuild(at=house.AT)
    return home


def page_of(browser, address):
    answer = browser("leader").get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def links_to(page, name):
    return set(re.findall(rf'<a href="([^"]*)"[^>]*>(?:<b>)?{name}<', page))


@pytest.mark.parametrize(
    "address", [f"/units/?period={THEN}", f"/?period={THEN}", f"/targets/?period={THEN}"]
)
def test_every_link_with_the_name_of_a_former_unit_opens_that_unit(browser, before, address):
    page = page_of(browser, address)
    assert FORMER in page
    assert 'href="/units/12/?period' not in page
    assert links_to(page, "Điện Lai") <= {FORMER}


def test_the_page_of_a_former_unit_stays_with_it_when_another_period_or_form_is_chosen(browser, before):
    page = page_of(browser, FORMER.replace("&amp;", "&"))
    assert "<h1>Điện Lai</h1>" in page
    assert '<input type="hidden" name="vintage" value="2004-2025">' in page
    forms = re.findall(r'<a href="\?([^"]*form=[^"]*)"', page)
    assert forms
    assert all(each.startswith("vintage=2004-2025&amp;") for each in forms)
    assert "/units/?place=12" not in page  # the list below 12 is of those below Lai Châu
