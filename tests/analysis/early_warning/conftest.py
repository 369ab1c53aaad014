"""The house of these tests: reports planted and published once, laid out anew for each test that asks."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import transaction

from . import house as plan


@pytest.fixture(scope="package")
def planted(django_db_setup, django_db_blocker):
    """Definitions, tree and nine months of reports, taken away after these tests."""
    from giamsat.analysis.early_warning import services as early_warning
    from giamsat.analysis.indicators import services as indicators
    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.intake.sources import services as sources

    with django_db_blocker.unblock(), transaction.atomic():
        catalogue.load_definitions(settings.DEFINITIONS_DIR)
        sources.load_definitions(settings.DEFINITIONS_DIR, at=plan.AT)
        indicators.load_definitions(settings.DEFINITIONS_DIR, at=plan.AT)
        early_warning.load_detectors(settings.DEFINITIONS_DIR / "detectors", at=plan.AT)
        sources.open_periods([2026])
        country = plan.plant()
        plan.report_flash(country)
        yield country
        transaction.set_rollback(True)


@pytest.fixture
def people(planted, db):
    """Standing persons: of the centre, of two provinces, of one commune."""
    centre, p5, p8 = planted["TW"], planted["P05"], planted["P08"]
    return SimpleNamespace(
        leader=plan.person("leader", centre, "leader", centre),
        watcher=plan.person("watcher", centre, "watcher", p5),
        stranger=plan.person("stranger", centre, "watcher", p8),
        committee=plan.person("committee", centre, "committee_leader", centre),
        answerer=plan.person("answerer", p5, "head", p5, subtree=False),
        neighbour=plan.person("neighbour", p8, "head", p8, subtree=False),
    )


@pytest.fixture(scope="package")
def publication(planted, django_db_blocker, tmp_path_factory):
    """What publishing the reports leaves."""
    from giamsat.analysis.warehouse import reader, services
    from tests.analysis.publication import Publication

    with django_db_blocker.unblock():
        kept = Publication.kept(lambda: services.rebuild(at=plan.AT), tmp_path_factory.mktemp("published"))
    reader.close_all()
    return kept


@pytest.fixture
def published(planted, publication, db):
    """The reports as published, ready to be scanned."""
    from giamsat.analysis.warehouse import reader

    publication.lay_out()
    yield planted
    reader.close_all()


@pytest.fixture
def warnings(published):
    """What a scan of the published figures finds, by detector and place."""
    from giamsat.analysis.early_warning import services

    return {(each.detector, published.name(each.unit_id)): each for each in services.scan(plan.AT)}
