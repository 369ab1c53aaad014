"""Memory while very many rows are at hand."""

import gc

import pytest

from giamsat.lib.memory import no_search_for_cycles, spare_what_is_there


def test_cycles_are_searched_for_again_afterwards_even_when_the_work_failed():
    with no_search_for_cycles():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(ValueError, match="broken"), no_search_for_cycles():
        raise ValueError("broken")
    assert gc.isenabled()


def test_one_inside_another_leaves_the_search_to_the_outer_one():
    with no_search_for_cycles():
        with no_search_for_cycles():
            pass
        assert not gc.isenabled()


def test_what_is_there_at_the_start_is_left_out_of_later_searches():
    spare_what_is_there()
    try:
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
