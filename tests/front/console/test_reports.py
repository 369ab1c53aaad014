"""A report's page: what each side sees and decides, and what outsiders do not see."""

from datetime import date

import pytest

from giamsat.foundation.audit import queries as trail
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Status
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.errors import WrongFormVersion
from giamsat.lib.periods import Period
from tests.front.console.conftest import accepted, received, submitted, words
from tests.intake import house
from tests.intake.sources.files import edited, filled

UNUSUAL = {"D06": 40, "D01": 2}  # so far from last month that rule R-33 asks for an explanation


def stands(report):
    return queries.report(report.pk).status


@pytest.fixture
def unusual(home):
    """A report with a finding to explain: four quiet months behind it, then a jump."""
    for month in range(2, 8):
        accepted(home.units, home.people, Period("M", 2026, month), D06=month - 1, D01=2)
    return received(home.units, home.people, **UNUSUAL)


def test_the_head_submits_once_however_often_they_click(browser, home):
    report = received(home.units, home.people, D06=7, D01=2)
    client = browser("head")
    answers = [client.post(f"/reports/{report.pk}/submit/", {"version": 1}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert stands(report) == Status.DA_NOP


@pytest.mark.slow
@pytest.mark.parametrize("version", [None, "", "x", "-1"])
@pytest.mark.parametrize(
    ("person", "act"), [("head", "submit"), ("approver", "accept"), ("approver", "send-back")]
)
def test_a_decision_that_names_no_version_is_refused(browser, home, person, act, version):
    made = received if person == "head" else submitted
    report = made(home.units, home.people, D06=7, D01=2)
    before = stands(report)
    said = {"reason": "D06 thiếu số của hai chi bộ"} | ({} if version is None else {"version": version})
    answer = browser(person).post(f"/reports/{report.pk}/{act}/", said)
    assert answer.status_code == 422
    assert "It was not said which version of the report you looked at" in answer.content.decode()
    assert stands(report) == before


def test_a_compiler_does_not_submit(browser, home):
    report = received(home.units, home.people, D06=7, D01=2)
    answer = browser("compiler").post(f"/reports/{report.pk}/submit/", {"version": 1})
    assert answer.status_code == 403
    assert "You may not submit reports" in answer.content.decode()
    assert stands(report) == Status.CHO_DUYET


def test_the_approver_sees_what_changed_and_accepts_once(browser, home):
    report = submitted(home.units, home.people, D06=19, D01=2)
    client = browser("approver")
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "August 2026" in page
    assert "September 2025" in page
    assert "▲ 12" in page
    answers = [client.post(f"/reports/{report.pk}/accept/", {"version": 1}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert stands(report) == Status.TIEP_NHAN


def test_where_nothing_of_the_period_before_is_known_nothing_is_said_to_have_stayed_as_it_was(browser, home):
    report = submitted(home.units, home.people, D06=19, D01=2)
    client = browser("approver")
    assert "cells changed against last period" in words(client.get(f"/reports/{report.pk}/"))
    page = words(client.get(f"/reports/{home.last_year.pk}/"))
    assert "nothing of last period to compare with" in page
    assert "cells changed" not in page


def test_part_of_a_year_is_shown_with_the_day_it_counts_from_and_not_compared(browser, home):
    report = submitted(home.units, home.people, D06=19, D01=2)
    page = browser("approver").get(f"/reports/{report.pk}/").content.decode()
    assert "last year counts from 01/07/2025 and is not compared" in page
    assert "▼ 11" not in page  # 19 now, 30 from July to September 2025
    assert ">30<" in page
    type(home.units.hua_bum).objects.filter(pk=home.units.hua_bum.pk).update(valid_from=date(2020, 1, 1))
    page = browser("approver").get(f"/reports/{report.pk}/").content.decode()
    assert "is not compared" not in page
    assert "▼ 11" in page


def test_a_cumulative_figure_of_january_is_not_held_against_december(browser, home):
    december, january = Period("M", 2025, 12), Period("M", 2026, 1)
    accepted(home.units, home.people, december, D06=90, D01=4)
    report = submitted(home.units, home.people, january, D06=7, D01=2)
    page = browser("approver").get(f"/reports/{report.pk}/").content.decode()
    row = row_of(page, "D06")
    assert "90" in row  # last period's figure stays to be read
    assert "83" not in row
    assert "First period of the year" in row
    assert "first period of the year, cumulative figures begin anew" in page


def test_a_stock_of_january_is_held_against_december(browser, home):
    accepted(home.units, home.people, Period("M", 2025, 12), D06=9)
    report = submitted(home.units, home.people, Period("M", 2026, 1), D06=7)
    page = browser("approver").get(f"/reports/{report.pk}/").content.decode()
    assert "First period of the year" not in row_of(page, "A04")


def test_sending_back_needs_a_reason_and_keeps_what_was_typed(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    client = browser("approver")
    answer = client.post(f"/reports/{report.pk}/send-back/", {"version": 1, "reason": "sai"})
    assert answer.status_code == 422
    assert ">\nsai</textarea>" in answer.content.decode()
    client.post(f"/reports/{report.pk}/send-back/", {"version": 1, "reason": "D06 thiếu số của hai chi bộ"})
    assert stands(report) == Status.TRA_LAI
    assert "D06 thiếu số của hai chi bộ" in browser("compiler").get(f"/reports/{report.pk}/").content.decode()


REOPEN = {"reason": "D06 thiếu số của hai chi bộ, đơn vị đề nghị sửa"}


def test_accepted_figures_are_reopened_for_correction_once_and_the_unit_reads_why(browser, home):
    report = accepted(home.units, home.people, D06=7, D01=2)
    client = browser("approver")
    assert "Re-open for correction" in client.get(f"/reports/{report.pk}/").content.decode()
    answers = [client.post(f"/reports/{report.pk}/reopen/", REOPEN) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert stands(report) == Status.TRA_LAI
    assert [entry.verb for entry in trail.entries_for(None, subject=report.subject)].count(
        "report.reopened"
    ) == 1
    for address in (f"/reports/{report.pk}/", "/entry/03466/BMT/2026-M09/own/"):
        page = browser("compiler").get(address).content.decode()
        assert "Re-opened for correction" in page
        assert REOPEN["reason"] in page


def test_reopening_needs_a_reason_and_keeps_what_was_typed(browser, home):
    report = accepted(home.units, home.people, D06=7, D01=2)
    answer = browser("approver").post(f"/reports/{report.pk}/reopen/", {"reason": "sai"})
    assert answer.status_code == 422
    assert ">\nsai</textarea>" in answer.content.decode()
    assert stands(report) == Status.TIEP_NHAN


@pytest.mark.slow
@pytest.mark.parametrize("person", ["compiler", "head", "watcher", "leader", "foreign_approver"])
def test_nobody_but_the_level_directly_above_reopens(browser, home, person):
    report = accepted(home.units, home.people, D06=7, D01=2)
    page = browser(person).get(f"/reports/{report.pk}/").content.decode()
    assert "Re-open for correction" not in page
    assert browser(person).post(f"/reports/{report.pk}/reopen/", REOPEN).status_code in {403, 404, 422}
    assert stands(report) == Status.TIEP_NHAN


@pytest.mark.slow
def test_in_a_closed_period_nothing_is_reopened_and_what_was_typed_stays(browser, home):
    report = accepted(home.units, home.people, D06=7, D01=2)
    sources.close_period(report.period_key, by=house.SYSTEM, at=house.AT)
    client = browser("approver")
    assert "Re-open for correction" not in client.get(f"/reports/{report.pk}/").content.decode()
    answer = client.post(f"/reports/{report.pk}/reopen/", REOPEN)
    assert answer.status_code == 409
    assert "ask the data administrator to open it again" in answer.content.decode()
    assert REOPEN["reason"] in answer.content.decode()


def test_an_approver_of_another_province_finds_no_such_report(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    answer = browser("foreign_approver").post(f"/reports/{report.pk}/accept/", {"version": 1})
    assert answer.status_code == 404
    assert stands(report) == Status.DA_NOP


def test_a_decision_on_figures_that_have_changed_is_refused(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    answer = browser("approver").post(f"/reports/{report.pk}/accept/", {"version": 9})
    assert answer.status_code == 409
    assert "open the report again" in answer.content.decode()


def test_a_finding_is_explained_in_place_and_then_the_head_may_submit(browser, home, unusual):
    [finding] = quality.unexplained(unusual.current_id)
    address = f"/reports/{unusual.pk}/findings/{finding.pk}/explain/"
    short = browser("compiler").post(address, {"text": "đúng"}, headers={"hx-request": "true"})
    assert short.status_code == 422
    assert ">đúng</textarea>" in short.content.decode()
    kept = browser("compiler").post(
        address, {"text": "Đợt kiểm tra chuyên đề tại sáu chi bộ"}, headers={"hx-request": "true"}
    )
    assert "Đợt kiểm tra chuyên đề tại sáu chi bộ" in kept.content.decode()
    assert "<html" not in kept.content.decode()
    assert kept["HX-Trigger"] == "gs:explained"
    assert stands(unusual) == Status.CHO_DUYET


def test_submitting_with_a_finding_left_unexplained_is_refused(browser, home, unusual):
    answer = browser("head").post(f"/reports/{unusual.pk}/submit/", {"version": 1})
    assert answer.status_code == 422
    assert "still needs an explanation" in answer.content.decode()


@pytest.mark.slow
def test_outsiders_see_a_mark_instead_of_three_persons(browser, home):
    report = submitted(home.units, home.people, D06=19, D08=3, D01=2)
    services.accept(report, by=home.people["approver"], at=house.AT)
    inside = [cell_shown(browser(person), report, "D08") for person in ("compiler", "head", "approver")]
    outside = [cell_shown(browser(person), report, "D08") for person in ("leader", "watcher")]
    assert inside == ["3", "3", "3"]
    assert outside == ["•••", "•••"]


def test_the_export_hides_what_the_page_hides(browser, home):
    report = submitted(home.units, home.people, D06=19, D08=3, D01=2)
    lines = browser("leader").get(f"/reports/{report.pk}/report.csv").content.decode().splitlines()
    [line] = [line for line in lines if line.startswith("D08")]
    assert "•••" in line
    assert ",3," not in line


def test_a_finding_on_persons_tells_outsiders_no_figure(browser, home, unusual):
    for finding in quality.unexplained(unusual.current_id):
        services.explain(
            unusual,
            finding.pk,
            "Đợt kiểm tra chuyên đề tại sáu chi bộ",
            by=home.people["compiler"],
            at=house.AT,
        )
    services.submit(unusual, by=home.people["head"], at=house.AT)
    page = browser("leader").get(f"/reports/{unusual.pk}/").content.decode()
    assert "A check on figures of persons." in page
    assert "changed by" not in page


@pytest.mark.slow
@pytest.mark.parametrize("what", ["", "acts/", "report.csv", "scores/"])
def test_a_draft_is_nobodys_but_its_makers(browser, home, what):
    draft = received(home.units, home.people, D06=7, D01=2)
    answers = {
        name: browser(name).get(f"/reports/{draft.pk}/{what}").status_code
        for name in ("compiler", "head", "approver", "watcher", "leader")
    }
    assert answers == {"compiler": 200, "head": 200, "approver": 404, "watcher": 404, "leader": 404}


def test_those_above_are_offered_no_way_to_a_draft(browser, home):
    draft = received(home.units, home.people, D06=7, D01=2)
    address = "/units/03466/?period=2026-M09"
    assert f"/reports/{draft.pk}/" in browser("head").get(address).content.decode()
    assert f"/reports/{draft.pk}/" not in browser("approver").get(address).content.decode()
    assert f"/reports/{draft.pk}/" not in browser("approver").get("/inbox/?state=CHO_DUYET").content.decode()


@pytest.mark.slow
def test_a_drafts_scores_are_its_makers_alone(browser, home):
    report = received(home.units, home.people, D06=7, D01=2)
    line = '<tr data-key="BMT.own"'
    address = "/units/03466/?period=2026-M09"
    shown = {
        name: line in browser(name).get(address).content.decode() for name in ("head", "approver", "leader")
    }
    assert shown == {"head": True, "approver": False, "leader": False}

    province = "/units/12/?period=2026-M09"
    assert "no report sent yet" in words(browser("approver").get(province))
    services.submit(report, by=home.people["head"], at=house.AT)
    assert "over 1 report sent" in words(browser("approver").get(province))
    assert line in browser("approver").get(address).content.decode()


@pytest.mark.slow
def test_while_a_correction_is_under_way_outsiders_keep_the_figures_in_force(browser, home):
    report = submitted(home.units, home.people, D06=19, D01=5)
    services.accept(report, by=home.people["approver"], at=house.AT)
    services.reopen(report, reason="D06 thiếu hai chi bộ", by=home.people["approver"], at=house.AT)
    received(home.units, home.people, D06=19, D01=6)
    shown = {name: cell_shown(browser(name), report, "D01") for name in ("compiler", "approver", "leader")}
    assert shown == {"compiler": "6", "approver": "5", "leader": "5"}
    page = browser("leader").get(f"/reports/{report.pk}/").content.decode()
    assert "A correction is under way." in page
    assert "Version 2" not in page


def test_scores_open_to_their_parts(browser, home):
    page = browser("approver").get(f"/reports/{home.august.pk}/scores/").content.decode()
    assert "Required cells filled" in page
    assert "not assessed" in page


def test_a_score_says_how_much_of_its_weight_was_assessed(browser, home):
    """Of clean, the same fact across forms is not known; of correct, only the rules are."""
    client = browser("approver")
    for address in ("", "scores/"):
        page = client.get(f"/reports/{home.august.pk}/{address}").content.decode()
        assert "only 80/100 of it assessed" in page
        assert "only 40/100 of it assessed" in page


@pytest.mark.slow
@pytest.mark.parametrize(("person", "opens"), [("approver", True), ("compiler", True), ("leader", False)])
def test_a_refused_delivery_that_spoils_a_score_is_named_to_who_may_open_it(browser, home, person, opens):
    report = accepted(home.units, home.people, D06=7, D01=2)
    content = edited(
        filled(queries.form_of(report.current), home.units.hua_bum, house.SEPTEMBER), {"B2": "7"}, "meta"
    )
    with pytest.raises(WrongFormVersion):
        services.receive_file(content, filename="old.xlsx", by=home.people["compiler"], at=house.AT)

    client = browser(person)
    page = client.get(f"/reports/{report.pk}/scores/").content.decode()
    side = client.get(f"/units/{home.units.hua_bum.code}/?period=2026-M09").content.decode()

    assert ("old.xlsx, 01/10/2026 08:30" in page, "Refused delivery no." in page) == (opens, not opens)
    assert ("filled in on form BMT version 7" in page) == opens
    assert ("old.xlsx, 01/10/2026 08:30" in side, "Refused delivery no." in side) == (opens, not opens)


def row_of(page, code):
    return page.split(f'<span class="gs-code">{code}</span>')[1].split("</tr>")[0]


def cell_shown(client, report, code):
    """The present value of an indicator's row on the page of a report."""
    page = client.get(f"/reports/{report.pk}/").content.decode()
    row = row_of(page, code)
    text = row.split("gs-now")[1].split("</td>")[0].split(">", 1)[1]
    return text.split("</abbr>")[0].split(">")[-1] if "abbr" in text else text.split(">")[-1].strip()


def happened(client, report):
    page = client.get(f"/reports/{report.pk}/").content.decode()
    _before, found, after = page.partition('id="history-title"')
    return after.split("</section>")[0] if found else ""


def test_what_happened_is_told_to_each_side_as_far_as_it_is_theirs(browser, home):
    report = accepted(home.units, home.people, D06=7, D01=2)
    browser("leader").get(f"/reports/{report.pk}/report.csv")
    inside, above = happened(browser("head"), report), happened(browser("leader"), report)
    for act in ("Submitted a report", "Accepted a report"):
        assert act in inside
        assert act in above
    assert "01/10/2026 08:30" in above
    assert "Saved a report" in inside
    assert "Saved a report" not in above
    assert "Exported a report" not in inside + above


def test_what_happened_is_in_the_order_it_happened(browser, home):
    report = submitted(home.units, home.people, D06=7, D01=2)
    told = happened(browser("head"), report)
    assert told.index("Saved a report") < told.index("Submitted a report")
