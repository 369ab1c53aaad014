"""What open pages are told when news comes: every part of each, and to each viewer their own."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.access import queries as access
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.outbox import services as outbox
from giamsat.front.console import inbox, moments, overview, units, warnings
from giamsat.front.console.bulletin import differing
from giamsat.front.console.viewer import Viewer
from giamsat.lib.periods import Period
from tests.intake import house

from .conftest import accepted, submitted
from .warned import warning_of

pytestmark = pytest.mark.slow


def seen_by(home, person, *, language="en"):
    account = home.people[person]
    return Viewer(account, house.AT, access.scope_for(account, at=house.AT), language)


@pytest.fixture
def mapped(published):
    """Units of Lai Châu with a place on the map."""
    for unit in (published.units.lai_chau, published.units.hua_bum):
        unit.seat_lat = unit.seat_lon = 22.4
        unit.save()
    return published


class Open:
    """A page somebody keeps open."""

    def __init__(self, watch):
        self.watch = watch
        self.state = watch.reckon()

    def hears(self):
        """What this page is sent now that news came, which ends what was kept of the moment before."""
        moments.forget()
        before, self.state = self.state, self.watch.reckon()
        return {key: value for key, value in differing(before, self.state).items() if key != ("as_of",)}


def overview_of(home, person, period="2026-M09"):
    return Open(overview.watch(seen_by(home, person), {"period": period}))


def test_an_accepted_report_changes_cards_tiles_and_map_of_every_open_overview(mapped):
    leader, approver = overview_of(mapped, "leader"), overview_of(mapped, "approver")
    accepted(mapped.units, mapped.people, D01=2, D06=7)
    warehouse.rebuild(at=house.AT)

    told = leader.hears()
    assert "<span>2</span>" in told["part", "keys"]
    assert told["area", "", "inspection.organisations", "12"]["text"] == "0.10 (2)"
    told = approver.hears()
    assert 'data-key="03466" data-state="received"' in told["part", "keys"]
    assert told["area", "12", "inspection.organisations", "03466"]["text"] == "10.0 (2)"


def test_a_page_that_shows_the_same_is_told_nothing(published):
    page = overview_of(published, "leader")
    assert page.hears() == {}


def test_each_viewer_hears_of_the_units_they_may_read(published):
    leader, nobody = overview_of(published, "leader"), overview_of(published, "nobody")
    warning_of(published.units.hua_bum)
    assert "Hua Bum" in leader.hears()["part", "warnings"]
    assert nobody.hears() == {}


def test_a_warning_on_a_small_cell_is_told_inside_the_unit_and_directly_above_alone(published):
    pages = {
        person: overview_of(published, person)
        for person in ("leader", "watcher", "approver", "head", "neighbour")
    }
    warning_of(published.units.hua_bum, small_cell=True)
    told = {
        person for person, page in pages.items() if "Hua Bum" in page.hears().get(("part", "warnings"), "")
    }
    assert told == {"approver", "head"}


def sent_by_the_neighbour(home, month):
    """Mường Tè's report of a month of this year."""
    from giamsat.intake.observations import services

    period = Period("M", 2026, month)
    form, neighbour = house.form("BMT", period), home.people["neighbour"]
    report = services.receive(
        home.units.muong_te,
        form,
        period,
        house.figures(form, A04=200, D01=1, D06=2),
        by=neighbour,
        at=house.AT,
    ).report
    return services.submit(report, by=neighbour, at=house.AT)


def test_the_late_list_of_an_open_overview_loses_what_came_in(published):
    page = overview_of(published, "approver", "2026-M08")
    assert "Mường Tè" in page.state["part", "late"]
    sent_by_the_neighbour(published, 8)
    assert "Mường Tè" not in page.hears()["part", "late"]


def test_a_publication_asks_as_little_for_an_open_overview_whatever_it_holds(published):
    """One report of a month in its lines, then two of two months with that shown; each waits for company."""
    from giamsat.intake.observations import services

    def questions(months):
        for month in months:
            report = sent_by_the_neighbour(published, month)
            services.accept(report, by=published.people["approver"], at=house.AT)
        outbox.deliver_now(at=house.AT)
        assert warehouse.publish_pending(at=house.AT)
        with CaptureQueriesContext(connection) as asked:
            assert ("part", "keys") in page.hears()
        return len(asked)

    page = overview_of(published, "leader")
    accepted(published.units, published.people, D01=2, D06=7)
    assert questions([7]) == questions([8, 9])


def test_the_trend_and_the_weakest_units_are_parts_like_any_other(published):
    page = overview_of(published, "approver")
    accepted(published.units, published.people, D01=2, D06=7)
    warehouse.rebuild(at=house.AT)
    assert ("part", "detail") in page.hears()


def test_a_submitted_report_appears_in_the_inbox_above_and_in_no_other(published):
    mine = Open(inbox.watch(seen_by(published, "approver"), {}))
    other = Open(inbox.watch(seen_by(published, "foreign_approver"), {}))
    report = submitted(published.units, published.people, D01=2, D06=7)
    told = mine.hears()
    assert f"/reports/{report.pk}/" in told["part", "inbox"]
    assert told["figure", "inbox.waiting"] == "1 waits for you"
    assert other.hears() == {}


def test_a_raised_warning_appears_in_open_lists_of_those_who_may_know(published):
    pages = {
        who: Open(warnings.watch(seen_by(published, who), {})) for who in ("watcher", "foreign_approver")
    }
    raised = warning_of(published.units.hua_bum)
    told = pages["watcher"].hears()
    assert f'data-key="{raised.pk}"' in told["part", "warning-list"]
    assert told["figure", "warnings.open"] == "1 warning"
    assert told["figure", "count.warnings"] == "1"
    assert pages["foreign_approver"].hears() == {}


def test_an_open_unit_page_shows_a_small_cell_inside_and_its_mark_outside(published):
    asked = {"period": "2026-M09", "form": "BMT.own"}
    inside = Open(units.watch(seen_by(published, "head"), asked, code="03466"))
    outside = Open(units.watch(seen_by(published, "leader"), asked, code="03466"))
    accepted(published.units, published.people, D01=2, D06=7, D07=3)
    warehouse.rebuild(at=house.AT)
    of_row = re.compile(r'<tr data-key="D07">.*?</tr>', re.S)
    assert "<b>3</b>" in of_row.search(inside.hears()["part", "unit-figures"]).group()
    told = of_row.search(outside.hears()["part", "unit-figures"]).group()
    assert "gs-suppressed" in told
    assert "<b>3</b>" not in told


def test_reports_and_scores_beside_an_open_unit_page_follow(published):
    page = Open(units.watch(seen_by(published, "head"), {"period": "2026-M09"}, code="03466"))
    submitted(published.units, published.people, D01=2, D06=7)
    assert 'data-tone="blue"' in page.hears()["part", "unit-side"]


def test_only_those_who_see_alike_share_one_reckoning(published):
    def key(person, language="en"):
        return overview.watch(seen_by(published, person, language=language), {"period": "2026-M09"}).key

    assert key("leader") == key("synthesis")
    assert len({key("leader"), key("leader", "vi"), key("watcher"), key("approver"), key("nobody")}) == 5


def test_what_is_read_for_one_person_is_shared_with_nobody(published):
    def keys(person):
        viewer = seen_by(published, person)
        return units.watch(viewer, {"period": "2026-M09"}, code="12").key

    assert keys("leader") != keys("synthesis")


def test_a_page_closed_to_a_person_cannot_be_followed(published):
    with pytest.raises(NotAllowed):
        units.watch(seen_by(published, "foreign_approver"), {}, code="03466")
    with pytest.raises(NotAllowed):
        inbox.watch(seen_by(published, "leader"), {})
