"""Taking an acceptance back and opening a report late, as the pages do it."""

from datetime import timedelta

import pytest

from giamsat.foundation.access import services as access
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations import services
from giamsat.intake.observations.choices import Status
from tests.front.console.conftest import signed_in, words
from tests.intake import house

REASON = "Số đảng viên chưa khớp với danh sách"
LATE = "/late/03466/BMT/2026-M08/own/"
FORM = "/entry/03466/BMT/2026-M08/own/"
ASKED = {"until": "04/10/2026", "reason": REASON}


def august(home):
    report = observations.report(home.august.pk)
    return report.status


@pytest.fixture
def take_back(home, browser):
    said = {"reason": REASON, "version": "1"}
    return lambda by="approver", **other: browser(by).post(
        f"/reports/{home.august.pk}/take-back/", said | other
    )


def test_an_acceptance_is_taken_back_and_a_second_click_changes_nothing(home, take_back, browser):
    assert take_back().headers["Location"] == f"/reports/{home.august.pk}/"
    assert take_back().headers["Location"] == f"/reports/{home.august.pk}/"
    assert august(home) == Status.DA_NOP
    said = words(browser("approver").get(f"/reports/{home.august.pk}/"))
    assert "Acceptance withdrawn" in said
    assert said.count(REASON) == 2  # the note, and what happened
    assert "acceptance withdrawn" in words(browser("approver").get("/inbox/"))


def test_outsiders_learn_that_it_was_taken_back_and_not_why(home, take_back, browser):
    before = words(browser("leader").get("/units/03466/?period=2026-M08&form=BMT.own"))
    take_back()
    said = words(browser("leader").get(f"/reports/{home.august.pk}/"))
    assert "Acceptance withdrawn" in said
    assert REASON not in said
    assert 'data-value="7.0000"' not in before


def test_a_reason_too_short_stays_where_it_was_typed(home, take_back):
    answer = take_back(reason="sai")
    assert answer.status_code == 422
    assert '<details class="gs-more mb-3" open><summary' in words(answer)
    assert august(home) == Status.TIEP_NHAN


def test_an_old_page_is_refused(home, take_back):
    assert take_back(version="2").status_code == 409
    assert august(home) == Status.TIEP_NHAN


def test_a_locked_report_is_opened_late_by_two_and_corrected(home, browser):
    services.lock("2026-M08", by=house.SYSTEM, at=house.AT)
    assert "its figures are official" in words(browser("compiler").get(FORM))
    for _twice in range(2):
        assert browser("approver").post(LATE, ASKED).headers["Location"] == LATE
    [opening] = observations.openings_of(home.units.hua_bum, "BMT", "2026-M08", "own")
    confirm = f"/late/{opening.pk}/confirm/"
    refused = browser("approver").post(confirm)
    assert refused.status_code == 403
    assert "cannot confirm it as well" in words(refused)
    second = house.make_person("second", home.units.lai_chau, ("approver", home.units.lai_chau, True))
    asked = "approver asks to open report BMT of Xã Hua Bum"
    assert asked in words(signed_in(second).get("/inbox/"))
    assert asked not in words(browser("approver").get("/inbox/"))
    for _twice in range(2):
        assert signed_in(second).post(confirm).headers["Location"] == LATE
    said = words(browser("compiler").get(FORM))
    assert "Opened late until 04/10/2026" in said
    assert "Check and save" in said
    assert "opened late" in words(browser("compiler").get("/entry/"))
    assert "Opened late until 04/10/2026" in words(browser("compiler").get("/units/03466/?period=2026-M08"))
    assert august(home) == Status.TRA_LAI


def test_what_is_not_a_day_comes_back_as_typed(home, browser):
    services.lock("2026-M08", by=house.SYSTEM, at=house.AT)
    answer = browser("approver").post(LATE, {"until": "mai", "reason": REASON})
    assert answer.status_code == 422
    assert REASON in words(answer)
    far = f"{house.AT.date() + timedelta(days=90):%d/%m/%Y}"
    assert "A late opening ends between" in words(browser("approver").post(LATE, ASKED | {"until": far}))


def test_whoever_is_excluded_decides_nothing(home, browser, take_back):
    approver = home.people["approver"]
    access.exclude(
        approver, unit=home.units.hua_bum, valid_from=house.AT.date(), reason="Vợ là bí thư", by=None, at=house.AT
    )  # fmt: skip
    assert take_back().status_code == 404
    assert browser("approver").post(LATE, ASKED).status_code == 403
