"""Codes were used again: Điện Lai was 12 until July 2025, and 12 is Lai Châu since. Neither answers for the other."""

import io
import re

import openpyxl
import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.units.choices import Topic
from giamsat.foundation.units.models import Word
from tests.intake import house

from .conftest import signed_in
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


ITS_FORM = f"/entry/12/BM02P/{THEN}/own/"


@pytest.fixture
def heir(home):
    """One who compiles for Lai Châu, and so for what Điện Lai left open."""
    return signed_in(house.make_person("heir", home.units.lai_chau, ("compiler", home.units.lai_chau, False)))


def test_a_form_is_that_of_the_unit_which_bore_the_code_in_its_period(heir):
    assert ">Điện Lai ›" in heir.get(ITS_FORM).content.decode()
    assert ">Lai Châu ›" in heir.get("/entry/12/BM02P/2026-9M/own/").content.decode()


def test_the_template_of_a_former_unit_says_which_one_bore_the_code(heir):
    book = openpyxl.load_workbook(io.BytesIO(heir.get(f"{ITS_FORM}template.xlsx").content))
    assert dict(book["meta"].values)["vintage"] == "2004-2025"


def test_the_unit_picker_marks_the_unit_that_bears_the_code_today(browser, home):
    home.units.former.path = f"{home.units.centre.path}0000"  # in the tree before Lai Châu, as elders are
    home.units.former.save(update_fields=["path"])
    page = browser("province_admin").get("/administration/accounts/units/?q=&unit=12").content.decode()
    assert "Lai Châu" in page
    assert "Điện Lai" not in page


def received(page):
    return re.sub(r"\s+", " ", page.split('data-key="received"')[1].split("</section>")[0])


@pytest.fixture
def kinds(before):
    Word.objects.create(
        topic=Topic.KIND,
        code="former_province",
        ordinal=1,
        name_vi="Tỉnh, thành phố trước 01/07/2025",
        name_en="Province before 1 July 2025",
    )


def test_units_of_that_time_are_counted_and_called_so(browser, kinds):
    told = received(page_of(browser, f"/?period={THEN}"))
    assert "</span><small>/1 units of that time</small>" in told
    assert "Province before 1 July 2025: 1" in told
    assert "points" not in told


def test_units_of_today_are_called_by_their_own_name(browser, kinds):
    told = received(page_of(browser, "/?period=2026-9M"))
    assert "of that time" not in told
    assert "Province before" not in told
