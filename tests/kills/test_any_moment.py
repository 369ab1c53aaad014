"""Killed with -9 at any moment while people file reports: each report is whole or absent, each figure counts once."""

import random
import threading

import pytest

from tests.kills.filing import insist

pytestmark = pytest.mark.slow
VICTIMS = ("server", "worker", "worker", "postgres")


class Office:
    """A clerk who files one report after the other, pressing again whenever nobody answers."""

    def __init__(self, filings):
        self.filings, self.closed, self.filed = filings, threading.Event(), []
        self.trouble = []
        self.clerk = threading.Thread(target=self._work, daemon=True)

    def __enter__(self):
        self.clerk.start()
        return self

    def __exit__(self, *_):
        self.closed.set()
        self.clerk.join(120)
        assert not self.clerk.is_alive()
        assert self.trouble == []

    def _work(self):
        try:
            while not self.closed.is_set():
                filing = self.filings.new()
                answer = insist(filing.upload)
                assert answer.status == 302 or "already accepted" in answer.text, answer
                insist(filing.find_again)
                for step in (filing.submit, filing.accept):
                    assert insist(step).status == 302
                self.filed.append(filing)
        except Exception as trouble:
            self.trouble.append(trouble)


def kills(home, filings, *, rounds, seed):
    """So many kills, each at a moment of its own, while the office works; then look at everything."""
    chance = random.Random(seed)
    stop = threading.Event()
    with Office(filings) as office:
        for _ in range(rounds):
            stop.wait(chance.uniform(0, 1.5))
            victim = chance.choice(VICTIMS)
            home.kill(victim)
            home.wait_for("postgres")
            home.wait_for("server")
            home.wait_for("worker")
    filings.everything_is_whole()
    assert {filing.status for filing in office.filed} == {"TIEP_NHAN"}


def test_five_kills(home, filings):
    kills(home, filings, rounds=5, seed=20261001)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_fifty_kills(home, filings, seed):
    kills(home, filings, rounds=10, seed=seed)
