"""A country of three provinces with a few quarters in force, published."""

import pytest
from django.conf import settings
from django.db import transaction

from tests.analysis.early_warning.house import AT
from tests.analysis.warehouse.country import plant


@pytest.fixture(scope="package")
def defined(django_db_setup, django_db_blocker):
    """The real definitions, taken away after these tests."""
    from giamsat.analysis.indicators import services as indicators
    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.intake.sources import services as sources

    with django_db_blocker.unblock(), transaction.atomic():
        catalogue.load_definitions(settings.DEFINITIONS_DIR)
        sources.load_definitions(settings.DEFINITIONS_DIR, at=AT)
        indicators.load_definitions(settings.DEFINITIONS_DIR, at=AT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def country(defined, db):
    from giamsat.analysis.warehouse import reader

    yield plant()
    reader.close_all()
