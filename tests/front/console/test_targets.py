"""The page of targets: what each point has reached, against its path, by state; and on a unit's own page."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.analysis.indicators import queries as readings
from giamsat.analysis.indicators import services as indicators
from giamsat.front.console import targets
from tests.intake import house

SIX = "2026-6M"
ADDRESS = f"/targets/?place=00&period={SIX}"


@pytest.fixture
def reached(home):
    """Lai Châu has 96 % where 95 are wanted, Huế 60 %."""
    values = {home.units.lai_chau: "96", home.units.hue: "60"}
    indicators.record_target_values(
        "T15", [indicators.Reached(unit.pk, SIX, Decimal(value)) for unit, value in values.items()],
        source="Báo cáo 12-BC/TU", as_of=date(2026, 6, 15), by=house.SYSTEM, at=house.AT,
    )  # fmt: skip


def row_of(page, key):
    _before, found, after = page.partition(f'data-key="{key}"')
    return after.split("</tr>")[0] if found else ""


def test_each_point_stands_beside_its_path_with_a_word_and_a_source(browser, reached):
    page = browser("leader").get(ADDRESS).content.decode()
    met, missing = row_of(page, "T15-12"), row_of(page, "T15-46")
    assert "96" in met
    assert "Met" in met
    assert "60" in missing
    assert "Forecast to be missed" in missing
    assert "Báo cáo 12-BC/TU (15/06/2026)" in missing
    assert "No data yet" in row_of(page, "T05-12")


@pytest.mark.parametrize(
    ("name", "told"), [("leader", True), ("approver", True), ("foreign_approver", False)]
)
def test_what_rests_on_a_sum_kept_from_outsiders_is_a_mark_for_them(
    browser, reached, monkeypatch, name, told
):
    known = readings.standings

    def resting_on_a_veiled_sum(*asked, **how):
        return {key: replace(each, veiled=True) for key, each in known(*asked, **how).items()}

    monkeypatch.setattr(readings, "standings", resting_on_a_veiled_sum)
    client = browser(name)
    row = row_of(client.get(f"/targets/?place=12&period={SIX}").content.decode(), "T15-12")
    lines = client.get(f"/targets/targets.csv?place=12&period={SIX}").content.decode()
    assert ("96" in row, "•••" in row) == (told, not told)
    assert (",96" in lines, "•••" in lines) == (told, not told)


def test_the_state_narrows_page_and_export_alike(browser, reached):
    client = browser("leader")
    page = client.get(f"{ADDRESS}&state=unmet").content.decode()
    assert row_of(page, "T15-46")
    assert not row_of(page, "T15-12")
    lines = (
        client.get(f"/targets/targets.csv?place=00&period={SIX}&state=unmet").content.decode().splitlines()
    )
    [line] = lines[1:]
    assert line.startswith("T15,")
    assert ",46,Huế,2026-6M,60" in line
    assert "Exported the targets" in browser("auditor").get("/audit/").content.decode()


@pytest.mark.parametrize("words", ["T15 hue", "t15 HUẾ", "46 t15"])
def test_words_of_target_and_unit_find_a_line_in_any_spelling(browser, reached, words):
    client, asked = browser("leader"), {"place": "00", "period": SIX, "words": words}
    page = client.get("/targets/", asked).content.decode()
    assert row_of(page, "T15-46")
    assert not row_of(page, "T15-12")
    [line] = client.get("/targets/targets.csv", asked).content.decode().splitlines()[1:]
    assert ",46,Huế," in line


def test_a_long_list_comes_in_pages_with_the_choice_kept(browser, reached, monkeypatch):
    monkeypatch.setattr(targets, "ROWS_ON_A_PAGE", 1)
    first = browser("leader").get(f"{ADDRESS}&state=unmet&words=t15").content.decode()
    assert "page=2" not in first
    second = browser("leader").get(f"{ADDRESS}&words=t15&page=2").content.decode()
    assert row_of(second, "T15-12")
    assert not row_of(second, "T15-46")
    assert f"?place=00&amp;period={SIX}&amp;state=&amp;words=t15&amp;page=1" in second


def test_a_province_begins_with_its_own(browser, reached):
    page = browser("approver").get(f"/targets/?period={SIX}").content.decode()
    assert row_of(page, "T15-12")
    assert not row_of(page, "T15-46")
    assert "Whole country" in page


def test_a_point_that_is_withheld_is_left_out_for_who_may_not_read_it(browser, home, reached):
    hue = home.units.hue
    type(hue).objects.filter(pk=hue.pk).update(withheld=True)
    assert not row_of(browser("compiler").get(ADDRESS).content.decode(), "T15-46")
    assert row_of(browser("leader").get(ADDRESS).content.decode(), "T15-46")


def test_a_unit_s_page_shows_its_own_targets(browser, reached):
    page = browser("leader").get(f"/units/12/?period={SIX}").content.decode()
    assert row_of(page, "T15-12")
    assert "targets-title" not in browser("leader").get(f"/units/03466/?period={SIX}").content.decode()


def test_as_many_questions_for_many_points_as_for_one(browser, home, reached):
    client, counts = browser("leader"), []
    for place in ("12", "00"):
        address = f"/targets/?place={place}&period={SIX}"
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 1  # the list of points itself
