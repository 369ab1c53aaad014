"""Ratios from parts, paths of targets, and the words for how a unit stands."""

from decimal import Decimal

import pytest

from giamsat.analysis.indicators.errors import ExpressionInvalid
from giamsat.analysis.indicators.rules import Derived, Target, parse_terms, standing
from giamsat.lib.periods import Period

D = Decimal


def derived(**changes):
    entry = {
        "code": "rate", "version": 1, "name": {}, "unit": {}, "why": {}, "good_when": "none",
        "numerator": "I05 + I06 + I07", "denominator": "I03", "factor": 100, "fewest_to_show": 5,
    }  # fmt: skip
    return Derived.read(entry | changes)


def target(**changes):
    entry = {
        "code": "T", "version": 1, "name": {}, "unit": {}, "sector": "health", "source": "a plan",
        "direction": "up", "shape": "cumulative", "levels": [1], "period_kinds": ["M"],
        "finals": {"2026": 30}, "path": {"Q1": 0.10, "6M": 0.34, "9M": 0.66, "Y": 1.0},
    }  # fmt: skip
    return Target.read(entry | changes)


def word(value, key, counted=None, **changes):
    value = None if value is None else D(value)
    return standing(target(**changes), 1, Period.parse(key), value, counted=counted).status


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("B02", ((1, "B02"),)),
        ("D03 - D04 - D05", ((1, "D03"), (-1, "D04"), (-1, "D05"))),
        ("H12+H13", ((1, "H12"), (1, "H13"))),
        ("D01 - D01.src=GIAO", ((1, "D01"), (-1, "D01.src=GIAO"))),
        ("FI02", ((1, "FI02"),)),
    ],
)
def test_sums_and_differences_of_codes_are_read(text, terms):
    assert parse_terms(text) == terms


@pytest.mark.parametrize(
    "text", ["", "B02 * 2", "B02 +", "1000", "__import__('os')", "B02 B03", "b02", "B02/B01"]
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(ExpressionInvalid) as refusal:
        parse_terms(text)
    assert refusal.value.facts["text"] == text
    assert "D03 - D04" in refusal.value.message


def test_a_ratio_is_recomputed_from_its_parts():
    ratio = derived().of({"I03": D(40), "I05": D(1), "I06": D(0), "I07": D(1)})
    assert (ratio.value, ratio.numerator, ratio.denominator) == (D(5), D(2), D(40))


def test_ratios_are_never_added_their_parts_are():
    one = {"I03": D(10), "I05": D(5), "I06": D(0), "I07": D(0)}
    other = {"I03": D(90), "I05": D(0), "I06": D(0), "I07": D(0)}
    both = {code: one[code] + other[code] for code in one}
    assert derived().of(both).value == D(5)
    assert (derived().of(one).value + derived().of(other).value) / 2 == D(25)


@pytest.mark.parametrize(
    "figures",
    [
        {"I03": D(40), "I05": D(1), "I06": None, "I07": D(1)},
        {"I03": D(40), "I05": D(1), "I07": D(1)},
        {"I03": None, "I05": D(1), "I06": D(0), "I07": D(1)},
        {"I03": D(0), "I05": D(0), "I06": D(0), "I07": D(0)},
        {"I03": D(4), "I05": D(1), "I06": D(0), "I07": D(1)},
    ],
    ids=["blank part", "missing part", "blank below", "nothing below", "too few below"],
)
def test_no_ratio_without_its_parts_or_on_too_few(figures):
    assert derived().of(figures).value is None


def test_a_difference_needs_no_denominator():
    gap = derived(numerator="D03 - D04 - D05", denominator=None, factor=1)
    assert gap.of({"D03": D(7), "D04": D(4), "D05": D(1)}).value == D(2)


@pytest.mark.parametrize(
    ("key", "share"),
    [("2026-M01", 1 / 30), ("2026-Q1", 0.10), ("2026-M03", 0.10), ("2026-6M", 0.34),
     ("2026-M07", 0.34 + 0.32 / 3), ("2026-M09", 0.66), ("2026-Y", 1.0), ("2026-M12", 1.0)],
)  # fmt: skip
def test_a_path_runs_straight_between_the_quarters(key, share):
    assert float(target().due(Period.parse(key))) == pytest.approx(30 * share, abs=1e-4)


@pytest.mark.parametrize(
    ("value", "key", "expected"),
    [
        (None, "2026-M09", "CHUA_CO_SO_LIEU"),
        ("19.8", "2026-M09", "TRONG_KE_HOACH"),
        ("17.82", "2026-M09", "TRONG_KE_HOACH"),
        ("17.80", "2026-M09", "CHAM"),
        ("10", "2026-M09", "NGUY_CO"),
        ("30", "2026-M09", "DAT"),
        ("29.9", "2026-Y", "KHONG_DAT"),
        ("30", "2026-Y", "DAT"),
        ("5", "2027-M09", "CHUA_CO_SO_LIEU"),
    ],
)
def test_the_word_for_a_value(value, key, expected):
    assert word(value, key) == expected


def test_few_occurrences_make_the_forecast_wider_not_the_word_harsher():
    assert word("12", "2026-M09", counted=D(400)) == "NGUY_CO"
    assert word("12", "2026-M09", counted=D(6)) == "CHAM"


def test_nothing_done_yet_is_behind_its_path_and_not_forecast_to_be_missed():
    assert word("0", "2026-M03", counted=D(0)) == "CHAM"
    assert standing(target(), 1, Period.parse("2026-M03"), D("0"), counted=D(0)).forecast is None


def test_a_level_is_wanted_at_every_period():
    level = {"shape": "level", "finals": {"2026": 95}, "path": {}}
    assert word("95", "2026-Q1", **level) == "DAT"
    assert word("90", "2026-Q1", **level) == "TRONG_KE_HOACH"
    assert word("80", "2026-Q1", **level) == "CHAM"
    assert word("80", "2026-Y", **level) == "KHONG_DAT"


def test_at_most_is_judged_the_other_way_round():
    down = {"direction": "down", "shape": "level", "finals": {"2026": 10}, "path": {}}
    assert word("8", "2026-6M", **down) == "DAT"
    assert word("10.5", "2026-6M", **down) == "TRONG_KE_HOACH"
    assert word("12", "2026-6M", **down) == "CHAM"
    assert word("12", "2026-Y", **down) == "KHONG_DAT"


def test_the_gap_is_what_is_missing_to_the_path():
    behind = standing(target(), 1, Period.parse("2026-M09"), D("12"), counted=D(400))
    assert float(behind.gap) == pytest.approx(7.8)
    assert behind.forecast.low < behind.forecast.value < behind.forecast.high < 30
    assert behind.forecast.method == "pace_of_path"
