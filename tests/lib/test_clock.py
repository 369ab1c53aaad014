from datetime import UTC, date, datetime

from giamsat.lib import clock

LATE_IN_UTC = datetime(2026, 9, 30, 18, 5, tzinfo=UTC)


def test_a_day_is_the_day_where_the_house_stands():
    assert clock.day_of(LATE_IN_UTC) == date(2026, 10, 1)


def test_an_instant_is_written_in_the_time_of_the_house():
    assert clock.stamp(LATE_IN_UTC) == "01/10/2026 01:05"
