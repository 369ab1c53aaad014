"""Every rule worked by hand: a report that passes, one that fails with its sentence, one not assessed."""

from decimal import Decimal

import numpy as np
import pytest

from giamsat.intake.quality.frames import Children, peer_rates
from giamsat.intake.sources.services import read_number
from giamsat.lib.formulas import Grid
from tests.intake.quality.helpers import cells_of, checked, found
from tools.definitions import all_rules

PAIRS = {
    "R-06": [("B04", "B02"), ("B09", "B07"), ("B08", "B07")],
    "R-07": [("B05", "B04"), ("B10", "B09")],
    "R-09": [("C02", "C01"), ("C03", "C02"), ("C07", "C05"), ("C08", "C07"), ("C06", "C05")],
    "R-10": [("D02", "D01"), ("D03", "D02"), ("D08", "D06"), ("D09", "D08"), ("D07", "D06")],
}


@pytest.mark.parametrize(
    ("rule", "part", "whole"), [(rule, *pair) for rule, pairs in PAIRS.items() for pair in pairs]
)
def test_a_part_is_not_above_its_whole(rule, part, whole):
    assert found({whole: 5, part: 5}, rule) == []
    assert found({whole: 5, part: 7}, rule) == [f"{part} ({part}) is 7; it must be at most 5 ({whole} = 5)."]
    assert checked({whole: None, part: 7}, rule).not_assessed() == [rule]


def test_a_part_is_compared_in_every_column():
    figures = {"B02": 9, "B02.lvl=XA": 4, "B02.lvl=CS": 5, "B04": 6, "B04.lvl=XA": 5, "B04.lvl=CS": 1}

    assert found(figures, "R-06") == ["B04.lvl=XA (B04.lvl=XA) is 5; it must be at most 4 (B02.lvl=XA = 4)."]


@pytest.mark.parametrize(("done", "must"), [("B06", "B05"), ("B11", "B10")])
def test_r08_more_disciplined_than_must_be_asks_for_an_explanation(done, must):
    assert found({must: 2, done: 2}, "R-08") == []
    assert found({must: 2, done: 3}, "R-08") == [
        f"{done} ({done}) is 3, more than were to be disciplined in the period ({must} = 2). "
        "Explain which cases were carried over."
    ]
    assert [each.severity for each in checked({must: 2, done: 3}, "R-08").findings()] == ["W"]
    assert checked({must: None, done: 3}, "R-08").not_assessed() == ["R-08"]


@pytest.mark.parametrize(("done", "proposed", "must"), [("D04", "D05", "D03"), ("D10", "D11", "D09")])
def test_r11_disciplined_and_proposed_against_must_be(done, proposed, must):
    assert found({done: 1, proposed: 2, must: 3}, "R-11") == []
    assert found({done: 2, proposed: 2, must: 3}, "R-11") == [
        f"Disciplined and proposed come to 4, more than the 3 to be disciplined ({done} = 2; {proposed} = 2; "
        f"{must} = 3). Explain which cases were carried over."
    ]
    assert checked({done: 2, proposed: None, must: 3}, "R-11").not_assessed() == ["R-11"]


def test_r01_whole_numbers_of_zero_or_more():
    assert found({"B02": 0, "B04": 12, "D13": Decimal("1.5")}, "R-01") == []
    assert found({"B02": -1}, "R-01") == ["B02 (B02) is -1; it must not be below 0."]
    assert found({"B02": Decimal("1.5")}, "R-01") == ["B02 (B02) is 1.5; it must be a whole number."]
    assert found({"B02": "mười hai"}, "R-01") == [
        "B02 (B02) holds “mười hai”, which cannot be read as a number. Enter a number; enter 0 if there is none."
    ]
    assert checked({"B02": None}, "R-01").not_assessed() == ["R-01"]


@pytest.mark.parametrize("written", ["1,5", "1,234567"])
def test_r01_says_whole_number_where_no_decimals_are_allowed(written):
    finding = checked({"B02": read_number(written, decimals=0)}, "R-01").findings()[0]

    assert "phải là số nguyên" in finding.sentence("vi")
    assert "it must be a whole number" in finding.sentence("en")


def test_r01_says_how_many_decimals_an_amount_may_have():
    finding = checked({"D13": Decimal("1.2345")}, "R-01").findings()[0]

    assert finding.sentence("vi").endswith("chỉ được có tối đa 3 chữ số thập phân.")
    assert finding.sentence("en").endswith("it may have at most 3 decimals.")


def test_r01_speaks_vietnamese():
    sentence = checked({"B02": "12a"}, "R-01").findings()[0].sentence("vi")

    assert sentence == "B02 (B02) ghi “12a”: không phải là một con số đọc được. Nhập số, không có thì nhập 0."


@pytest.mark.parametrize(
    ("written", "vietnamese", "english"),
    [
        (
            "10.000.000.000.000",
            "con số quá lớn, nhiều nhất là 999.999.999.999,9999",
            "too large, at most 999,999,999,999.9999",
        ),
        ("12,345678", "quá nhiều chữ số thập phân, chỉ được có tối đa 3", "too many decimals, at most 3"),
        ("0,00001", "quá nhiều chữ số thập phân", "too many decimals"),
        ("1.234", "Viết 1234, hoặc 1,2340 nếu là số thập phân", "Write 1234, or 1.2340 for a decimal"),
        ("#DIV/0!", "báo lỗi của Excel", "an Excel error"),
        ("12a", "không phải là một con số đọc được", "cannot be read as a number"),
    ],
)
def test_r01_names_what_is_wrong_with_a_text_and_shows_it_as_it_was_written(written, vietnamese, english):
    finding = checked({"D13": read_number(written, decimals=3)}, "R-01").findings()[0]

    assert f"ghi “{written}”" in finding.sentence("vi")
    assert vietnamese in finding.sentence("vi")
    assert f"holds “{written}”" in finding.sentence("en")
    assert english in finding.sentence("en")


def test_r02_the_total_equals_the_sum_of_its_levels():
    assert found({"B02": 9, "B02.lvl=XA": 4, "B02.lvl=CS": 5}, "R-02") == []
    assert found({"B02": 10, "B02.lvl=XA": 4, "B02.lvl=CS": 5}, "R-02") == [
        "B02 (B02) is 10, but its columns by level add up to 9 (B02.lvl=XA = 4; B02.lvl=CS = 5)."
    ]
    assert checked({"B02": 9, "B02.lvl=XA": 4, "B02.lvl=CS": None}, "R-02").not_assessed() == ["R-02"]
    assert checked({"B02": 9}, "R-02").not_assessed() == []


def test_r02_a_task_of_no_sector_or_of_several_is_explained_not_refused():
    [finding] = checked({"N02": 9, "N02.sector=S01": 4, "N02.sector=S02": 4}, "R-02").findings()
    assert finding.severity == "W"


def children(figures, sums, *, missing=()):
    total = Grid.of([[sums.get(key) for key in figures]])
    received = np.array([3])
    return Children(total, received + len(missing), received, [list(missing)])


def test_r03_consolidated_is_own_plus_children():
    figures = {"B02": 30}
    beside = {"basis": "consolidated", "own": {"B02": 10}}

    assert found(figures, "R-03", **beside, children=children(figures, {"B02": 20})) == []
    assert found(figures, "R-03", **beside, children=children(figures, {"B02": 25})) == [
        "B02 (B02) consolidated is 30, but the unit's own figure and its children's add up to 35."
    ]
    assert checked(figures, "R-03", **beside, children=children(figures, {})).not_assessed() == ["R-03"]
    assert found(figures, "R-03", own={"B02": 10}, children=children(figures, {"B02": 25})) == []


def test_r03_says_nothing_while_a_child_is_missing():
    figures = {"B02": 30}
    given = children(figures, {"B02": 5}, missing=[{"vi": "Xã Một", "en": "Một commune"}])

    assert checked(figures, "R-03", basis="consolidated", own={"B02": 10}, children=given).not_assessed() == [
        "R-03"
    ]


def test_r04_missing_children_are_named():
    figures = {"B02": 1}
    away = [{"vi": f"Xã {name}", "en": f"{name} commune"} for name in ("Một", "Hai")]
    late = children(figures, {"B02": 1}, missing=away)

    assert found(figures, "R-04", basis="consolidated", children=children(figures, {"B02": 1})) == []
    assert found(figures, "R-04", basis="consolidated", children=late) == [
        "3 of 5 reports of the units below are in. Missing: Một commune, Hai commune."
    ]
    assert checked(figures, "R-04", basis="consolidated").not_assessed() == ["R-04"]


def test_r04_expected_children_are_those_the_unit_counts():
    figures = {"A10": 4}
    beside = {"basis": "consolidated", "children": children(figures, {"A10": 1})}

    assert found(figures, "R-04", own={"A10": 3}, **beside) == []
    assert found(figures, "R-04", own={"A10": 4}, **beside) == [
        "A10 (A10) of the unit itself is 4, but 3 units below owe this report."
    ]


def test_r05_a_cumulative_figure_does_not_fall_within_the_year():
    sentence = (
        "B02 (B02) is 4 to date, less than 5 in the period before. Check it; "
        "if the earlier figure was wrong, ask for that period to be corrected."
    )

    assert found({"B02": 5}, "R-05", period="2026-M09", previous={"B02": 5}) == []
    assert found({"B02": 4}, "R-05", period="2026-M09", previous={"B02": 5}) == [sentence]
    assert found({"B02": 4}, "R-05", period="2026-M09", history={"2026-M08": {"B02": 5}}) == [sentence]
    assert checked({"B02": None}, "R-05", period="2026-M09", previous={"B02": 5}).not_assessed() == ["R-05"]
    assert found({"B02": 4}, "R-05", period="2026-M01", history={"2025-M12": {"B02": 5}}) == []
    assert found({"A04": 4}, "R-05", period="2026-M09", previous={"A04": 5}) == [], "a stock may fall"


def test_r12_contents_of_violation():
    def report(total, *contents):
        return {"B04": total, **{f"B04.vio=V{n}": each for n, each in enumerate(contents)}}

    assert found(report(5, 3, 4), "R-12") == []
    assert found(report(2, 3, 4), "R-12") == [
        "B04 (B04) is 2, less than one of its contents of violation (4)."
    ]
    assert found(report(8, 3, 4), "R-12") == [
        "B04 (B04) is 8, more than its contents of violation together (7): some are not classified."
    ]
    assert checked(report(5, 3, None), "R-12").not_assessed() == ["R-12"]


def test_r13_discipline_of_organisations_adds_up_both_ways():
    right = {"K01": 6, "K02": 3, "K03": 2, "K04": 1, "K05": 4, "K06": 2}

    assert found(right, "R-13") == []
    assert found({**right, "K04": 0}, "R-13") == [
        "K01 (K01) is 6, but its parts add up to 5 (K02 = 3; K03 = 2; K04 = 0)."
    ]
    assert found({**right, "K06": 3}, "R-13") == [
        "K01 (K01) is 6, but its parts add up to 7 (K05 = 4; K06 = 3)."
    ]
    assert checked({**right, "K02": None, "K05": None}, "R-13").not_assessed() == ["R-13"]


def test_r14_discipline_of_members_adds_up_both_ways():
    right = {"L01": 10, "L02": 6, "L03": 2, "L04": 1, "L05": 1, "L06": 5, "L07": 3, "L08": 2}

    assert found(right, "R-14") == []
    assert found({**right, "L05": 2}, "R-14") == [
        "L01 (L01) is 10, but its parts add up to 11 (L02 = 6; L03 = 2; L04 = 1; L05 = 2)."
    ]
    assert found({**right, "L06": 4}, "R-14") == [
        "L01 (L01) is 10, but its parts add up to 9 (L06 = 4; L07 = 3; L08 = 2)."
    ]
    assert checked({**right, "L01": None}, "R-14").not_assessed() == ["R-14"]


def test_r15_committee_members_and_probationary_members():
    right = {"L01": 10, "L02": 3, "L03": 2, "L09": 10, "L10": 5}

    assert found(right, "R-15") == []
    assert found({**right, "L09": 11}, "R-15") == ["L09 (L09) is 11; it must be at most 10 (L01 = 10)."]
    assert found({**right, "L10": 6}, "R-15") == ["L10 (L10) is 6; it must be at most 5 (L02 = 3; L03 = 2)."]
    assert checked({**right, "L01": None, "L02": None}, "R-15").not_assessed() == ["R-15"]


def test_r16_the_total_covers_the_parts_of_sibling_forms():
    def siblings(b, c, d):
        return [
            (cells_of(code), Grid.of([[figure]])) for code, figure in (("B06", b), ("C04", c), ("D04", d))
        ]

    assert found({"K01": 6}, "R-16", siblings=siblings(1, 2, 3)) == []
    assert found({"K01": 5}, "R-16", siblings=siblings(1, 2, 3)) == [
        "K01 (K01) is 5; it must be at least 6 (B06 = 1; C04 = 2; D04 = 3)."
    ]
    assert checked({"K01": 5}, "R-16", siblings=siblings(1, None, 3)).not_assessed() == ["R-16"]
    assert checked({"K01": 5}, "R-16", siblings=siblings(1, 2, 3)[:2]).not_assessed() == [], (
        "not asked without D"
    )
    assert found({"B06": 9}, "R-16", siblings=[(cells_of("K01", "C04", "D04"), Grid.of([[8, 0, 0]]))]) == [
        "K01 (K01) is 8; it must be at least 9 (B06 = 9; C04 = 0; D04 = 0)."
    ]


def months(*cumulative):
    """B02 at the end of April, May, … of 2026."""
    return {f"2026-M{number:02}": {"B02": figure} for number, figure in enumerate(cumulative, start=4)}


def test_r33_an_increment_far_from_the_units_own_median():
    """Increments of May to August are 10, 12, 11, 13: median 11.5, distances 1.5 0.5 0.5 1.5, so 3 × 1 < 5."""
    past = months(0, 10, 22, 33, 46)

    assert found({"B02": 46 + 16}, "R-33", period="2026-M09", history=past) == []
    assert found({"B02": 46 + 17}, "R-33", period="2026-M09", history=past) == [
        "B02 (B02) changed by 17 in the period, far from what is usual for the unit (median 11.5). "
        "Check it and explain."
    ]
    assert checked({"B02": None}, "R-33", period="2026-M09", history=past).not_assessed() == ["R-33"]


def test_r33_needs_four_periods_else_the_peers_serve():
    """Twenty peers of 100 members added 40 … 59; at 200 members that is 80 … 116 (P5 … P95), 98 in the middle.

    Beyond 116 half of it is still excused: 174.
    """
    three = months(None, 10, 22, 33, 46)
    peers = peer_rates(Grid.of([[n] for n in range(40, 60)]), [100] * 20, persons=[False]).at_size([200])

    assert checked({"B02": 999}, "R-33", period="2026-M09", history=three).not_assessed() == ["R-33"]
    assert found({"B02": 46 + 174}, "R-33", period="2026-M09", history=three, peers=peers) == []
    assert found({"B02": 46 + 175}, "R-33", period="2026-M09", history=three, peers=peers) == [
        "B02 (B02) changed by 175 in the period, far from units of its kind at its size (median 98). "
        "Check it and explain."
    ]


def test_r33_peers_doubt_too_little_as_well():
    """Peers added 100 … 119: 50 is half of P5 and excused, 49 is not; what is not known is not assessed."""
    three = months(None, 10, 22, 33, 46)
    peers = peer_rates(Grid.of([[n] for n in range(100, 120)]), [1] * 20, persons=[False]).at_size([1])

    assert found({"B02": 46 + 50}, "R-33", period="2026-M09", history=three, peers=peers) == []
    assert len(found({"B02": 46 + 49}, "R-33", period="2026-M09", history=three, peers=peers)) == 1
    assert checked({"B02": None}, "R-33", period="2026-M09", history=three, peers=peers).not_assessed()


def test_r33_excuses_what_the_band_of_the_peers_explains():
    """17 in September, the unit's usual 11.5. Peers up to 3: 3 + 2·√4 = 7. Peers up to 11: 11 + 2·√12 = 17.9."""
    past = months(0, 10, 22, 33, 46)

    def peers(highest):
        return peer_rates(
            Grid.of([[n] for n in [0] * 18 + [highest] * 2]), [1] * 20, persons=[False]
        ).at_size([1])

    assert found({"B02": 63}, "R-33", period="2026-M09", history=past, peers=peers(11)) == []
    assert len(found({"B02": 63}, "R-33", period="2026-M09", history=past, peers=peers(3))) == 1


def test_r33_tells_nothing_of_small_cells_among_the_peers():
    """The band is the same whatever the few persons were, and holds no rate that would name the unit it is of."""

    def band(few):
        sizes = [100 + n for n in range(20)]
        return peer_rates(Grid.of([[few]] * 10 + [[70]] * 10), sizes, persons=[True]).at_size([937])

    told = [{percent: grid.value(0, 0) for percent, grid in band(few).items()} for few in (1, 2, 3, 4)]
    assert all(each == told[0] for each in told)
    assert all(figure == round(figure) for figure in told[0].values())


def test_r33_leaves_amounts_of_money_alone():
    history = {f"2026-M{month:02}": {"D13": Decimal("0.5") * month} for month in range(4, 9)}

    assert found({"D13": 400}, "R-33", period="2026-M09", history=history) == []


def test_r33_a_stock_of_four_periods_is_held_to_its_own_past():
    history = {f"2026-M{month:02}": {"A04": 300} for month in range(5, 9)}

    assert found({"A04": 304}, "R-33", period="2026-M09", history=history) == []
    assert found({"A04": 3000}, "R-33", period="2026-M09", history=history) == [
        "A04 (A04) is 3,000, far from what is usual for the unit (median 300). Check it and explain."
    ]
    assert checked(
        {"A04": 3000}, "R-33", period="2026-M09", history=dict(list(history.items())[1:])
    ).not_assessed()


def test_r33_a_stock_of_fewer_is_held_to_its_peers():
    """Peers of 100 members have 40 … 59 of something; at 200 members P5 … P95 are 80 … 116, 98 in the middle.

    Half of either end is still excused: 40 … 174.
    """
    three = {f"2026-M{month:02}": {"A07": 300} for month in range(6, 9)}
    peers = peer_rates(Grid.of([[n] for n in range(40, 60)]), [100] * 20, persons=[False]).at_size([200])

    def told(figure):
        return found({"A07": figure}, "R-33", period="2026-M09", history=three, peers=peers)

    assert (told(174), told(40)) == ([], [])
    assert told(175) == [
        "A07 (A07) is 175, far from units of its kind at its size (median 98). Check it and explain."
    ]
    assert len(told(39)) == 1


CODES = ["B02", "B04", "B05", "B06", "B07", "B08", "B09", "B10"]


def repeated(same: int, *, count: int = 8):
    """Increments of August were 1 … 8; September repeats ``same`` of them."""
    july = dict.fromkeys(CODES[:count], 0)
    august = {code: n for n, code in enumerate(CODES[:count], start=1)}
    september = {code: 2 * n if n <= same else 3 * n for n, code in enumerate(CODES[:count], start=1)}
    return september, {"2026-M07": july, "2026-M08": august}


def test_r35_a_copied_report():
    copied, past = repeated(5)
    honest, _ = repeated(4)

    assert found(honest, "R-35", period="2026-M09", history=past) == []
    assert found(copied, "R-35", period="2026-M09", history=past) == [
        "5 cells changed by exactly as much as in the period before, 60 % or more of those that are not zero "
        "(limit 4.8). Confirm that the figures were not copied."
    ]


def test_r35_counts_a_part_that_is_all_of_its_total_only_once():
    """Four totals and four parts that repeat them are four figures, not eight; a second part makes a part count."""
    past = {f"{code}{part}": n for n, code in enumerate(CODES[:4], start=1) for part in ("", ".lvl=XA")}
    copied = {key: 2 * figure for key, figure in past.items()}
    history = {"2026-M07": dict.fromkeys(past, 0), "2026-M08": past}

    assert checked(copied, "R-35", period="2026-M09", history=history).not_assessed() == ["R-35"]
    parts = {f"{code}.lvl=CS": 1 for code in CODES[:4]}
    split = {key: figure + ("." not in key) for key, figure in past.items()} | parts
    history = {"2026-M07": dict.fromkeys(split, 0), "2026-M08": split}
    twice = {key: 2 * figure for key, figure in split.items()}
    assert len(found(twice, "R-35", period="2026-M09", history=history)) == 1


def test_r35_needs_eight_cells_that_are_not_zero():
    figures, past = repeated(7, count=7)

    assert checked(figures, "R-35", period="2026-M09", history=past).not_assessed() == ["R-35"]
    assert checked(repeated(8)[0], "R-35", period="2026-M09").not_assessed() == ["R-35"]


def test_r00_asks_for_every_required_cell_and_takes_an_explicit_zero():
    report = checked({"B07": 0, "B09": None, "B08": 2}, "R-00")

    assert [(each.cell_keys, each.severity) for each in report.findings()] == [(("B09",), "E")]
    assert report.findings()[0].sentence("en") == (
        "B09 (B09): blank. This cell needs a number; enter 0 if there is nothing to report."
    )


def test_r00_keeps_a_blank_from_silencing_the_other_rules():
    """One form left empty: R-14 can say nothing, R-00 does; a text in the cell is for R-01 alone."""
    figures = {"L01": 10, "L02": 6, "L03": 2, "L04": 1, "L05": None}

    report = checked(figures, "R-00", "R-14")
    assert report.not_assessed() == ["R-14"]
    assert [each.rule for each in report.findings()] == ["R-00"]
    assert [each.rule for each in checked({"L05": "hai"}, "R-00", "R-01").findings()] == ["R-01"]


@pytest.mark.parametrize(("persons", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_r43_begins_at_one_and_ends_at_four(persons, hidden):
    assert checked({"B07": persons}, "R-43").suppressed.tolist() == [[hidden]]


def test_r04_a_blank_count_of_children_is_not_compared():
    given = children({"A10": None}, {"A10": 1})

    assert found({"A10": None}, "R-04", basis="consolidated", own={"A10": None}, children=given) == []


def test_a_fraction_of_a_person_is_a_mistake_and_no_small_cell_to_tell_of():
    report = checked({"B07": Decimal("2.5"), "B09": 2}, "R-01", "R-43")

    assert [(each.rule, each.cell_keys) for each in report.findings()] == [
        ("R-01", ("B07",)),
        ("R-43", ("B09",)),
    ]
    assert report.suppressed.tolist() == [[True, True]]


def test_r43_marks_cells_of_one_to_four_persons_and_never_blocks():
    report = checked({"B07": 3, "B09": 0, "B10": 5, "B02": 3, "B11": None}, "R-43")

    assert [each.sentence("en") for each in report.findings()] == [
        "B07 (B07) is 3 persons: only the unit and its direct superior can see it."
    ]
    assert report.suppressed.tolist() == [[True, False, False, False, False]]
    assert not report.blocked.any()
    assert report.findings()[0].severity == "I"


def test_every_rule_on_figures_is_here_in_both_languages():
    rules = {rule.code: rule for rule in all_rules()}

    assert set(rules) == {f"R-{n:02}" for n in range(45)} - {"R-39", "R-40", "R-42", "R-44"}
    assert {code: rule.version for code, rule in rules.items() if rule.version > 1} == {
        "R-01": 2,
        "R-02": 2,
        "R-03": 2,
        "R-04": 2,
        "R-05": 2,
        "R-16": 2,
        "R-33": 2,
    }
    assert {code for code, rule in rules.items() if rule.severity == "W"} == {
        f"R-{n:02}" for n in (8, 11, 17, 21, 32, 33, 34, 35, 36, 37, 41)
    }
    assert {code for code, rule in rules.items() if rule.severity == "I"} == {"R-38", "R-43"}
