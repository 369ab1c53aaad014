"""What the others did in the same period, in a batch of many and for one report that comes alone."""

import pytest

from giamsat.foundation.access import queries as access
from giamsat.intake.observations import services
from giamsat.intake.quality.models import StoredFinding
from tests.intake.house import AT, AUGUST, SEPTEMBER, SYSTEM, figures, unit


@pytest.fixture
def neighbours(country, flash):
    """Twelve communes that had inspected 200 members by August and six more in September."""
    return reporting(country, flash, 12)


def reporting(country, flash, how_many, **in_september):
    made = [unit(country.lai_chau, f"0400{n:02}", f"Xã {n}", 2, "commune") for n in range(how_many)]
    ids = [each.pk for each in made]
    for period, told in ((AUGUST, {"B07": 200}), (SEPTEMBER, {"B07": 206, **in_september})):
        rows = [figures(flash, A04=200, **told)] * len(made)
        receipt = services.receive_many(flash, period, ids, rows, by=SYSTEM, at=AT)
        assert not receipt.refusals
    return made


def doubts(country, flash, august, september):
    for period, inspected in ((AUGUST, august), (SEPTEMBER, september)):
        row = figures(flash, A04=200, B07=inspected)
        report = services.receive(country.hua_bum, flash, period, row, by=SYSTEM, at=AT).report
    found = StoredFinding.objects.filter(report_version_id=report.current_id, rule_code="R-33")
    return [(each.cell_keys, each.facts["value"], each.facts["expected"]) for each in found]


def test_alike_units_are_not_doubted(neighbours):
    assert not StoredFinding.objects.filter(rule_code="R-33").exists()


def test_a_report_that_comes_alone_is_held_to_what_the_others_added(country, flash, neighbours):
    """Ninety in a month where others added six; the sum of the year, 100, is below theirs and hides nothing."""
    assert doubts(country, flash, 10, 100) == [(["B07"], "90", "6")]


def test_a_sum_unlike_that_of_the_others_is_no_doubt_when_the_month_is_like_theirs(
    country, flash, neighbours
):
    assert doubts(country, flash, 10, 16) == []


def test_the_doubt_tells_no_small_cell_of_the_others(country, flash):
    """Each of them had three persons; whoever tries figures is told what they would be of any few."""
    reporting(country, flash, 24, D06=3)
    earlier, typed = figures(flash, A04=200), figures(flash, A04=200, D06=9_000)
    services.receive(country.hua_bum, flash, AUGUST, earlier, by=SYSTEM, at=AT)
    found = services.check_values(country.hua_bum, flash, SEPTEMBER, typed)

    [doubt] = [each for each in found if each.rule == "R-33" and each.cell_keys == ("D06",)]
    assert doubt.expected == round(access.HIDDEN_PEER)
