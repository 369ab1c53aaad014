"""Labelled mistakes: as many as promised, of every kind, never where the scenario forbids."""

import csv
from collections import Counter

import numpy as np
import pytest

from giamsat.config.demo import country_figures, defects, scenario
from giamsat.config.demo.files import csv_file
from giamsat.lib.periods import Period

from .tree import rows

TOTALS = [f"L{number:02}" for number in range(1, 16)]
BM02 = [
    f"{code}{level}"
    for code in ("B01", "B02", "B03", "B04", "B07", "B08")
    for level in ("", ".lvl=XA", ".lvl=CS")
]
FORMS = {
    "BMT": ["A04", "B07", "D01", "D06", "L01"], "BM01": ["A04"], "BM02": BM02, "BM02P": BM02,
    "BM21": TOTALS, "BM21P": ["L01", "L02", "L06", "L07"],
}  # fmt: skip


def plan(seed=1):
    figures = country_figures.make(rows())
    return figures, defects.plan(figures, FORMS, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def planned():
    return plan()


def test_three_to_five_per_cent_of_the_reports_carry_a_label(planned):
    figures, flaws = planned
    communes, flash = len(figures.communes.bodies), int(figures.communes.bodies.territorial.sum())
    reports = 13 * flash + communes * (2 + 5 * 2) + len(figures.points.bodies) * (2 + 5 * 2)
    assert 0.03 <= len(flaws.labels) / reports <= 0.05


def test_every_kind_of_mistake_is_there_with_what_must_become_of_it(planned):
    _, flaws = planned
    outcomes = {each.defect: each.outcome for each in flaws.labels}
    assert outcomes == {
        "late": "late", "copied": "explained", "outlier": "explained", "sum_error": "refused",
        "decreased": "refused", "missing_child": "refused", "wrong_unit": "refused",
    }  # fmt: skip


def test_the_perfect_make_no_mistake_and_the_chronic_are_mostly_late(planned):
    figures, flaws = planned
    parents = dict(zip(figures.communes.bodies.codes, figures.communes.bodies.parents, strict=True))
    erring = {parents.get(each.unit, each.unit) for each in flaws.labels}
    assert not erring & set(scenario.PERFECT_POINTS)
    own = Counter(
        each.unit for each in flaws.labels if each.defect == "late" and each.unit in scenario.LATE_POINTS
    )
    assert all(own[point] >= 6 for point in scenario.LATE_POINTS)


def test_a_copied_quarter_repeats_the_one_before_and_breaks_no_rule(planned):
    figures, flaws = planned
    book = figures.communes
    copied = sorted({each.unit for each in flaws.labels if each.defect == "copied"})
    rows_ = [book.bodies.place[unit] for unit in copied]
    grown = {
        key: (book.cells(TOTALS, Period.parse(key)) - book.cells(TOTALS, Period.parse(before)))[rows_]
        for key, before in (("2026-9M", "2026-6M"), ("2026-6M", "2026-Q1"))
    }
    assert len(copied) >= 5
    assert np.array_equal(grown["2026-9M"], grown["2026-6M"])
    assert ((grown["2026-9M"] != 0).sum(axis=1) >= 8).all()
    nine = Period.parse("2026-9M")
    assert (book.cells(["B04"], nine) <= book.cells(["B02"], nine)).all()


def test_a_wrong_row_differs_where_it_says_and_nowhere_else():
    right = np.array([10.0, 4, 6, 3])
    keys = ["B02", "B02.lvl=XA", "B02.lvl=CS", "B01"]
    assert list(defects.spoiled(right, keys, "sum_error") - right) == [7, 0, 0, 0]
    fallen = defects.spoiled(right, keys, "decreased", np.array([8.0, 4, 4, 3]))
    assert list(fallen) == [7, 4, 6, 3]
    assert list(right) == [10, 4, 6, 3]


def test_a_stock_that_falls_is_no_mistake():
    keys = ["A04", "B07"]
    assert list(defects.spoiled(np.array([900.0, 20]), keys, "decreased", np.array([950.0, 15]))) == [900, 14]


def test_the_same_seed_labels_the_same_reports(planned):
    assert plan()[1].labels == planned[1].labels


def test_labels_are_kept_in_a_file_anyone_can_read(planned, tmp_path):
    _, flaws = planned
    defects.write(flaws.labels, tmp_path / "defects.csv")
    with (tmp_path / "defects.csv").open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))
    assert len(kept) == len(flaws.labels)
    assert kept[0].keys() == {"defect", "unit", "form", "period", "basis", "outcome", "rule"}


def test_a_file_holds_whole_numbers_without_a_point_and_blanks_as_blanks():
    content = csv_file(
        form="BM05", version=1, period="2026-9M", basis="own", units=[("03460", "2025-07")], keys=["D01", "D13", "D12"],
        values=np.array([[4.0, 12.5, np.nan]]),
    )  # fmt: skip
    assert content.decode().splitlines() == [
        "form,version,unit,vintage,period,basis,D01,D13,D12",
        "BM05,1,03460,2025-07,2026-9M,own,4,12.5,",
    ]
