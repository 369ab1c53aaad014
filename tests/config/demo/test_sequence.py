"""What may be sent side by side, and in which order."""

import pytest

from giamsat.config.demo import sequence
from giamsat.lib.formulas.language import terms
from giamsat.lib.periods import Period
from tools.definitions import all_rules, form


def named_together():
    """What one check of a published rule reads: rule, indicators of the period, and of periods before."""
    for rule in all_rules():
        for check in rule.checks:
            read = [term for tree in check.trees for term in terms(tree) if term.code]
            now = {term.code for term in read if term.word == "cell"}
            yield rule.code, now, {term.code for term in read} - now


def test_only_the_second_stream_has_rules_over_both():
    """It waits for the first; the monthly form asks what others ask, too, but for periods of its own."""
    first, second = (
        {cell.indicator for code in stream if code != sequence.MONTHLY for cell in form(f"{code}.v1")}
        for stream in sequence.STREAMS
    )
    over_both = [rule for rule, codes, past in named_together() if codes & first and codes & second]
    looking_back = [rule for rule, codes, past in named_together() if past & second and codes & first]
    assert set(over_both) == {"R-16", "R-17", "R-32"}
    assert looking_back == []


@pytest.mark.parametrize(
    ("period", "forms"),
    [
        ("2026-M03", ["BMT", "BM25", "BM26"]),
        ("2025-9M", ["BM02", "BM04", "BM05", "BM11", "BM19", "BM21"]),
        ("2024-6M", ["BM02", "BM04", "BM05", "BM11", "BM14", "BM19", "BM21", "BM01"]),
        (
            "2026-6M",
            ["BM02", "BM04", "BM05", "BM11", "BM14", "BM19", "BM21", "BM01", "BM24"],
        ),
        (
            "2025-Y",
            [
                *("BM02", "BM04", "BM05", "BM11", "BM14", "BM19", "BM21", "BM01"),
                *("BM07", "BM09", "BM17", "BM24"),
            ],
        ),
    ],
)
def test_each_period_asks_for_its_forms(period, forms):
    wanted = Period.parse(period)
    assert sequence.steps(sequence.FORMS, [wanted]) == [(wanted, code) for code in forms]


def test_periods_come_in_the_order_in_which_they_ended():
    wanted = [period for period, _ in sequence.steps(("BM02", "BMT"))]
    assert [period.ends_on for period in wanted] == sorted(period.ends_on for period in wanted)
    assert sequence.is_former(wanted[0])
    assert not sequence.is_former(wanted[-1])
