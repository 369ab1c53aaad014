"""A full disk is said in a sentence, and nothing half written is left on it."""

import os
import subprocess
import sys

import pytest
from django.db import connection
from django.db.utils import OperationalError

from giamsat.config import backups, disk

WRITES = """
from giamsat.config.cli.surroundings import house
with house(needs_tables=False), open("/dev/full", "wb", 0) as full:
    full.write(b"figures")
"""


def came_upon(full):
    """The error of a library that met the full disk inside another's."""
    outer = OperationalError("the statement ended")
    outer.__cause__ = full
    return outer


@pytest.mark.parametrize(("error", "expected"), [
    (OSError(28, "No space left on device"), True),
    (RuntimeError('IO Error: Could not write file "x": No space left on device'), True),
    (OSError(13, "Permission denied"), False),
])  # fmt: skip
def test_a_full_disk_is_known_whoever_met_it_first(error, expected):
    assert disk.is_full(error) is expected
    assert disk.is_full(came_upon(error)) is expected


def test_half_an_archive_is_not_left_behind(tmp_path):
    (tmp_path / "figures").write_bytes(b"x" * 100_000)
    unfinished = tmp_path / "house.unfinished"
    unfinished.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        backups._pack({"figures": tmp_path / "figures"}, unfinished)
    assert not unfinished.is_symlink()


@pytest.mark.slow
def test_a_command_on_a_full_disk_says_so(db, tmp_path):
    name = connection.settings_dict["NAME"]
    base, _, query = os.environ["DATABASE_URL"].partition("?")
    address = base.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")
    surroundings = os.environ | {
        "DATABASE_URL": address, "GIAMSAT_DATA_DIR": str(tmp_path), "GIAMSAT_LANGUAGE": "en",
    }  # fmt: skip
    told = subprocess.run(
        [sys.executable, "-c", WRITES], env=surroundings, capture_output=True, text=True, check=False
    )
    assert "house.disk_full: There is no room left on the disk" in told.stdout
