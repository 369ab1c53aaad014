"""`giamsat export`: what an account may read, as outsiders are shown it, and nothing beside other files."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from django.db import transaction
from typer.testing import CliRunner

from giamsat.analysis.warehouse import reader
from giamsat.analysis.warehouse import services as warehouse
from giamsat.config.cli import app
from giamsat.config.cli import export as command
from giamsat.config.exporting import FolderNotEmpty, NothingPublished
from giamsat.foundation.access.errors import AccountNotFound, NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.intake.observations import services as observations
from giamsat.lib import clock
from giamsat.lib.actors import Actor
from tests.intake import house

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker):
    """Definitions, units and persons, taken away after these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        house.load_everything()
        units = house.make_country()
        house.make_person("leader", units.centre, ("leader", units.centre, True))
        house.make_person("approver", units.lai_chau, ("approver", units.lai_chau, True))
        house.make_person("auditor", units.centre, ("auditor", units.centre, True))
        yield units
        transaction.set_rollback(True)


@pytest.fixture
def country(furnished, db, monkeypatch):
    monkeypatch.setenv(clock.SHIFT_VARIABLE, str((house.AT - datetime.now(UTC)) / timedelta(seconds=1)))
    monkeypatch.setattr(command, "house", nullcontext)  # the test's house is open already
    yield furnished
    reader.close_all()


@pytest.fixture
def published(country):
    flash = house.form("BMT", house.SEPTEMBER)
    places = [country.hua_bum.pk, country.muong_te.pk, country.phu_xuan.pk]
    observations.receive_many(
        flash, house.SEPTEMBER, places, [house.figures(flash, B07=3)] * 3, by=house.SYSTEM, at=house.AT,
        accepting=observations.Accepting(Actor.system("approver")),
    )  # fmt: skip
    warehouse.rebuild(at=house.AT)
    return country


def export(folder, account):
    return CliRunner().invoke(app, ["export", str(folder), "--as", account])


def units_in(folder):
    return {row["unit_id"] for row in rows_of(folder)}


def rows_of(folder):
    return pq.read_table(folder / "year=2026" / "figures.parquet").to_pylist()


def test_an_account_takes_away_what_it_may_read(published, tmp_path):
    assert export(tmp_path / "all", "leader").exit_code == 0
    told = export(tmp_path / "mine", "approver")

    lai_chau = {published.hua_bum.pk, published.muong_te.pk}
    assert units_in(tmp_path / "all") == lai_chau | {published.phu_xuan.pk}
    assert units_in(tmp_path / "mine") == lai_chau
    told_in_one_line = " ".join(told.output.split())  # a long name of a folder breaks the line
    assert f"mine: {len(rows_of(tmp_path / 'mine'))}." in told_in_one_line
    listed = pq.read_table(tmp_path / "mine" / "units.parquet").to_pylist()
    assert lai_chau < {unit["unit_id"] for unit in listed}
    assert published.hua_bum.code in {unit["code"] for unit in listed}


def test_a_file_knows_no_reader_so_small_cells_are_hidden_from_all(published, tmp_path):
    export(tmp_path / "mine", "approver")

    told = {(row["indicator"], row["hidden"], row["value"]) for row in rows_of(tmp_path / "mine")}
    assert ("B07", True, None) in told
    assert ("D01", False, 0) in told


def test_an_export_stands_in_the_audit_trail(published, tmp_path):
    export(tmp_path / "mine", "approver")

    entry = Entry.objects.get(verb="figures.exported")
    assert entry.by_name == "approver"
    assert entry.facts["rows"] == len(rows_of(tmp_path / "mine"))


def test_an_export_never_mixes_with_other_files(published, tmp_path):
    (tmp_path / "kept.txt").write_text("something")
    refusal = export(tmp_path, "leader").exception

    assert isinstance(refusal, FolderNotEmpty)
    assert refusal.message == (
        f"{tmp_path} is not an empty folder. An export never mixes with other files: name a new folder."
    )
    assert [each.name for each in tmp_path.iterdir() if each.name != "data"] == ["kept.txt"]
    assert not Entry.objects.filter(verb="figures.exported").exists()


@pytest.mark.parametrize(("account", "refusal"), [("nobody", AccountNotFound), ("auditor", NotAllowed)])
def test_who_is_not_known_or_reads_no_reports_takes_nothing(country, tmp_path, account, refusal):
    assert isinstance(export(tmp_path / "out", account).exception, refusal)
    assert not (tmp_path / "out").exists()


def test_before_the_first_publication_there_is_nothing_to_export(country, tmp_path):
    assert isinstance(export(tmp_path / "out", "leader").exception, NothingPublished)
    assert not (tmp_path / "out").exists()
