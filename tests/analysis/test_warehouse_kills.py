"""The warehouse killed with -9 at any moment, for real: another process, another connection, real files."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import connection

from tests.analysis.warehouse.country import AT, plant

AT_WORK = """
import sys, django
django.setup()
from datetime import datetime, timedelta, UTC
from giamsat.analysis.warehouse import services
print("ready", flush=True)
at = datetime(2026, 10, 1, 2, tzinfo=UTC)
while True:
    at += timedelta(minutes=11)
    services.rebuild(at=at)
    services.compact(at=at, force=True)
"""


@pytest.fixture
def country(transactional_db):
    from giamsat.analysis.warehouse import reader
    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.intake.sources import services as sources

    catalogue.load_definitions(settings.DEFINITIONS_DIR)
    sources.load_definitions(settings.DEFINITIONS_DIR, at=AT)
    yield plant()
    reader.close_all()


def start_work():
    database = connection.settings_dict
    surroundings = {
        "DJANGO_SETTINGS_MODULE": "giamsat.config.settings",
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "GIAMSAT_DATA_DIR": str(settings.DATA_DIR),
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", AT_WORK], env={**os.environ, **surroundings}, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout.readline() == "ready\n"
    return worker


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.4, 1.1])
def test_killed_at_any_moment_the_warehouse_shows_all_or_nothing_and_goes_on(country, after):
    from giamsat.analysis.warehouse import services

    for name, value in {"C11": 1, "C12": 2, "C31": 4}.items():
        country.accept(name, D01=value)
        country.accept(name, period="2025-Y", D01=value * 10)
        country.publish()

    worker = start_work()
    time.sleep(after)  # the moment of the kill: anywhere in the worker's round
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()

    assert country.value("", level="country") == 7
    assert country.value("", period="2025-Y", level="country") == 70
    country.accept("C21", D01=8)
    country.publish()
    assert country.value("", level="country") == 15
    services.rebuild(at=country.clock)
    assert services.reconcile(at=country.clock).problems == []


@pytest.mark.slow
def test_readers_never_see_half_a_publication(country):
    """Two communes always add up to 100 between them; whoever sees another sum saw a half."""
    country.accept("C11", D01=0)
    country.accept("C31", D01=100)
    country.publish()
    seen, wrong, stop = [], [], threading.Event()

    def read():
        try:
            while not stop.is_set():
                value = country.value("", level="country")
                (seen if value == 100 else wrong).append(value)
        finally:
            connection.close()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for part in range(1, 9):
            country.accept("C11", D01=part)
            country.accept("C31", D01=100 - part)
            country.publish()
    finally:
        stop.set()
        for reader in readers:
            reader.join()

    assert wrong == []
    assert len(seen) > 8
