"""Twelve provinces with one commune each, nine months of flash reports in force, and people with rights."""

from datetime import UTC, date, datetime

import numpy as np

from tests.analysis.warehouse.country import Country

AT = datetime(2026, 10, 1, 1, 30, tzinfo=UTC)
MEMBERS = 20_000
PATH = (
    np.array([3.33, 6.67, 10, 18, 26, 34, 44.67, 55.33, 66]) / 100 * 30
)  # T01: members inspected per thousand
TRIPLED, BEHIND = 5, 8


def plant():
    """The tree: P01 … P12, each with the commune C01 … C12."""
    from giamsat.foundation.units.models import Unit

    def add(code, path, level, kind):
        return Unit.objects.create(
            path="".join(path), depth=len(path), vintage="2025-07", code=code, name_vi=code, name_en=code,
            folded=code.lower(), sort_key=code.lower(), level=level, kind=kind, region="north",
            commission_kind="ubkt", valid_from=date(2025, 7, 1), members=MEMBERS,
        )  # fmt: skip

    units = {"TW": add("TW", ["0001"], 0, "centre")}
    for number in range(1, 13):
        units[f"P{number:02}"] = add(f"P{number:02}", ["0001", f"{number:04}"], 1, "province")
        units[f"C{number:02}"] = add(f"C{number:02}", ["0001", f"{number:04}", "0001"], 2, "commune")
    return Country(units)


def report_flash(country):
    """Everybody near their path, with a little chance; the fifth tripled its September, the eighth is behind."""
    draw = np.random.default_rng(4)
    for number in range(1, 13):
        monthly = np.diff(PATH, prepend=0) * MEMBERS / 1000 * 1.06
        if number == BEHIND:
            monthly = monthly * 0.6
        grown = draw.poisson(monthly)
        if number == TRIPLED:
            grown[8] *= 3
        for month, total in enumerate(np.cumsum(grown), start=1):
            country.accept(
                f"C{number:02}", period=f"2026-M{month:02}", form="BMT", A04=MEMBERS, B07=int(total)
            )


def person(username, unit, role, over, *, subtree=True, **limits):
    """An account with one grant."""
    from giamsat.foundation.access import services as access
    from giamsat.foundation.access.models import Account

    account = Account.objects.create(
        username=username, display_name=username, unit=unit, must_change_password=False
    )
    access.give_grant(
        account, role=role, unit=over, subtree=subtree, valid_from=date(2026, 1, 1), reason="a test needs it",
        by=None, at=AT, **limits,
    )  # fmt: skip
    return account
