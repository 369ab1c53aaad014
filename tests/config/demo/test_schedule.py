"""Reports come in working hours, by their due day or as late as said."""

from datetime import UTC, date, datetime

import numpy as np

from giamsat.config.demo.schedule import arrivals
from giamsat.lib.clock import HOME_ZONE

CUT_OFF, DUE = date(2026, 6, 15), date(2026, 6, 22)


def draw(count=500, late=(), not_after=datetime(2026, 10, 1, tzinfo=UTC), seed=3):
    return arrivals(
        count, cut_off=CUT_OFF, due=DUE, late=late, not_after=not_after, rng=np.random.default_rng(seed)
    )


def test_who_is_not_late_sends_between_cut_off_and_due_day():
    days = {each.astimezone(HOME_ZONE).date() for each in draw()}
    assert min(days) > CUT_OFF
    assert max(days) <= DUE


def test_who_is_late_sends_after_the_due_day():
    late = {3, 7}
    days = [each.astimezone(HOME_ZONE).date() for each in draw(late=late)]
    assert {place for place, day in enumerate(days) if day > DUE} == late


def test_nobody_sends_at_night_or_after_the_end():
    hours = {each.astimezone(HOME_ZONE).hour for each in draw()}
    assert hours <= set(range(8, 17))
    end = datetime(2026, 6, 18, tzinfo=UTC)
    assert max(draw(not_after=end)) <= end


def test_the_same_seed_gives_the_same_instants():
    assert draw() == draw()
    assert draw() != draw(seed=4)
