"""The run's PostgreSQL, with the tables as a template: made once for each state of the migrations, then copied.

It gets ready while the workers still read the tests; whoever needs the database waits for it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from fasteners import InterProcessLock

from giamsat.config import postgres

REPOSITORY = Path(__file__).resolve().parents[1]
KEPT = REPOSITORY / ".cache" / "tests"
TEMPLATE = "migrated"
PATIENCE = 180.0


def begin(folder: Path) -> None:
    """Have a server over ``folder`` in a while."""
    threading.Thread(target=_prepare, args=(folder,), daemon=True).start()


def wait_for(folder: Path) -> None:
    """Until the server of ``begin`` answers, in whichever process one is."""
    deadline = time.monotonic() + PATIENCE
    told = _told(folder)
    while not told.exists():
        assert time.monotonic() < deadline, f"no PostgreSQL over {folder} within {PATIENCE:.0f} s"
        time.sleep(0.02)
    assert (why_not := told.read_text()) == "", why_not


def _told(folder: Path) -> Path:
    return folder.with_suffix(".told")


def _prepare(folder: Path) -> None:
    why_not = ""
    try:
        KEPT.mkdir(parents=True, exist_ok=True)
        with InterProcessLock(KEPT / "lock"):
            kept = _kept()
            subprocess.run(
                ["cp", "-a", kept, folder], check=True
            )  # owners too: the server runs as its own user
        postgres.start(folder)
    except Exception as fault:
        why_not = repr(fault)
    whole = folder.with_suffix(".telling")
    whole.write_text(why_not)
    whole.rename(_told(folder))


def _kept() -> Path:
    """The folder of a stopped server that holds the template, for the migrations as they are now."""
    kept = KEPT / _state_of_migrations()
    if not kept.exists():
        for other in KEPT.iterdir():
            if other.is_dir():
                shutil.rmtree(other)
        being_made = KEPT / "being-made"
        server = postgres.start(being_made, extra_settings=postgres.FOR_TESTS)
        postgres.ensure_database(server.url, "giamsat")
        try:
            _migrate(postgres.ensure_database(server.url, TEMPLATE))
        finally:
            postgres.stop(being_made)
        being_made.rename(kept)
    return kept


def _migrate(address: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "django", "migrate", "--verbosity=0", "--no-input"],
        env=os.environ | {"DATABASE_URL": address, "PYTHONPATH": str(REPOSITORY / "src")},
        check=True,
    )


def _state_of_migrations() -> str:
    """A name that is another whenever a migration, the settings or a locked package is."""
    sources = REPOSITORY / "src" / "giamsat"
    decisive = [REPOSITORY / "requirements.lock", sources / "config" / "settings.py", Path(postgres.__file__)]
    digest = hashlib.sha256()
    for file in [*decisive, *sorted(sources.glob("*/*/migrations/*.py"))]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
