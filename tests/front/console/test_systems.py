"""The board of systems in use, and the pages for when something is wrong."""

import pytest


def test_every_part_says_what_it_holds_and_how_it_is(browser):
    page = browser("auditor").get("/systems/").content.decode()
    parts = (
        "Database",
        "Messenger",
        "Workers",
        "Jobs",
        "Warehouse",
        "Audit chain",
        "Map",
        "Definitions",
        "Disk",
    )
    assert [name for name in parts if f'aria-label="{name}"' not in page] == []
    assert "PostgreSQL" in page
    assert "No worker has been heard" in page  # none runs under the tests
    assert "Nothing is published yet" in page


def test_the_board_is_closed_to_units(browser):
    answer = browser("compiler").get("/systems/")
    assert answer.status_code == 403
    assert "You may not see the state of the systems" in answer.content.decode()


@pytest.mark.parametrize("person", ["leader", "duty_officer", "auditor"])
def test_the_board_is_open_to_those_who_watch_the_house(browser, person):
    assert browser(person).get("/systems/").status_code == 200


def test_a_page_that_is_not_there_says_what_to_do(browser):
    answer = browser("head").get("/no-such-page/")
    assert answer.status_code == 404
    assert "There is no such page" in answer.content.decode()


def test_a_refusal_is_a_page_with_the_way_back(browser):
    page = browser("head").get("/audit/", headers={"referer": "http://testserver/entry/"}).content.decode()
    assert 'href="http://testserver/entry/"' in page
    assert "access.not_allowed" in page
