"""What is kept is not worked out again, as long as it is among the last that were asked for."""

from giamsat.lib.kept import Kept

worked_out = []


def squares(numbers):
    worked_out.append(numbers)
    return {number: number**2 for number in numbers}


def test_what_is_not_kept_is_worked_out_together():
    worked_out.clear()
    kept = Kept(3)
    assert kept.answers([1, 2, 1], squares) == {1: 1, 2: 4}
    assert kept.answers([2, 3, 1], squares) == {2: 4, 3: 9, 1: 1}
    assert worked_out == [[1, 2], [3]]


def test_what_was_asked_for_longest_ago_is_dropped_first():
    worked_out.clear()
    kept = Kept(2)
    for number in (1, 2, 1, 3, 1, 2):
        kept.answers([number], squares)
    assert worked_out == [[1], [2], [3], [2]]


def test_nothing_is_kept_of_what_was_forgotten_and_more_than_is_kept_may_be_asked():
    worked_out.clear()
    kept = Kept(1)
    assert kept.answers([1, 2], squares) == {1: 1, 2: 4}
    kept.forget()
    kept.answers([2], squares)
    assert worked_out == [[1, 2], [2]]
