import pytest

from tests.intake import house


@pytest.fixture
def country(db):
    return house.make_country()


@pytest.fixture
def compiler(country):
    return house.make_person("compiler", country.hua_bum, ("compiler", country.hua_bum, False))
