import asyncio
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from giamsat.analysis.early_warning.models import Warning
from giamsat.foundation.audit.models import Entry
from giamsat.front.console import exports
from giamsat.front.console.exports import KEPT_IN_MEMORY, PIECE, csv_response, download, guarded
from tests.front.console.warned import warning_of
from tests.intake import house


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


def lines_of(answer) -> list[str]:
    assert answer.streaming
    return b"".join(answer.streaming_content).decode().splitlines()


@pytest.mark.soak
def test_a_list_of_warnings_is_taken_away_whole_however_long(browser, home):
    first = warning_of(home.units.hua_bum)
    kept = {field.attname: getattr(first, field.attname) for field in Warning._meta.concrete_fields}
    Warning.objects.bulk_create(
        Warning(**kept | {"id": None, "indicator": f"B07-{number}"}) for number in range(10_000)
    )
    lines = lines_of(browser("leader").get("/warnings/warnings.csv"))
    assert len(lines) == 1 + 10_001
    assert Entry.objects.latest("id").facts["rows"] == 10_001


def test_the_trail_is_taken_away_whole_in_as_many_batches_as_it_takes(browser, home, monkeypatch):
    monkeypatch.setattr(exports, "ROWS_AT_ONCE", 2)
    Entry.objects.bulk_create(
        Entry(verb="report.accepted", subject="report:5000", by_name=f"tests {number}", at=house.AT)
        for number in range(5)
    )
    answer = browser("auditor").get("/audit/audit.csv?subject=report:5000")
    told = answer.content.decode().splitlines()
    assert [line.split(",")[1] for line in told[1:]] == [f"tests {number}" for number in range(4, -1, -1)]
    assert Entry.objects.latest("id").facts["rows"] == 5


@pytest.mark.slow
def test_a_long_list_is_sent_in_pieces_by_a_server_that_serves_many_at_once():
    rows = [["Lai Châu", number] for number in range(KEPT_IN_MEMORY // 8)]
    answer = csv_response("units", ["Unit", "Number"], rows)

    async def sent() -> list[bytes]:
        return [piece async for piece in answer]

    pieces = asyncio.run(sent())
    whole = b"".join(pieces)
    assert max(map(len, pieces)) <= PIECE
    assert len(whole) == int(answer["Content-Length"])
    assert whole.decode("utf-8-sig").splitlines()[-1] == f"Lai Châu,{rows[-1][1]}"
