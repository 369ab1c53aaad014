"""The rule for small cells, and an outsider who knows the rule and tries to undo it."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from giamsat.foundation.access import rules
from giamsat.foundation.access.rules import MARK, SUPPRESSED, Shown


def shown(values, *, visible=False, persons=True):
    return [cell.text for cell in rules.hide_small_cells(values, persons, visible)]


def row(values, *, total_visible=True, visible=False):
    return rules.hide_row(
        values, total=sum(values), counts_persons=True, visible=visible, total_visible=total_visible
    )


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
    assert shown([3, 10, 20], persons=False) == ["3", "10", "20"]


def test_the_mark_is_visible_and_is_not_a_zero():
    assert SUPPRESSED.text == MARK == "1–4*"
    assert (SUPPRESSED.value, SUPPRESSED.hidden) == (None, True)


def test_a_lone_hidden_cell_takes_the_next_smallest_with_it():
    assert shown([3, 40, 12, 0]) == [MARK, "40", MARK, "0"]


def test_equal_companions_go_together():
    assert shown([3, 12, 12, 40]) == [MARK, MARK, MARK, "40"]


def test_two_hidden_cells_need_no_company():
    assert shown([3, 1, 40, 12]) == [MARK, MARK, "40", "12"]


@pytest.mark.parametrize("twins", [[1, 1], [4, 4], [1, 1, 1]])
def test_cells_whose_sum_can_be_made_in_one_way_need_company(twins):
    assert shown([*twins, 40, 12]) == [MARK] * len(twins) + ["40", MARK]


def test_where_all_else_is_zero_the_zeros_keep_the_secret():
    assert shown([0, 3, 0]) == [MARK, MARK, MARK]


def test_a_cell_the_viewer_may_see_protects_nobody():
    assert shown([3, 7, 12], visible=[False, True, False]) == [MARK, "7", MARK]


def test_a_blank_is_shown_as_blank_and_protects_nobody():
    assert shown([3, None, 12]) == [MARK, "", MARK]


def test_a_row_nothing_can_protect_loses_its_total():
    assert row([3]) == rules.Row([SUPPRESSED], SUPPRESSED)
    assert row([1, 1]).total == SUPPRESSED
    assert row([2, 1]).total == Shown(3)


def test_a_total_that_is_small_is_hidden_and_then_needs_no_companions():
    outside = row([3, 0], total_visible=False)

    assert outside == rules.Row([SUPPRESSED, Shown(0)], SUPPRESSED)


def test_without_a_total_only_small_cells_are_hidden():
    seen = rules.hide_row([3, 12], total=None, counts_persons=True, visible=False, total_visible=True)

    assert seen == rules.Row([SUPPRESSED, Shown(12)], Shown(None))


def worlds_by_view(length, largest):
    """Every row there could be, gathered under what an outsider is shown of it, total included."""
    views = defaultdict(list)
    for values in product(range(largest + 1), repeat=length):
        seen = row(list(values))
        views[tuple(cell.text for cell in seen.cells), seen.total.text].append(values)
    return views


@pytest.mark.parametrize(("length", "largest"), [(1, 40), (2, 40), (3, 14), (4, 8)])
def test_nobody_who_knows_the_rule_and_the_total_can_work_out_a_small_cell(length, largest):
    for (texts, _total), worlds in worlds_by_view(length, largest).items():
        for place, text in enumerate(texts):
            if text == MARK and any(1 <= world[place] <= 4 for world in worlds):
                # rows cut off by the largest value tried here would look more certain than they are
                if max(sum(world) for world in worlds) > largest:
                    continue
                assert len({world[place] for world in worlds}) > 1, (texts, _total, worlds)


counts = st.integers(min_value=0, max_value=60)
unhurried = settings(deadline=None, derandomize=True)


@pytest.mark.slow
@unhurried
@given(st.lists(counts, min_size=2, max_size=7))
@example([0, 0, 1])
@example([5, 4, 5])
@example([1, 1, 0, 0])
def test_an_outsider_finds_another_row_that_looks_the_same(values):
    seen = row(values)
    hidden = [place for place, cell in enumerate(seen.cells) if cell.hidden]
    assume(hidden and not seen.total.hidden)

    assert len(hidden) >= 2
    for place in hidden:
        if rules.is_small(values[place]):
            assert another_world(values, place, hidden)


def another_world(values, place, hidden):
    """A row with another figure at ``place`` that is shown in exactly the same way."""
    for other in hidden:
        for moved in {values[other] - values[place], 1, -1} - {0}:
            if other == place:
                continue
            world = list(values)
            world[place], world[other] = values[place] + moved, values[other] - moved
            if min(world) >= 0 and row(world) == row(values):
                return True
    return False


@unhurried
@given(st.lists(counts | st.none(), max_size=8), st.booleans(), st.booleans())
def test_what_is_shown_is_true_and_no_small_cell_slips_through(values, persons, visible):
    for value, cell in zip(values, rules.hide_small_cells(values, persons, visible), strict=True):
        assert cell.hidden or cell.value == value
        assert cell.hidden or visible or not persons or not rules.is_small(value)
        assert not cell.hidden or (persons and not visible)


@unhurried
@given(st.lists(counts, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_siblings_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)

    straight = rules.hide_small_cells(values, True, False)
    shuffled = rules.hide_small_cells([values[place] for place in order], True, False)
    assert shuffled == [straight[place] for place in order]


def test_a_free_selection_needs_three_units():
    assert rules.round_selection(120, cell_key="k", units=2) == SUPPRESSED
    assert not rules.round_selection(120, cell_key="k", units=3).hidden


@unhurried
@given(st.integers(min_value=0, max_value=10_000), st.text("unit=.0123", max_size=12))
def test_a_free_selection_is_rounded_to_base_five_always_the_same_way(value, key):
    cell = rules.round_selection(value, cell_key=key, units=3)

    assert cell.value % 5 == 0
    assert abs(cell.value - value) < 5
    assert cell == rules.round_selection(value, cell_key=key, units=9)


def test_outsiders_figures_change_in_batches_of_three_units():
    assert [rules.enough_units_for_a_change(units) for units in (1, 2, 3)] == [False, False, True]
