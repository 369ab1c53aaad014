"""A reporting calendar with days that not every year has would leave nothing due: refused at its field."""

import copy
from datetime import date

import pytest
import yaml
from django.conf import settings

from giamsat.intake.sources.calendars import problems_of_calendar
from giamsat.intake.sources.rules import WorkingDays

STANDING = yaml.safe_load((settings.DEFINITIONS_DIR / "calendar.yaml").read_text())["calendars"][0]


@pytest.mark.parametrize(
    ("days", "wrong"),
    [
        ({"solar": ["04-30", "02-29"]}, "working_days.solar"),
        ({"solar": ["04-31"]}, "working_days.solar"),
        ({"lunar": ["12-30"]}, "working_days.lunar"),
        ({"weekend": [0, 1, 2, 3, 4, 5, 6]}, "working_days.weekend"),
    ],
)
def test_days_that_would_leave_a_year_without_due_days_are_refused_where_they_stand(country, days, wrong):
    calendar = copy.deepcopy(STANDING)
    assert problems_of_calendar(calendar) == []
    calendar["working_days"] |= days
    assert [fault.at for fault in problems_of_calendar(calendar)] == [wrong]


def test_what_passes_has_its_days_in_every_year(country):
    days = WorkingDays.of(STANDING["working_days"])
    assert all(days.after(date(year, 2, 1), 5) > date(year, 2, 1) for year in range(2021, 2041))
