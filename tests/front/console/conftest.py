"""A small house with its standing persons, and a browser that is already signed in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.test import Client

from giamsat.lib import clock
from giamsat.lib.periods import Period
from tests.intake import house

LAST_YEAR = Period("M", 2025, 9)


@dataclass
class House:
    """Units, persons, and what Hua Bum has reported so far."""

    units: house.Country
    people: dict[str, Any]
    cookies: dict[str, str]
    august: Any
    last_year: Any


@pytest.fixture(autouse=True)
def at_home_in_october(monkeypatch):
    """The practice day, 1 October 2026 at half past eight."""
    shift = house.AT - datetime.now(UTC)
    monkeypatch.setenv(clock.SHIFT_VARIABLE, str(shift / timedelta(seconds=1)))


@pytest.fixture(scope="package")
def furnished(django_db_setup, django_db_blocker):
    from giamsat.analysis.early_warning import services as early_warning
    from giamsat.analysis.indicators import services as indicators

    with django_db_blocker.unblock(), transaction.atomic():
        house.load_everything()
        early_warning.load_detectors(django_settings.DEFINITIONS_DIR / "detectors", at=house.LOADED_AT)
        indicators.load_definitions(django_settings.DEFINITIONS_DIR, at=house.LOADED_AT)
        units = house.make_country()
        people = _people(units)
        yield House(
            units,
            people,
            cookies={name: signed_in(person).cookies["sessionid"].value for name, person in people.items()},
            august=accepted(units, people, Period("M", 2026, 8), D06=7, D01=2),
            last_year=accepted(units, people, LAST_YEAR, D06=30, D01=6),
        )
        transaction.set_rollback(True)


@pytest.fixture
def home(furnished, db):
    """The house; what a test changes is undone."""
    return furnished


@pytest.fixture(scope="package")
def publication(furnished, django_db_blocker, tmp_path_factory):
    """What publishing Hua Bum's August and last September leaves."""
    from giamsat.analysis.warehouse import services as warehouse
    from tests.analysis.publication import Publication

    with django_db_blocker.unblock():
        return Publication.kept(lambda: warehouse.rebuild(at=house.AT), tmp_path_factory.mktemp("published"))


@pytest.fixture
def published(home, publication):
    """The house with Hua Bum's August and last September readable in the warehouse."""
    publication.lay_out()
    return home


@pytest.fixture
def browser(home):
    """``browser("head")``: a client signed in as that person, reading English. They sign in once for all tests."""

    return lambda name: opened_by(home.cookies[name])


def opened_by(key: str) -> Client:
    """A browser in which somebody has signed in already."""
    client = Client()
    client.cookies.load({"sessionid": key, "django_language": "en"})
    return client


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies["django_language"] = "en"
    return client


def words(answer: Any) -> str:
    """A page's text, however its template breaks the lines."""
    return re.sub(r"\s+", " ", answer.content.decode())


def _people(units: house.Country) -> dict[str, Any]:
    make = house.make_person
    return {
        "compiler": make("compiler", units.hua_bum, ("compiler", units.hua_bum, False)),
        "head": make("head", units.hua_bum, ("head", units.hua_bum, False)),
        "neighbour": make(
            "neighbour", units.muong_te, ("compiler", units.muong_te, False), ("head", units.muong_te, False)
        ),
        "approver": make("approver", units.lai_chau, ("approver", units.lai_chau, True)),
        "foreign_approver": make("foreign_approver", units.hue, ("approver", units.hue, True)),
        "watcher": make("watcher", units.centre, ("watcher", units.lai_chau, True)),
        "leader": make("leader", units.centre, ("leader", units.centre, True)),
        "auditor": make("auditor", units.centre, ("auditor", units.centre, True)),
        "duty_officer": make("duty_officer", units.centre, ("duty_officer", units.centre, True)),
        "committee_leader": make("committee_leader", units.centre, ("committee_leader", units.centre, True)),
        "synthesis": make("synthesis", units.centre, ("synthesis", units.centre, True)),
        "system_admin": make("system_admin", units.centre, ("system_admin", units.centre, True)),
        "security_admin": make("security_admin", units.centre, ("security_admin", units.centre, True)),
        "data_admin": make("data_admin", units.centre, ("data_admin", units.centre, True)),
        "province_admin": make("province_admin", units.lai_chau, ("security_admin", units.lai_chau, True)),
        "foreign_admin": make("foreign_admin", units.hue, ("security_admin", units.hue, True)),
        "nobody": make("nobody", units.hue),
    }


def received(units, people, period=house.SEPTEMBER, **given):
    """A flash report of Hua Bum, compiled; other cells hold 0."""
    from giamsat.intake.observations import services

    form = house.form("BMT", period)
    return services.receive(
        units.hua_bum,
        form,
        period,
        house.figures(form, **{"A04": 200} | given),
        by=people["compiler"],
        at=house.AT,
    ).report


def submitted(units, people, period=house.SEPTEMBER, **given):
    from giamsat.intake.observations import services

    return services.submit(received(units, people, period, **given), by=people["head"], at=house.AT)


def accepted(units, people, period=house.SEPTEMBER, **given):
    from giamsat.intake.observations import services

    return services.accept(submitted(units, people, period, **given), by=people["approver"], at=house.AT)
