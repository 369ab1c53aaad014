"""What every command does first: find the data folder, start the database, wake Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import fasteners
import typer
from rich.console import Console

from giamsat.config import environment, postgres
from giamsat.lib.refusals import Refusal

console = Console(highlight=False)
DATABASE_NAME = "giamsat"
_PRESENCE: list[fasteners.InterProcessReaderWriterLock] = []


def open_house(data_dir: Path | None = None) -> None:
    """Make sure a database answers and Django is set up."""
    if data_dir is not None:
        os.environ["GIAMSAT_DATA_DIR"] = str(data_dir.resolve())
    if "DATABASE_URL" not in os.environ:
        _enter_embedded()
    environment.adopt_practice_clock()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
    django.setup()


def _enter_embedded() -> None:
    """Start or join the embedded server; a lock that dies with us says that we are using it."""
    folder = environment.postgres_folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    presence = fasteners.InterProcessReaderWriterLock(f"{folder}.users")
    presence.acquire_read_lock()
    server = postgres.start(folder, say=console.print)
    os.environ["DATABASE_URL"] = postgres.ensure_database(server.url, DATABASE_NAME)
    _PRESENCE.append(presence)


def leave_house() -> None:
    """Give connections back; the last to leave an embedded server stops it."""
    from giamsat.config.connections import close_connections  # needs Django awake

    close_connections()
    while _PRESENCE:
        presence = _PRESENCE.pop()
        presence.release_read_lock()
        if presence.acquire_write_lock(blocking=False):
            postgres.stop(environment.postgres_folder())
            presence.release_write_lock()


@contextmanager
def house(data_dir: Path | None = None) -> Iterator[None]:
    """A command's working time: refusals become a sentence and exit code 2."""
    open_house(data_dir)
    try:
        yield
    except Refusal as refusal:
        console.print(f"[bold]{refusal.code}[/]: {refusal.message}")
        raise typer.Exit(2) from refusal
    finally:
        leave_house()
