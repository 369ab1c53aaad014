"""The four scores of a place from period to period, and as a list to take away."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.lib.periods import Period
from tests.front.console.conftest import accepted, words


def charts_of(page):
    return [
        json.loads(each)
        for each in re.findall(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', page)
    ]


def test_a_place_has_a_chart_for_each_score_and_a_row_for_each_period(browser, home):
    accepted(home.units, home.people, D06=9, D01=2)
    page = browser("approver").get("/quality/?place=12&kind=M").content.decode()
    drawn = [each for each in charts_of(page) if isinstance(each, dict) and "series" in each]
    assert len(drawn) == 4
    assert drawn[0]["x"][-1] == "September 2026"
    assert [each["name"] for each in drawn[0]["series"]] == ["Lai Châu"]
    assert drawn[0]["series"][0]["values"][-1] == 100
    assert drawn[0]["span"] == [90, 100]
    assert "August 2026" in words(browser("approver").get("/quality/?place=12&kind=M"))


def test_of_one_level_only_its_own_reports_count(browser, home):
    assert "August 2026" in words(browser("leader").get("/quality/?kind=M&level=2"))
    assert "Nothing is scored here yet" in words(browser("leader").get("/quality/?kind=M&level=1"))
    assert browser("leader").get("/quality/?level=9").status_code == 404


def test_the_list_holds_scores_as_numbers(browser, home):
    lines = browser("leader").get("/quality/quality.csv?kind=M").content.decode()
    assert re.search(r"2026-M08,100\.0,100\.0,100\.0,[\d.]+,1", lines)


@pytest.mark.slow
def test_many_periods_ask_no_more_than_one(browser, home):
    def questions():
        with CaptureQueriesContext(connection) as asked:
            browser("leader").get("/quality/?kind=M")
        return len(asked)

    questions()
    few = questions()
    for month in (4, 5, 6):
        accepted(home.units, home.people, Period("M", 2026, month), D06=month, D01=1)
    assert questions() == few
