from datetime import date

import pytest

from giamsat.lib.periods import Period


@pytest.mark.parametrize("key", ["2026-M09", "2026-Q1", "2026-6M", "2026-9M", "2025-Y", "2030-T"])
def test_a_key_reads_back_as_the_same_period(key):
    assert Period.parse(key).key == key


@pytest.mark.parametrize("key", ["2026-M13", "2026-M9", "2026", "9M-2026", "2026-Q2", "", "0000-Y", "9999-Y"])
def test_a_wrong_key_says_what_is_expected(key):
    with pytest.raises(ValueError, match="expected 2026-M09"):
        Period.parse(key)


@pytest.mark.parametrize(
    ("period", "previous"),
    [("2026-M09", "2026-M08"), ("2026-9M", "2026-6M"), ("2026-6M", "2026-Q1"), ("2026-Y", "2026-9M")],
)
def test_the_previous_cumulative_is_contained_in_it(period, previous):
    assert Period.parse(period).previous_cumulative() == Period.parse(previous)


@pytest.mark.parametrize("key", ["2026-M01", "2026-Q1", "2030-T"])
def test_a_year_starts_from_nothing(key):
    assert Period.parse(key).previous_cumulative() is None


def test_months_run_back_over_the_new_year():
    earlier = Period.parse("2026-M02").earlier_same_kind(3)
    assert [period.key for period in earlier] == ["2026-M01", "2025-M12", "2025-M11"]


def test_a_period_ends_on_the_last_day_it_reaches():
    assert Period.parse("2024-M02").ends_on == date(2024, 2, 29)
    assert Period.parse("2026-9M").ends_on == date(2026, 9, 30)
    assert Period.parse("2026-9M").starts_on == date(2026, 1, 1)


def test_labels_read_as_people_say_them():
    assert Period.parse("2026-M09").label("vi") == "Tháng 9/2026"
    assert Period.parse("2026-M09").in_sentence("vi") == "tháng 9/2026"
    assert [Period.parse(key).in_sentence("en") for key in ("2026-M09", "2026-Q1", "2026-Y")] == [
        "September 2026", "Q1 2026", "year 2026",
    ]  # fmt: skip
    assert Period.parse("2026-9M").label("vi") == "9 tháng/2026"
    assert Period.parse("2026-9M").label_of_added("vi") == "Quý III/2026"
    assert Period.parse("2026-Y").in_sentence("en", added=True) == "Q4 2026"
    assert Period.parse("2026-M09").in_sentence("vi", added=True) == "tháng 9/2026"
    assert Period.parse("2026-M09").label("en") == "September 2026"
