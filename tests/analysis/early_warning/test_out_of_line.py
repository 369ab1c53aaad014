"""A count is out of line when its own habit and its peers both say so."""

from dataclasses import replace

import numpy as np
import pytest

from giamsat.analysis.early_warning.detectors.out_of_line import OutOfLine
from giamsat.analysis.early_warning.detectors.robust import medians_without_self, relative_spread, stabilised

from .panels import planted, quiet


def look(panel, **settings):
    return OutOfLine(settings).look(panel)


def flagged(panel, **settings):
    return [each.unit_id for each in look(panel, **settings).signals]


def since(panel, first):
    return replace(
        panel,
        period_keys=panel.period_keys[first:],
        values=panel.values[:, first:],
        complete=panel.complete[:, first:],
    )


@pytest.mark.parametrize(("factor", "direction"), [(3.0, "high"), (0.2, "low")])
def test_a_tripled_or_vanished_month_is_found(factor, direction):
    panel = planted(quiet(5), 7, factor)
    (signal,) = look(panel).signals
    assert (signal.unit_id, signal.direction) == (panel.unit_ids[7], direction)
    assert signal.facts["based_on"] == "own_and_peers"


def test_a_season_that_all_share_is_no_signal():
    panel = quiet(2)
    assert panel.values[:, 9].sum() > 5 * panel.values[:, 0].sum()
    assert flagged(since(panel, 0)) == []


def test_a_unit_that_always_does_three_times_as_much_is_in_its_own_line():
    panel = quiet(4)
    values = panel.values.copy()
    values[7] = np.rint(values[7] * 3)
    assert flagged(replace(panel, values=values)) == []


def test_a_month_in_which_all_do_three_times_as_much_is_no_signal():
    panel = quiet(4)
    values = panel.values.copy()
    values[:, -1] = np.rint(values[:, -1] * 3)
    assert flagged(replace(panel, values=values)) == []


def test_four_periods_of_history_are_enough():
    panel = since(planted(quiet(6), 7, 3.0), 7)
    (signal,) = look(panel).signals
    assert signal.own_history["n"] == 4


def test_with_less_history_only_peers_speak_and_more_strictly():
    panel = since(planted(quiet(6), 7, 4.0), 9)
    (signal,) = look(panel).signals
    assert signal.own_history is None
    assert signal.facts["based_on"] == "peers_only"
    assert signal.chance < 0.05 / len(panel) / 10


def test_with_too_few_peers_nothing_is_said():
    panel = planted(quiet(6, units=8), 7, 5.0)
    outcome = look(panel)
    assert (outcome.signals, outcome.judged) == ([], 0)
    assert outcome.silences == {"too_few_peers": 8}


def test_a_handful_of_occurrences_is_not_volume():
    panel = quiet(6, rate=0.00002)
    outcome = look(planted(panel, 7, 3.0))
    assert not outcome.signals
    assert outcome.silences["too_few_occurrences"] > 30


def test_figures_that_grew_large_only_by_chance_are_not_more_easily_flagged():
    raised = [
        each
        for seed in range(120)
        for each in flagged(quiet(seed, units=200, rate=0.00035), fewest_occurrences=12)
    ]
    assert len(raised) <= 12


def test_an_earlier_slip_does_not_hide_a_new_one():
    panel = planted(quiet(8), 7, 3.0)
    values = panel.values.copy()
    values[7, 5] *= 10
    assert flagged(replace(panel, values=values)) == [panel.unit_ids[7]]


def test_three_wild_peers_do_not_widen_the_band():
    panel = planted(planted(planted(planted(quiet(9), 7, 3.0), 11, 20.0), 12, 20.0), 13, 20.0)
    assert set(panel.unit_ids[[7, 11, 12, 13]]) == set(flagged(panel))


def test_the_spread_between_bodies_is_found_again():
    draw = np.random.default_rng(0)
    mean = draw.lognormal(5, 1, 5000)
    counts = draw.poisson(mean * draw.gamma(1 / 0.09, 0.09, len(mean)))
    assert relative_spread(stabilised(counts) - stabilised(mean), mean) == pytest.approx(0.09, rel=0.12)


@pytest.mark.parametrize("count", [2, 3, 8, 9])
def test_a_median_of_the_others_leaves_oneself_out(count):
    rates = np.random.default_rng(count).random(count)
    plain = [np.median(np.delete(rates, place)) for place in range(count)]
    assert medians_without_self(rates) == pytest.approx(plain)
