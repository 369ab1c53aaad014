"""What an outsider's pages hold of a report that waits for company: no figure of persons, wherever it could stand."""

import re

import pytest

from giamsat.analysis.warehouse import services as warehouse
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
    report = accepted(home.units, home.people, D01=2, D06=SECRET, D07=3, B07=SECRET)
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
