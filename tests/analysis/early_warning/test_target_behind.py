"""Behind the path is a word of the target's rule; an alarm needs a shortfall that chance does not explain."""

from dataclasses import replace

import numpy as np

from giamsat.analysis.early_warning.detectors.target_behind import TargetBehind

from .panels import behind, on_path, with_standing

WRONG = 7


def look(panel):
    return TargetBehind().look(panel)


def test_the_gap_and_the_path_stand_in_the_evidence():
    panel = behind(on_path(3), WRONG, 0.5)
    (signal,) = look(panel).signals
    assert signal.expected == panel.due[-1]
    assert signal.facts["gap"] == signal.expected - signal.value
    assert [each["due"] for each in signal.own_history["periods"]] == list(panel.due)


def test_a_small_body_short_of_its_path_by_chance_raises_no_alarm():
    panel = on_path(3)
    values, counted, members = panel.values.copy(), panel.counted.copy(), panel.members.copy()
    members[WRONG], counted[WRONG, -1], values[WRONG, -1] = 500, 12, 24.0
    panel = with_standing(replace(panel, values=values, counted=counted, members=members))
    assert panel.status[WRONG] == "CHAM"
    assert look(panel).signals == []


def test_nothing_done_at_all_is_behind_and_counted_as_such():
    panel = on_path(3)
    values, counted = panel.values.copy(), panel.counted.copy()
    values[WRONG], counted[WRONG] = 0.0, 0.0
    (signal,) = look(with_standing(replace(panel, values=values, counted=counted))).signals
    assert (signal.unit_id, signal.value) == (panel.unit_ids[WRONG], 0.0)


def test_nothing_done_by_a_tiny_body_is_no_alarm():
    panel = on_path(3)
    values, counted, members = panel.values.copy(), panel.counted.copy(), panel.members.copy()
    values[WRONG], counted[WRONG], members[WRONG] = 0.0, 0.0, 40
    outcome = look(with_standing(replace(panel, values=values, counted=counted, members=members)))
    assert outcome.signals == []
    assert outcome.silences == {"too_few_occurrences": 1}


def test_a_value_with_its_own_source_needs_no_count():
    panel = behind(on_path(3), WRONG, 0.5)
    (signal,) = look(replace(panel, counted=None)).signals
    assert signal.unit_id == panel.unit_ids[WRONG]


def test_a_target_without_a_number_for_the_year_judges_nobody():
    panel = replace(on_path(3), due=np.full(12, np.nan))
    outcome = look(panel)
    assert outcome.signals == []
    assert outcome.silences == {"no_path": len(panel)}


def test_a_band_of_very_few_peers_is_not_shown():
    panel = on_path(3, units=4)
    (signal,) = look(behind(panel, 1, 0.4)).signals
    assert signal.peers is None
