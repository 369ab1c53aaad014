"""A warning on a point that rests on a sum outsiders are not told is one on a small cell."""

import pytest

from giamsat.analysis.early_warning import queries
from giamsat.analysis.early_warning.panels import rests_on_veiled
from giamsat.analysis.warehouse import outsiders
from giamsat.analysis.warehouse.rules import period_code
from giamsat.lib.periods import Period

pytestmark = pytest.mark.slow

AUGUST, SEPTEMBER = "2026-M08", "2026-M09"


@pytest.fixture
def veiled(published, monkeypatch):
    """The August sum of persons inspected in P05, whatever it was, is veiled."""
    told = outsiders.of_places

    def with_one_more(*asked):
        found = told(*asked)
        place = (str(published["P05"].pk), period_code(Period.parse(AUGUST)), "B07")
        return outsiders.Outside({*found.veiled, place}, found.held)

    def veil():
        monkeypatch.setattr(outsiders, "of_places", with_one_more)

    return veil


@pytest.mark.parametrize(("code", "detector"), [("B07", "out_of_line"), ("T01", "target_behind")])
def test_a_veiled_sum_in_the_history_makes_a_small_cell(published, veiled, code, detector):
    [watch] = {
        each.code: each for each in queries.detectors()[detector].watches if each.code == code
    }.values()
    assert not rests_on_veiled(watch, published["P05"].pk, [AUGUST, SEPTEMBER])
    veiled()
    assert rests_on_veiled(
        watch, published["P05"].pk, [SEPTEMBER]
    )  # what was added in September tells August
    assert not rests_on_veiled(watch, published["P08"].pk, [AUGUST, SEPTEMBER])
