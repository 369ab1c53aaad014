"""A practice country says on every page that it is one, and which day it has."""

import pytest
from django.test import Client

from giamsat.lib import clock

BADGE = "Practice · 01/10/2026"


@pytest.mark.parametrize("address", ["/", "/entry/", "/me/", "/audit/", "/nowhere-to-be-found/"])
def test_every_page_says_that_it_is_practice_and_on_which_day(browser, address):
    assert BADGE in browser("compiler").get(address).content.decode()


def test_the_door_says_it_before_anybody_signs_in(db):
    client = Client()
    client.cookies["django_language"] = "en"
    assert BADGE in client.get("/accounts/login/").content.decode()


def test_it_is_said_in_vietnamese_too(browser):
    client = browser("compiler")
    client.cookies["django_language"] = "vi"
    assert "Thực hành · 01/10/2026" in client.get("/").content.decode()


def test_a_house_that_works_in_earnest_says_nothing_of_it(browser, monkeypatch):
    monkeypatch.delenv(clock.SHIFT_VARIABLE)
    assert "Practice ·" not in browser("compiler").get("/me/").content.decode()
