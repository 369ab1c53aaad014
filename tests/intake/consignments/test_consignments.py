"""Many files at once pass the doors that one file passes, and a run cut off goes on where it stood."""

import zipfile
from contextlib import closing
from decimal import Decimal
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from giamsat.intake.consignments import queries, services, taking
from giamsat.intake.consignments.choices import Result, State
from giamsat.intake.consignments.errors import ConsignmentNotFound, Ended, RunsAlready
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.sources.choices import DeliveryStatus
from giamsat.intake.sources.errors import ArchiveBomb, LeadsOutside, NothingSent
from giamsat.intake.sources.files import lists
from giamsat.intake.sources.models import Delivery
from tests.intake import house
from tests.intake.hostile import texts
from tests.intake.sources.files import csv_of, filled

JULY = house.Period("M", 2026, 7)


@pytest.fixture
def clerk(country):
    """Compiles for all of Lai Châu."""
    return house.make_person("clerk", country.lai_chau, ("compiler", country.lai_chau, True))


@pytest.fixture
def send(tmp_path, clerk):
    """Bytes by name, or files on disk, gathered to a consignment of the clerk."""

    def gather(files, *, by=clerk, hands=services.Hands()):  # noqa: B008 - frozen
        found = []
        for name, content in files.items():
            place = tmp_path / f"{len(found)}"
            place.write_bytes(content)
            found.append(services.Found(name, place))
        return services.gather(found, name="tháng 9", by=by, at=house.AT, hands=hands)

    return gather


def run(consignment):
    return services.run(consignment.pk, now=lambda: house.AT)


def told(consignment):
    found = queries.outcomes_of(consignment)
    return [(each.unit_code, each.result, each.code) for each in found]


def book(country, flash, unit, **cells):
    values = house.figures(flash, **({"A04": 200} | cells))
    return filled(flash, unit, house.SEPTEMBER, values=values)


def zip_of(folder, files):
    place = folder / "all.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(name, content)
    return place.read_bytes()


def parquet_of(folder, columns):
    place = folder / "list.parquet"
    pq.write_table(pa.table(columns), place, row_group_size=2)
    return place.read_bytes()


def columns(flash, codes, period=house.SEPTEMBER):
    count = len(codes)
    words = {
        "form": ["BMT"] * count, "version": [str(flash.version)] * count, "unit": codes, "period": [period.key] * count,
    }  # fmt: skip
    figures = {cell.key: pa.array([200 if cell.key == "A04" else 0] * count) for cell in flash.cells}
    return words | figures


def test_workbooks_of_a_zip_are_taken_in_each_by_itself(country, flash, send, tmp_path):
    inside = {
        "Lai Châu/hua bum.xlsx": book(country, flash, country.hua_bum),
        "Lai Châu/mường tè.xlsx": book(country, flash, country.muong_te, D06="mười"),
        "Huế/phú xuân.xlsx": book(country, flash, country.phu_xuan),
        "Lai Châu/ghi chú.docx": b"PK",
        "__MACOSX/._hua bum.xlsx": b"left by a system",
    }
    consignment = run(send({"tháng 9.zip": zip_of(tmp_path, inside)}))
    assert sorted(told(consignment)) == [
        ("", Result.REFUSED, "source.no_such_kind"),
        ("03466", Result.STORED, ""),
        ("03467", Result.REFUSED, "report.findings"),
        ("19774", Result.REFUSED, "access.not_allowed"),
    ]
    assert (consignment.state, consignment.stored, consignment.refused) == (State.DONE, 1, 3)
    [report] = Report.objects.all()
    assert (report.unit, report.status) == (country.hua_bum, Status.CHO_DUYET)
    assert not Delivery.objects.filter(status__in=[DeliveryStatus.RECEIVED, DeliveryStatus.WAITING]).exists()
    refused = queries.outcomes_of(consignment, Result.REFUSED).get(unit_code="03467")
    assert "mười" in str(Delivery.objects.get(pk=refused.delivery_id).refusal)


def test_the_same_bytes_again_are_refused_and_of_two_for_one_report_the_later_counts(country, flash, send):
    first, second = book(country, flash, country.hua_bum), book(country, flash, country.hua_bum, D06=0, B07=3)
    run(send({"a.xlsx": first, "b.xlsx": second}))
    [report] = Report.objects.all()
    assert report.current.number == 2
    again = run(send({"a.xlsx": first, "again.xlsx": first}))
    assert [code for _unit, _result, code in told(again)] == ["source.duplicate_delivery"] * 2
    assert ReportVersion.objects.count() == 2


def test_a_run_that_was_killed_goes_on_where_it_stood(country, flash, send, monkeypatch):
    monkeypatch.setattr(taking, "WORKBOOKS_AT_ONCE", 1)
    files = {
        "a.xlsx": book(country, flash, country.hua_bum), "b.xlsx": book(country, flash, country.muong_te),
        "c.csv": csv_of(flash, JULY, [("03466", house.figures(flash, A04=200))]).encode(),
    }  # fmt: skip
    consignment = send(files)
    taking.take_chunk(consignment.pk, at=house.AT)

    def killed(*_args, **_options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(taking, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            taking.take_chunk(consignment.pk, at=house.AT)
    assert Report.objects.count() == 1
    assert send(files) == consignment
    done = run(consignment)
    assert (done.state, done.stored, done.parcels_done) == (State.DONE, 3, 3)
    assert Report.objects.count() == ReportVersion.objects.count() == 3


def test_large_workbooks_are_taken_in_a_few_at_a_time(country, flash, send, monkeypatch):
    files = {name: book(country, flash, getattr(country, name)) for name in ("hua_bum", "muong_te")}
    consignment = send({f"{name}.xlsx": content for name, content in files.items()})
    monkeypatch.setattr(taking, "LARGEST_AT_ONCE", 1)
    assert taking.take_chunk(consignment.pk, at=house.AT).parcels_done == 1
    assert run(consignment).stored == 2


def test_a_second_start_is_refused_in_words(country, flash, send):
    consignment = send({"a.xlsx": book(country, flash, country.hua_bum)})
    with closing(connection.copy()) as other:
        elsewhere = other.cursor()
        elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [queries.RUNNING, consignment.pk])
        assert queries.running([consignment.pk]) == {consignment.pk}
        with pytest.raises(RunsAlready, match="0 of 1 parts are done"):
            run(consignment)
        with pytest.raises(RunsAlready):
            services.ask_to_run(consignment)
        elsewhere.execute("SELECT pg_advisory_unlock(%s, %s)", [queries.RUNNING, consignment.pk])
    assert run(consignment).state == State.DONE
    with pytest.raises(Ended):
        services.ask_to_run(consignment)


def test_what_was_taken_in_stays_when_the_rest_is_given_up(country, flash, send, clerk, monkeypatch):
    monkeypatch.setattr(taking, "WORKBOOKS_AT_ONCE", 1)
    books = {unit.code: book(country, flash, unit) for unit in (country.hua_bum, country.muong_te)}
    consignment = send(books | {"c.xlsx": b""} | {f"{code}.xlsx": content for code, content in books.items()})
    while consignment.stored < 1:
        consignment = taking.take_chunk(consignment.pk, at=house.AT)
    services.cancel(consignment, by=clerk, at=house.AT)
    assert run(consignment).state == State.CANCELLED
    assert Report.objects.count() == 1
    left = Delivery.objects.get(status=DeliveryStatus.REFUSED, refusal__code="consignment.given_up")
    assert left.filename == "03467.xlsx"
    with pytest.raises(Ended):
        services.cancel(consignment, by=clerk, at=house.AT)


def test_a_long_list_is_cut_and_each_line_keeps_its_number(country, flash, send, monkeypatch):
    monkeypatch.setattr(lists, "LINES_AT_ONCE", 1)
    lines = [
        ("03466", house.figures(flash, A04=200)),
        ("03467", house.figures(flash, A04="mười")),
        ("99999", house.figures(flash)),
    ]
    consignment = send({"cả tỉnh.csv": csv_of(flash, house.SEPTEMBER, lines).encode()})
    assert consignment.parcels_in_all == 3
    found = queries.outcomes_of(run(consignment))
    assert [(each.line, each.unit_code, each.result) for each in found] == [
        (2, "03466", Result.STORED), (3, "03467", Result.REFUSED), (4, "99999", Result.REFUSED),
    ]  # fmt: skip
    kept = Delivery.objects.get(pk=found[1].delivery_id)
    assert kept.filename.endswith("#3")
    assert "mười" in bytes(kept.content).decode()


def test_parquet_is_read_to_the_last_digit(country, send, tmp_path):
    quarter = house.Period("9M", 2026)
    form = house.form("BM04", quarter)
    exact = pa.decimal128(16, 4)
    table = columns(form, ["03466", "03467"], quarter)
    table["form"] = pa.array(["BM04"] * 2).dictionary_encode()
    table["version"] = [form.version] * 2
    for cell in form.cells:
        table[cell.key] = pa.array([Decimal("0")] * 2, exact)
    money = next((cell for cell in form.cells if cell.decimals), form.cells[0])
    table[money.key] = pa.array([Decimal("1.234") if money.decimals else Decimal(7)] * 2, exact)
    consignment = run(send({"quý.parquet": parquet_of(tmp_path, table)}))
    assert consignment.reports == 2
    for version in ReportVersion.objects.all():
        assert version.values[money.ordinal] == table[money.key][0].as_py()


@pytest.mark.parametrize(("kind", "value", "code"), [
    (pa.float64(), 200.5, "source.parquet_unreadable"),
    (pa.decimal128(12, 6), Decimal("0.000001"), "source.parquet_unreadable"),
    (pa.timestamp("s"), 0, "source.parquet_unreadable"),
    (pa.float64(), 200.0, ""),
])  # fmt: skip
def test_a_parquet_column_that_cannot_be_meant_refuses_the_file(
    country, flash, send, tmp_path, kind, value, code
):
    table = columns(flash, ["03466"])
    table["A04"] = pa.array([value], kind)
    consignment = run(send({"x.parquet": parquet_of(tmp_path, table)}))
    assert [each[2] for each in told(consignment)] == [code]


def test_a_damaged_parquet_file_is_refused_by_itself(country, flash, send):
    consignment = run(send({"x.parquet": b"PAR1nothing", "a.xlsx": book(country, flash, country.hua_bum)}))
    assert {each[2] for each in told(consignment)} == {"source.parquet_unreadable", ""}


@pytest.mark.parametrize(("inside", "refusal"), [
    ({"../../etc/cron.d/x.csv": b"1"}, LeadsOutside),
    ({"C:\\x.csv": b"1"}, LeadsOutside),
    ({".": b"1"}, LeadsOutside),
    ({"zeros.csv": b"0" * 50_000_000}, ArchiveBomb),
    ({"__MACOSX/x": b"1"}, NothingSent),
])  # fmt: skip
def test_an_archive_that_cannot_be_trusted_is_refused_whole(country, send, tmp_path, inside, refusal):
    with pytest.raises(refusal):
        send({"x.zip": zip_of(tmp_path, inside)})
    assert not Delivery.objects.exists()


def test_who_may_submits_and_accepts_in_the_same_act(country, flash, send, people):
    hands = services.Hands(people["head"], people["approver"])
    books = {f"{unit.code}.xlsx": book(country, flash, unit) for unit in (country.hua_bum, country.muong_te)}
    consignment = run(send(books, hands=hands))
    assert (consignment.submitted, consignment.accepted, consignment.refused) == (1, 1, 0)
    assert set(Report.objects.values_list("unit__code", "status")) == {
        ("03466", Status.TIEP_NHAN), ("03467", Status.CHO_DUYET),
    }  # fmt: skip


def test_a_consignment_is_its_senders_alone(country, flash, send, people, clerk):
    consignment = send({"a.xlsx": book(country, flash, country.hua_bum)})
    assert queries.consignment_for(clerk, consignment.pk) == consignment
    with pytest.raises(ConsignmentNotFound):
        queries.consignment_for(people["centre"], consignment.pk)


@pytest.mark.parametrize("count", [12, pytest.param(2_000, marks=pytest.mark.soak)])
def test_hostile_cells_are_stored_whole_or_refused(country, flash, send, monkeypatch, count):
    monkeypatch.setattr(lists, "LINES_AT_ONCE", 3)
    source = (text.replace("\0", "") for text in texts(seed=count))
    lines = []
    for number in range(count):
        bad = {place: next(source) for place in range(number % 5, len(flash.cells), 7)} if number % 3 else {}
        values = ['"' + str(bad.get(place, 0)).replace('"', '""') + '"' for place in range(len(flash.cells))]
        lines.append((("03466", "03467")[number % 2], values))
    consignment = run(send({"hostile.csv": csv_of(flash, house.SEPTEMBER, lines).encode()}))
    assert consignment.state == State.DONE
    for version in islice(ReportVersion.objects.all(), 100):
        assert len(version.values) == len(flash.cells)
        assert all(value is None or value.is_finite() for value in version.values)
    assert not Delivery.objects.filter(status=DeliveryStatus.RECEIVED).exists()
