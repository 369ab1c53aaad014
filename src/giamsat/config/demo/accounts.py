"""Who may sign in to the practice country. Roles, not people: no name here is anybody's."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from rich.table import Table

from giamsat.config.demo import scenario
from giamsat.foundation.access import services as access
from giamsat.foundation.units import queries as units

PASSWORD = "Thuc-hanh-2026"  # noqa: S105 - printed for all to read; practice only
SINCE = date(2026, 1, 1)
REASON = "Tài khoản thực hành"


@dataclass(frozen=True, slots=True)
class Person:
    """One account: where it belongs, what it does, over which units."""

    username: str
    display_name: str
    unit: str
    role: str
    over: tuple[str, ...]
    subtree: bool = True
    also: str = ""  # a second role, there and over everything below

    @property
    def rights(self) -> list[tuple[str, bool]]:
        """Each role, and whether it reaches below."""
        return [(self.role, self.subtree), *([(self.also, True)] if self.also else [])]


WALK, PROVINCE, CENTRE = "walk", scenario.WALK_PROVINCE, "TW"
WATCHED = (PROVINCE, scenario.OUT_OF_LINE_POINT, scenario.BEHIND_POINT)
PEOPLE = (
    Person("leader", "Lãnh đạo Ủy ban Kiểm tra Trung ương", CENTRE, "leader", (CENTRE,)),
    Person("committee-leader", "Lãnh đạo cấp ủy Trung ương", CENTRE, "committee_leader", (CENTRE,)),
    Person("synthesis", "Cán bộ tổng hợp Trung ương", CENTRE, "synthesis", (CENTRE,)),
    Person("watcher", "Cán bộ theo dõi địa bàn", CENTRE, "watcher", WATCHED),
    Person("approver", "Người tiếp nhận báo cáo, Lai Châu", PROVINCE, "approver", (PROVINCE,)),
    Person("compiler", "Người lập báo cáo cấp xã", WALK, "compiler", (WALK,), subtree=False),
    Person("head", "Người đứng đầu đơn vị báo cáo cấp xã", WALK, "head", (WALK,), subtree=False),
    Person("auditor", "Giám sát nhật ký", CENTRE, "auditor", (CENTRE,)),
    Person("duty-officer", "Trực ban", CENTRE, "duty_officer", (CENTRE,)),
    Person("system-admin", "Quản trị hệ thống", CENTRE, "system_admin", (CENTRE,)),
    Person("data-admin", "Quản trị dữ liệu", CENTRE, "data_admin", (CENTRE,)),
    Person("data-admin-2", "Quản trị dữ liệu thứ hai", CENTRE, "data_admin", (CENTRE,)),
    Person("security-admin", "Quản trị tài khoản", CENTRE, "security_admin", (CENTRE,)),
    Person("province-admin", "Quản trị tài khoản, Lai Châu", PROVINCE, "security_admin", (PROVINCE,)),
    Person(
        "province-head",
        "Người đứng đầu đơn vị báo cáo, Lai Châu",
        PROVINCE,
        "head",
        (PROVINCE,),
        subtree=False,
    ),
    Person(
        "province-compiler",
        "Người lập báo cáo tổng hợp, Lai Châu",
        PROVINCE,
        "compiler",
        (PROVINCE,),
        subtree=False,
        also="synthesis",
    ),
    Person("nghean-head", "Người đứng đầu đơn vị báo cáo, Nghệ An", "40", "head", ("40",), subtree=False),
)


def open_all(walk_unit: str, *, at: datetime) -> int:
    """Open every account with its grant, by the services that real accounts go through."""
    for person in PEOPLE:
        account = access.open_practice_account(
            person.username,
            PASSWORD,
            display_name=person.display_name,
            unit=_unit(person.unit, walk_unit),
            at=at,
        )
        for code in person.over:
            for role, subtree in person.rights:
                access.give_grant(
                    account,
                    role=role,
                    unit=_unit(code, walk_unit),
                    subtree=subtree,
                    valid_from=SINCE,
                    reason=REASON,
                    by=None,
                    at=at,
                )
    return len(PEOPLE)


def table(walk_name: str) -> Table:
    """What the command prints when the country is ready."""
    title = _("Practice accounts, password %(password)s") % {"password": PASSWORD}
    shown = Table(_("account"), _("who"), _("units"), title=title)
    for person in PEOPLE:
        over = ", ".join(walk_name if code == WALK else code for code in person.over)
        shown.add_row(person.username, person.display_name, over)
    return shown


def _unit(code: str, walk_unit: str):
    if code == CENTRE:
        return units.centre()
    return units.unit_by_code(walk_unit if code == WALK else code, on=scenario.OPENS_ON)
