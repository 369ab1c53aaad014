"""A small house ready for reports: the published definitions, a few units, the persons who work there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.conf import settings
from django.db.models import Model

from giamsat.foundation.access import services as access
from giamsat.foundation.access.models import Account
from giamsat.foundation.catalogue import queries as catalogue_queries
from giamsat.foundation.catalogue import services as catalogue
from giamsat.foundation.units.models import Succession, Unit
from giamsat.intake.quality import services as quality
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period
from tests.kept import lay_out, rows_of

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
LOADED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SYSTEM = Actor.system("tests")
SEPTEMBER = Period("M", 2026, 9)
AUGUST = Period("M", 2026, 8)
_read: list[Model] = []


@dataclass
class Country:
    """centre → Lai Châu (→ Hua Bum, Mường Tè, the agencies' committee), Huế (→ Phú Xuân); Điện Lai before 2025."""

    centre: Unit
    lai_chau: Unit
    hua_bum: Unit
    muong_te: Unit
    agencies: Unit
    hue: Unit
    phu_xuan: Unit
    former: Unit


def unit(
    parent, code, name, level, kind, *, vintage="2025-07", since=date(2025, 7, 1), until=None, members=200
):
    siblings = (
        Unit.objects.filter(depth=parent.depth + 1, path__startswith=parent.path).count() if parent else 0
    )
    return Unit.objects.create(
        path=f"{parent.path if parent else ''}{siblings + 1:04}", depth=parent.depth + 1 if parent else 1,
        code=code, name_vi=name, name_en=name, level=level, kind=kind, vintage=vintage, members=members,
        commission_kind="ubkt", valid_from=since, valid_to=until, sort_key=name,
    )  # fmt: skip


def make_country() -> Country:
    centre = unit(None, "00", "Trung ương", 0, "centre", since=date(2000, 1, 1))
    lai_chau = unit(centre, "12", "Lai Châu", 1, "province", members=20_000)
    hua_bum = unit(lai_chau, "03466", "Xã Hua Bum", 2, "commune")
    muong_te = unit(lai_chau, "03467", "Xã Mường Tè", 2, "commune")
    agencies = unit(lai_chau, "12.C1", "Đảng ủy các cơ quan tỉnh", 2, "agency_committee")
    hue = unit(centre, "46", "Huế", 1, "city", members=40_000)
    phu_xuan = unit(hue, "19774", "Phường Phú Xuân", 2, "ward")
    former = unit(
        centre, "12", "Điện Lai", 1, "former_province",
        vintage="2004-2025", since=date(2004, 1, 1), until=date(2025, 7, 1),
    )  # fmt: skip
    Succession.objects.create(predecessor=former, successor=lai_chau, on=date(2025, 7, 1))
    return Country(centre, lai_chau, hua_bum, muong_te, agencies, hue, phu_xuan, former)


def load_everything() -> None:
    """The published definitions, and the periods of three years; read once in a process, then laid out again."""
    if _read:
        lay_out(_read)
        catalogue_queries.forget()
        return
    folder = settings.DEFINITIONS_DIR
    catalogue.load_definitions(folder)
    sources_services.load_definitions(folder, at=LOADED_AT)
    quality.load_rules(folder / "rules", at=LOADED_AT)
    sources_services.open_periods([2024, 2025, 2026])
    _read.extend(rows_of("catalogue", "sources", "quality"))


def make_person(username: str, home: Unit, *grants: tuple[str, Unit, bool]) -> Account:
    account = Account.objects.create(
        username=username,
        display_name=username,
        unit=home,
        must_change_password=False,
        password_changed_at=AT,
    )
    for role, place, subtree in grants:
        access.give_grant(
            account,
            role=role,
            unit=place,
            subtree=subtree,
            valid_from=date(2026, 1, 1),
            reason="work",
            by=None,
            at=AT,
        )
    return account


def figures(form, default=0, **given):
    """Values in the order of a form's cells: ``figures(form, D06=5)``; other cells hold the default."""
    return [given.get(cell.key.replace(".lvl=", "_"), default) for cell in form.cells]


def form(code: str, period: Period):
    return sources.form_for(code, period)
