"""Every detector passes these, or it is not one. A new detector adds one line to CASES."""

import json
from dataclasses import dataclass, replace

import numpy as np
import pytest

from giamsat.analysis.early_warning.detectors import DETECTORS

from .panels import behind, on_path, planted, quiet


@dataclass(frozen=True)
class Case:
    detector: str
    nothing_wrong: object  # seed → panel
    one_wrong: object  # (panel, place) → panel


CASES = [
    Case("out_of_line", quiet, lambda panel, place: planted(panel, place, 3.0)),
    Case("target_behind", on_path, lambda panel, place: behind(panel, place, 0.5)),
]
WRONG = 7


def test_every_detector_is_in_the_battery():
    assert {case.detector for case in CASES} == set(DETECTORS)


@pytest.fixture(params=CASES, ids=lambda case: case.detector)
def case(request):
    return request.param


@pytest.fixture
def detector(case):
    return DETECTORS[case.detector]()


@pytest.fixture
def wrong(case):
    return case.one_wrong(case.nothing_wrong(3), WRONG)


def story(outcome):
    return [
        (each.unit_id, each.value, each.band, each.score, each.own_history, each.peers)
        for each in outcome.signals
    ]


def test_the_wrong_figure_is_found_and_only_it(detector, wrong):
    assert [each.unit_id for each in detector.look(wrong).signals] == [wrong.unit_ids[WRONG]]


def test_the_same_panel_gives_the_same_answer(detector, wrong):
    assert story(detector.look(wrong)) == story(detector.look(wrong))


def test_the_input_is_left_alone(detector, wrong):
    before = wrong.values.copy(), wrong.members.copy(), wrong.complete.copy()
    detector.look(wrong)
    assert all(
        np.array_equal(was, now)
        for was, now in zip(before, (wrong.values, wrong.members, wrong.complete), strict=True)
    )


def test_the_order_of_units_makes_no_difference(detector, wrong):
    order = np.random.default_rng(1).permutation(len(wrong))
    shuffled = replace(
        wrong,
        unit_ids=wrong.unit_ids[order],
        values=wrong.values[order],
        members=wrong.members[order],
        complete=wrong.complete[order],
        counted=None if wrong.counted is None else wrong.counted[order],
        status=tuple(wrong.status[place] for place in order) if wrong.status else (),
    )
    assert [each.unit_id for each in detector.look(shuffled).signals] == [wrong.unit_ids[WRONG]]


@pytest.mark.slow
def test_false_alarms_are_rare_over_two_hundred_quiet_countries(case, detector):
    raised = sum(bool(detector.look(case.nothing_wrong(seed)).signals) for seed in range(200))
    assert raised <= 10


def test_a_figure_inside_its_band_is_never_flagged(case, detector):
    for seed in range(30):
        for each in detector.look(case.one_wrong(case.nothing_wrong(seed), WRONG)).signals:
            assert not each.band[0] <= each.value <= each.band[1]


def test_gaps_in_the_past_are_survived_and_not_filled(detector, wrong):
    values, complete = wrong.values.copy(), wrong.complete.copy()
    values[WRONG, 2], complete[WRONG, 4] = np.nan, False
    values[3, :-1] = np.nan
    found = detector.look(replace(wrong, values=values, complete=complete)).signals
    assert [each.unit_id for each in found] == [wrong.unit_ids[WRONG]]
    periods = {each["period"] for each in found[0].own_history["periods"]}
    assert not periods & {wrong.period_keys[2], wrong.period_keys[4]}


def test_a_figure_that_is_not_known_is_not_guessed(detector, wrong):
    values = wrong.values.copy()
    values[WRONG, -1] = np.nan
    outcome = detector.look(replace(wrong, values=values))
    assert not outcome.signals
    assert outcome.silences["no_figure"] == 1


def test_a_figure_with_reports_missing_is_not_compared(detector, wrong):
    complete = wrong.complete.copy()
    complete[WRONG, -1] = False
    outcome = detector.look(replace(wrong, complete=complete))
    assert not outcome.signals
    assert outcome.silences["reports_missing"] == 1


def test_a_body_of_fewer_than_ten_members_is_never_judged(detector, wrong):
    members = wrong.members.copy()
    members[WRONG] = 9
    outcome = detector.look(replace(wrong, members=members))
    assert wrong.unit_ids[WRONG] not in [each.unit_id for each in outcome.signals]
    assert outcome.silences["fewer_than_ten_members"] == 1


def test_every_unit_is_judged_or_said_why_not(detector, wrong):
    outcome = detector.look(wrong)
    assert outcome.judged + len(outcome.silent) == len(wrong)


def test_evidence_is_complete_and_can_be_kept(detector, wrong):
    (found,) = detector.look(wrong).signals
    json.dumps([found.own_history, found.peers, found.facts, found.band], allow_nan=False)
    assert found.own_history["n"] == len(found.own_history["periods"])
    assert found.peers["n"] == len(wrong) - 1
    assert found.peers["low"] <= found.peers["median"] <= found.peers["high"]
    assert 0 <= found.chance < 0.01


def test_a_setting_nobody_knows_is_refused(case):
    with pytest.raises(ValueError, match="has no setting"):
        DETECTORS[case.detector]({"sensitivity": 3})
