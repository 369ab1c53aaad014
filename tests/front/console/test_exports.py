from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from giamsat.foundation.audit.models import Entry
from giamsat.front.console.exports import csv_response, download, guarded


@pytest.mark.parametrize(
    "text", ["=1+1", "+84 24", "-2+3", "@SUM(A1)", "\t=1", "  =HYPERLINK()", "|calc", "%PATH"]
)
def test_text_that_a_spreadsheet_would_run_is_led_by_an_apostrophe(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (-3, "-3"),
        (Decimal("-12.5"), "-12.5"),
        (None, ""),
        (True, "1"),
        ("Lai Châu", "Lai Châu"),
        ("1–4", "1–4"),
        (date(2026, 10, 1), "01/10/2026"),
        (datetime(2026, 10, 1, 1, 30, tzinfo=UTC), "01/10/2026 08:30:00"),
    ],
)
def test_numbers_days_and_plain_text_stay_what_they_are(value, cell):
    assert guarded(value) == cell


def test_csv_opens_as_vietnamese_and_is_not_kept_by_caches():
    response = csv_response("reports", ["Đơn vị", "Số"], [["Xã Hua Bum", 3], ["=cmd", -1]])
    assert response.content.decode() == "\ufeffĐơn vị,Số\r\nXã Hua Bum,3\r\n'=cmd,-1\r\n"
    assert response["Content-Disposition"] == 'attachment; filename="reports.csv"'
    assert response["Cache-Control"] == "no-store"


def test_a_file_is_saved_under_its_own_name_and_is_not_kept_by_caches():
    response = download(b"%PDF-", "Giải trình.pdf")
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Gi%E1%BA%A3i%20tr%C3%ACnh.pdf"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("person", "address", "filter_kept"),
    [
        ("approver", "/inbox/inbox.csv?period=2026-M09", "state=DA_NOP&period=2026-M09&form="),
        ("leader", "/warnings/warnings.csv?state=all", "state=all&detector="),
        ("leader", "/targets/targets.csv?state=unmet", "state=unmet"),
    ],
)
def test_the_trail_keeps_which_list_somebody_took(browser, person, address, filter_kept):
    assert browser(person).get(address).status_code == 200
    facts = Entry.objects.filter(verb__endswith=".exported").latest("id").facts
    assert facts == {"rows": 0, "filter": filter_kept} | {"rows": facts["rows"]}
