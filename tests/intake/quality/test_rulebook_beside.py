"""Rules on peers, habits, silence, the register and mergers worked by hand: passing, failing, not assessed."""

import numpy as np
import pytest

from giamsat.intake.quality.frames import peer_rates
from giamsat.lib.formulas import Grid
from tests.intake.quality.helpers import checked, found, row


def twenty_peers(parts, *, of=100, persons=(False, False)):
    """Units that inspected ``of`` and found ``parts`` among them."""
    figures = Grid.of([[of, part] for part in parts])
    return peer_rates(figures, [500] * len(parts), persons=persons, shares=[(1, 0, "B02")])


def r34(inspected, found_wrong, rates):
    figures = {"B02": inspected, "B04": found_wrong}
    peers = rates.at_size([500], row(figures, figures))
    return found(figures, "R-34", period="2026-Q1", peers=peers)


def test_r34_more_found_than_peers_find():
    """Peers find 5 … 24 %: P95 is 23 %, of 40 inspected 9.2, told as 10. Half of it more is 15, 2·√11 is 6.6."""
    rates = twenty_peers(range(5, 25))

    assert r34(40, 16, rates) == []
    assert r34(40, 17, rates) == [
        "B04 (B04) changed by 17 in the period; with as much work, units of its kind have about 6. "
        "Check it and explain."
    ]


def test_r34_asks_nobody_why_so_few_were_found():
    assert r34(1000, 0, twenty_peers(range(40, 60))) == []


def test_r34_work_done_is_held_to_both_ends():
    """Of 100 to be settled peers settled 80 … 99: at 50 that is 40; 19 is less than half of it."""
    rates = peer_rates(
        Grid.of([[100, part] for part in range(80, 100)]),
        [500] * 20,
        persons=[False] * 2,
        shares=[(1, 0, "H08")],
    )

    def told(settled):
        figures = {"H08": 50, "H09": settled}
        peers = rates.at_size([500], row(figures, figures))
        return found(figures, "R-34", period="2026-Q1", peers=peers)

    assert told(20) == []
    assert len(told(19)) == 1


def test_r34_needs_ten_of_something_and_ten_peers_that_have_as_many():
    blank = checked({"B02": None, "B04": 4}, "R-34", period="2026-Q1")
    few = twenty_peers(range(20), of=9)

    assert blank.not_assessed() == ["R-34"]
    assert r34(9, 9, twenty_peers([5] * 20)) == []
    assert r34(40, 40, few) == [], "their own nine are too few to be a share of"


def test_r34_tells_nothing_of_small_cells_among_the_peers():
    def band(few):
        rates = peer_rates(
            Grid.of([[20, few]] * 10 + [[20, 9]] * 10),
            [500] * 20,
            persons=[True, True],
            shares=[(1, 0, "B07")],
        )
        return rates.at_size([500], Grid.of([[10**9, 0]]))

    told = [{percent: grid.value(0, 1) for percent, grid in band(few).items()} for few in (1, 2, 3, 4)]
    assert all(each == told[0] for each in told)


@pytest.mark.parametrize(("percent", "share"), [(5, 7), (50, 7), (95, 7)])
def test_a_share_in_hundredths_is_reckoned_in_whole_numbers(percent, share):
    """7 % of 100 are 7, which no float says."""
    rates = twenty_peers([share] * 20)

    assert rates.at_size([1], Grid.of([[100, 0]]))["B02", percent].value(0, 1) == share


def figures_of(round_ones, others):
    return {
        f"B04.vio=V{n}": 10 + n * 10 if n < round_ones else 11 + n * 10 for n in range(round_ones + others)
    }


def with_totals(parts):
    return {"B04": sum(parts.values()) + 1, **parts}


def test_r36_round_figures():
    """Thirty of 10 and more, the total among them: 12 may end in 0 or 5, 13 may not."""
    honest, rounded = with_totals(figures_of(12, 17)), with_totals(figures_of(13, 16))
    assert [honest["B04"] % 5, rounded["B04"] % 5] == [3, 2]

    assert found(honest, "R-36") == []
    assert found(rounded, "R-36") == [
        "13 cells end in 0 or 5, more than 40 % of those of 10 and more (limit 12). "
        "Confirm that the figures were counted, not estimated."
    ]


def test_r36_counts_neither_figures_below_ten_nor_fewer_than_thirty():
    small = {**with_totals(figures_of(12, 17)), **{f"B05.vio=V{n}": 5 for n in range(30)}, "B05": 151}

    assert found(small, "R-36") == []
    assert checked(with_totals(figures_of(28, 0)), "R-36").not_assessed() == ["R-36"]
    assert checked(dict.fromkeys(figures_of(30, 0)), "R-36").not_assessed() == ["R-36"]


def silence(members, periods):
    about = {"members": np.array([members]), "silent_for": np.array([periods])}
    return checked({"A04": None}, "R-37", about=about)


@pytest.mark.parametrize(("members", "periods", "silent"), [(301, 2, True), (300, 2, False), (301, 1, False)])
def test_r37_two_periods_without_a_report_of_a_large_unit(members, periods, silent):
    assert bool(silence(members, periods).findings()) is silent


def test_r37_says_what_to_do_and_is_not_asked_of_whom_nothing_is_known():
    assert [each.sentence("en") for each in silence(350, 2).findings()] == [
        "A unit of 350 members has sent no such report for 2 periods in a row, and it is overdue. Remind it; "
        "if there is nothing to report it reports 0."
    ]
    assert silence(-1, 2).not_assessed() == ["R-37"]
    assert checked({"A04": 0}, "R-37").not_assessed() == ["R-37"], (
        "at entry there is a report, and no silence"
    )


def test_r38_the_register_of_files():
    def told(counted):
        return checked({"D01": 100}, "R-38", register=Grid.of([[counted]]))

    assert told(102).findings() == []
    assert [(each.severity, each.sentence("en")) for each in told(103).findings()] == [
        ("I", "D01 (D01) is 100, the register of files has 103: more than 2 % apart. Compare them.")
    ]
    assert told(None).not_assessed() == ["R-38"]
    assert checked({"D01": 100}, "R-38").not_assessed() == ["R-38"]


def test_r41_after_a_merger_the_year_is_carried_on():
    def told(left):
        return checked({"B02": 9, "A04": 5}, "R-41", period="2026-9M", predecessors=Grid.of([[left, 99]]))

    assert told(9).findings() == []
    assert [each.sentence("en") for each in told(10).findings()] == [
        "B02 (B02) is 9 to date, less than the 10 that the units merged into it had reported by then. "
        "Check it, or explain."
    ]
    assert told(None).not_assessed() == ["R-41"]
    assert checked({"B02": 9}, "R-41", period="2026-9M").not_assessed() == ["R-41"]


def test_a_rule_is_asked_at_its_stages_alone():
    figures, about = {"A04": None}, {"members": np.array([301]), "silent_for": np.array([2])}

    def codes(stage):
        return {each.rule for each in checked(figures, about=about, stage=stage).findings()}

    assert codes("schedule") == {"R-37"}
    assert codes("entry") == {"R-00"}
    assert codes("submit") == {"R-00"}
