"""A restored house equals the one that was backed up, row for row, tells its readers the same, and says so itself."""

import hashlib
import json
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
from tests.config import readers

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture
def house_with_figures(transactional_db, settings):
    """Definitions, a small tree, accepted reports, and an audit trail that is sealed and signed."""
    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.intake.sources import services as sources

    settings.DATABASE_URL = address_of(connection.settings_dict["NAME"])
    catalogue.load_definitions(settings.DEFINITIONS_DIR)
    sources.load_definitions(settings.DEFINITIONS_DIR, at=clock.now())
    country = plant()
    for name in ("C13", "C14", "C15", "C16"):
        country.add_commune(name)
    with transaction.atomic():
        country.accept("C11", D01=7, D01_XA=4, D01_CS=3)
        country.accept("C12", D01=5, D01_XA=5, D01_CS=0)
        audit.record("test.done", subject="C11", by=Actor.system("test"), at=clock.now(), facts={"n": 1})
    country.publish()
    audit.seal_pending(at=clock.now())
    audit.sign_head(at=clock.now())
    return country


def address_of(name: str) -> str:
    parts = connection.settings_dict
    return f"postgresql://{parts['USER']}@/{name}?host={parts['HOST']}"


def checksums(address: str) -> dict[str, str]:
    """A digest of every row of every table that holds facts or decides what is shown.

    The manifest of the readers' copy, the news and the jobs are of the house that runs: they are made anew.
    """
    found = {}
    with psycopg.connect(address) as database:
        tables = [
            row[0]
            for row in database.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
                "AND table_type = 'BASE TABLE' AND table_name NOT LIKE 'procrastinate%' "
                "AND (table_name NOT LIKE 'warehouse%' OR table_name IN ('warehouse_veil', 'warehouse_heldback')) "
                "AND table_name NOT LIKE 'outbox%' ORDER BY 1"
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


@pytest.fixture
def house_with_secrets(house_with_figures):
    """The same with figures of few persons: some hidden among what was shown, some that wait for company."""
    from giamsat.foundation.units import services as units

    country = house_with_figures
    for name, few in (("C11", 3), ("C12", 30), ("C13", 8)):
        country.accept(name, "2026-6M", D06=40, D08=few, D08_XA=2)
    country.publish()
    country.accept("C11", "2026-6M", D06=41, D08=4, D08_XA=2)  # alone: waits for company
    country.accept("C21", "2026-6M", D06=17, D08=2)
    country.publish()
    for place, unit in enumerate(country.units.values()):
        unit.seat_lat, unit.seat_lon, unit.area_km2 = 21 + place / 20, 105 + place / 20, 100
        unit.save()
    assert units.build_schematic()


def giamsat(*arguments: str, database: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return in_house("-m", "giamsat.config", *arguments, database=database, folder=folder)


def in_house(*arguments: str, database: str, folder: Path) -> subprocess.CompletedProcess[str]:
    surroundings = os.environ | {
        "DATABASE_URL": database,
        "GIAMSAT_DATA_DIR": str(folder),
        "GIAMSAT_LANGUAGE": "en",
        "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
    }
    return subprocess.run(
        [".venv/bin/python", *arguments],
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


def test_a_restored_house_tells_its_readers_the_same(house_with_secrets, second_house, tmp_path):
    """What was hidden stays hidden, cell by cell: veils decided anew could be subtracted from what was shown."""
    database, folder = second_house
    before, tables = readers.told(), checksums(settings.DATABASE_URL)
    assert {"True", "False"} == {each["veiled"] for each in before["figures"]}
    assert {True, False} == {released for _version, released, _hidden in before["veils"]}
    assert any(released and int(hidden, 16) for _version, released, hidden in before["veils"])
    assert before["held_back"]
    assert {"audit", "geometry"} == {name.partition("/")[0] for name in before["files"]}

    restored = giamsat(
        "restore", str(backups.backup(tmp_path / "house.tar")), database=database, folder=folder
    )
    found = in_house("-m", "tests.config.readers", database=database, folder=folder)

    assert restored.returncode == 0, restored.stdout
    after = json.loads(found.stdout)
    for what, expected in before.items():
        assert after[what] == json.loads(json.dumps(expected)), what
    assert checksums(database) == tables


def test_a_damaged_backup_is_refused_before_anything_is_touched(house_with_figures, second_house, tmp_path):
    database, folder = second_house
    archive = backups.backup(tmp_path / "house.tar")
    spoil(archive, tmp_path)

    outcome = giamsat("restore", str(archive), database=database, folder=folder)

    assert outcome.returncode == 2
    assert "backup.damaged" in outcome.stdout
    with psycopg.connect(database) as empty:
        assert empty.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("old.tar", "is there already and is not replaced"),
        ("old", "is there already and is not replaced"),
        ("new.backup", r"neither a folder nor a name that ends in \.tar"),
    ],
)
def test_a_backup_replaces_nothing_and_makes_no_folder_of_a_mistyped_name(db, tmp_path, name, problem):
    folder = tmp_path / "backups"
    folder.mkdir()
    for kept in ("old.tar", "old"):
        (folder / kept).write_text("kept")

    with pytest.raises(backups.NoPlaceForBackup, match=problem):
        backups.backup(folder / name)

    assert {file.name: file.read_text() for file in folder.iterdir()} == {"old.tar": "kept", "old": "kept"}


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"\0" * 10_240])
def test_what_is_no_backup_is_refused_before_anything_is_touched(transactional_db, tmp_path, content):
    file = tmp_path / "other.tar"
    file.write_bytes(content)
    with pytest.raises(backups.BackupDamaged, match=r"other\.tar is no whole backup of this house\. Take"):
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
