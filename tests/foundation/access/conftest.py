"""A small country and the standing persons of these tests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from giamsat.foundation.access import services
from giamsat.foundation.access.models import Account
from giamsat.foundation.units.models import Succession, Unit

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
TODAY = date(2026, 10, 1)


@dataclass
class Country:
    """centre → Lai Châu (→ Hua Bum → cell, Mường Tè), Huế (→ Phú Xuân); Điện Lai went into Lai Châu in 2025."""

    centre: Unit
    lai_chau: Unit
    hua_bum: Unit
    cell: Unit
    muong_te: Unit
    hue: Unit
    phu_xuan: Unit
    former: Unit


def _unit(parent, code, name, level, kind, *, vintage="2025-07", since=date(2025, 7, 1), until=None):
    siblings = (
        Unit.objects.filter(depth=parent.depth + 1, path__startswith=parent.path).count() if parent else 0
    )
    return Unit.objects.create(
        path=f"{parent.path if parent else ''}{siblings + 1:04}", depth=parent.depth + 1 if parent else 1,
        code=code, name_vi=name, name_en=name, level=level, kind=kind, vintage=vintage,
        commission_kind="ubkt", valid_from=since, valid_to=until,
    )  # fmt: skip


@pytest.fixture
def country(db):
    centre = _unit(None, "00", "Trung ương", 0, "centre")
    lai_chau = _unit(centre, "12", "Lai Châu", 1, "province")
    hua_bum = _unit(lai_chau, "12.1", "Hua Bum", 2, "commune")
    cell = _unit(hua_bum, "12.1.1", "Chi bộ 1", 3, "cell")
    muong_te = _unit(lai_chau, "12.2", "Mường Tè", 2, "commune")
    hue = _unit(centre, "46", "Huế", 1, "city")
    phu_xuan = _unit(hue, "46.1", "Phú Xuân", 2, "ward")
    former = _unit(
        centre, "12", "Điện Lai", 1, "former_province",
        vintage="2004-2025", since=date(2004, 1, 1), until=date(2025, 7, 1),
    )  # fmt: skip
    Succession.objects.create(predecessor=former, successor=lai_chau, on=date(2025, 7, 1))
    return Country(centre, lai_chau, hua_bum, cell, muong_te, hue, phu_xuan, former)


@pytest.fixture
def person(country):
    """``person("chi", country.hue, ("watcher", country.hue, True))``: an account with its grants, made quickly."""

    def make(username, unit, *grants):
        account = Account.objects.create(
            username=username, display_name=f"{username} of {unit.name_vi}", unit=unit, must_change_password=False,
            password_changed_at=AT,
        )  # fmt: skip
        for role, place, subtree in grants:
            give(account, role, place, subtree=subtree)
        return account

    return make


def give(account, role, unit, *, by=None, subtree=True, valid_from=TODAY, **rest):
    return services.give_grant(
        account,
        role=role,
        unit=unit,
        subtree=subtree,
        valid_from=valid_from,
        reason="work",
        by=by,
        at=AT,
        **rest,
    )


@pytest.fixture
def manager(person, country):
    """Manages the accounts of Lai Châu and below."""
    return person("manager", country.lai_chau, ("security_admin", country.lai_chau, True))
