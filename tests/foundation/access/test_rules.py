"""The rule for small cells, and an outsider who knows the rule and tries to undo it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from giamsat.foundation.access import rules
from giamsat.foundation.access.rules import MARK, SUPPRESSED, Shown


@pytest.mark.parametrize("value", [1, 2, 3, 4, -3])
def test_one_to_four_persons_are_hidden_from_outside(value):
    assert rules.hide_small_cell(value, counts_persons=True, visible=False) == SUPPRESSED


@pytest.mark.parametrize("value", [0, 5, 120, None])
def test_zero_five_and_blank_are_not_small(value):
    assert rules.hide_small_cell(value, counts_persons=True, visible=False) == Shown(value)


def test_the_unit_and_its_direct_superior_see_the_figure():
    assert rules.hide_small_cell(3, counts_persons=True, visible=True) == Shown(3)


def test_figures_that_count_no_persons_are_never_hidden():
    assert rules.hide_small_cell(3, counts_persons=False, visible=False) == Shown(3)


def test_the_mark_is_visible_and_is_not_a_zero():
    assert SUPPRESSED.text == MARK == "•••"
    assert (SUPPRESSED.value, SUPPRESSED.hidden) == (None, True)


unhurried = settings(deadline=None, derandomize=True)


def test_a_free_selection_needs_three_units():
    assert rules.round_selection(120, cell_key="k", units=2) == SUPPRESSED
    assert not rules.round_selection(120, cell_key="k", units=3).hidden


@pytest.mark.slow
@unhurried
@given(st.integers(min_value=0, max_value=10_000), st.text("unit=.0123", max_size=12))
def test_a_free_selection_is_rounded_to_base_five_always_the_same_way(value, key):
    cell = rules.round_selection(value, cell_key=key, units=3)

    assert cell.value % 5 == 0
    assert abs(cell.value - value) < 5
    assert cell == rules.round_selection(value, cell_key=key, units=9)
