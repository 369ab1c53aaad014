"""Opening many accounts from a list: all of it, or none with every mistake named."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.foundation.access.errors import CellRefused, ImportRefused
from giamsat.foundation.access.models import Account, Grant
from giamsat.foundation.access.services.accounts import enter_account
from giamsat.foundation.access.services.delegation import Authority, actor_of
from giamsat.foundation.access.services.grants import enter_grant
from giamsat.foundation.access.services.lists import (
    COLUMNS,
    Line,
    Wanted,
    model_table,
    read_lines,
    understood,
)
from giamsat.foundation.audit import services as audit
from giamsat.lib import clock
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

__all__ = ["NewAccount", "check_accounts", "import_accounts", "model_table"]
Table = Sequence[Sequence[str]]


@dataclass(frozen=True)
class NewAccount:
    """An account from the list and its one-time code, shown once."""

    username: str
    display_name: str
    unit: "Unit"
    code: str


def check_accounts(table: Table, *, by: Account | None, at: datetime) -> list[Line]:
    """Every row with everything that is wrong with it, by doing it all and undoing it: nothing is kept."""
    with transaction.atomic():
        lines, _made = _take_all(table, by=by, at=at)
        transaction.set_rollback(True)
    return lines


@transaction.atomic
def import_accounts(table: Table, *, by: Account | None, at: datetime) -> list[NewAccount]:
    """Open the accounts of a list with one grant each, under the same rules as one by one.

    The first row holds the headings of ``model_table``. Several rows of one account name give it several roles.
    """
    lines, made = _take_all(table, by=by, at=at)
    errors = [{"row": line.number, **asdict(problem)} for line in lines for problem in line.problems]
    if errors:
        raise ImportRefused(errors)
    audit.record(
        "account.imported",
        subject="accounts",
        by=actor_of(by),
        at=at,
        unit_id=by.unit_id if by else None,
        facts={"accounts": len(made), "rows": len(lines)},
    )
    return list(made.values())


def _take_all(table: Table, *, by: Account | None, at: datetime) -> tuple[list[Line], dict[str, NewAccount]]:
    lines = read_lines(table)
    made: dict[str, NewAccount] = {}
    today = clock.day_of(at)
    under = Authority(by, at)
    for line in lines:
        wanted = understood(line, today=today, manages=under.manages)
        if wanted is None:
            continue
        try:
            with transaction.atomic():
                _take(wanted, made, under)
        except Refusal as refusal:
            line.refuse(refusal)
    return lines, made


def _take(wanted: Wanted, made: dict[str, NewAccount], under: Authority) -> None:
    known = made.get(wanted.username)
    if known is None:
        account, code = enter_account(
            wanted.username,
            display_name=wanted.display_name,
            unit=wanted.unit,
            language=wanted.language,
            under=under,
        )
    else:
        account, code = Account.objects.get(username=wanted.username), known.code
        for column, here, before in (
            ("display_name", wanted.display_name, known.display_name),
            ("unit", wanted.unit.code, known.unit.code),
        ):
            if here != before:
                raise CellRefused(column, here, before, label=COLUMNS[column])
    grant = Grant(
        account=account, role=wanted.role, unit=wanted.grant_unit, subtree=wanted.subtree,
        valid_from=wanted.valid_from, valid_to=wanted.valid_to, reason=wanted.reason,
    )  # fmt: skip
    enter_grant(grant, under=under)
    made[wanted.username] = NewAccount(account.username, account.display_name, wanted.unit, code)
