"""One household for all of these tests: to make it takes longer than to kill it."""

import os
from pathlib import Path

import pytest

from tests.kills.filing import Filings
from tests.kills.household import household


@pytest.fixture(scope="package")
def running():
    # not under pytest's folder: PostgreSQL runs as a user of its own, and each pytest closes that folder to others
    with household(Path(os.environ["GIAMSAT_TEST_DIR"], "household")) as home:
        yield home, Filings(home)


@pytest.fixture
def home(running):
    """The house with nothing left to do."""
    running[1].settle()
    return running[0]


@pytest.fixture
def filings(running):
    return running[1]
