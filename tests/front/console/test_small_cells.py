"""What an outsider's pages hold of a report that waits for company: no figure of persons, wherever it could stand."""

import re

import pytest

from giamsat.analysis.warehouse import services as warehouse
from giamsat.intake.quality.models import StoredFinding
from tests.intake import house

from .conftest import accepted

pytestmark = pytest.mark.slow

SECRET = 7351  # not small, and told all the same by nobody before three units report together
AS_SHOWN = re.compile(r"(?<![\d#-])7[.,]?351(?!\d)")  # no key of a row comes that far
PAGES = (
    "/reports/{report}/",
    "/reports/{report}/report.csv",
    "/units/03466/?period=2026-M09&form=BMT.own",
    "/units/12/?period=2026-M09",
    "/?period=2026-M09",
    "/?period=2026-M09&place=12",
    "/map/figures.json?period=2026-M09&layer=inspection.members",
    "/map/figures.json?period=2026-M09&layer=inspection.members&within=12",
)


@pytest.fixture
def waiting(home):
    report = accepted(home.units, home.people, A04=SECRET, D01=2, D06=SECRET, D07=3, B07=SECRET)
    warehouse.rebuild(at=house.AT)
    return report


def holds_secret(client, page, report):
    text = client.get(page.format(report=report.pk)).content.decode()
    return bool(AS_SHOWN.search(re.sub(r'(?:id|href|src|nonce)="[^"]*"', "", text)))


@pytest.mark.parametrize("page", PAGES)
def test_no_page_tells_outsiders_a_figure_that_waits(browser, home, waiting, page):
    assert not holds_secret(browser("leader"), page, waiting)


@pytest.mark.parametrize("page", PAGES[:4])
def test_the_level_above_reads_it(browser, home, waiting, page):
    assert holds_secret(browser("approver"), page, waiting)


def test_a_finding_that_names_persons_of_another_form_is_withheld_too(browser, home):
    report = accepted(home.units, home.people, D06=7, D01=2)
    words = {"vi": "C05 là {value}", "en": "C05 is {value}, of the sister form"}
    facts = {"check": "R-16.1", "cells": ["A04", "C05"], "values": ["200", "3"], "value": "3", "relation": "<=",
             "expected": "2", "template": words, "decimals": 0}  # fmt: skip
    StoredFinding.objects.create(
        report_version_id=report.current_id, rule_code="R-16", rule_version=1, severity="W", cell_keys=facts["cells"],
        facts=facts,
    )  # fmt: skip

    pages = {
        name: browser(name).get(f"/reports/{report.pk}/").content.decode() for name in ("leader", "approver")
    }
    assert "A check on figures of persons" in pages["leader"]
    assert "C05 is" not in pages["leader"]
    assert "C05 is 3, of the sister form" in pages["approver"]


def test_how_many_members_a_cell_of_a_few_has_is_its_own_to_know(browser, home):
    house.unit(home.units.hua_bum, "03466.G01", "Chi bộ Một", 3, "grassroots", members=4)
    page = "/units/03466.G01/?period=2026-M09"
    count = re.compile(r"<dd[^>]*>\s*(4|•••)\s*</dd>")

    assert count.search(browser("approver").get(page).content.decode())[1] == "•••"
