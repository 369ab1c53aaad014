"""The files themselves: what a shard holds, and how one comes to be whole or not at all."""

import hashlib
import os
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.conf import settings

from giamsat.analysis.warehouse.sql import quoted

PLACE = "level VARCHAR, place VARCHAR"
TABLES = {
    # what was accepted: a report, where it stands in the tree, and its filled cells
    "reports": "report_id BIGINT, version_id BIGINT, unit_id BIGINT, point_id BIGINT, region VARCHAR, form VARCHAR,"
    " form_version SMALLINT, period INTEGER, basis VARCHAR, state UTINYINT",
    "facts": "report_id BIGINT, unit_id BIGINT, form VARCHAR, period INTEGER, indicator VARCHAR, breakdown SMALLINT,"
    " basis VARCHAR, value DECIMAL(18,4)",
    # who owes what, and which cells a form asks for
    "obliged": "form VARCHAR, period INTEGER, basis VARCHAR, unit_id BIGINT, point_id BIGINT, region VARCHAR",
    "carried": "form VARCHAR, period INTEGER, indicator VARCHAR, breakdown SMALLINT",
    # roll-ups of own figures
    "sums": f"form VARCHAR, period INTEGER, {PLACE}, indicator VARCHAR, breakdown SMALLINT, value DECIMAL(24,4)",
    "coverage": f"form VARCHAR, period INTEGER, {PLACE}, expected INTEGER, provisional INTEGER, consolidated INTEGER,"
    " locked INTEGER",
    # what a change takes the place of in the files under it
    "touched": "report_id BIGINT, facts BOOLEAN",
    "renewed": "period INTEGER",
    "redone": f"form VARCHAR, period INTEGER, {PLACE}",
}
ORDER = {
    "reports": "form, period, unit_id",
    "facts": "indicator, breakdown, period, unit_id",
    "sums": "indicator, breakdown, level, period, place",
}
COLUMNS = {table: [column.split()[0] for column in columns.split(", ")] for table, columns in TABLES.items()}
SMALL_BLOCK, LARGE_BLOCK = 16_384, 262_144


@dataclass(frozen=True)
class Written:
    """A file that is whole and on disk, not yet in the manifest."""

    name: str
    size: int
    sha256: str
    cells: int
    reports: int


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "warehouse"
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(name: str) -> Path:
    return folder() / name


def scratch() -> Path:
    """A name for a file that is of no use to anybody once its writer is gone."""
    return folder() / f"{uuid.uuid4().hex}.tmp"


def spills() -> Path:
    """Where the database of each process puts aside what memory does not hold: a folder by the process's number."""
    return folder() / "spill"


def write(db: duckdb.DuckDBPyConnection, label: str, sources: dict[str, str], *, small: bool) -> Written:
    """Write one shard from a query for each table: under a scratch name, synced, then given its name.

    A crash leaves the scratch file or a whole file that no manifest row names; upkeep sweeps both away.
    """
    path, block = scratch(), SMALL_BLOCK if small else LARGE_BLOCK
    alias = f"new_{path.stem}"
    db.execute(f"ATTACH {quoted(str(path))} AS {alias} (BLOCK_SIZE {block})")
    try:
        db.execute("BEGIN")
        for table, columns in TABLES.items():
            db.execute(f"CREATE TABLE {alias}.{table} ({columns})")
            if table in sources:
                order = f" ORDER BY {ORDER[table]}" if table in ORDER else ""
                db.execute(f"INSERT INTO {alias}.{table} SELECT * FROM ({sources[table]}){order}")
        cells, reports = db.execute(
            f"SELECT (SELECT count(*) FROM {alias}.facts), (SELECT count(*) FROM {alias}.reports)"
        ).fetchone() or (0, 0)
        db.execute("COMMIT")
    finally:
        db.execute(f"DETACH {alias}")
    return _settle(path, f"{label}-{path.stem[:12]}.duckdb", cells, reports)


def _settle(path: Path, name: str, cells: int, reports: int) -> Written:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    path.rename(path_of(name))
    _sync_folder()
    return Written(name, path_of(name).stat().st_size, digest, cells, reports)


def _sync_folder() -> None:
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest_of(name: str) -> str | None:
    """The checksum of a file as it is now; None when it is not there."""
    try:
        with path_of(name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def sweep(keep: set[str]) -> list[str]:
    """Remove every file but those named; only for a process that holds both locks, so that nobody is writing."""
    swept = [path for path in sorted(folder().iterdir()) if path.is_file() and path.name not in keep]
    for path in swept:
        path.unlink()
    for left in spills().glob("*"):
        if not Path("/proc", left.name).exists():
            shutil.rmtree(left)
    return [path.name for path in swept]
