"""The same figures sent twice at the same moment are taken in once; the other sender is told why not."""

import pytest

from giamsat.foundation.audit.models import Entry
from giamsat.intake.observations import services
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.quality.models import ReportScore
from giamsat.intake.sources.models import Delivery
from tests.at_once.together import codes, together
from tests.intake.house import AT, SEPTEMBER, SYSTEM, figures, form
from tests.intake.sources.files import csv_of, filled

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def flash(country):
    return form("BMT", SEPTEMBER)


@pytest.fixture
def workbook(country, flash):
    return filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})


@pytest.fixture
def upload(country, people):
    def _upload(content, by="compiler", filename="bmt.xlsx"):
        return lambda: services.receive_file(content, filename=filename, by=people.get(by, by), at=AT)

    return _upload


@pytest.fixture
def typing(country, people, flash):
    def _typing(by="compiler", seen=0, **given):
        texts = {cell.key: "0" for cell in flash.cells} | {"A04": "200"} | given
        return lambda: services.receive_typed(
            country.hua_bum, flash, SEPTEMBER, texts, by=people[by], at=AT, seen_version=seen
        )

    return _typing


def stored_once():
    """One report with one version, one accepted delivery, its score and its entry in the trail; the rest refused."""
    report = Report.objects.get()
    version = ReportVersion.objects.get()
    accepted = Delivery.objects.get(status="accepted")
    assert (report.current_id, version.number, version.delivery_id) == (version.pk, 1, accepted.pk)
    assert ReportScore.objects.count() == 1
    assert Entry.objects.filter(verb__in=["report.received", "reports.received"]).count() == 1
    assert not Delivery.objects.filter(status="received").exists()
    return Delivery.objects.filter(status="refused")


def test_the_same_file_clicked_twice(upload, workbook):
    outcomes = together(upload(workbook), upload(workbook))
    assert codes(outcomes) == ["", "source.duplicate_delivery"]
    assert [each.refusal["code"] for each in stored_once()] == ["source.duplicate_delivery"]


def test_the_same_file_from_two_people(upload, workbook):
    outcomes = together(upload(workbook), upload(workbook, by="colleague"))
    assert codes(outcomes) == ["", "source.duplicate_delivery"]
    stored_once()


def test_four_senders_of_one_file(upload, workbook):
    outcomes = together(*[upload(workbook) for _ in range(4)])
    assert codes(outcomes) == ["", *["source.duplicate_delivery"] * 3]
    stored_once()


def test_a_form_saved_twice(typing):
    assert codes(together(typing(), typing())) == ["", "report.stale_version"]
    stored_once()


def test_a_form_filled_in_by_two_people_from_the_same_state(typing):
    outcomes = together(typing(D06="7"), typing(by="colleague", D06="9"))
    assert codes(outcomes) == ["", "report.stale_version"]
    stored_once()


def test_the_same_figures_typed_and_uploaded(upload, typing, workbook):
    outcomes = together(typing(), upload(workbook, by="colleague"))
    assert codes(outcomes) in (["", "report.stale_version"], ["", "report.same_figures"])
    stored_once()


def test_two_different_files_become_two_versions(upload, country, flash, workbook):
    other = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 201})
    assert codes(together(upload(workbook), upload(other))) == ["", ""]
    versions = ReportVersion.objects.order_by("number")
    assert [(each.number, each.superseded_at is None) for each in versions] == [(1, False), (2, True)]
    assert Report.objects.get().current_id == versions[1].pk


def test_two_corrections_of_one_draft(upload, country, flash, workbook):
    upload(workbook)()
    corrections = [filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": n}) for n in (201, 202)]
    assert codes(together(*map(upload, corrections))) == ["", ""]
    versions = ReportVersion.objects.order_by("number")
    assert [(each.number, each.superseded_at is None) for each in versions] == [
        (1, False),
        (2, False),
        (3, True),
    ]


def test_a_correction_saved_twice(upload, typing, workbook):
    upload(workbook)()
    outcomes = together(typing(seen=1, A04="201"), typing(seen=1, A04="201"))
    assert codes(outcomes) == ["", "report.stale_version"]
    assert Report.objects.select_related("current").get().current.number == 2


def test_the_same_list_sent_twice(upload, flash):
    content = csv_of(flash, SEPTEMBER, [("03466", figures(flash, A04=200))]).encode()
    send = upload(content, by=SYSTEM, filename="t.csv")
    assert codes(together(send, send, gate="sources_delivery")) == ["", "source.duplicate_delivery"]
    stored_once()


def test_two_lists_that_name_the_same_units_in_another_order(upload, flash):
    rows = [("03466", figures(flash, A04=200)), ("03467", figures(flash, A04=300))]
    lists = [csv_of(flash, SEPTEMBER, some).encode() for some in (rows, rows[::-1])]
    outcomes = together(*[upload(content, by=SYSTEM, filename="t.csv") for content in lists])
    refusals = [receipt.refusal for each in outcomes for receipt in each if receipt.refused]
    assert [each.code for each in refusals] == ["report.same_figures"] * 2
    assert Report.objects.count() == ReportVersion.objects.count() == 2


def test_a_list_and_a_workbook(upload, flash, workbook):
    rows = [("03466", figures(flash, A04=250)), ("03467", figures(flash, A04=300))]
    content = csv_of(flash, SEPTEMBER, rows).encode()
    outcomes = together(upload(content, by=SYSTEM, filename="t.csv"), upload(workbook))
    assert [[receipt.refused for receipt in each] for each in outcomes] == [[False, False], [False]]
    reports = Report.objects.select_related("unit", "current").order_by("unit")
    assert [(each.unit.code, each.current.number) for each in reports] == [("03466", 2), ("03467", 1)]
