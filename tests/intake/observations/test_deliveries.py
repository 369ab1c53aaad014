"""What is refused as sent twice, or for a code that is not valid, lowers the score of the report it was for."""

from datetime import timedelta
from decimal import Decimal

import pytest

from giamsat.intake.observations import queries, services
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources.errors import (
    ClosedUnit,
    DuplicateDelivery,
    PeriodNotBegun,
    WrongFormVersion,
    WrongPeriod,
    WrongUnit,
)
from giamsat.intake.sources.models import Delivery
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal
from tests.intake.house import AT, SEPTEMBER, SYSTEM, figures, form
from tests.intake.sources.files import csv_of, edited, filled

LATER = AT + timedelta(hours=1)
HALF_YEAR = Period("6M", 2026)


@pytest.fixture
def send(country, people):
    """``send(content)``: the compiler of Hua Bum sends a workbook; what refuses it is handed back."""

    def _send(content, *, at=AT, filename="bmt.xlsx"):
        try:
            services.receive_file(content, filename=filename, by=people["compiler"], at=at)
        except Refusal as refusal:
            return type(refusal)
        return None

    return _send


def clean(unit, code="BMT", period=SEPTEMBER):
    """Shares of "nothing twice" and "codes valid" in per cent, what failed in them, and the score."""
    scored = quality.score_of(unit.pk, code, period.key)
    parts = quality.parts_of(scored, "clean")
    shares = [round(parts[name][1].share * 100) for name in ("unique", "codes")]
    return (*shares, quality.failed_of(scored, "clean"), scored.clean_score)


def newest():
    return f"delivery:{Delivery.objects.order_by('pk').last().pk}"


def test_a_report_that_came_once_and_rightly_is_assessed_as_such(country, flash, send):
    send(filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200}))

    assert clean(country.hua_bum) == (100, 100, [], Decimal(100))
    assert quality.score_of(country.hua_bum.pk, "BMT", SEPTEMBER.key).clean_assessed == 80


def test_a_file_sent_again_is_told_the_report_that_is_there(country, flash, send):
    """(30 × 1/2 + 30 + 20) / 80 = 81.25: one of two deliveries was the same again."""
    content = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})
    send(content)

    assert send(content, at=LATER) is DuplicateDelivery
    assert clean(country.hua_bum) == (50, 100, [newest()], Decimal("81.3"))
    assert send(content, at=LATER + timedelta(hours=1)) is DuplicateDelivery  # the same bytes count once
    assert clean(country.hua_bum)[0] == 50


def test_a_button_pressed_twice_is_no_second_delivery(country, flash, send):
    content = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})
    send(content)

    assert send(content, at=AT + timedelta(seconds=5)) is DuplicateDelivery
    assert clean(country.hua_bum)[0] == 100


def test_the_same_file_after_submission_is_the_same_again(country, people, flash, send):
    content = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})
    send(content)
    report = queries.report_of(country.hua_bum, "BMT", SEPTEMBER.key)
    services.submit(report, by=people["head"], at=AT)

    send(content, at=LATER)
    assert clean(country.hua_bum)[0] == 50
    send(filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 201}), at=LATER)
    assert clean(country.hua_bum)[0] == 50


@pytest.mark.parametrize(
    ("cell", "text", "why"),
    [
        ("B2", "7", WrongFormVersion),
        ("B3", "99999", WrongUnit),
        ("B5", "2026-Q9", WrongPeriod),
        ("B5", "2026-M11", PeriodNotBegun),
    ],
)
def test_a_wrong_code_counts_when_the_right_file_comes(country, flash, send, cell, text, why):
    """(30 + 30 × 1/2 + 20) / 80 = 81.25."""
    right = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})

    assert send(edited(right, {cell: text}, "meta")) is why
    spoiled = newest()
    send(right, at=LATER)

    assert clean(country.hua_bum) == (100, 50, [spoiled], Decimal("81.3"))


def test_a_correction_makes_the_refused_one_weigh_less(country, flash, send):
    """Two of three deliveries were right."""
    right = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})
    send(edited(right, {"B3": "99999"}, "meta"))
    send(right)
    send(filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 201}), at=LATER)

    assert clean(country.hua_bum)[1] == 67


def test_a_unit_that_was_merged_away_spoils_the_report_of_its_successor(country):
    asked = form("BM05P", HALF_YEAR)
    services.receive(country.lai_chau, asked, HALF_YEAR, figures(asked), by=SYSTEM, at=AT)
    lines = csv_of(asked, HALF_YEAR, [("12", figures(asked), "2004-2025")], columns=["vintage"])

    receipts = services.receive_file(lines.encode(), filename="bm05p.csv", by=SYSTEM, at=LATER)

    assert [type(each.refusal) for each in receipts] == [ClosedUnit]
    assert clean(country.lai_chau, "BM05P", HALF_YEAR)[:2] == (100, 50)


def test_findings_and_a_closed_period_are_no_fault_of_codes(country, flash, send):
    right = filled(flash, country.hua_bum, SEPTEMBER, cells={"A04": 200})
    send(filled(flash, country.hua_bum, SEPTEMBER, cells={"L01": 5}))
    send(right)

    assert clean(country.hua_bum) == (100, 100, [], Decimal(100))


@pytest.mark.parametrize("reports", [1, 2])
def test_a_batch_asks_about_refused_deliveries_once(
    country, flash, send, django_assert_max_num_queries, reports
):
    units = [country.hua_bum, country.muong_te][:reports]
    values = [figures(flash, A04=200)] * reports
    send(edited(filled(flash, country.hua_bum, SEPTEMBER), {"B3": "99999"}, "meta"))
    services.receive_many(flash, SEPTEMBER, [units[0].pk], values[:1], by=SYSTEM, at=AT)

    with django_assert_max_num_queries(60) as asked:
        services.receive_many(
            flash,
            SEPTEMBER,
            [unit.pk for unit in units],
            [figures(flash, A04=201)] * reports,
            by=SYSTEM,
            at=AT,
        )

    assert sum("sources_delivery" in each["sql"] for each in asked.captured_queries) == 1
    assert clean(country.hua_bum)[1] == 67
