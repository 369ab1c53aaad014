"""A practice country beside a test, a benchmark or a camera: started as an operator would, stopped by its id."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PASSWORD = "Thuc-hanh-2026"  # noqa: S105 - printed by `giamsat demo` for all to read
WAIT_SECONDS = 900
REPOSITORY = Path(__file__).resolve().parents[1]


@contextmanager
def practice_country(
    data_dir: Path, *, points: str = "", surroundings: dict[str, str] | None = None
) -> Iterator[str]:
    """Run `giamsat demo` over ``data_dir`` on a free port; yields its address once it answers."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    log = data_dir.parent / f"{data_dir.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    variables = surroundings_of(data_dir) | (surroundings or {})
    with log.open("ab") as output:
        house = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "giamsat.config", "demo", "--port", str(port), "--points", points],
            cwd=REPOSITORY, env=variables, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            _wait_until_it_answers(house, f"{address}/healthz", log)
            yield address
        finally:
            house.send_signal(signal.SIGINT)
            house.wait(60)


def surroundings_of(data_dir: Path) -> dict[str, str]:
    """The environment of a command over a house: nothing of the house that we ourselves may live in."""
    ours = ("GIAMSAT_", "DATABASE_", "DJANGO_")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return variables | {"GIAMSAT_DATA_DIR": str(data_dir)}


def _wait_until_it_answers(house: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        if house.poll() is not None:
            raise RuntimeError(
                f"the practice country ended with code {house.returncode}:\n{log.read_text()[-3000:]}"
            )
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"the practice country did not answer within {WAIT_SECONDS} s; read {log}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
