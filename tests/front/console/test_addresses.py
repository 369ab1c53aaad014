"""An address that asks for what its page does not have is refused: another thing in its place would mislead."""

import json
import re

import pytest

from tests.front.console.conftest import words

PERIOD = "period=2026-M08"


@pytest.mark.parametrize(
    ("person", "address", "asked"),
    [
        ("leader", f"/map/figures.json?{PERIOD}&layer=no.such", "no.such"),
        ("leader", f"/map/?{PERIOD}&layer=no.such", "no.such"),
        ("leader", f"/map/figures.json?{PERIOD}&within=03466", "03466"),
        ("leader", f"/map/?{PERIOD}&within=12.C1", "12.C1"),
        ("leader", "/warnings/?state=decided", "decided"),
        ("leader", "/warnings/?detector=oracle", "oracle"),
        ("leader", "/warnings/?page=0", "0"),
        ("leader", "/warnings/?page=two", "two"),
        ("leader", f"/targets/?{PERIOD}&page=two", "two"),
        ("province_admin", "/administration/accounts/?page=two", "two"),
        ("leader", "/warnings/warnings.csv?state=decided", "decided"),
        ("leader", f"/targets/?{PERIOD}&state=good", "good"),
        ("leader", f"/targets/targets.csv?{PERIOD}&state=good", "good"),
        ("leader", f"/units/03466/?{PERIOD}&form=BM99.own", "BM99.own"),
        ("leader", f"/units/03466/?{PERIOD}&form=BM02.own", "BM02.own"),  # a month has the flash form alone
        ("auditor", "/audit/?before=last", "last"),
        ("auditor", "/audit/?before=999999999", "999999999"),
        ("approver", "/inbox/?state=NHAP", "NHAP"),
        ("approver", "/inbox/?period=2026-M13", "2026-M13"),
        ("approver", "/inbox/inbox.csv?form=BM99", "BM99"),
        ("compiler", "/entry/03466/BMT/2026-M09/mine/", "mine"),
    ],
)
def test_what_a_page_does_not_have_is_refused_by_name(browser, home, person, address, asked):
    answer = browser(person).get(address)
    assert answer.status_code == 404
    assert f"“{asked}” is none of the" in words(answer)


@pytest.mark.parametrize(
    "address",
    ["/?place=99", "/map/?place=99", "/map/?within=99", "/map/figures.json?within=99", "/units/?place=99",
     "/targets/?place=99", "/units/99/", "/units/12/?vintage=1999"],
)  # fmt: skip
def test_a_place_that_is_none_is_refused_by_every_page_that_takes_one(browser, home, address):
    answer = browser("leader").get(address)
    assert answer.status_code == 404
    assert "There is no unit" in words(answer)


@pytest.mark.parametrize(
    "address",
    ["/", "/map/", "/map/figures.json", "/units/", "/units/12/", "/targets/", "/targets/targets.csv"],
)
def test_a_period_that_is_none_is_refused_by_every_page_that_takes_one(browser, home, address):
    answer = browser("leader").get(f"{address}?period=2026-M13")
    assert answer.status_code == 404
    assert "2026-M13" in words(answer)


def test_a_map_asked_for_no_layer_shows_its_first(browser, published):
    told = json.loads(browser("leader").get(f"/map/figures.json?{PERIOD}").content)
    first = json.loads(
        browser("leader").get(f"/map/figures.json?{PERIOD}&layer=inspection.organisations").content
    )
    assert told == first


def test_the_card_of_a_figure_opens_the_map_that_draws_it(browser, published):
    client = browser("leader")
    page = client.get(f"/?{PERIOD}").content.decode()
    [address] = re.findall(r'data-key="B07" href="([^"]*)"', page)
    assert address == "/map/?period=2026-M08&amp;layer=inspection.members"
    opened = client.get(address.replace("&amp;", "&")).content.decode()
    assert re.search(r"<gs-map [^>]* layer=\"inspection.members\"", opened)


def test_the_card_of_a_figure_that_no_map_draws_opens_the_list_of_units(browser, published):
    page = browser("leader").get(f"/?{PERIOD}").content.decode()
    assert re.findall(r'data-key="H01" href="([^"]*)"', page) == ["/units/?period=2026-M08"]


def test_the_map_of_one_province_needs_the_right_to_its_reports(browser, home):
    assert browser("foreign_approver").get("/map/?within=12").status_code == 403
    assert browser("approver").get("/map/?within=12").status_code == 200


@pytest.mark.parametrize(
    ("person", "address", "said"),
    [
        ("auditor", "/audit/audit.csv?since=soon", "From day: "),
        ("auditor", "/audit/audit.csv?verb=dreamt", "What was done: "),
        ("auditor", "/audit/audit.csv?unit=99", "Unit code: There is no unit 99"),
        ("province_admin", "/administration/accounts/accounts.csv?role=king", "Role: "),
    ],
)
def test_a_list_is_not_made_with_a_filter_that_cannot_be_read(browser, home, person, address, said):
    answer = browser(person).get(address)
    assert answer.status_code == 422
    assert f"The filter cannot be read, so no list was made. {said}" in words(answer)


def test_the_trail_says_at_the_field_that_there_is_no_such_unit(browser, home):
    assert "There is no unit 99" in words(browser("auditor").get("/audit/?unit=99"))
