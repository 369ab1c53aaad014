"""What every command does first: find the data folder, start the database, wake Django."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import typer
from rich.console import Console

from giamsat.config import environment, postgres
from giamsat.config.connections import close_connections
from giamsat.lib.refusals import Refusal

console = Console(highlight=False)
DATABASE_NAME = "giamsat"


def open_house(data_dir: Path | None = None) -> postgres.EmbeddedPostgres | None:
    """Make sure a database answers and Django is set up; returns the embedded server, if that is the one."""
    if data_dir is not None:
        os.environ["GIAMSAT_DATA_DIR"] = str(data_dir.resolve())
    server = None
    if "DATABASE_URL" not in os.environ:
        server = postgres.start(environment.postgres_folder(), say=console.print)
        os.environ["DATABASE_URL"] = postgres.ensure_database(server.url, DATABASE_NAME)
    environment.adopt_practice_clock()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
    django.setup()
    return server


def leave_house(server: postgres.EmbeddedPostgres | None) -> None:
    """Stop the embedded server if this command started it and nobody else is using it."""
    if server is None or not server.started_here:
        return
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
            [DATABASE_NAME],
        )
        others = cursor.fetchone()[0]
    close_connections()
    if not others:
        postgres.stop(environment.postgres_folder())


@contextmanager
def house(data_dir: Path | None = None) -> Iterator[None]:
    """A command's working time: refusals become a sentence and exit code 2."""
    server = open_house(data_dir)
    try:
        yield
    except Refusal as refusal:
        console.print(f"[bold]{refusal.code}[/]: {refusal.message}")
        raise typer.Exit(2) from refusal
    finally:
        leave_house(server)
