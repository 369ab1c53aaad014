"""What the clockwork of the house does for forms and periods."""

from giamsat.intake.sources import jobs, queries, services
from giamsat.lib import clock
from giamsat.lib.periods import CUMULATIVE_KINDS, Period
from tests.intake.house import AT, SYSTEM


def test_the_periods_of_this_year_are_opened_once(country):
    year = clock.today().year
    jobs.open_periods(timestamp=0)
    services.close_period(Period("Q1", year).key, by=SYSTEM, at=AT)

    jobs.open_periods(timestamp=0)

    kinds = [Period("M", year, month).key for month in range(1, 13)]
    kinds += [Period(kind, year).key for kind in CUMULATIVE_KINDS]
    opened = queries.reporting_periods().filter(year=year)
    assert {row.key for row in opened} == set(kinds)
    assert opened.get(key=Period("Q1", year).key).state == "closed"
