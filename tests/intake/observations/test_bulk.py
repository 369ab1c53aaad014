"""The bulk way stores what the single way stores, with the same checks."""

from datetime import timedelta

from giamsat.foundation.outbox.models import StoredEvent
from giamsat.intake.observations import queries, services
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.errors import NotWritable, ReportRefused
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.observations.services import Accepting
from giamsat.intake.quality.models import ReportScore, StoredFinding
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.intake.house import AT, AUGUST, SEPTEMBER, SYSTEM, figures, form

APPROVER = Actor.system("approver")
NINE_MONTHS = Period("9M", 2026)


def many(form_, period, units, rows, **rest):
    return services.receive_many(form_, period, [unit.pk for unit in units], rows, by=SYSTEM, at=AT, **rest)


def test_bulk_and_single_store_the_same(country, flash):
    row = figures(flash, A04=200, B07=12)
    many(flash, SEPTEMBER, [country.muong_te], [row])
    services.receive(country.hua_bum, flash, SEPTEMBER, row, by=SYSTEM, at=AT)
    single, bulk = (
        queries.report_of(unit, "BMT", SEPTEMBER.key) for unit in (country.hua_bum, country.muong_te)
    )
    same = ("status", "due_on", "in_force_id", "submitted_at", "basis")
    assert [getattr(single, name) for name in same] == [getattr(bulk, name) for name in same]
    assert single.current.values == bulk.current.values
    scores = ReportScore.objects.order_by("unit_id").values_list("parts", "correct_score", "complete_score")
    assert scores[0] == scores[1]


def test_what_fails_is_left_out_and_told(country, flash):
    rows = [figures(flash, A04=200), figures(flash, L01=5), figures(flash)]
    units = [country.hua_bum, country.muong_te, country.agencies]
    receipt = many(flash, SEPTEMBER, units, rows)
    assert list(receipt.reports) == [country.hua_bum.pk]
    assert isinstance(receipt.refusals[country.muong_te.pk], ReportRefused)
    assert receipt.refusals[country.agencies.pk].code == "source.not_obliged"
    assert Report.objects.count() == ReportVersion.objects.count() == 1


def test_a_history_comes_in_as_accepted_with_the_days_it_was_sent(country, flash):
    sent = [AT - timedelta(days=9), AT - timedelta(days=2)]
    units = [country.hua_bum, country.muong_te]
    receipt = many(
        flash,
        SEPTEMBER,
        units,
        [figures(flash, A04=200)] * 2,
        recorded_at=sent,
        accepting=Accepting(APPROVER),
    )
    reports = list(Report.objects.order_by("unit_id").select_related("in_force"))
    assert {report.status for report in reports} == {Status.TIEP_NHAN}
    assert [report.in_force.accepted_at for report in reports] == sent
    assert [report.submitted_at for report in reports] == sent
    told = StoredEvent.objects.get(name="observations.reports_accepted").payload
    assert told["report_ids"] == sorted(receipt.reports.values())
    assert len(list(queries.packed_versions(year=2026))) == 2
    late = ReportScore.objects.order_by("unit_id").values_list("parts", flat=True)
    assert [each["timeliness"]["share"] for each in late] == ["1.000000", "0.600000"]


def test_a_doubtful_report_waits_unless_its_explanation_comes_with_it(country):
    compliance = form("BM02", NINE_MONTHS)
    doubtful = figures(compliance, B02=10, B02_XA=10, B06=2, B06_XA=2)
    units = [country.hua_bum, country.muong_te]
    many(compliance, NINE_MONTHS, units[:1], [doubtful], accepting=Accepting(APPROVER))
    many(
        compliance,
        NINE_MONTHS,
        units[1:],
        [doubtful],
        accepting=Accepting(APPROVER, "Chuyển từ năm trước sang"),
    )
    assert list(Report.objects.order_by("unit_id").values_list("status", flat=True)) == ["NHAP", "TIEP_NHAN"]
    explained = StoredFinding.objects.order_by("id").values_list("explanation", flat=True)
    assert set(explained) == {"", "Chuyển từ năm trước sang"}


def test_later_figures_are_the_next_version_of_the_same_report(country, flash):
    many(flash, SEPTEMBER, [country.hua_bum], [figures(flash, A04=200)])
    many(flash, SEPTEMBER, [country.hua_bum], [figures(flash, A04=201)])
    report = Report.objects.select_related("current").get()
    assert (report.current.number, report.current.values[0]) == (2, 201)
    assert ReportVersion.objects.get(number=1).superseded_at == AT


def test_accepted_figures_are_not_overwritten(country, flash):
    rows = [figures(flash, A04=200)]
    many(flash, SEPTEMBER, [country.hua_bum], rows, accepting=Accepting(APPROVER))
    receipt = many(flash, SEPTEMBER, [country.hua_bum], rows)
    assert isinstance(receipt.refusals[country.hua_bum.pk], NotWritable)


def test_cumulative_figures_are_checked_against_the_month_before(country, flash):
    units = [country.hua_bum, country.muong_te]
    many(flash, AUGUST, units, [figures(flash, B07=10), figures(flash, B07=10)])
    receipt = many(flash, SEPTEMBER, units, [figures(flash, B07=12), figures(flash, B07=9)])
    assert list(receipt.reports) == [country.hua_bum.pk]
    findings = receipt.refusals[country.muong_te.pk].findings
    assert [
        (each["rule"], each["cells"], each["expected"]) for each in findings if each["severity"] == "E"
    ] == [("R-05", ["B07"], "10")]


def test_a_signed_sum_before_all_have_reported_names_who_is_missing(country):
    own, parts = form("BM05P", NINE_MONTHS), form("BM05", NINE_MONTHS)
    many(parts, NINE_MONTHS, [country.hua_bum], [figures(parts)], accepting=Accepting(APPROVER))
    early = many(own, NINE_MONTHS, [country.lai_chau], [figures(own)], basis="consolidated")
    [said] = [each for each in early.refusals[country.lai_chau.pk].findings if each["rule"] == "R-04"]
    assert said["sentence"]["en"] == (
        "1 of 3 reports of the units below are in. "
        "Missing: Xã Mường Tè (03467), Đảng ủy các cơ quan tỉnh (12.C1)."
    )


def test_a_signed_sum_is_checked_against_its_parts_and_consolidates_them(country, people):
    own, parts = form("BM05P", NINE_MONTHS), form("BM05", NINE_MONTHS)
    below = [country.hua_bum, country.muong_te, country.agencies]
    part = figures(parts, D01=2, D01_XA=2)
    many(parts, NINE_MONTHS, below, [part] * 3, accepting=Accepting(APPROVER))
    many(
        own, NINE_MONTHS, [country.lai_chau], [figures(own, D01=1, D01_TINH=1)], accepting=Accepting(APPROVER)
    )
    wrong = many(own, NINE_MONTHS, [country.lai_chau], [figures(own, D01=9, D01_XA=9)], basis="consolidated")
    assert "R-03" in {each["rule"] for each in wrong.refusals[country.lai_chau.pk].findings}
    right = figures(own, D01=7, D01_TINH=1, D01_XA=6)
    assert many(own, NINE_MONTHS, [country.lai_chau], [right], basis="consolidated").refusals == {}
    report = queries.report_of(country.lai_chau, "BM05P", NINE_MONTHS.key, "consolidated")
    services.accept(services.submit(report, by=SYSTEM, at=AT), by=SYSTEM, at=AT)
    states = Report.objects.filter(basis="own").values_list("status", flat=True)
    assert set(states) == {Status.TONG_HOP}
