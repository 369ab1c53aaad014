"""`giamsat period`: who may close, open and lock, and what it does to a report on its way."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from typer.testing import CliRunner

from giamsat.config.cli import app, periods
from giamsat.foundation.access.errors import NotAllowed
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import PeriodState
from giamsat.intake.sources.errors import ClosedPeriod
from giamsat.lib import clock
from tests.intake import house


@pytest.fixture
def people(db, monkeypatch):
    monkeypatch.setenv(clock.SHIFT_VARIABLE, str((house.AT - datetime.now(UTC)) / timedelta(seconds=1)))
    monkeypatch.setattr(periods, "house", nullcontext)  # the test's house is open already
    house.load_everything()
    units = house.make_country()
    house.make_person("data_admin", units.centre, ("data_admin", units.centre, True))
    house.make_person("leader", units.centre, ("leader", units.centre, True))
    with translation.override("en"):
        yield


def state_of(period):
    return sources.reporting_period(period.key).state


def test_a_period_is_closed_opened_again_and_locked_for_good(people):
    def command(verb):
        return CliRunner().invoke(app, ["period", verb, house.SEPTEMBER.key, "--by", "data_admin"])

    assert "2026-M09 is closed" in command("close").output
    assert state_of(house.SEPTEMBER) == PeriodState.CLOSED
    assert "2026-M09 is open" in command("reopen").output
    assert "official reports: 0" in command("lock").output
    assert state_of(house.SEPTEMBER) == PeriodState.LOCKED
    assert isinstance(command("reopen").exception, ClosedPeriod)


def test_who_reads_reports_locks_no_period(people):
    result = CliRunner().invoke(app, ["period", "lock", house.SEPTEMBER.key, "--by", "leader"])
    assert isinstance(result.exception, NotAllowed)
    assert state_of(house.SEPTEMBER) == PeriodState.OPEN
