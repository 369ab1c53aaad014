import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from giamsat.config import postgres, processes

STAY = [sys.executable, "-c", "import time; time.sleep(60)"]


def wait_until(condition, seconds=10.0):
    """Poll; a bounded wait for another process, not a pause."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def watched():
    """A supervisor that runs in a thread and is always stopped."""
    said = []
    supervisor = processes.Supervisor({"one": STAY, "two": STAY}, say=said.append)
    yield supervisor, said
    supervisor._stop_all()


def run_in_thread(supervisor, monkeypatch):
    monkeypatch.setattr(processes.signal, "signal", lambda *_: None)  # only the main thread may set handlers
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    wait_until(lambda: len(supervisor.children) == 2)
    return thread


@pytest.mark.slow
def test_a_killed_process_is_started_again_and_all_end_together(watched, monkeypatch):
    monkeypatch.setenv("GIAMSAT_LANGUAGE", "en")
    supervisor, said = watched
    thread = run_in_thread(supervisor, monkeypatch)
    first = supervisor.children["one"].pid

    os.kill(first, 9)
    wait_until(lambda: supervisor.children["one"].pid != first)
    supervisor._ask_to_stop()
    thread.join(timeout=15)

    assert said == ["one ended with code -9; starting it again"]
    assert all(child.poll() is not None for child in supervisor.children.values())


def test_an_address_is_told_once_and_not_before_it_answers():
    told = []
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        look = processes.once_answering("127.0.0.1", door.getsockname()[1], lambda: told.append("open"))
        look()
        assert told == []
        door.listen()
        look()
        look()
    assert told == ["open"]


def test_a_dead_process_is_not_alive():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    assert not processes.is_alive(child.pid)
    assert processes.is_alive(os.getpid())


@pytest.fixture
def folder():
    """Not under pytest's folder: PostgreSQL runs as a user of its own, and each pytest closes that folder to others."""
    with tempfile.TemporaryDirectory(dir=os.environ["GIAMSAT_TEST_DIR"]) as place:
        os.chmod(place, 0o755)
        yield Path(place, "postgres")


@pytest.mark.slow
def test_the_embedded_server_comes_back_after_kill_9(folder):
    first = postgres.start(folder)
    try:
        os.kill(first.pid, 9)
        second = postgres.start(folder)
        assert second.pid != first.pid
        assert postgres.ensure_database(second.url, "again").startswith("postgresql://")
    finally:
        postgres.stop(folder)
    assert postgres.running_pid(folder) is None


@pytest.mark.slow
def test_the_number_of_a_killed_server_may_be_another_process_by_now(folder):
    first = postgres.start(folder)
    try:
        os.kill(first.pid, 9)
        left = folder / "postmaster.pid"
        left.write_text(left.read_text().replace(str(first.pid), str(os.getpid()), 1))
        assert postgres.running_pid(folder) is None
        second = postgres.start(folder)
        assert second.started_here
        assert postgres.running_pid(folder) == second.pid
    finally:
        postgres.stop(folder)


@pytest.mark.slow
def test_starting_twice_joins_the_server_that_runs(folder):
    first = postgres.start(folder)
    try:
        second = postgres.start(folder)
        assert (first.started_here, second.started_here) == (True, False)
        assert first.pid == second.pid
    finally:
        postgres.stop(folder)
