"""One real PostgreSQL for the whole run, one database for each worker, nothing from outside."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import django
import psycopg
import pytest
from django.conf import settings as house
from django.db import connection, connections
from django.test import TransactionTestCase
from django.utils import translation

RUN_DIR = Path(os.environ.get("GIAMSAT_TEST_DIR") or tempfile.mkdtemp(prefix="giamsat-tests-"))
os.environ["GIAMSAT_TEST_DIR"] = str(RUN_DIR)
os.environ["GIAMSAT_DATA_DIR"] = str(RUN_DIR / os.environ.get("PYTEST_XDIST_WORKER", "main"))
# Named here, not in pyproject.toml: pytest-django would read settings before these surroundings are set.
os.environ["DJANGO_SETTINGS_MODULE"] = "giamsat.config.settings"
os.environ["GIAMSAT_SECRET_KEY"] = "a key for tests only, long enough to please every check"
os.environ["GIAMSAT_CLOCK_SHIFT_SECONDS"] = "0"
os.environ.pop("DATABASE_URL", None)

from procrastinate.contrib.django import connector_params  # noqa: E402 - surroundings first, then settings

from giamsat.config import postgres  # noqa: E402
from tests import cluster  # noqa: E402
from tests.emptied import empty_all  # noqa: E402
from tests.together import Together, begun_at  # noqa: E402

SERVER_DIR = RUN_DIR / "postgres"
TEST_URL = os.environ.get("GIAMSAT_TEST_DATABASE_URL")
os.environ["DATABASE_URL"] = TEST_URL or f"postgresql://postgres@/giamsat?host={SERVER_DIR}"
Path(os.environ["GIAMSAT_DATA_DIR"], "static").mkdir(
    parents=True, exist_ok=True
)  # WhiteNoise warns when absent
STILL_CONNECTED = """
    SELECT pid, application_name, state, backend_start, query FROM pg_stat_activity
    WHERE datname = %s AND backend_type = 'client backend'
"""
django.setup()  # here, so that the conftest of any folder may import models
TransactionTestCase._fixture_teardown = empty_all  # in the place of Django's flush: 0.05 s, not 0.65
house.PASSWORD_HASHERS = ["tests.foundation.access.quick.QuickArgon2"]
house.WHITENOISE_USE_FINDERS = False  # each client would read all static files anew, and none asks for one


def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: begun_at(item.nodeid))


def pytest_configure(config):
    """Start the server once, in the process that leads the run."""
    if not TEST_URL and not hasattr(config, "workerinput"):
        cluster.begin(SERVER_DIR)


def pytest_collection_finish():
    """Reading the tests takes about as long as the server needs; whoever runs them finds it ready."""
    if not TEST_URL:
        cluster.wait_for(SERVER_DIR)


def pytest_unconfigure(config):
    if hasattr(config, "workerinput"):
        return
    if not TEST_URL:
        cluster.wait_for(SERVER_DIR)
        postgres.stop(SERVER_DIR)
    shutil.rmtree(RUN_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_data_dir(tmp_path, settings):
    """Files a test writes stay with the test."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()


@pytest.fixture(autouse=True)
def read_in_english():
    """Sentences are tested in the words of the source, whether the Vietnamese ones are compiled here or not."""
    with translation.override("en"):
        yield


@pytest.fixture
def shared_data() -> Path:
    """Real data beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real data is absent: no ../shared/data beside the checkout")
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """The tables are copied from the template, unless another server was named: there they are made."""
    if not TEST_URL:
        connection.settings_dict["TEST"]["TEMPLATE"] = cluster.TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up by TRUNCATE, which the audit trail refuses: only that guard is lifted here."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in ("entry", "seal", "minute"):
            cursor.execute(f"ALTER TABLE audit_{table} DISABLE TRIGGER audit_{table}_not_emptied")
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        connection.close_pool()
    _nobody_is_left(connection.settings_dict["NAME"])


def _nobody_is_left(database: str) -> None:
    """A connection that outlives its test holds up the end of the run: say whose it is.

    The server's processes end a moment after their clients; on a busy machine that moment is long.
    """
    deadline = time.monotonic() + 30
    with psycopg.connect(**{**connector_params(), "dbname": "postgres"}, autocommit=True) as server:
        while left := server.execute(STILL_CONNECTED, [database]).fetchall():
            assert time.monotonic() < deadline, f"still connected to {database}: {left}"
            time.sleep(0.05)
