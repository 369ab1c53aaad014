"""Two people at the same moment: both are held at a gate in PostgreSQL, and let go together."""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections
from django.utils import translation
from procrastinate.contrib.django import connector_params

from giamsat.lib.refusals import Refusal

PATIENCE = 20.0
AT_THE_GATE = """
    SELECT count(*) FROM pg_locks
    WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def together(*acts: Callable[[], Any], gate: str = "observations_report") -> list[Any]:
    """What each act gave, or the refusal it met; anything else that is raised is raised here.

    The gate is a lock on a table that every act must write to: all have begun before the first goes on.
    """
    outcomes: list[Any] = [None] * len(acts)
    with psycopg.connect(**connector_params()) as keeper:
        keeper.execute(f'LOCK TABLE "{gate}" IN EXCLUSIVE MODE')
        threads = [
            threading.Thread(target=_act, args=(act, outcomes, place), daemon=True)
            for place, act in enumerate(acts)
        ]
        for thread in threads:
            thread.start()
        _wait_for(lambda: _waiting(keeper) >= sum(thread.is_alive() for thread in threads))
        keeper.commit()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "it never came to an end"
    for outcome in outcomes:
        if isinstance(outcome, Exception) and not isinstance(outcome, Refusal):
            raise outcome
    return outcomes


def codes(outcomes: list[Any]) -> list[str]:
    """What was refused, by code; an empty word for what took effect."""
    return sorted(each.code if isinstance(each, Refusal) else "" for each in outcomes)


def _act(act: Callable[[], Any], outcomes: list[Any], place: int) -> None:
    try:
        with translation.override("en"):
            outcomes[place] = act()
    except Exception as raised:
        outcomes[place] = raised
    finally:
        connections.close_all()


def _waiting(keeper: psycopg.Connection[Any]) -> int:
    row = keeper.execute(AT_THE_GATE).fetchone()
    return row[0] if row else 0


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "they never met at the gate"
        time.sleep(0.005)
