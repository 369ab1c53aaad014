"""The real tree, planted once for a module of tests and taken away after it."""

import pytest
from django.conf import settings
from django.db import transaction


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker):
    """What loading the real territory into an empty database reported."""
    from giamsat.foundation.units import services  # conftest is read before Django is ready

    with django_db_blocker.unblock(), transaction.atomic():
        yield services.load_territory(settings.DEFINITIONS_DIR / "territory")
        transaction.set_rollback(True)


@pytest.fixture
def tree(planted, db):
    """The real tree; what a test changes is undone."""
    return planted
