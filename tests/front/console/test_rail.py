"""What the rail offers and counts."""

import re

import pytest

from .conftest import submitted
from .warned import asked, warning_of


def count_of(page, name):
    return re.search(rf'data-live="count.{name}">(\d*)<', page).group(1)


@pytest.mark.slow
def test_the_rail_counts_what_waits_for_each_person(browser, home):
    submitted(home.units, home.people, D01=2, D06=7)
    asked(home, warning_of(home.units.hua_bum, period="2026-M08"))
    warning_of(home.units.hua_bum)

    head, approver = (browser(name).get("/").content.decode() for name in ("head", "approver"))
    assert count_of(approver, "inbox") == "1"
    assert count_of(head, "requests") == "1"
    assert count_of(approver, "requests") == ""
    assert count_of(head, "warnings") == count_of(approver, "warnings") == "2"
