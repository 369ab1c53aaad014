"""Opening many accounts from a list: all of it, or none with every mistake named."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from giamsat.foundation.access.choices import Language
from giamsat.foundation.access.errors import CellRefused, ImportRefused, ImportUnreadable
from giamsat.foundation.access.models import Account
from giamsat.foundation.access.services.accounts import open_account
from giamsat.foundation.access.services.delegation import actor_of
from giamsat.foundation.access.services.grants import give_grant
from giamsat.foundation.audit import services as audit
from giamsat.foundation.units import queries as units
from giamsat.lib import clock
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.units.models import Unit

COLUMNS = (
    "username", "display_name", "unit", "language", "role", "grant_unit", "subtree", "valid_from", "valid_to", "reason",
)  # fmt: skip
NEEDED = ("username", "display_name", "unit", "role", "reason")
MOST_ROWS = 5_000
YES = {"yes", "y", "1", "có", "x"}


@dataclass(frozen=True)
class NewAccount:
    """An account from the list and its one-time code, shown once."""

    username: str
    display_name: str
    unit: "Unit"
    code: str


@transaction.atomic
def import_accounts(content: bytes, *, by: Account | None, at: datetime) -> list[NewAccount]:
    """Open the accounts of a CSV list with one grant each, under the same rules as one by one.

    Columns: username, display_name, unit (code), language (vi), role, grant_unit (the unit's own), subtree (no),
    valid_from (today), valid_to (open), reason. Several lines of one user name give several roles.
    """
    rows = _read(content)
    errors: list[dict[str, Any]] = []
    made: dict[str, NewAccount] = {}
    for number, row in enumerate(rows, start=2):
        try:
            with transaction.atomic():
                _take(row, made, by=by, at=at)
        except Refusal as refusal:
            errors.append(
                {"row": number, **_place(row, refusal), "code": refusal.code, "message": refusal.message}
            )
    if errors:
        raise ImportRefused(errors)
    audit.record(
        "account.imported",
        subject="accounts",
        by=actor_of(by),
        at=at,
        unit_id=by.unit_id if by else None,
        facts={"accounts": len(made), "rows": len(rows)},
    )
    return list(made.values())


def _take(row: dict[str, str], made: dict[str, NewAccount], *, by: Account | None, at: datetime) -> None:
    for column in NEEDED:
        if not row[column]:
            raise CellRefused(column, "", _("any text, but not nothing"))
    unit = units.unit_by_code(row["unit"])
    grant_unit = units.unit_by_code(row["grant_unit"]) if row["grant_unit"] else unit
    opens = row["username"] not in made
    if opens:
        language = row["language"] or Language.VIETNAMESE
        if language not in Language.values:
            raise CellRefused("language", language, "vi, en")
        account, code = open_account(
            row["username"], display_name=row["display_name"], unit=unit, language=language, by=by, at=at
        )
    else:
        account = Account.objects.get(username=row["username"])
    give_grant(
        account,
        role=row["role"],
        unit=grant_unit,
        subtree=row["subtree"].lower() in YES,
        valid_from=_day("valid_from", row) or at.astimezone(clock.HOME_ZONE).date(),
        valid_to=_day("valid_to", row),
        reason=row["reason"],
        by=by,
        at=at,
    )
    if opens:
        made[account.username] = NewAccount(account.username, account.display_name, unit, code)


def _read(content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ImportUnreadable(_("it is not UTF-8")) from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = [column for column in NEEDED if column not in (reader.fieldnames or ())]
    if missing:
        raise ImportUnreadable(_("columns are missing: %(columns)s") % {"columns": ", ".join(missing)})
    rows = [{column: (row.get(column) or "").strip() for column in COLUMNS} for row in reader]
    if not rows:
        raise ImportUnreadable(_("it has no rows"))
    if len(rows) > MOST_ROWS:
        raise ImportUnreadable(_("it has more than %(most)s rows") % {"most": MOST_ROWS})
    return rows


def _day(column: str, row: dict[str, str]) -> date | None:
    value = row[column]
    if not value:
        return None
    for spelling in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(value, spelling).date()
        except ValueError:
            continue
    raise CellRefused(column, value, "31/12/2026")


def _place(row: dict[str, str], refusal: Refusal) -> dict[str, str]:
    """Which column a refusal is about, as well as its facts tell."""
    for column in ("column", "username", "role", "unit"):
        if column in refusal.facts:
            name = refusal.facts["column"] if column == "column" else column
            return {"column": name, "value": row.get(name, "")}
    return {"column": "", "value": ""}
