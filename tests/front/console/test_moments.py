"""What one viewer's page was reckoned from serves another with the same rights, for a moment."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.access import queries as access
from giamsat.foundation.outbox import services as outbox
from giamsat.front.console.moments import LONGEST, of_this_moment
from giamsat.front.console.viewer import Viewer
from tests.intake import house


@pytest.fixture
def viewer_of(home):
    def look(name, language="vi"):
        account = home.people[name]
        return Viewer(account, house.AT, access.scope_for(account, at=house.AT), language)

    return look


def reckoned(viewer, key="board"):
    """A new list each time it is reckoned."""
    return of_this_moment("test", key, viewer, list)


def test_those_who_see_the_same_are_reckoned_for_once(viewer_of):
    assert reckoned(viewer_of("leader")) is reckoned(viewer_of("leader"))


@pytest.mark.parametrize("other", ["approver", "compiler", "nobody"])
def test_nobody_is_served_what_another_scope_saw(viewer_of, other):
    assert reckoned(viewer_of("leader")) is not reckoned(viewer_of(other))


def test_another_language_place_or_day_is_reckoned_anew(viewer_of):
    leader = viewer_of("leader")
    first = reckoned(leader)
    assert reckoned(viewer_of("leader", "en")) is not first
    assert reckoned(leader, "another place") is not first
    assert reckoned(replace(leader, at=leader.at + timedelta(days=1))) is not first


def test_any_news_ends_the_moment_before_it_is_numbered_and_after(viewer_of):
    leader = viewer_of("leader")
    before = reckoned(leader)
    with transaction.atomic():
        outbox.announce(FiguresPublished(1))
    announced = reckoned(leader)
    outbox.deliver_now(at=house.AT)
    numbered = reckoned(leader)
    assert before is not announced
    assert announced is not numbered


def test_nothing_shown_is_older_than_the_longest_moment(viewer_of):
    leader = viewer_of("leader")
    first = reckoned(leader)
    assert reckoned(replace(leader, at=leader.at + LONGEST)) is first
    later = replace(leader, at=leader.at + LONGEST + timedelta(milliseconds=1))
    assert reckoned(later) is not first
