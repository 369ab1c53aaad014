"""One figure for one thing: the overview and a unit's page draw the same series, over the maps."""

import re

import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.access import queries as access
from giamsat.front.console import figures, trends, unit_board
from giamsat.front.console.viewer import Viewer
from giamsat.lib.periods import Period
from tests.intake import house

NINE = Period("9M", 2026)


def in_force(unit, period, form, **given):
    """A report accepted without the ways in, which a former province no longer has."""
    from giamsat.intake.observations.models import Report, ReportVersion
    from giamsat.intake.sources import queries as sources

    asked = sources.form_for(form, Period.parse(period))
    report = Report.objects.create(unit=unit, form_code=form, period_key=period, basis="own")
    version = ReportVersion.objects.create(
        report=report, number=1, form=asked, values=house.figures(asked, **given),
        recorded_at=house.AT, recorded_by_name="compiler", accepted_at=house.AT,
    )  # fmt: skip
    report.current = report.in_force = version
    report.status, report.accepted_at = "TIEP_NHAN", house.AT
    report.save()


@pytest.fixture
def merged(home):
    """Điện Lai went into Lai Châu in July 2025; its half-year and what came after it are in force."""
    units = home.units
    for year, figure in ((2023, 90), (2024, 100)):
        in_force(units.former, f"{year}-9M", "BM02P", B02=figure)
    in_force(units.former, "2025-6M", "BM02P", B02=40)
    for unit, now, then in ((units.hua_bum, 30, 11), (units.muong_te, 50, 12), (units.agencies, 4, 2)):
        in_force(unit, "2025-9M", "BM02", B02=then)
        in_force(unit, "2026-9M", "BM02", B02=now)
        in_force(unit, "2026-6M", "BM02", B02=now // 2)
    in_force(units.lai_chau, "2025-9M", "BM02P", B02=5)
    in_force(units.lai_chau, "2026-9M", "BM02P", B02=6)
    warehouse.rebuild(at=house.AT)
    return home


def seen_by(person):
    return Viewer(person, house.AT, access.scope_for(person, at=house.AT), "en")


@pytest.mark.slow
@pytest.mark.parametrize("place", ["centre", "lai_chau"])
def test_the_overview_and_the_units_page_draw_the_same_figure(merged, place):
    viewer, unit = seen_by(merged.people["leader"]), getattr(merged.units, place)
    trend = trends.trend_of(viewer, unit, NINE)
    [last_year, this_year] = trend.data["series"]
    history = unit_board._history(viewer, unit, NINE)
    drawn = dict(zip(history["x"], history["series"][0]["values"], strict=True))
    assert last_year["values"][2] == drawn["9 months 2025"] == 70
    assert this_year["values"][2] == drawn["9 months 2026"] == 90
    assert drawn["9 months 2024"] == 100


@pytest.mark.slow
def test_a_line_that_begins_before_a_merger_says_whose_its_first_figures_are(merged):
    viewer = seen_by(merged.people["leader"])
    history = unit_board._history(viewer, merged.units.lai_chau, NINE)
    assert history["x"][0] == "9 months 2023"
    assert history["note"].startswith("Figures before 01/07/2025 are those of the former units")
    assert unit_board._history(viewer, merged.units.centre, NINE)["note"] == ""


@pytest.mark.slow
def test_a_tile_and_its_line_say_the_same_over_the_maps(browser, merged):
    page = browser("leader").get("/units/12/?period=2025-9M").content.decode()
    assert re.search(r'data-key="B02".*?<span>70</span>.*?values="[^"]*,70[.0]*"', page, re.S)


@pytest.mark.slow
def test_a_province_is_compared_with_what_it_was_made_of(merged):
    viewer = seen_by(merged.people["leader"])
    [card, *_] = figures.key_figures(viewer, merged.units.lai_chau, NINE, []).cards
    assert (card.change.text, card.change.way) == ("28.6%", "up")
    assert card.change.against == "against 70 in 9 months 2025"


@pytest.mark.slow
def test_a_commune_is_not_compared_with_half_a_year_and_the_page_says_why(merged):
    viewer, commune = seen_by(merged.people["leader"]), merged.units.hua_bum
    [card, *_] = figures.key_figures(viewer, commune, NINE, []).cards
    assert card.change.text == "no comparison"
    assert card.change.against == "not compared: 9 months 2025 counts from 01/07/2025"
    told = figures.series_of(viewer, commune, "B02", [NINE.same_last_year(), NINE])
    assert told.values == [None, 30]
    assert told.note == "2025 is left blank: its figures count from 01/07/2025"


@pytest.mark.slow
def test_what_waits_for_company_is_not_counted_among_the_reports_in_the_figure(browser, home):
    from .conftest import accepted

    accepted(home.units, home.people, D01=2, D06=40, D07=3, B07=50)
    warehouse.rebuild(at=house.AT)
    outside = browser("leader").get("/?period=2026-M09&place=12").content.decode()
    inside = browser("approver").get("/?period=2026-M09&place=12").content.decode()
    assert re.search(r'data-key="B07".*?<span>0/2, 1 waiting</span>', outside, re.S)
    assert re.search(r'data-key="B07".*?<span>1/2</span>', inside, re.S)
    assert "0 are in the figure, 1 wait until three units can be told together" in outside


@pytest.mark.slow
def test_the_tile_says_against_what_its_change_is(browser, merged):
    page = browser("leader").get("/units/12/?period=2026-9M").content.decode()
    change = re.search(r'data-key="B02".*?<span class="gs-change"([^>]*)>([^<]*)<', page, re.S)
    assert change[1] == ' data-way="up" data-tone="good" title="against 70 in 9 months 2025"'
    assert change[2] == "28.6%"
