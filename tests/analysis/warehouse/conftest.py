"""A country of three provinces and five communes that fills in the real forms."""

import pytest
from django.conf import settings
from django.db import transaction

from tests.analysis.warehouse.country import AT, Country, plant


@pytest.fixture(scope="package")
def forms(django_db_setup, django_db_blocker):
    """The real definitions, loaded once for these tests and taken away after them."""
    from giamsat.foundation.catalogue import services as catalogue  # conftest is read before Django is ready
    from giamsat.intake.sources import services as sources

    with django_db_blocker.unblock(), transaction.atomic():
        catalogue.load_definitions(settings.DEFINITIONS_DIR)
        sources.load_definitions(settings.DEFINITIONS_DIR, at=AT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def country(forms, db) -> Country:
    from giamsat.analysis.warehouse import reader

    yield plant()
    reader.close_all()
