"""A restored house equals the one that was backed up, row for row, and says so itself."""

import hashlib
import os
import subprocess
import tarfile
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction

from giamsat.config import backups
from giamsat.foundation.audit import services as audit
from giamsat.lib import clock
from giamsat.lib.actors import Actor
from tests.analysis.warehouse.country import plant

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def house_with_figures(transactional_db, settings):
    """Definitions, a small tree, accepted reports, and an audit trail that is sealed and signed."""
    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.intake.sources import services as sources

    settings.DATABASE_URL = address_of(connection.settings_dict["NAME"])
    catalogue.load_definitions(settings.DEFINITIONS_DIR)
    sources.load_definitions(settings.DEFINITIONS_DIR)
    country = plant()
    with transaction.atomic():
        country.accept("C11", D01=7, D01_XA=4, D01_CS=3)
        country.accept("C12", D01=5, D01_XA=5, D01_CS=0)
        audit.record("test.done", subject="C11", by=Actor.system("test"), at=clock.now(), facts={"n": 1})
    country.publish()
    audit.seal_pending(at=clock.now())
    audit.sign_head(at=clock.now())


def address_of(name: str) -> str:
    parts = connection.settings_dict
    return f"postgresql://{parts['USER']}@/{name}?host={parts['HOST']}"


def checksums(address: str) -> dict[str, str]:
    """A digest of every row of every table that holds facts; the readers' copy and its news are made anew."""
    found = {}
    with psycopg.connect(address) as database:
        tables = [
            row[0]
            for row in database.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
                "AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'procrastinate%' "
                "AND table_name NOT LIKE 'warehouse%' AND table_name NOT LIKE 'outbox%' ORDER BY 1"
            )
        ]
        for table in tables:
            rows = database.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1').fetchall()
            found[table] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return found


@pytest.fixture
def second_house(tmp_path):
    """An empty database and data folder of its own; dropped afterwards."""
    name = f"restored_{os.getpid()}"
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield address_of(name), tmp_path / "second"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def giamsat(*arguments: str, database: str, folder: Path) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {
        "DATABASE_URL": database, "GIAMSAT_DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY / "src"),
    }  # fmt: skip
    return subprocess.run(
        [".venv/bin/python", "-m", "giamsat.config", *arguments],
        cwd=REPOSITORY, env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_restored_house_equals_the_one_that_was_backed_up(house_with_figures, second_house, tmp_path):
    database, folder = second_house
    archive = backups.backup(tmp_path / "house.tar")
    before = checksums(settings.DATABASE_URL)

    outcome = giamsat("restore", str(archive), database=database, folder=folder)

    assert outcome.returncode == 0, outcome.stderr
    assert "Audit chain is whole." in outcome.stdout
    assert checksums(database) == before


def test_a_damaged_backup_is_refused_before_anything_is_touched(house_with_figures, second_house, tmp_path):
    database, folder = second_house
    archive = backups.backup(tmp_path / "house.tar")
    spoil(archive, tmp_path)

    outcome = giamsat("restore", str(archive), database=database, folder=folder)

    assert outcome.returncode == 2
    assert "backup.damaged" in outcome.stdout
    with psycopg.connect(database) as empty:
        assert empty.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\0" * 10_240])
def test_what_is_no_backup_is_refused_before_anything_is_touched(transactional_db, tmp_path, content):
    file = tmp_path / "other.tar"
    file.write_bytes(content)
    with pytest.raises(backups.BackupDamaged, match=r"other\.tar is no whole backup"):
        backups.restore(file, replace=True, say=print)
    assert connection.introspection.table_names()


def test_a_house_with_data_is_not_replaced_unasked(house_with_figures, tmp_path):
    archive = backups.backup(tmp_path / "house.tar")
    with pytest.raises(backups.HouseNotEmpty, match=r"add --yes"):
        backups.restore(archive, replace=False, say=print)


def test_keys_stay_out_of_a_backup(house_with_figures, tmp_path):
    with tarfile.open(backups.backup(tmp_path / "house.tar")) as archive:
        assert not [name for name in archive.getnames() if "key" in name]


def spoil(archive: Path, scratch: Path) -> None:
    """Change one byte of the dump inside the archive."""
    folder = scratch / "spoilt"
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    dump = folder / backups.DUMP
    content = bytearray(dump.read_bytes())
    content[len(content) // 2] ^= 0xFF
    dump.write_bytes(bytes(content))
    with tarfile.open(archive, "w") as opened:
        for file in folder.rglob("*"):
            opened.add(file, arcname=str(file.relative_to(folder)), recursive=False)
