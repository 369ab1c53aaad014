from datetime import UTC, datetime

import pytest
from django.db import connection

from giamsat.foundation.audit import services
from giamsat.lib.actors import Actor

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
HEAD = Actor(id=7, name="Trưởng ban số 7")


@pytest.fixture
def at():
    return AT


@pytest.fixture
def do():
    """Record a deed: ``do("report.accepted", "report:1")``."""

    def record(verb, subject="report:1", *, at=AT, by=HEAD, **rest):
        return services.record(verb, subject=subject, by=by, at=at, **rest)

    return record


@pytest.fixture
def tamper():
    """What someone with every right over the database can do: triggers off, then anything."""

    def run(*statements):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                cursor.execute(statement)
            cursor.execute("SET LOCAL session_replication_role = origin")

    return run


@pytest.fixture
def sealed(db, do):
    """Five deeds, sealed and signed."""
    for number in range(1, 6):
        do("report.accepted", f"report:{number}", facts={"number": number}, unit_id=number)
    services.seal_pending(at=AT)
    services.sign_head(at=AT)
