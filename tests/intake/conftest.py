"""Definitions and units are loaded once for each test file and taken away after it."""

import pytest
from django.db import transaction
from django.utils import translation

from giamsat.foundation.access.models import Account
from tests.intake import house


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker):
    """The house with its definitions, units and persons."""
    with django_db_blocker.unblock(), transaction.atomic():
        house.load_everything()
        yield house.make_country()
        transaction.set_rollback(True)


@pytest.fixture
def country(furnished, db):
    """The units of the house; what a test changes is undone."""
    return furnished


@pytest.fixture
def flash(country):
    """The monthly form as September is reported on it."""
    return house.form("BMT", house.SEPTEMBER)


@pytest.fixture(scope="module")
def accounts(furnished, django_db_blocker):
    """Who works in Lai Châu, opened once for each test file that asks for them."""
    with django_db_blocker.unblock():
        return {name: account.pk for name, account in opened(furnished).items()}


@pytest.fixture
def people(accounts, country):
    """Who works in Lai Châu: a compiler and a head of Hua Bum, approvers of the province and of the Centre."""
    known = Account.objects.select_related("unit").in_bulk(accounts.values())
    return {name: known[number] for name, number in accounts.items()}


def opened(country):
    make = house.make_person
    return {
        "compiler": make("compiler", country.hua_bum, ("compiler", country.hua_bum, False)),
        "head": make("head", country.hua_bum, ("head", country.hua_bum, False)),
        "approver": make("approver", country.lai_chau, ("approver", country.lai_chau, True)),
        "second": make("second", country.lai_chau, ("approver", country.lai_chau, True)),
        "centre": make("centre", country.centre, ("synthesis", country.centre, True)),
        "neighbour": make("neighbour", country.muong_te, ("compiler", country.muong_te, False)),
    }


@pytest.fixture(autouse=True)
def english():
    """Sentences are read in the language they are written in."""
    with translation.override("en"):
        yield
