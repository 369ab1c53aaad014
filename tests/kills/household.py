"""A house of its own for these tests: its own PostgreSQL, real server and worker, and people who ask over HTTP."""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import psycopg

from giamsat.config import postgres
from giamsat.lib import clock
from tests.intake import house

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
CUT_OFF = 0  # in the place of a status: the server died before it answered


def wait_until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> None:
    """Poll; a bounded wait for another process, not a pause."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"in {seconds:.0f} s it did not happen: {what}"
        time.sleep(0.02)


@dataclass(frozen=True)
class Answer:
    status: int
    place: str = ""
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def report(self) -> int:
        """The report a page sends on to."""
        assert self.status == 302, (self.status, self.text[-2000:])
        return int(self.place.strip("/").rpartition("/")[2])


@dataclass
class Household:
    """Where the house stands and who runs it."""

    folder: Path
    url: str
    port: int = 0
    communes: dict[str, int] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    keeper: "subprocess.Popen[bytes] | None" = None

    @property
    def surroundings(self) -> dict[str, str]:
        shift = (house.AT - datetime.now(UTC)).total_seconds()
        return os.environ | {
            "DATABASE_URL": self.url,
            "DJANGO_SETTINGS_MODULE": "giamsat.config.settings",
            "GIAMSAT_DATA_DIR": str(self.folder),
            "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
            clock.SHIFT_VARIABLE: str(shift),
        }

    def run(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY, env=self.surroundings, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def furnish(self) -> None:
        told = json.loads(self.run("tests.kills.furnish").splitlines()[-1])
        self.communes, self.cells, self.cookies = told["communes"], told["cells"], told["cookies"]

    def open(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        with (self.folder / "house.log").open("ab") as log:
            self.keeper = subprocess.Popen(
                [sys.executable, "-m", "tests.kills.keep", str(self.port)],
                cwd=REPOSITORY, env=self.surroundings, stdout=log, stderr=log,
            )  # fmt: skip
        self.wait_for("server")
        self.wait_for("worker")

    def close(self) -> None:
        if self.keeper:
            self.keeper.terminate()
            self.keeper.wait(60)

    # who runs

    def pid(self, name: str) -> int | None:
        if name == "postgres":
            return postgres.running_pid(self.folder / "postgres")
        assert self.keeper is not None
        word = {"server": "serve", "worker": "worker"}[name]
        for child in psutil.Process(self.keeper.pid).children():
            try:
                if word in child.cmdline() and child.status() != psutil.STATUS_ZOMBIE:
                    return child.pid
            except psutil.NoSuchProcess:
                continue
        return None

    def kill(self, name: str) -> None:
        """SIGKILL; the keeper starts it again. A worker that lost its database may just be ending by itself."""
        wait_until(lambda: self.pid(name) is not None, f"{name} runs")
        pid = self.pid(name)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.pid(name) != pid, f"{name} is gone")

    def wait_for(self, name: str) -> None:
        """Until it runs and answers."""
        if name == "server":
            wait_until(lambda: self.ask("", "GET", "/healthz").status == 200, "the server answers")
        elif name == "worker":
            wait_until(self._worker_beats, "the worker runs jobs")
        else:
            wait_until(self._database_answers, "PostgreSQL answers")

    def _worker_beats(self) -> bool:
        """The newest worker has registered, and is the one that runs."""
        pid = self.pid("worker")
        return pid is not None and bool(
            self.rows(
                "SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > to_timestamp(%s)",
                [psutil.Process(pid).create_time()],
            )
        )

    def _database_answers(self) -> bool:
        try:
            return bool(self.rows("SELECT 1"))
        except psycopg.OperationalError:
            return False

    # what is asked

    def ask(self, person: str, method: str, path: str, fields: dict[str, Any] | None = None) -> Answer:
        """One request as a browser sends it; ``CUT_OFF`` when nobody answered to the end."""
        token = secrets.token_hex(16)
        cookies = f"sessionid={self.cookies.get(person, '')}; csrftoken={token}; django_language=en"
        boundary = secrets.token_hex(12)
        headers = {
            "Cookie": cookies,
            "X-CSRFToken": token,
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request(method, path, body=multipart(fields or {}, boundary), headers=headers)
            answer = line.getresponse()
            body = answer.read()
            return Answer(answer.status, answer.getheader("Location", ""), body)
        except (OSError, http.client.HTTPException):
            return Answer(CUT_OFF)
        finally:
            line.close()

    def forget_the_dead(self) -> None:
        """Let time pass: nobody has heard for long of workers that ended before the one that runs began."""
        pid = self.pid("worker")
        assert pid is not None
        self.do(
            "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"
            " WHERE last_heartbeat < to_timestamp(%s)",
            [psutil.Process(pid).create_time()],
        )
        self.defer("outbox.rescue_stalled_jobs")

    def seal(self) -> Answer:
        """Have the trail sealed before its minute comes."""
        self.defer("audit.seal")
        return Answer(200)

    def defer(self, task: str) -> None:
        """Have the worker run a job of the clockwork now."""
        self.do(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('housekeeping', %s, 0, NULL, NULL,"
            """ '{"timestamp": 0}'::jsonb, NULL)::procrastinate_job_to_defer_v1])""",
            [task],
        )

    def rows(self, query: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url, autocommit=True) as database:
            return database.execute(query, parameters).fetchall()

    def do(self, statement: str, parameters: Any = None) -> None:
        with psycopg.connect(self.url, autocommit=True) as database:
            database.execute(statement, parameters)


def multipart(fields: dict[str, Any], boundary: str) -> bytes:
    """Texts, and files as (name, bytes)."""
    parts = []
    for name, value in fields.items():
        filename, content = ("", str(value).encode()) if not isinstance(value, tuple) else value
        head = f'Content-Disposition: form-data; name="{name}"' + (
            f'; filename="{filename}"' if filename else ""
        )
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode()


@contextmanager
def household(folder: Path) -> Iterator[Household]:
    """A furnished house with everything running; all of it has ended afterwards."""
    folder.mkdir(parents=True)
    server = postgres.start(folder / "postgres")
    home = Household(folder, postgres.ensure_database(server.url, "giamsat"))
    try:
        home.furnish()
        home.open()
        yield home
    finally:
        home.close()
        postgres.stop(folder / "postgres")
        shutil.rmtree(folder)
