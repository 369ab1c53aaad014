"""Rebuilding, joining, sweeping and reconciling; and what a kill in the middle leaves behind."""

import os
import shutil
from copy import copy
from datetime import timedelta
from decimal import Decimal

import duckdb
import pytest
from django.db import transaction
from django.test import override_settings

from giamsat.analysis.warehouse import queries, reader, services, shards
from giamsat.analysis.warehouse.errors import FilesMissing
from giamsat.analysis.warehouse.models import DataFile, Rebuild, Waiting
from giamsat.foundation.outbox import services as outbox
from tests.analysis.warehouse.country import exactly, plant

pytestmark = pytest.mark.slow  # each publishes several generations to real files


@pytest.fixture(scope="module")
def two_years(forms, django_db_blocker, tmp_path_factory):
    """Two years, corrections, a consolidated figure, one settled report: bases and a change over one of them."""
    folder = tmp_path_factory.mktemp("published")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DATA_DIR=folder):
            country = plant()
            country.accept("C11", period="2025-Y", D01=8, D12=Decimal("0.0001"))
            country.accept("C11", D01=2)
            settled = country.accept("C12", D01=4, D01_XA=1)
            country.accept("P1", form="BM05P", basis="consolidated", D01=99)
            country.publish()
            country.accept("C11", D01=3)
            country.accept("C12", D01=6, D01_XA=2)
            country.accept("C31", D01=5, D12=Decimal("99.5"))
            country.move(settled, "KHOA")
            country.publish()
            reader.close_all()
        yield country, folder
        transaction.set_rollback(True)


@pytest.fixture
def history(two_years, db, settings):
    """The two years; what a test changes is undone, in the database and in its own copy of the files."""
    country, folder = two_years
    shutil.copytree(folder, settings.DATA_DIR, dirs_exist_ok=True)
    yield copy(country)
    reader.close_all()


def everything(country):
    """All that can be read, but for the generation and its moment."""
    periods = ["2025-Y", "2026-6M", "2026-9M"]
    found = [
        figure
        for level in ("country", "region", "point", "unit")
        for breakdown in ("", "lvl=XA")
        for figure in queries.figures(["D01", "D12"], periods, level=level, breakdown=breakdown)
    ]
    assert any(figure.value for figure in found)
    return [
        (f.place, f.period_key, f.indicator, f.breakdown, f.value, f.state, f.reported, f.expected)
        for f in found
    ]


def files_on_disk():
    return {path.name for path in shards.folder().iterdir() if path.is_file()}


def live_files():
    return set(DataFile.objects.filter(dropped=None).values_list("name", flat=True))


def later(country, **more):
    country.clock += timedelta(**more)
    return country.clock


def test_rebuilding_changes_no_figure(history):
    before = everything(history)
    services.rebuild(at=later(history, seconds=1))

    assert everything(history) == before
    assert DataFile.objects.filter(dropped=None).count() == 2


def test_joining_changes_no_figure_and_leaves_one_file_a_year(history):
    before = everything(history)
    assert services.compact(at=later(history, seconds=1), force=True) == [2026]

    assert everything(history) == before
    assert DataFile.objects.filter(dropped=None).count() == 2


def test_few_changes_are_not_worth_joining(history):
    assert services.compact(at=later(history, seconds=1)) == []


def test_corrections_after_joining_lie_over_the_joined_file(history):
    services.compact(at=later(history, seconds=1), force=True)
    history.accept("C31", D01=50)
    history.publish()

    assert history.value("south", level="region") == 50
    assert history.value("", level="country") == 59


def test_files_are_removed_some_time_after_the_last_generation_that_names_them(history):
    services.compact(at=later(history, seconds=1), force=True)
    assert len(files_on_disk()) > len(live_files())

    services.compact(at=later(history, minutes=11))
    assert files_on_disk() == live_files()


def test_a_kill_between_file_and_manifest_leaves_nothing_that_counts(history):
    before = everything(history)
    history.accept("C11", D01=1000)
    outbox.deliver_now(at=history.clock)
    with transaction.atomic():
        services.publish_pending(at=later(history, seconds=1))
        transaction.set_rollback(True)  # the file is whole and on disk; its rows never were

    assert len(files_on_disk() - live_files()) == 1
    assert everything(history) == before

    services.publish_pending(at=later(history, seconds=1))
    assert history.value("C11") == 1000
    services.compact(at=later(history, minutes=11))
    assert files_on_disk() == live_files()


def test_a_kill_while_a_file_is_written_leaves_only_scratch(history):
    (shards.folder() / "1234.tmp").write_bytes(b"half a file")
    (shards.folder() / "1234.tmp.wal").write_bytes(b"")
    mine, dead = (
        shards.spills() / str(os.getpid()),
        shards.spills() / "4194305",
    )  # above the highest number there is
    for folder in (mine, dead):
        folder.mkdir(parents=True, exist_ok=True)
    (dead / "duckdb_temp_storage.tmp").write_bytes(b"put aside")
    services.compact(at=later(history, seconds=1))

    assert files_on_disk() == live_files()
    assert mine.exists()
    assert not dead.exists()


def test_a_killed_rebuild_goes_on_where_it_stopped(history):
    before = everything(history)
    kept = set(DataFile.objects.filter(year=2026, dropped=None).values_list("name", flat=True))
    Rebuild.objects.create(started_at=history.clock, years_left=[2025])

    services.rebuild(at=later(history, seconds=1))
    assert everything(history) == before
    assert kept <= live_files()
    assert not Rebuild.objects.filter(finished_at=None).exists()


def test_a_rebuild_covers_the_news_that_waited(history):
    history.accept("C11", D01=1000)
    outbox.deliver_now(at=history.clock)
    services.rebuild(at=later(history, seconds=1))

    assert history.value("C11") == 1000
    assert not Waiting.objects.exists()


def test_a_reader_keeps_its_generation_while_others_are_published(history):
    with reader.newest_snapshot() as held:
        history.accept("C11", D01=1000)
        history.publish()
        services.compact(at=later(history, seconds=1), force=True)
        services.rebuild(at=later(history, minutes=11))
        head = held.tables("sums", years=[2026])
        query = f"{head} SELECT sum(value) FROM sums WHERE level = 'country' AND indicator = 'D01' AND breakdown = 0"
        assert held.ask(query) == [(exactly(14),)]

    assert history.value("", level="country") == 1011


def test_the_first_reports_of_a_year_are_a_change_over_nothing(history):
    history.accept("C11", period="2027-Q1", D01=2)
    history.publish()
    assert history.value("P1", period="2027-Q1", level="point") == 2

    services.compact(at=later(history, seconds=1), force=True)
    assert history.value("P1", period="2027-Q1", level="point") == 2
    assert set(DataFile.objects.filter(dropped=None).values_list("shape", flat=True)) == {"base"}


def test_a_long_row_of_generations_does_not_pile_up_in_memory(history):
    for value in range(5):
        history.accept("C11", D01=value)
        history.publish()
        history.value("C11")
    services.compact(at=later(history, minutes=11), force=True)
    history.value("C11")

    own = reader.reader()
    assert len(own.open) <= reader.KEPT_OPEN


def test_the_warehouse_heals_itself_when_its_files_are_gone(history):
    before = everything(history)
    reader.close_all()
    for name in files_on_disk():
        os.unlink(shards.path_of(name))
    with pytest.raises(FilesMissing) as refusal:
        history.value("C11")
    assert refusal.value.code == "warehouse.files_missing"
    assert refusal.value.message == (
        "The warehouse lacks 3 of its files. Run “giamsat publish --rebuild”; no report is lost."
    )

    history.accept("C32", D01=0)
    history.publish()
    assert [row for row in everything(history) if row[0] != str(history["C32"].pk)][:1] == before[:1]
    assert services.reconcile(at=later(history, seconds=1)).ok


def test_reconciling_finds_nothing_where_nothing_is_wrong(history):
    result = services.reconcile(at=later(history, seconds=1))

    assert (result.problems, result.behind) == ([], 0)
    assert result.cells == 8


def test_reconciling_does_not_blame_what_is_merely_late(history):
    history.accept("C11", D01=1000)
    result = services.reconcile(at=later(history, seconds=1))

    assert (result.problems, result.behind) == ([], 1)


def test_reconciling_finds_a_tampered_file(history):
    reader.close_all()
    base = DataFile.objects.get(year=2026, shape="base")
    with duckdb.connect(str(shards.path_of(base.name))) as file:
        file.execute("UPDATE facts SET value = value + 1 WHERE indicator = 'D01' AND basis = 'consolidated'")
    result = services.reconcile(at=later(history, seconds=1))

    assert {problem.kind for problem in result.problems} == {"file_altered", "facts", "total"}
    facts = next(problem for problem in result.problems if problem.kind == "facts")
    assert facts.rows == 1
    assert "100.0000" in facts.examples[0]


def test_reconciling_finds_a_roll_up_that_is_not_the_sum_of_its_parts(history):
    services.compact(at=later(history, seconds=1), force=True)
    reader.close_all()
    base = DataFile.objects.get(year=2026, shape="base", dropped=None)
    with duckdb.connect(str(shards.path_of(base.name))) as file:
        file.execute("UPDATE sums SET value = 0 WHERE level = 'region'")
    result = services.reconcile(at=later(history, seconds=1))

    assert {problem.kind for problem in result.problems} == {"file_altered", "sums"}


def test_reconciling_finds_a_lost_file(history):
    reader.close_all()
    lost = DataFile.objects.get(year=2025)
    shards.path_of(lost.name).unlink()

    with pytest.raises(FilesMissing):
        services.reconcile(at=later(history, seconds=1))


def test_the_export_goes_into_a_folder_of_any_name(history, tmp_path):
    assert services.export_parquet(tmp_path / "the commission's").rows == 8


def test_the_export_holds_every_figure_for_other_tools(history, tmp_path):
    exported = services.export_parquet(tmp_path / "open")

    rows = duckdb.sql(
        f"SELECT year, period, form, indicator, breakdown, basis, state, value FROM '{tmp_path}/open/*/*.parquet'"
        " ORDER BY ALL"
    ).fetchall()
    assert len(rows) == exported.rows == 8
    assert rows[0] == (2025, "2025-Y", "BM05", "D01", "", "own", "provisional", exactly(8))
    assert (2026, "2026-9M", "BM05", "D01", "lvl=XA", "own", "locked", exactly(2)) in rows
