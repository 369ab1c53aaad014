"""Many accounts from a list: shown cell by cell first, then opened all or none, codes given once."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.models import Account
from tests.intake.sources.files import workbook

IMPORT = "/administration/accounts/import/"
HEADINGS = ["Account name", "Shown name", "Unit code", "Role", "Reason", "Last day"]
GOOD = [
    ["hb.01", "Người lập biểu", "03466", "compiler", "QĐ 7", "31/12/2026"],
    ["hb.02", "Trưởng ban", "03466", "Người đứng đầu đơn vị báo cáo", "QĐ 7", ""],
]
WRONG = [["hb.03", "", "46", "king", "QĐ 7", "31-12"]]


@pytest.fixture
def client(browser):
    return browser("province_admin")


def send(client, content, name="list.xlsx"):
    return client.post(IMPORT, {"file": SimpleUploadedFile(name, content)})


def opened(client, preview):
    signed = re.search(r'name="list" value="([^"]+)"', preview.content.decode())[1]
    return client.post(f"{IMPORT}open/", {"list": signed})


@pytest.mark.slow
def test_a_good_list_is_shown_and_opens_nothing_yet(client, home):
    answer = send(client, workbook(HEADINGS, *GOOD))
    page = answer.content.decode()
    assert "2 rows without a mistake." in page
    assert "Người lập biểu" in page
    assert not Account.objects.filter(username__startswith="hb.").exists()


@pytest.mark.slow
def test_then_it_is_opened_and_every_code_is_shown_once(client, home):
    answer = opened(client, send(client, workbook(HEADINGS, *GOOD)))
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    for name in ("hb.01", "hb.02"):
        code = re.search(rf"<td>{name}</td>.*?gs-mono\">([^<]+)<", page)[1]
        assert access.account(name).check_password(code)
    assert [grant.role for grant in access.account("hb.02").grants.all()] == ["head"]


def test_the_second_click_opens_nothing_twice_and_says_why(client, home):
    preview = send(client, workbook(HEADINGS, *GOOD))
    opened(client, preview)
    again = opened(client, preview)
    assert again.status_code == 422
    assert "The user name hb.01 is in use" in again.content.decode()


def test_a_list_with_mistakes_says_each_at_its_cell_and_cannot_be_opened(client, home):
    answer = send(client, workbook(HEADINGS, *GOOD, *WRONG))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("data-wrong") == 4
    assert "1 row has mistakes, so nothing was opened." in page
    assert 'name="list"' not in page
    assert not Account.objects.filter(username__startswith="hb.").exists()


def test_a_csv_list_is_taken_too(client, home):
    lines = "\n".join(";".join(row) for row in [HEADINGS, *GOOD])
    assert "2 rows without a mistake." in send(client, lines.encode("utf-8-sig"), "list.csv").content.decode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (workbook(["a", "b"], ["1", "2"]), "columns are missing: Account name"),
        (b"PK\x03\x04broken", "not a readable Excel workbook"),
        (workbook(["=1+1"]), "holds a formula"),
        ("Đảng ủy xã".encode("utf-16"), "not UTF-8"),
        (b"", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_on_the_page(client, home, content, sentence):
    answer = send(client, content)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_the_list_of_one_administrator_opens_nothing_for_another(client, home, browser):
    preview = send(client, workbook(HEADINGS, *GOOD))
    answer = opened(browser("foreign_admin"), preview)
    assert answer.status_code == 302
    assert not Account.objects.filter(username__startswith="hb.").exists()


def test_the_model_can_be_filled_in_and_sent(client, home):
    book = load_workbook(io.BytesIO(client.get(f"{IMPORT}model.xlsx").content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["Account name", "Shown name", "Unit code"]
    assert "compiler" in [row[0].value for row in book.worksheets[1].iter_rows()]
    sheet["A2"], sheet["E2"] = "hb.09", "compiler"
    target = io.BytesIO()
    book.save(target)
    assert "1 row without a mistake." in send(client, target.getvalue()).content.decode()
