"""Two houses that differ in small cells alone: an outsider who opens every page cannot tell one from the other."""

import re
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urljoin, urlsplit

import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction
from django.test import override_settings

from giamsat.analysis.early_warning import services as early_warning
from giamsat.analysis.warehouse import hidden_sums
from giamsat.analysis.warehouse import services as warehouse
from giamsat.config import exporting
from giamsat.front.console import moments, reference, told
from giamsat.intake.observations import services
from giamsat.lib import clock
from tests.front.console.conftest import signed_in
from tests.intake import house

pytestmark = [pytest.mark.soak, pytest.mark.django_db]

PAGES = 90  # of one person, from the first page on
CUMULATIVE = house.Period.parse("2026-9M")
FIRST = (
    "/",
    *(f"/{page}?period={period}{place}" for page in ("", "map/", "units/", "targets/")
      for period in ("2026-M09", "2026-9M") for place in ("", "&place=12")),
    *(f"/map/figures.json?period={period}&layer={layer}{within}" for period in ("2026-M09", "2026-9M")
      for layer in ("inspection.members", "discipline.members") for within in ("", "&within=12")),
    *(f"/units/{code}/?period=2026-9M&form=BM05.own" for code in ("03470", "03471")),
    *(f"/units/{code}/?period=2026-M09&form=BMT.own" for code in ("03470", "03471")),
    *(f"/reports/{number}/{page}" for number in (50013, 50014, 50025, 50026)
      for page in ("", "?on=2026-10-01", "report.csv", "report.csv?on=2026-10-01", "scores/")),
    "/warnings/?state=all", "/warnings/warnings.csv?state=all", "/requests/", "/inbox/", "/inbox/inbox.csv", "/audit/",
    "/audit/audit.csv", "/notices/", "/reference/", "/entry/", "/targets/targets.csv",
)  # fmt: skip
LINK = re.compile(r'(?:href|src|data-src|hx-get)="([^"#]+)')
BY_CHANCE = re.compile(
    r'csrf[^>]*?(?:value|content)="[^"]*"|nonce="[^"]*"|"X-CSRFToken": ?"[^"]*"|\d\d:\d\d:\d\d'
    r"|\d+[.,]\d+ (?:ms|s|B|KB|MB|GB)\b"
    r"|gs-mono gs-sub\" title=\"[0-9a-f]+\">[0-9a-f]+"
)
OUTSIDERS = ("leader", "auditor", "third", "foreign_approver")


@dataclass
class Two:
    """What everybody was told in one of the two houses."""

    pages: dict[str, dict[str, str]]
    parquet: list


@pytest.fixture(scope="module")
def both(furnished, django_db_blocker, tmp_path_factory):
    def live_in(first, second):
        with transaction.atomic():
            known = _told(furnished, first, second, tmp_path_factory)
            transaction.set_rollback(True)
        return known

    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setenv(clock.SHIFT_VARIABLE, str((house.AT - datetime.now(UTC)) / timedelta(seconds=1)))
        return live_in(2, 3), live_in(3, 2)


def _told(furnished, first, second, folders):
    folder = folders.mktemp("house")
    with override_settings(DATA_DIR=folder):
        _as_new()
        people = _report(furnished, first, second)
        warehouse.rebuild(at=house.AT)
        early_warning.scan(at=house.AT)
        pages = {name: crawl(people[name]) for name in (*OUTSIDERS, "approver")}
        pages["third"]["figures tried"] = try_figures(people["third"])
        exporting.export(folder / "out", by=people["leader"], at=house.AT)
        files = sorted((folder / "out").rglob("*.parquet"))
        return Two(pages, [pq.read_table(each).to_pylist() for each in files])


def _as_new():
    """Numbers begin where they began in the other house, and nothing is remembered of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 50000) FROM pg_sequences"
        )
    told._told.cache_clear()
    reference._beside.cache_clear()
    hidden_sums.forget()
    moments.forget()


def _report(furnished, first, second):
    units, people = furnished.units, dict(furnished.people)
    communes = [house.unit(units.lai_chau, f"0347{n}", f"Xã {n}", 2, "commune") for n in range(12)]
    people["third"] = house.make_person("third", communes[2], ("compiler", communes[2], True))
    for period, code, few in (
        (house.AUGUST, "BMT", (1, 1, 0, 40, 50)),
        (house.SEPTEMBER, "BMT", (first, second, 0, 60, 70)),
        (CUMULATIVE, "BM05", (first, second, 0, 60, 70)),
    ):
        form = house.form(code, period)
        rows = [_figures(form, number) for number in (*few, *[3] * 7)]
        accepting = services.Accepting(house.SYSTEM, explanation="as it is")
        ids = [unit.pk for unit in communes]
        receipt = services.receive_many(
            form, period, ids, rows, by=house.SYSTEM, at=house.AT, accepting=accepting
        )
        assert not receipt.refusals
    return people


def _figures(form, persons):
    given = {"D06": persons, "A04": 200}
    if any(cell.key.startswith("D06.lvl=XA") for cell in form.cells):
        given["D06_XA"] = persons
    return house.figures(form, **given)


def try_figures(person):
    """What the rules say to whoever compiles for a third commune and tries figures: they are held to its peers."""
    form = house.form("BMT", house.SEPTEMBER)
    typed = {f"cell.{cell.ordinal}": "9000" if cell.key == "D06" else "0" for cell in form.cells}
    answer = signed_in(person).post("/entry/03472/BMT/2026-M09/own/check/", typed)
    assert answer.status_code == 200
    return answer.content.decode()


def crawl(person):
    """Every page that links lead to, as this person sees it, without what differs from one moment to the next."""
    client, seen, waiting = signed_in(person), {}, deque(FIRST)
    while waiting and len(seen) < PAGES:
        address = waiting.popleft()
        if address in seen or urlsplit(address).netloc not in ("", "testserver"):
            continue
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = content.decode("utf-8", "replace")
        seen[address] = f"{answer.status_code} {BY_CHANCE.sub('', text)}"
        if "text/html" in answer.headers.get("Content-Type", ""):
            found = (urljoin(address, unescape(link)) for link in LINK.findall(text))
            waiting.extend(
                link for link in found if not re.match(r"/(static|live|systems|me|accounts/logout)", link)
            )
    return seen


@pytest.mark.parametrize("person", OUTSIDERS)
def test_no_page_tells_the_houses_apart(both, person):
    one, other = (each.pages[person] for each in both)
    assert one.keys() == other.keys()
    assert [address for address, text in one.items() if text != other[address]] == []
    assert "200" in one["/"]


def test_the_level_above_tells_them_apart(both):
    one, other = (each.pages["approver"] for each in both)
    differing = {address for address, text in one.items() if other.get(address) != text}
    assert {"/reports/50013/", "/reports/50014/report.csv", "/reports/50025/?on=2026-10-01"} <= differing


def test_no_file_tells_them_apart(both):
    assert both[0].parquet == both[1].parquet
