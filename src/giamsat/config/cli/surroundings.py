"""What every command does first: find the data folder, start the database, wake Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import fasteners
import psycopg
import typer
from django.conf import settings
from django.utils import translation
from rich.console import Console
from rich.markup import escape

from giamsat.config import disk, environment, postgres
from giamsat.config.database import require_answer
from giamsat.config.spoken import language_of
from giamsat.lib.refusals import Refusal

console = Console(highlight=False)
DATABASE_NAME = "giamsat"
APPLICATION_ROLE = "giamsat_app"  # made by the audit room with its tables
_PRESENCE: list[fasteners.InterProcessReaderWriterLock] = []


def open_house(data_dir: Path | None = None, *, serving: bool = False) -> None:
    """Make sure a database answers and Django is set up.

    What serves takes on the role that cannot change the audit trail; what makes and mends tables stays their owner.
    """
    if data_dir is not None:
        os.environ["GIAMSAT_DATA_DIR"] = str(data_dir.resolve())
    if "DATABASE_URL" in os.environ:
        require_answer(os.environ["DATABASE_URL"])
    else:
        _enter_embedded()
    if serving:
        take_on_role()
    environment.adopt_practice_clock()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
    django.setup()


def take_on_role() -> None:
    """On the embedded server this process and those it starts connect as the application, unless told otherwise."""
    if _PRESENCE and _role_is_there():
        os.environ.setdefault("GIAMSAT_DATABASE_ROLE", APPLICATION_ROLE)


def _role_is_there() -> bool:
    """It comes with the tables: a house without them is to be told so, and not wait for connections in vain."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        found = database.execute("SELECT FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        return found.fetchone() is not None


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
    if settings.configured:  # a database that did not start is told by its own refusal, not by ours
        from giamsat.config.connections import close_connections  # needs Django awake

        close_connections()
    while _PRESENCE:
        presence = _PRESENCE.pop()
        presence.release_read_lock()
        if presence.acquire_write_lock(blocking=False):
            postgres.stop(environment.postgres_folder())
            presence.release_write_lock()


def _require_tables() -> None:
    from giamsat.config import tables  # needs Django awake

    tables.require()


@contextmanager
def house(
    data_dir: Path | None = None, *, serving: bool = False, needs_tables: bool = True
) -> Iterator[None]:
    """A command's working time: refusals become a sentence and exit code 2.

    Without ``needs_tables`` a command runs in a house that has none yet, or those of another version.
    Sentences are in the language of who types; what serves others keeps the language of the house.
    """
    spoken = language_of(os.environ)
    try:
        open_house(data_dir, serving=serving)
        if not serving:
            translation.activate(spoken)
        if needs_tables:
            with translation.override(spoken):
                _require_tables()
        yield
    except Refusal as refusal:
        raise _told(refusal) from refusal
    except Exception as error:
        if not disk.is_full(error):
            raise
        raise _told(disk.DiskFull()) from error
    finally:
        leave_house()


def _told(refusal: Refusal) -> typer.Exit:
    console.print(f"[bold]{refusal.code}[/]: {escape(refusal.message)}")
    return typer.Exit(2)
