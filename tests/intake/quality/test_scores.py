"""The four scores by hand (handbook §6.2)."""

from decimal import Decimal

import pytest

from giamsat.intake.quality import rules, scoring
from giamsat.intake.quality.rules import Evidence
from tests.intake.quality.helpers import checked


def known(**shares):
    return {part: Evidence(Decimal(share)) for part, share in shares.items()}


def test_all_parts_known_is_the_plain_weighted_mean():
    """40 × 0.9 + 30 × 1 + 20 × 0.5 + 10 × 1 = 86."""
    evidence = known(rules="0.9", register="1", samples="0.5", stability="1")

    assert rules.score("correct", evidence) == Decimal("86.0")


def test_a_part_nobody_looked_at_is_left_out_and_the_rest_weighed_anew():
    """(40 × 0.9 + 10 × 1) / 50 = 0.92; not 46, and not 96."""
    assert rules.score("correct", known(rules="0.9", stability="1")) == Decimal("92.0")


def test_nothing_known_is_not_assessed_and_never_a_hundred():
    assert rules.score("live", {}) is None
    assert rules.band(None) == "not_assessed"
    assert rules.score("live", {"use": Evidence(None)}) is None


@pytest.mark.parametrize(("late", "share"), [(-3, "1"), (0, "1"), (1, "0.9"), (10, "0"), (40, "0")])
def test_a_tenth_is_lost_for_each_day_late(late, share):
    assert rules.on_time(late) == Decimal(share)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("95", "good"),
        ("94.9", "met"),
        ("85", "met"),
        ("84.9", "to_improve"),
        ("70", "to_improve"),
        ("69.9", "not_met"),
    ],
)
def test_bands_begin_where_the_handbook_says(score, band):
    assert rules.band(Decimal(score)) == band


def test_the_single_index_is_the_geometric_mean_of_all_four_or_nothing():
    assert rules.index([Decimal(100), Decimal(100), Decimal(100), Decimal(16)]) == Decimal("63.2")
    assert rules.index([Decimal(100), Decimal(100), Decimal(100), None]) is None
    assert rules.index([Decimal(100), Decimal(0), Decimal(100), Decimal(100)]) == Decimal("0.0")


def test_rolling_up_weighs_by_expected_cells():
    """(100 × 10 + 50 × 30) / 40 = 62.5."""
    assert rules.mean_of_sum(Decimal(100 * 10 + 50 * 30), 40) == Decimal("62.5")


def test_a_score_tells_the_weight_it_rests_on():
    assert rules.weight_assessed("correct", known(rules="0.9", stability="1")) == 50
    assert rules.weight_assessed("clean", {"unique": Evidence(None)}) == 0


def test_the_weights_of_each_score_are_a_hundred():
    assert {name: sum(parts.values()) for name, parts in rules.WEIGHTS.items()} == dict.fromkeys(
        rules.WEIGHTS, 100
    )


def test_the_parts_and_weights_are_those_of_the_handbook():
    assert {name: list(parts.values()) for name, parts in rules.WEIGHTS.items()} == {
        "correct": [40, 30, 20, 10], "complete": [40, 40, 20], "clean": [30, 30, 20, 20], "live": [40, 25, 15, 20],
    }  # fmt: skip
    assert [list(map(str, parts)) for parts in rules.WEIGHTS.values()] == [
        ["rules", "register", "samples", "stability"],
        ["required", "children", "attachments"],
        ["unique", "codes", "formats", "agreement"],
        ["timeliness", "freshness", "connector", "use"],
    ]


def test_evidence_names_the_cells_that_fail():
    """R-01 holds wherever there is a figure; R-06 fails at B04 ≤ B02: one rule of two. B05 is blank."""
    report = checked({"B02": 5, "B04": 7, "B07": 3, "B05": None}, "R-01", "R-06")
    evidence = scoring.evidence_of(report)[0]

    assert evidence["rules"] == Evidence(Decimal("0.5"), ("B02", "B04"))
    assert evidence["required"] == Evidence(Decimal(3) / 4, ("B05",))
    assert evidence["formats"] == Evidence(Decimal(1))
    assert evidence["agreement"] == Evidence(None)
    assert "children" not in evidence


def test_an_explicit_zero_is_filled_in_and_a_text_is_not():
    evidence = scoring.evidence_of(checked({"B02": 0, "B04": "x"}, "R-01"))[0]

    assert evidence["required"] == Evidence(Decimal("0.5"), ("B04",))
    assert evidence["formats"] == Evidence(Decimal(3) / 4, ("B04",))


def test_evidence_survives_storage():
    evidence = {"rules": Evidence(Decimal("0.5"), ("B02",)), "use": Evidence(None)}

    assert scoring.from_json(scoring.as_json(evidence)) == evidence
