"""A process that sends reports may be killed at any moment; whoever began it is told, and waits for nothing."""

import multiprocessing.spawn
import os
import signal
import threading
from dataclasses import dataclass
from multiprocessing import resource_tracker

import pytest
from rich.console import Console

from giamsat.config.demo import country, streams
from giamsat.config.demo.errors import SendingStopped
from giamsat.config.steps import Steps

MORE_THAN_A_PIPE_HOLDS = 1 << 20
KILLED = -signal.SIGKILL
LONGEST_WAIT = 60


@dataclass
class Doomed:
    """A loader whose process is killed in the middle of its work."""

    orders: bytes = bytes(MORE_THAN_A_PIPE_HOLDS)

    def run(self, done, await_turn):
        done("a step")
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def killed_at_once(tmp_path):
    """Every process is killed as it begins, before it reads what it is to do."""
    resource_tracker.ensure_running()
    script = tmp_path / "killed"
    script.write_text("#!/bin/sh\nkill -9 $$\n")
    script.chmod(0o755)
    python = multiprocessing.spawn.get_executable()
    multiprocessing.spawn.set_executable(str(script))
    yield
    multiprocessing.spawn.set_executable(python)


def sent(done=lambda step: None):
    """How sending ended; fails when it has not."""
    ended = []

    def send():
        try:
            streams._side_by_side([Doomed()], done)
        except streams.SenderEnded as reason:
            ended.append(reason.code)

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    thread.join(timeout=LONGEST_WAIT)
    assert not thread.is_alive(), "it waits for a process that is dead"
    return ended


def test_a_process_killed_before_it_reads_its_orders_is_noticed(killed_at_once):
    assert sent() == [KILLED]


@pytest.mark.slow
def test_a_process_killed_at_its_work_is_noticed_after_what_it_told():
    told = []
    assert sent(told.append) == [KILLED]
    assert told == ["a step"]


@pytest.mark.slow
def test_whoever_makes_the_country_is_told_that_it_is_not_whole_and_what_to_do(tmp_path, db, monkeypatch):
    def killed(*_, **__):
        raise streams.SenderEnded(KILLED)

    monkeypatch.setattr(country, "_fill", killed)
    monkeypatch.setattr(country, "_begin", lambda folder, seed: {})
    with pytest.raises(SendingStopped) as refusal:
        country.make(tmp_path, steps=Steps(Console()))
    assert refusal.value.code == "demo.sending_stopped"
    assert str(tmp_path) in refusal.value.message
    assert "-9" in refusal.value.message
