import json
import re
from decimal import Decimal

import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.front.console import moments
from giamsat.intake.quality.models import ReportScore
from tests.intake import house

from .conftest import accepted

pytestmark = pytest.mark.slow


def text_of(answer):
    assert answer.status_code == 200, (answer.status_code, answer.headers)
    return answer.content.decode()


def test_the_overview_says_period_state_who_reported_and_as_of(browser, published):
    page = text_of(browser("leader").get("/?period=2026-M08"))
    assert "August 2026" in page
    assert 'data-state="provisional"' in page
    assert "1/3" in page
    assert 'data-as-of="08:30:' in page


def test_every_period_that_was_cut_off_can_be_chosen_by_year(browser, published):
    page = text_of(browser("leader").get("/?period=2025-M09"))
    years = re.findall(r'<optgroup label="(\d+)">', page)
    assert years == sorted(set(years), reverse=True)
    assert 'value="2025-M09" selected' in page
    assert 'value="2026-Q1"' in page  # of the past year, though nobody has reported
    assert 'value="2025-M03"' not in page  # of long ago, and nobody has


@pytest.mark.parametrize("address", ["/", "/map/", "/units/", "/units/12/"])
@pytest.mark.parametrize("period", ["2019-Y", "2026-M12", "september"])
def test_a_period_that_is_not_kept_is_refused_and_never_answered_with_another(
    browser, published, address, period
):
    answer = browser("leader").get(f"{address}?period={period}")
    assert answer.status_code == 404
    assert f"no figures to show for the period “{period}”" in answer.content.decode()


def test_key_figures_come_from_accepted_reports(browser, published):
    page = text_of(browser("leader").get("/?period=2026-M08"))
    assert re.search(r'data-key="D01".*?<span>2</span>', page, re.S)


def test_only_units_below_good_stand_among_the_weakest(browser, published):
    """Lai Châu's one report is late from the second on: 100, 100, 100 and, days late, less than 95."""
    page = text_of(browser("leader").get("/?period=2026-M08"))
    assert "All four scores are 95 or higher in every unit that has all four." not in page
    assert re.search(r'data-key="weakest".*?<th scope="row"><a href="/units/12/[^>]*>Lai Châu', page, re.S)

    ReportScore.objects.update(live_score=Decimal("99.6"))
    moments.forget()
    page = text_of(browser("leader").get("/?period=2026-M08"))
    assert "All four scores are 95 or higher in every unit that has all four." in page
    assert re.search(r'data-key="live".*?<b>99</b>', page, re.S)  # 100 is said of a hundred only


def test_who_sees_few_units_is_told_that_the_tiles_are_of_those(browser, published):
    """The count is of all of Lai Châu; neither the tiles nor a word about the weakest speak for those not seen."""
    mine, all_of_it = (text_of(browser(person).get("/?period=2026-M08")) for person in ("head", "approver"))
    assert ("Of the units you see:" in mine, "Of the units you see:" in all_of_it) == (True, False)
    assert "All four scores are 95 or higher" not in mine


def test_nothing_is_said_to_be_late_or_not_of_units_that_are_not_seen(browser, published):
    """Two of three have not reported; the duty officer, who sees no unit's report, is not told that all is well."""
    duty, head = (text_of(browser(person).get("/?period=2026-M08")) for person in ("duty_officer", "head"))
    assert "Nothing is late" not in duty + head
    assert "Reports of single units are not shown to you" in duty


def test_the_overview_says_how_much_of_a_score_s_weight_was_assessed(browser, published):
    page = text_of(browser("leader").get("/?period=2026-M08"))
    assert "100 · good · only 80/100 of it assessed" in page
    told = page.split("not all of it assessed</summary>")[1].split("</details>")[0]
    assert told.startswith("Each score is made of parts whose weights add up to 100.")


def test_a_period_without_figures_shows_dashes_not_zeros(browser, published):
    page = text_of(browser("leader").get("/?period=2026-9M"))
    assert re.search(r'data-key="B02".*?<span>–</span>', page, re.S)
    assert "nobody has reported" in page


@pytest.mark.parametrize(
    ("person", "shown"), [("leader", ["12", "46"]), ("approver", ["03466", "03467", "12.C1"])]
)
def test_tiles_are_of_the_units_a_person_may_read(browser, published, person, shown):
    page = text_of(browser(person).get("/?period=2026-9M"))
    tiles = [
        code for code in ("12", "46", "03466", "03467", "12.C1") if f'data-key="{code}" data-state' in page
    ]
    assert tiles == shown


def test_someone_without_grants_sees_the_aggregate_of_their_province_and_no_tile(browser, published):
    page = text_of(browser("nobody").get("/"))
    assert "Huế" in page
    assert 'class="gs-tile" data-key' not in page


def test_another_commune_is_refused_as_place(browser, published):
    assert browser("foreign_approver").get("/?place=03466").status_code == 403


def test_a_late_point_stands_on_the_list_with_its_days(browser, published):
    page = text_of(browser("leader").get("/?period=2026-6M"))
    assert "not received:" in page
    assert "days late" in page


def test_the_pages_ask_the_same_number_of_questions_for_one_commune_and_for_three(
    browser, published, django_assert_max_num_queries
):
    client = browser("approver")
    text_of(client.get("/units/?place=12"))
    with django_assert_max_num_queries(40) as first:
        text_of(client.get("/units/?place=12"))
    for number in range(3):
        house.unit(published.units.lai_chau, f"0349{number}", f"Xã {number}", 2, "commune")
    with django_assert_max_num_queries(len(first)):
        assert "0349" in text_of(client.get("/units/?place=12"))


def test_signed_out_people_are_led_to_the_door(client, db):
    for address in ("/", "/map/", "/units/", "/units/12/", "/units/suggest/?q=ha", "/map/figures.json"):
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/accounts/login/")


def test_no_page_carries_inline_style_or_script(browser, published):
    for address in ("/", "/map/", "/units/?place=12", "/units/12/", "/units/03466/?period=2026-M08"):
        page = text_of(browser("leader").get(address))
        assert " style=" not in page, address
        assert "<script>" not in page, address
        assert " onclick=" not in page, address


def test_the_sign_in_page_opens_in_both_languages_and_in_the_chosen_theme(client, db):
    client.cookies["gs_theme"] = "auto:dark"
    client.cookies["django_language"] = "en"
    page = text_of(client.get("/accounts/login/"))
    assert 'data-bs-theme="dark"' in page
    assert 'lang="en"' in page


def test_the_map_says_rate_count_state_and_who_reported(browser, published):
    published.units.lai_chau.seat_lat = published.units.lai_chau.seat_lon = 22.4
    published.units.lai_chau.save()
    answer = browser("leader").get("/map/figures.json?period=2026-M08&layer=inspection.organisations")
    area = json.loads(answer.content)["areas"]["12"]
    assert area["text"] == "0.10 (2)"
    assert area["note"] == "1/2 reported · provisional"
    assert area["drill"] is True


def test_what_has_no_seat_is_counted_off_the_map_and_a_withheld_unit_has_no_figure(browser, published):
    published.units.hue.withheld = True
    published.units.hue.save()
    answer = json.loads(browser("leader").get("/map/figures.json?period=2026-M08").content)
    names = {unit["name"]: unit for unit in answer["off_map"]}
    assert set(names) == {"Lai Châu", "Huế"}
    assert names["Huế"]["mark"] == "withheld"
    assert names["Huế"]["value"] is None


def test_a_neighbour_may_not_drill_into_a_province(browser, published):
    answer = browser("foreign_approver").get("/map/figures.json?period=2026-M08&within=12")
    assert answer.status_code == 403


def test_a_small_cell_is_a_mark_for_outsiders_and_a_number_inside(browser, published):
    accepted(published.units, published.people, D01=2, D06=7, D07=3)
    warehouse.rebuild(at=house.AT)
    outside = text_of(browser("leader").get("/units/03466/?period=2026-M09&form=BMT.own"))
    inside = text_of(browser("head").get("/units/03466/?period=2026-M09&form=BMT.own"))
    assert "gs-suppressed" in outside
    assert "gs-suppressed" not in inside


def test_suggestions_ignore_accents_and_keep_to_what_a_person_may_open(browser, published):
    published.units.hua_bum.folded = "hua bum|xa hua bum"
    published.units.hua_bum.save()
    found = json.loads(browser("approver").get("/units/suggest/?q=hua bum").content)
    assert [unit["name"] for unit in found["units"]] == ["Xã Hua Bum"]
    assert json.loads(browser("foreign_approver").get("/units/suggest/?q=hua bum").content) == {"units": []}


def test_the_map_opens_at_the_country_for_who_may_not_see_its_communes(browser, published):
    published.units.lai_chau.seat_lat = published.units.lai_chau.seat_lon = 22.4
    published.units.lai_chau.save()
    assert 'within="12"' in text_of(browser("approver").get("/"))
    assert 'within="12"' not in text_of(browser("compiler").get("/"))


def test_the_account_menu_offers_both_languages_and_marks_the_present_one(browser, published):
    page = text_of(browser("leader").get("/"))
    assert '<button name="language" value="en" lang="en" aria-pressed="true">' in page
    assert '<button name="language" value="vi" lang="vi" aria-pressed="false">' in page
