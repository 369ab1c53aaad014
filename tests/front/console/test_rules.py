"""One page lists every rule of the handbook, with where and when it runs."""

import re
from importlib import import_module

import pytest
from django.conf import settings

from giamsat.intake.quality.queries import ACT_RULES
from tests.front.console.conftest import words
from tests.front.console.test_later import found

EVERY_RULE = [f"R-{number:02}" for number in range(1, 45)]


def row_of(page, code):
    return re.sub(r"\s+", " ", re.search(rf'<tr id="{code}">.*?</tr>', page, re.S)[0])


def test_none_of_the_44_rules_is_nowhere():
    files = {file.name.partition(".")[0] for file in (settings.DEFINITIONS_DIR / "rules").glob("*.yaml")}

    assert set(EVERY_RULE) == {*files, *(rule.code for rule in ACT_RULES)} - {"R-00"}


@pytest.mark.parametrize("place", [place for rule in ACT_RULES for place in rule.places])
def test_what_keeps_a_rule_on_acts_is_there(place):
    parts = place.split(".")
    at = next(end for end in range(len(parts), 0, -1) if _is_module(".".join(parts[:end])))
    found = import_module(".".join(parts[:at]))
    for name in parts[at:]:
        found = getattr(found, name)
    assert callable(found)


def _is_module(name):
    try:
        import_module(name)
    except ModuleNotFoundError:
        return False
    return True


def test_the_page_lists_them_all_in_order(browser, home):
    page = browser("compiler").get("/rules/").content.decode()

    assert re.findall(r'<tr id="(R-\d\d)">', page) == ["R-00", *EVERY_RULE]


def test_a_rule_says_where_and_when_it_runs(browser, home):
    page = browser("compiler").get("/rules/").content.decode()

    assert re.findall(r'title="([^"]+)">at', row_of(page, "R-37")) == ["every night, over what was sent"]
    assert "at night" not in row_of(page, "R-06")
    assert "own" in row_of(page, "R-37")
    assert "BM19" in row_of(page, "R-16")
    assert "BM21" not in row_of(page, "R-16")
    assert "every form" in row_of(page, "R-33")
    assert "every form" in row_of(page, "R-04"), "though one of its checks names A10"
    assert "the register of files is not there yet" in row_of(page, "R-38")
    assert "giamsat.intake.observations.admission.require_unit" in row_of(page, "R-40")


def test_a_finding_leads_to_its_rule(browser, home):
    found(home.units.hua_bum)
    assert 'href="/rules/#R-05"' in words(browser("compiler").get("/entry/"))
