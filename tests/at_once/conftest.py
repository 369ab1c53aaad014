"""A house whose facts are committed, so that several connections see them; emptied of reports after each test."""

import pytest
from django.db import connection

from tests.emptied import empty_all
from tests.intake import house

REPORTED = (
    "observations_report", "observations_reportversion", "observations_lateopening", "sources_delivery",
    "quality_storedfinding", "quality_reportscore", "early_warning_warning", "audit_entry", "audit_unsealed",
    "outbox_storedevent", "procrastinate_jobs",
)  # fmt: skip


@pytest.fixture(scope="package")
def standing(django_db_setup, django_db_blocker):
    """Units and persons that outlast a test."""
    with django_db_blocker.unblock():
        house.load_everything()
        country = house.make_country()
        make = house.make_person
        people = {
            "compiler": make("compiler", country.hua_bum, ("compiler", country.hua_bum, False)),
            "colleague": make("colleague", country.hua_bum, ("compiler", country.hua_bum, False)),
            "head": make("head", country.hua_bum, ("head", country.hua_bum, False)),
            "deputy": make("deputy", country.hua_bum, ("head", country.hua_bum, False)),
            "approver": make("approver", country.lai_chau, ("approver", country.lai_chau, True)),
            "second": make("second", country.lai_chau, ("approver", country.lai_chau, True)),
        }
        yield country, people
        empty_all()
        connection.close()


@pytest.fixture
def _django_db_helper(standing, django_db_blocker):
    """In the place of pytest-django's own: tests commit, and only what was reported in one is taken away after it.

    Emptying everything would have the definitions loaded anew for each test.
    """
    with django_db_blocker.unblock():
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(REPORTED)} CASCADE")
        connection.close()


@pytest.fixture
def country(db, standing):
    return standing[0]


@pytest.fixture
def people(db, standing):
    return standing[1]
