"""Opening accounts from a list: every mistake at its cell, all or nothing."""

import csv
import io
from datetime import date

import pytest
from django.utils import translation

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.errors import ImportRefused, ImportUnreadable
from giamsat.foundation.access.models import Account
from giamsat.foundation.audit.models import Entry
from tests.foundation.access.conftest import AT

LIST = """\
username,display_name,unit,role,subtree,last_day,reason
hb.01,Người lập báo cáo,12.1,compiler,,31/12/2026,danh sách tháng 10
hb.02,Trưởng ban,12.1,head,no,,danh sách tháng 10
lc.01,Người tiếp nhận,12,approver,có,,danh sách tháng 10
lc.01,Người tiếp nhận,12,Cán bộ theo dõi địa bàn,có,,danh sách tháng 10
"""
MISTAKES = """\
hb.11,Không đơn vị,99,compiler,,,lý do
hb.12,Không vai,12.1,king,,,lý do
hb.13,,46,head,maybe,31-12,x
hue.1,Ngoài tỉnh,46,head,,,lý do
lc.01,Tên khác,12,head,,,lý do
hb.14,Quản trị,12.1,auditor,,,lý do
"""


def table(text):
    return list(csv.reader(io.StringIO(text)))


def bring(text, *, by=None):
    return services.import_accounts(table(text), by=by, at=AT)


def test_a_list_opens_accounts_with_their_grants(manager, country):
    made = bring(LIST, by=manager)

    assert [(each.username, each.unit) for each in made] == [
        ("hb.01", country.hua_bum), ("hb.02", country.hua_bum), ("lc.01", country.lai_chau),
    ]  # fmt: skip
    assert all(queries.account(each.username).check_password(each.code) for each in made)
    assert [grant.role for grant in queries.account("lc.01").grants.order_by("pk")] == ["approver", "watcher"]
    assert queries.scope_for(queries.account("lc.01"), at=AT).may("report.accept", country.muong_te)
    assert Entry.objects.get(verb="account.imported").facts == {"accounts": 3, "rows": 4}


def test_the_last_day_is_a_day_of_the_right(manager, country):
    bring(LIST, by=manager)

    assert queries.account("hb.01").grants.get().valid_to == date(2027, 1, 1)


def test_a_list_with_mistakes_opens_nothing_and_names_each_cell(manager, country):
    with pytest.raises(ImportRefused) as refusal:
        bring(LIST + MISTAKES, by=manager)

    assert refusal.value.message == (
        "6 rows have mistakes, so no account was opened. Correct them and send the list again."
    )
    assert [(e["row"], e["column"], e["code"]) for e in refusal.value.facts["errors"]] == [
        (6, "unit", "units.not_found"),
        (7, "role", "access.unknown_role"),
        (8, "display_name", "access.import_cell"),
        (8, "unit", "access.outside_your_subtree"),
        (8, "subtree", "access.import_cell"),
        (8, "last_day", "access.import_cell"),
        (9, "unit", "access.outside_your_subtree"),
        (10, "display_name", "access.import_cell"),
        (11, "role", "access.role_belongs_to_the_centre"),
    ]
    assert (
        refusal.value.facts["errors"][5]["message"]
        == "“31-12” is not right for “Last day”; allowed: 31/12/2026."
    )
    assert Account.objects.exclude(pk=manager.pk).count() == 0


def test_a_check_shows_the_same_and_keeps_nothing(manager, country):
    before = Entry.objects.count()
    lines = services.check_accounts(table(LIST + MISTAKES), by=manager, at=AT)

    assert [line.number for line in lines if line.problems] == [6, 7, 8, 9, 10, 11]
    assert lines[0].cells["display_name"] == "Người lập báo cáo"
    assert Account.objects.exclude(pk=manager.pk).count() == 0
    assert Entry.objects.count() == before


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_model_says_its_headings_in_both_languages(manager, country, language):
    with translation.override(language):
        headings, example = services.model_table()
    example[0], example[2] = "hb.01", "12.1"

    [line] = services.check_accounts([headings, example], by=manager, at=AT)

    assert line.problems == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("username,display_name\na,b\n", "columns are missing: Unit code, Role, Reason"),
        (LIST.splitlines()[0], "it has no rows"),
        ("", "columns are missing: Account name, Shown name, Unit code, Role, Reason"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused(db, content, why):
    with pytest.raises(ImportUnreadable) as refusal:
        bring(content)

    assert refusal.value.message == (
        f"The list of accounts cannot be read: {why}. Download the model, fill it in and send it again."
    )


def test_a_list_too_long_is_refused(db):
    header, row = LIST.splitlines()[:2]
    with pytest.raises(ImportUnreadable) as refusal:
        bring("\n".join([header, *[row] * 2_001]))

    assert "it has more than 2000 rows" in refusal.value.message
