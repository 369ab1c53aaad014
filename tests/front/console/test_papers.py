"""Reports on paper: who gets which figures, under which number and state, and what the trail keeps of it."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from giamsat.foundation.access import queries as access
from giamsat.foundation.audit.models import Entry
from giamsat.front.reports import queries as papers
from giamsat.front.reports.words import state_of
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Way
from giamsat.lib.periods import Period
from tests.front.console.conftest import accepted, received, submitted, words
from tests.front.console.papers import written_in
from tests.intake import house

NINE_MONTHS = Period("9M", 2026)


def taken(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()
    return answer


def test_the_head_prints_the_report_as_it_is_sent_to_the_province(browser, home):
    report = submitted(home.units, home.people, D06=19, D08=3, D01=2)
    answer = taken(browser("head"), f"/reports/{report.pk}/report.pdf")
    text = written_in(answer.content)
    for said in (
        "ĐẢNG ỦY XÃ HUA BUM", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số ……-BC/UBKTĐU", "Hua Bum, ngày 01 tháng 10 năm 2026",
        "Tháng 9/2026 · Số liệu của đơn vị", "Chốt số liệu ngày 20/09/2026", "Đã nộp, chưa được tiếp nhận",
        "- Ủy ban Kiểm tra Tỉnh ủy Lai Châu,", "người 19", "NỘI BỘ", "Người in: head, lúc 01/10/2026",
    ):  # fmt: skip
        assert said in text
    assert answer["Content-Disposition"] == 'attachment; filename="BMT_2026-M09_03466.pdf"'


@pytest.mark.parametrize("kind", ["pdf", "xlsx"])
def test_an_outsider_finds_no_withheld_figure_anywhere_in_the_file(browser, home, kind):
    report = submitted(home.units, home.people, D06=61, D08=3, D01=6)
    inside, outside = (
        written_in(taken(browser(who), f"/reports/{report.pk}/report.{kind}?language=en").content)
        for who in ("approver", "leader")
    )
    assert "violation persons 3 D09" in inside
    assert "commissions) persons 61 " in inside
    assert "violation persons ••• D09" in outside
    assert "commissions) persons ••• " in outside  # not published: nothing that counts persons is told
    assert "commissions) organisations 6 " in outside
    assert "Withheld to protect small cells" in outside


def test_all_forms_of_a_unit_and_period_are_one_file_and_each_is_in_the_trail(browser, home):
    for code in ("BM04", "BM02"):
        form = house.form(code, NINE_MONTHS)
        unit, compiler = home.units.hua_bum, home.people["compiler"]
        services.receive(unit, form, NINE_MONTHS, house.figures(form), by=compiler, at=house.AT)
    client = browser("compiler")
    printed = PdfReader(io.BytesIO(taken(client, "/units/03466/2026-9M/reports.pdf").content))
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(taken(client, "/units/03466/2026-9M/reports.xlsx").content)
    )
    assert [page.extract_text().count("ĐẢNG CỘNG SẢN VIỆT NAM") for page in printed.pages] == [1, 1]
    assert book.sheet_names == ["BM02", "BM04"]
    kept = Entry.objects.filter(verb="report.exported").order_by("id").values_list("facts__format", "by_name")
    assert list(kept) == [("pdf", "compiler")] * 2 + [("xlsx", "compiler")] * 2
    assert (
        browser("approver").get("/units/03466/2026-9M/reports.pdf").status_code == 404
    )  # drafts, all of them


def test_all_forms_of_a_period_cost_as_many_questions_as_one(browser, home):
    client, address = browser("compiler"), "/units/03466/2026-9M/reports.xlsx"
    asked = []
    for codes in (["BM02"], ["BM04", "BM05"]):
        for code in codes:
            form = house.form(code, NINE_MONTHS)
            figures, compiler = house.figures(form), home.people["compiler"]
            services.receive(home.units.hua_bum, form, NINE_MONTHS, figures, by=compiler, at=house.AT)
        taken(client, address)  # definitions are known
        with CaptureQueriesContext(connection) as questions:
            taken(client, address)
        asked.append(len(questions))
    assert asked[0] == asked[1]


def test_a_sum_says_how_many_of_those_below_have_reported(home):
    sums = queries.reported_below(home.units.lai_chau, ["BM02P"], NINE_MONTHS)
    assert sums == {"BM02P": (0, 3)}  # Hua Bum, Mường Tè, the agencies' committee
    own = house.form("BM02", NINE_MONTHS)
    unit, people = home.units.hua_bum, home.people
    report = services.receive(
        unit, own, NINE_MONTHS, house.figures(own), by=people["compiler"], at=house.AT
    ).report
    services.submit(report, by=people["head"], at=house.AT)
    services.accept(report, by=people["approver"], at=house.AT)
    assert queries.reported_below(home.units.lai_chau, ["BM02P", "BM04P"], NINE_MONTHS) == {
        "BM02P": (1, 3), "BM04P": (0, 3),
    }  # fmt: skip


def test_a_sum_declares_on_paper_what_is_estimated_in_it(home):
    own, last_year, units = house.form("BM02", NINE_MONTHS), Period("9M", 2025), home.units
    clerk = house.make_person("clerk", units.lai_chau, ("compiler", units.lai_chau, False))
    for form, period, whose in (
        (own, NINE_MONTHS, [units.hua_bum, units.agencies]),
        (house.form("BM02P", NINE_MONTHS), NINE_MONTHS, [units.lai_chau]),
        (house.form("BM02", last_year), last_year, [units.muong_te]),
    ):
        services.receive_many(
            form, period, [each.pk for each in whose], [house.figures(form)] * len(whose), by=house.SYSTEM,
            at=house.AT, accepting=services.Accepting(house.SYSTEM),
        )  # fmt: skip
    services.estimate(
        units.lai_chau, "BM02P", NINE_MONTHS, units.muong_te, way=Way.LAST_YEAR,
        reason="Đơn vị mới sáp nhập, chưa có số liệu", by=clerk, at=house.AT,
    )  # fmt: skip
    made = services.consolidate(units.lai_chau, "BM02P", NINE_MONTHS, by=clerk, at=house.AT).report
    lens = access.Lens(access.scope_for(clerk, at=house.AT))
    [paper] = papers.form_documents([(made, made.current)], lens=lens, language="vi")
    assert paper.notes[1] == "2 trên 3 đơn vị trực thuộc đã báo cáo"
    assert paper.notes[2].startswith("Ước tính: Xã Mường Tè (")
    assert "sáp nhập" not in " ".join(paper.notes)


def test_a_version_that_was_replaced_says_so(browser, home):
    report = accepted(home.units, home.people, D06=19, D01=5)
    services.reopen(report, reason="D01 thiếu số của hai chi bộ", by=home.people["approver"], at=house.AT)
    under_way = written_in(taken(browser("approver"), f"/reports/{report.pk}/report.pdf").content)
    assert "đang điều chỉnh" in under_way
    earlier = report.in_force
    accepted(home.units, home.people, D06=19, D01=6)
    paper = queries.report(report.pk)
    assert paper.in_force_id != earlier.pk
    earlier.refresh_from_db()
    assert "version 2 is in force since 01/10/2026" in state_of(paper, earlier)


def test_an_earlier_version_is_not_signed_by_who_sent_a_later_one(home):
    report = accepted(home.units, home.people, D06=19, D01=5)
    earlier = report.in_force
    services.reopen(report, reason="D01 thiếu số của hai chi bộ", by=home.people["approver"], at=house.AT)
    received(home.units, home.people, D06=19, D01=6)
    assert signed_paper(home, report, earlier).approver == "head"
    services.submit(report, by=home.people["head"], at=house.AT + timedelta(days=1))
    paper = signed_paper(home, report, earlier)
    assert (paper.approver, paper.dated) == ("", "Hua Bum, ngày … tháng … năm …")


def signed_paper(home, report, version):
    lens = access.Lens(access.scope_for(home.people["approver"], at=house.AT))
    return papers.form_documents([(queries.report(report.pk), version)], lens=lens, language="vi")[0]


def test_the_number_of_the_letter_is_given_by_the_head_and_stands_on_page_and_paper(browser, home):
    report = received(home.units, home.people, D06=7, D01=2)
    client, address = browser("head"), f"/reports/{report.pk}/submit/"
    refused = client.post(address, {"version": 1, "symbol": "số 12"})
    assert refused.status_code == 422
    assert 'value="số 12"' in words(refused)
    assert "is no number and symbol of a document" in words(refused)
    assert client.post(address, {"version": 1, "symbol": "12-BC/UBKTĐU"}).status_code == 302
    assert "<dd>12-BC/UBKTĐU</dd>" in words(client.get(f"/reports/{report.pk}/"))
    assert "Số 12-BC/UBKTĐU" in written_in(taken(client, f"/reports/{report.pk}/report.pdf").content)
