"""What pages keep in memory belongs to one test."""

import pytest

from giamsat.front.console import moments


@pytest.fixture(autouse=True)
def nothing_kept():
    moments.forget()
