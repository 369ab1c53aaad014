"""Two locks in PostgreSQL: one for the moment of publishing, one for long upkeep beside it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from giamsat.analysis.warehouse.errors import UpkeepUnderWay

PUBLISH = 0x67690011  # the application's advisory locks: "gi" and a number
UPKEEP = 0x67690012


def hold_publishing() -> None:
    """Wait to be the only publisher, until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISH])


@contextmanager
def upkeep() -> Iterator[None]:
    """Be the only process that rebuilds, compacts, checks or sweeps; refused when another is.

    A lock of the session, since upkeep spans transactions; a killed process loses its session and so the lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [UPKEEP])
        if not cursor.fetchone()[0]:
            raise UpkeepUnderWay
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [UPKEEP])
