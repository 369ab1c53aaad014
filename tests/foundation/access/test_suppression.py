"""Hiding cells of whole tables, and an outsider with all the sums and a pencil."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from giamsat.foundation.access.elimination import Group, Sum, worked_out
from giamsat.foundation.access.suppression import FAR, Table, hide
from tests.foundation.access.elimination import determined

PARTS, COLUMNS = (
    7,
    3,
)  # an indicator, four that make it up and three that make it up; a total and two breakdowns
unhurried = settings(deadline=None, derandomize=True, max_examples=60)


def at(indicator, column):
    return indicator * COLUMNS + column


def form_sums():
    found = [Sum(at(each, 0), (at(each, 1), at(each, 2))) for each in range(8)]
    for column in range(COLUMNS):
        found.append(Sum(at(0, column), tuple(at(each, column) for each in (1, 2, 3, 4))))
        found.append(Sum(at(0, column), tuple(at(each, column) for each in (5, 6, 7))))
    return found


def reports(forms, deciders):
    """Reports whose sums hold, from how members were disciplined (four ways) and by whom, at two levels."""
    count = len(forms)
    cells = np.zeros((count, 8, COLUMNS))
    cells[:, 1:5, 1:] = forms
    cells[:, 0] = cells[:, 1:5].sum(axis=1)
    whole = cells[:, 0, 1:]
    first = np.floor(whole * deciders[:, 0] / 4)
    second = np.floor((whole - first) * deciders[:, 1] / 4)
    cells[:, 5, 1:], cells[:, 6, 1:], cells[:, 7, 1:] = first, second, whole - first - second
    cells[:, :, 0] = cells[:, :, 1] + cells[:, :, 2]
    return cells.reshape(count, -1)


@st.composite
def many_reports(draw):
    count = draw(st.integers(3, 5))
    small = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 12, 40])
    forms = draw(arrays(float, (count, 4, 2), elements=small))
    deciders = draw(arrays(float, (count, 2, 2), elements=st.sampled_from([0, 1, 2, 4])))
    return reports(forms, deciders)


def known_sums(values, hidden, sums, groups):
    """Everything an outsider can write down: what is shown, and every sum he knows of."""
    count, width = values.shape
    lines = [{each: 1} for each in range(values.size) if not hidden.flat[each]]
    for row in range(count):
        for each in sums:
            lines.append({row * width + each.total: -1} | {row * width + part: 1 for part in each.parts})
    for group in groups:
        for column in range(width):
            pairs = zip(group.rows.tolist(), group.signs.tolist(), strict=True)
            lines.append({row * width + column: int(sign) for row, sign in pairs})
    return lines


@pytest.mark.slow
@unhurried
@given(many_reports())
def test_nobody_with_all_sums_of_a_report_works_out_a_hidden_cell(values):
    sums = form_sums()
    hidden = hide(Table.of(values), sums).hidden
    told = determined(known_sums(values, hidden, sums, []))

    assert not [place for place in np.flatnonzero(hidden) if place in told]
    assert hidden[(values > 0) & (values < 5)].all()


@pytest.mark.slow
@unhurried
@given(many_reports())
def test_nor_with_the_sums_of_all_reports_together(values):
    sums, groups = form_sums(), [Group.of(np.arange(len(values)))]
    hidden = hide(Table.of(values), sums, groups).hidden
    told = determined(known_sums(values, hidden, sums, groups))

    assert not [place for place in np.flatnonzero(hidden) if place in told]


def test_what_is_large_or_zero_everywhere_is_shown():
    values = reports(np.full((3, 4, 2), 20.0), np.full((3, 2, 2), 2.0))

    assert not hide(Table.of(values), form_sums(), [Group.of(np.arange(3))]).hidden.any()


def row(*values):
    return np.array([values], float)


def test_the_smallest_figure_that_is_not_zero_and_not_the_total_keeps_a_small_one_company():
    hidden = hide(Table.of(row(55, 3, 40, 12, 0)), [Sum(0, (1, 2, 3, 4))]).hidden

    assert hidden.tolist() == [[False, True, False, True, False]]


def test_a_zero_keeps_company_before_the_total_does():
    assert hide(Table.of(row(7, 7, 0)), [Sum(0, (1, 2))]).hidden.any() == False  # noqa: E712 - a numpy truth
    assert hide(Table.of(row(45, 3, 42, 0)), [Sum(0, (1, 2, 3))]).hidden.tolist() == [
        [False, True, True, False]
    ]
    alone = Table.of(row(9, 0, 9))
    alone.distance[0, 2] = FAR

    assert hide(alone, [Sum(0, (1, 2))]).hidden.tolist() == [[False, True, True]]


@pytest.mark.parametrize("twins", [(1, 1), (4, 4)])
def test_small_ones_that_only_one_pair_of_numbers_can_be_need_another(twins):
    total = sum(twins) + 20

    assert hide(Table.of(row(total, *twins, 20)), [Sum(0, (1, 2, 3))]).hidden.tolist() == [
        [False, True, True, True]
    ]


def test_what_was_shown_elsewhere_is_no_company():
    table = Table.of(row(55, 3, 40, 12))
    table.known[0, 3] = True

    assert hide(table, [Sum(0, (1, 2, 3))]).hidden.tolist() == [[False, True, True, False]]


def test_a_blank_is_neither_hidden_nor_company():
    hidden = hide(Table.of(row(15, 3, np.nan, 12)), [Sum(0, (1, 2, 3))]).hidden

    assert hidden.tolist() == [[False, True, False, True]]


def test_in_a_group_another_row_keeps_company():
    values = np.array([[3.0], [60.0], [9.0], [0.0]])

    assert hide(Table.of(values), [], [Group.of(np.arange(4))]).hidden.ravel().tolist() == [
        True,
        False,
        True,
        False,
    ]


def test_what_a_sum_takes_away_is_told_where_it_is_as_large_as_can_be():
    """One person came and four went: only so does the sum fall by three."""
    group = Group(np.arange(3), np.array([1.0, -1.0, 1.0]))
    hidden = hide(Table.of(np.array([[1.0], [4.0], [60.0]])), [], [group]).hidden

    assert hidden.ravel().tolist() == [True, True, True]


def test_a_figure_that_is_added_and_taken_away_again_tells_nothing():
    """Both periods say three, and seven more came: two unknowns, of which one stands in no sum."""
    values = np.array([[3.0], [3.0], [7.0]])
    table = Table.of(values)
    table.same = np.array([[0], [0], [1]])
    group = Group(np.arange(3), np.array([1.0, -1.0, 1.0]))

    assert hide(table, [], [group]).hidden.ravel().tolist() == [True, True, False]


def test_a_cell_that_joins_two_rings_of_hidden_cells_is_worked_out_and_so_gets_company():
    """Every line holds two hidden cells or more, and yet the sums together tell the one in the middle."""
    sums = [Sum(0, (1, 2, 3, 4))]
    ring = np.zeros((4, 5), bool)
    ring[0, [1, 2]] = ring[1, [1, 2, 3]] = ring[2, [3, 4]] = ring[3, [3, 4]] = True
    groups = [Group.of(np.arange(4))]
    assert np.argwhere(worked_out(ring, sums, groups)).tolist() == [[1, 3]]

    table = Table.of(np.full((4, 5), 50.0))
    table.distance[ring] = FAR
    hidden = hide(table, sums, groups).hidden

    assert not worked_out(hidden, sums, groups).any()


@pytest.mark.slow
@settings(unhurried, max_examples=10)
@given(many_reports())
@example(reports(np.zeros((3, 4, 2)), np.zeros((3, 2, 2))))
def test_the_same_table_is_hidden_the_same_way(values):
    once = hide(Table.of(values), form_sums(), [Group.of(np.arange(len(values)))]).hidden

    assert (
        hide(Table.of(values.copy()), form_sums(), [Group.of(np.arange(len(values)))]).hidden == once
    ).all()
