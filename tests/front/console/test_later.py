"""What the rules found at night is shown on the report, to the unit that works on it and to the level above."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.intake.quality.models import LaterFinding
from tests.front.console.conftest import submitted
from tests.intake.house import AT, SEPTEMBER

SENTENCE = "{cell} is {value} to date, less than {expected} in the period before."


def found(unit, *, cell="D01", rule="R-05", place=1):
    return LaterFinding.objects.create(
        unit=unit, form_code="BMT", period_key=SEPTEMBER.key, rule_code=rule, rule_version=2, severity="W",
        check_name=f"{rule}.{place}", cell_keys=[cell], found_at=AT,
        facts={
            "check": f"{rule}.{place}", "cells": [cell], "values": ["2"], "value": "2", "relation": ">=",
            "expected": "3", "template": {"vi": SENTENCE, "en": SENTENCE}, "decimals": 0,
        },
    )  # fmt: skip


def test_a_report_says_what_was_found_since_it_was_sent(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    found(home.units.hua_bum)

    page = browser("approver").get(f"/reports/{report.pk}/").content.decode()

    assert "Found since it was sent" in page
    assert "is 2 to date, less than 3 in the period before." in page


def test_outsiders_are_told_no_figure_of_persons(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    found(home.units.hua_bum, cell="D06")

    inside = browser("approver").get(f"/reports/{report.pk}/").content.decode()
    outside = browser("watcher").get(f"/reports/{report.pk}/").content.decode()

    assert "less than 3 in the period before" in inside
    assert "less than 3 in the period before" not in outside
    assert "A check on figures of persons." in outside


def test_the_unit_and_the_level_above_find_it_in_their_lists(browser, home):
    found(home.units.hua_bum)
    found(home.units.phu_xuan)

    own = browser("compiler").get("/entry/").content.decode()
    above = browser("approver").get("/inbox/").content.decode()

    for page in (own, above):
        assert page.count("less than 3 in the period before") == 1
        assert "Xã Hua Bum" in page
    assert f"/entry/{home.units.hua_bum.code}/BMT/{SEPTEMBER.key}/own/" in own, (
        "nothing was sent: go and fill it in"
    )
    assert f"/units/{home.units.hua_bum.code}/" in above


def test_what_is_said_of_several_forms_in_the_same_words_is_one_line(browser, home):
    found(home.units.hua_bum)
    LaterFinding.objects.filter(pk=found(home.units.hua_bum, place=2).pk).update(form_code="BM02")

    page = browser("compiler").get("/entry/").content.decode()

    assert page.count("less than 3 in the period before") == 1
    assert "BM02, BMT" in page


def test_what_is_gone_is_shown_no_more(browser, home):
    LaterFinding.objects.filter(pk=found(home.units.hua_bum).pk).update(gone_at=AT)

    assert "less than 3" not in browser("compiler").get("/entry/").content.decode()


def test_as_many_questions_for_three_findings_as_for_one(browser, home):
    client, counts = browser("approver"), []
    for place in (1, 2, 3):
        found(home.units.hua_bum, place=place)
        client.get("/inbox/")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/inbox/")
        counts.append(len(asked))

    assert counts[0] == counts[2]
