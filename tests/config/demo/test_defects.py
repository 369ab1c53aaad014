"""Labelled mistakes: as many as promised, of every kind, never where the scenario forbids."""

import csv
from collections import Counter

import numpy as np
import pytest

from giamsat.config.demo import country_figures, defects, scenario
from giamsat.config.demo.figures import STOCKS
from giamsat.config.demo.files import csv_file
from giamsat.lib.periods import Period
from tools import definitions

from .tree import country, rows

COMMUNES = ("BMT", "BM01", *defects.QUARTERLY)
FORMS = {code: [cell.key for cell in definitions.form(f"{code}.v1")] for code in COMMUNES}
FORMS |= {f"{code}P": [cell.key for cell in definitions.form(f"{code}P.v2")] for code in defects.QUARTERLY}


def plan(seed=1):
    figures = country_figures.make(rows())
    return figures, defects.plan(figures, FORMS, np.random.default_rng(seed))


@pytest.fixture(scope="module")
def planned():
    return plan()


def test_three_to_five_per_cent_of_the_reports_carry_a_label_and_near_one_another_than_late(planned):
    figures, flaws = planned
    communes, flash = len(figures.communes.bodies), int(figures.communes.bodies.territorial.sum())
    reports = 13 * flash + communes * (2 + 5 * 6) + len(figures.points.bodies) * (2 + 5 * 6)
    other = [each for each in flaws.labels if each.defect != "late"]
    assert 0.03 <= len(flaws.labels) / reports <= 0.05
    assert 0.008 <= len(other) / reports <= 0.012


def test_each_kind_is_there_by_the_score(planned):
    _, flaws = planned
    kinds = Counter(each.defect for each in flaws.labels)
    assert min(kinds[each] for each in ("sum_error", "decreased", "copied", "outlier")) > 150
    assert min(kinds[each] for each in ("missing_child", "wrong_unit")) >= 60


def test_nobody_errs_twice_in_one_report_by_its_figures(planned):
    _, flaws = planned
    wrong = [each for each in flaws.labels if each.defect in ("sum_error", "decreased")]
    assert len({(each.unit, each.form, each.period) for each in wrong}) == len(wrong)


@pytest.mark.parametrize(
    "code", ["B02", "B07", "B09", "G01", "G04", "G08", "G11", "G16", "H01", "D06", "L01"]
)
def test_mistakes_leave_the_sums_of_the_country_where_they_were(planned, code):
    figures, clean = planned[0], country()
    for key in ("2025-Y", "2026-6M", "2026-9M"):
        was, now = (each.communes.cells([code], Period.parse(key)).sum() for each in (clean, figures))
        assert now == pytest.approx(was, rel=0.04), key


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
    keys = [key for key in FORMS["BM11"] if "." not in key and key not in STOCKS and key != "G16"]
    for period, before, first in (("2026-9M", "2026-6M", "2026-Q1"), ("2026-6M", "2026-Q1", None)):
        copied = {each.unit for each in flaws.labels if (each.defect, each.period) == ("copied", period)}
        units = [book.bodies.place[unit] for unit in sorted(copied)]
        at = {key: book.cells(keys, Period.parse(key))[units] for key in (period, before, first) if key}
        assert len(units) >= 40
        assert np.array_equal(at[period] - at[before], at[before] - at.get(first, 0))
        all_of_it, parts = (
            book.cells(codes, Period.parse(period))[units].sum(axis=1)
            for codes in (["K01"], ["B06", "C04", "D04"])
        )
        assert (parts <= all_of_it).all()


def test_what_is_mistyped_is_ten_times_what_was_done(planned):
    figures, flaws = planned
    clean, book = country().communes, figures.communes
    flashes = [each for each in flaws.labels if each.defect == "outlier" and each.form == "BMT"]
    for each in flashes:
        row, period = book.bodies.place[each.unit], Period.parse(each.period)
        months = [period, period.previous_cumulative()]
        added = [
            np.subtract(*(kept.cells(["B07", "H01"], month)[row] for month in months))
            for kept in (clean, book)
        ]
        assert any(typed == 10 * done > 0 for done, typed in zip(*added, strict=True)), each


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


@pytest.mark.slow
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
