"""Taking in one report: all of it, or nothing but the delivery with its refusal."""

from datetime import timedelta

import pytest

from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import ReportRefused, StaleVersion, WrongNumberOfValues
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.quality.models import ReportScore
from giamsat.intake.sources import services as sources
from giamsat.intake.sources.choices import DeliveryStatus
from giamsat.intake.sources.errors import (
    ClosedPeriod,
    ClosedUnit,
    CsvUnreadable,
    DuplicateDelivery,
    FormulaCell,
    NotObliged,
    PeriodNotBegun,
    WrongFormVersion,
    WrongPeriod,
    WrongUnit,
)
from giamsat.intake.sources.models import Delivery
from giamsat.lib.periods import Period
from tests.intake.house import AT, AUGUST, SEPTEMBER, SYSTEM, figures, form
from tests.intake.sources.files import csv_of, edited, filled

HALF_YEAR = Period("6M", 2026)


@pytest.fixture
def upload(country, people, flash):
    """``upload(A04=200)``: the compiler of Hua Bum sends the workbook of September from their page."""

    def _upload(content=None, **typed):
        content = content or filled(flash, country.hua_bum, SEPTEMBER, cells=typed)
        return services.receive_file(
            content, filename="bmt.xlsx", by=people["compiler"], at=AT, unit=country.hua_bum
        )[0]

    return _upload


def test_a_workbook_becomes_a_report_with_its_delivery(upload, country):
    receipt = upload(A04=200, B07=12)
    assert (receipt.refused, receipt.report.status) == (False, Status.CHO_DUYET)
    assert receipt.sentence == "03466 BMT 2026-M09: stored; awaiting the head."
    assert queries.current_values(receipt.report)["B07"] == 12
    delivery = Delivery.objects.get()
    assert (delivery.status, delivery.unit, delivery.channel) == (
        DeliveryStatus.ACCEPTED,
        country.hua_bum,
        "excel",
    )
    assert receipt.report.current.delivery_id == delivery.pk
    assert ReportScore.objects.get(unit=country.hua_bum).form_code == "BMT"


def test_everything_wrong_is_told_cell_by_cell_and_nothing_is_stored(upload, country, people, flash):
    services.receive(
        country.hua_bum, flash, AUGUST, figures(flash, A04=200, B07=30), by=people["compiler"], at=AT
    )
    with pytest.raises(ReportRefused) as refusal:
        upload(A04=200, B07=12, L01=5, L02=4, L08=5, D02="mười hai", D13=None)
    told = {
        (finding["rule"], position["sheet"], position["cell"]): finding
        for finding in refusal.value.findings
        for position in finding["positions"][:1]
        if finding["severity"] == "E"
    }
    assert ("R-14", "Biểu", "D28") in told  # a total that is not the sum of its parts
    assert told["R-01", "Biểu", "D12"]["value"] == "mười hai"
    assert ("R-05", "Biểu", "D9") in told  # cumulative figures do not fall
    assert ("R-00", "Biểu", "D23") in told  # a blank is not a zero
    assert all(finding["sentence"]["vi"] and finding["sentence"]["en"] for finding in told.values())
    assert not Report.objects.filter(period_key=SEPTEMBER.key).exists()
    kept = Delivery.objects.get()
    assert (kept.status, kept.refusal["code"], kept.unit) == (
        DeliveryStatus.REFUSED,
        "report.findings",
        country.hua_bum,
    )
    assert len(kept.refusal["facts"]["findings"]) == len(refusal.value.findings)
    assert ReportVersion.objects.count() == 1


def test_three_members_are_accepted(upload):
    assert upload(D06=3, D07=1).report.status == Status.CHO_DUYET


def test_the_corrected_file_passes_after_the_wrong_one(upload):
    with pytest.raises(ReportRefused):
        upload(L01=5)
    assert upload(L01=5, L02=5, L08=5).report.current.number == 1


def test_the_same_file_is_taken_in_once(upload, country, flash):
    content = filled(flash, country.hua_bum, SEPTEMBER)
    upload(content)
    with pytest.raises(DuplicateDelivery):
        upload(content)
    assert ReportVersion.objects.count() == 1
    assert list(Delivery.objects.order_by("id").values_list("status", flat=True)) == ["accepted", "refused"]


def test_other_figures_before_submission_are_the_next_version(upload):
    upload(A04=200)
    report = upload(A04=201).report
    numbers = [(each.number, each.superseded_at is None) for each in queries.versions(report)]
    assert numbers == [(2, True), (1, False)]


def test_a_refused_file_leaves_a_trace_even_when_it_cannot_be_read(upload, country, flash):
    with pytest.raises(FormulaCell):
        upload(A04="=1+1")
    assert Delivery.objects.get().refusal["code"] == "source.formula_cell"


def test_the_file_of_another_unit_is_refused(upload, country, flash):
    with pytest.raises(WrongUnit, match=r"03467: this page is that of Xã Hua Bum \(03466\)"):
        upload(filled(flash, country.muong_te, SEPTEMBER))
    with pytest.raises(WrongUnit, match="99999: there is no such unit"):
        upload(edited(filled(flash, country.hua_bum, SEPTEMBER), {"B3": "99999"}, "meta"))


def test_a_unit_closed_by_a_merger_is_told_where_its_work_went_on(country):
    asked = form("BM05P", HALF_YEAR)
    with pytest.raises(ClosedUnit) as refusal:
        services.receive(country.former, asked, HALF_YEAR, figures(asked), by=SYSTEM, at=AT)
    assert refusal.value.successors == ["Lai Châu (12)"]
    assert "Điện Lai (12) was closed by a merger on 01/07/2025" in refusal.value.message


def test_who_reports_in_the_place_of_a_closed_unit_hears_of_the_merger_and_not_of_rights(country, people):
    asked = form("BM05P", HALF_YEAR)
    with pytest.raises(ClosedUnit, match="was closed by a merger on 01/07/2025"):
        services.receive(country.former, asked, HALF_YEAR, figures(asked), by=people["compiler"], at=AT)

    lines = csv_of(asked, HALF_YEAR, [("12", figures(asked), "2004-2025")], columns=["vintage"])
    receipts = services.receive_file(lines.encode(), filename="a.csv", by=people["compiler"], at=AT)
    assert [type(each.refusal) for each in receipts] == [ClosedUnit]

    file = filled(asked, country.former, HALF_YEAR)
    with pytest.raises(ClosedUnit):
        services.receive_file(file, filename="a.xlsx", by=SYSTEM, at=AT, unit=country.lai_chau)


def test_a_file_names_a_former_unit_by_its_vintage(country):
    asked = form("BM05P", Period("6M", 2025))
    content = filled(asked, country.former, Period("6M", 2025))
    receipt = services.receive_file(content, filename="a.xlsx", by=SYSTEM, at=AT)[0]
    assert receipt.report.unit == country.former


def test_forms_that_a_unit_does_not_owe_are_refused(country, flash):
    with pytest.raises(NotObliged, match="Đảng ủy các cơ quan tỉnh does not report form BMT"):
        services.receive(country.agencies, flash, SEPTEMBER, figures(flash), by=SYSTEM, at=AT)
    with pytest.raises(NotObliged, match=r"not with basis “consolidated \(consolidated figures\)”"):
        services.receive(
            country.hua_bum, flash, SEPTEMBER, figures(flash), by=SYSTEM, at=AT, basis="consolidated"
        )


def test_periods_that_take_no_reports_are_refused(country, flash):
    with pytest.raises(PeriodNotBegun, match="begins on 01/12/2026"):
        services.receive(country.hua_bum, flash, Period("M", 2026, 12), figures(flash), by=SYSTEM, at=AT)
    with pytest.raises(WrongPeriod, match="form BMT is not reported for it"):
        services.receive(country.hua_bum, flash, HALF_YEAR, figures(flash), by=SYSTEM, at=AT)
    sources.close_period(SEPTEMBER.key, by=SYSTEM, at=AT)
    with pytest.raises(ClosedPeriod):
        services.receive(country.hua_bum, flash, SEPTEMBER, figures(flash), by=SYSTEM, at=AT)


def test_the_form_of_another_time_is_refused(country):
    old = form("BM05P", Period("6M", 2025))
    with pytest.raises(WrongFormVersion, match="version 1, but 6 months 2026 is reported on version 2"):
        services.receive(country.lai_chau, old, HALF_YEAR, figures(old), by=SYSTEM, at=AT)


def test_every_cell_has_one_value(country, flash):
    with pytest.raises(WrongNumberOfValues, match="has 32 cells, 3 values came"):
        services.receive(country.hua_bum, flash, SEPTEMBER, [1, 2, 3], by=SYSTEM, at=AT)


def test_a_form_typed_on_a_page_is_kept_like_a_file(country, people, flash):
    texts = {cell.key: "0" for cell in flash.cells} | {"A04": "1.234", "D13": "12,5"}
    receipt = services.receive_typed(country.hua_bum, flash, SEPTEMBER, texts, by=people["compiler"], at=AT)
    values = queries.current_values(receipt.report)
    assert (str(values["A04"]), str(values["D13"])) == ("1234", "12.5")
    assert Delivery.objects.get().channel == "form"
    with pytest.raises(ReportRefused):
        services.receive_typed(
            country.hua_bum, flash, SEPTEMBER, texts | {"A04": ""}, by=people["compiler"], at=AT
        )
    with pytest.raises(StaleVersion):
        services.receive_typed(
            country.hua_bum, flash, SEPTEMBER, texts, by=people["compiler"], at=AT, seen_version=0
        )


def test_figures_are_checked_while_typing_without_storing_anything(country, flash):
    found = services.check_values(country.hua_bum, flash, SEPTEMBER, figures(flash, L01=5))
    assert "R-14" in {finding.rule for finding in found if finding.blocks}
    assert not Report.objects.exists()
    assert not Delivery.objects.exists()


def test_one_csv_file_brings_many_units_each_stored_or_refused_by_itself(country, flash):
    good, bad = figures(flash, A04=200), figures(flash, L01=5)
    rows = [("03466", good), ("03467", bad), ("19774", good), ("99999", good)]
    receipts = services.receive_file(
        csv_of(flash, SEPTEMBER, rows).encode(), filename="t.csv", by=SYSTEM, at=AT
    )
    assert [each.refused for each in receipts] == [False, True, False, True]
    assert receipts[0].report.status == Status.CHO_DUYET
    assert receipts[1].refusal.findings[0]["positions"][0] == {"sheet": "#3", "cell": "L01"}
    whole, *refused = Delivery.objects.order_by("id")
    assert (whole.status, whole.unit) == (DeliveryStatus.ACCEPTED, None)
    assert [(each.unit, each.filename) for each in refused] == [
        (country.muong_te, "t.csv#3"),
        (None, "t.csv#5"),
    ]
    assert bytes(refused[0].content).splitlines()[1].startswith(b"BMT,1,03467")


def test_a_unit_named_in_two_ways_stands_twice_and_the_list_is_refused_whole(country, flash):
    good = figures(flash, A04=200)
    rows = [("03466", good, "2025-07"), ("03466", good, "")]
    content = csv_of(flash, SEPTEMBER, rows, columns=["vintage"]).encode()
    with pytest.raises(CsvUnreadable, match="03466 2026-M09 stood on line 2 already"):
        services.receive_file(content, filename="t.csv", by=SYSTEM, at=AT)
    assert not Report.objects.exists()
    assert Delivery.objects.get().status == DeliveryStatus.REFUSED


def test_a_list_of_which_nothing_passed_may_come_again(country, flash):
    content = csv_of(flash, SEPTEMBER, [("03466", figures(flash, L01=5))]).encode()
    for _ in range(2):
        receipts = services.receive_file(content, filename="t.csv", by=SYSTEM, at=AT)
        assert [each.refusal.code for each in receipts] == ["report.findings"]
    whole = Delivery.objects.filter(filename="t.csv")
    assert [each.refusal["code"] for each in whole] == ["source.nothing_taken"] * 2


def test_the_figures_that_await_the_head_are_not_stored_again(upload, country, flash):
    report = upload(A04=200).report
    rows = csv_of(flash, SEPTEMBER, [("03466", figures(flash, A04=200)), ("03467", figures(flash))])
    receipts = services.receive_file(rows.encode(), filename="t.csv", by=SYSTEM, at=AT)
    assert [each.refusal and each.refusal.code for each in receipts] == ["report.same_figures", None]
    assert receipts[0].refusal.facts["version"] == 1
    assert len(queries.versions(report)) == 1


def test_a_person_sends_only_for_the_units_they_compile(country, people, flash):
    rows = [("03466", figures(flash)), ("03467", figures(flash))]
    receipts = services.receive_file(
        csv_of(flash, SEPTEMBER, rows).encode(), filename="t.csv", by=people["compiler"], at=AT
    )
    assert [each.refused for each in receipts] == [False, True]
    assert receipts[1].refusal.code == "access.not_allowed"


def test_a_report_is_due_some_working_days_after_the_cut_off(upload):
    assert upload().report.due_on == AT.date() - timedelta(
        days=6
    )  # 20/09 is a Sunday, five working days on: 25/09
