"""What others do with a report counts for its live score, by report and day; who they are is kept nowhere."""

from datetime import timedelta
from decimal import Decimal

import pytest

from giamsat.foundation.access import queries as access
from giamsat.intake.observations import services
from giamsat.intake.observations.use import assess_use
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services as quality_services
from giamsat.intake.quality.models import Use
from tests.intake import house
from tests.intake.house import AT, SEPTEMBER

SENT_ON = AT.date()
OVER = AT + quality.WINDOW


@pytest.fixture
def report(people, country, flash):
    report = services.receive(
        country.hua_bum, flash, SEPTEMBER, house.figures(flash, A04=200), by=people["compiler"], at=AT
    ).report
    return services.submit(report, by=access.account("head"), at=AT)


def used(report, day, *, views=0, decisions=0):
    key = (report.unit_id, report.form_code, report.period_key, report.basis)
    for _each in range(views):
        quality_services.count_view(*key, day=day)
    for _each in range(decisions):
        quality_services.count_decision(*key, day=day)


def share_of(report):
    score = quality.score_of(report.unit_id, report.form_code, report.period_key)
    return quality.parts_of(score, "live")["use"][1].share


def test_views_and_decisions_of_thirty_days_over_the_target(report):
    used(report, SENT_ON, views=2)
    used(report, SENT_ON + timedelta(days=29), decisions=1)
    used(report, SENT_ON + timedelta(days=30), views=9)
    assess_use(at=OVER - timedelta(days=1))
    assert share_of(report) is None
    assert assess_use(at=OVER) == 1
    assert assess_use(at=OVER) == 1
    assert share_of(report) == Decimal("0.6")


def test_more_than_the_target_is_no_better_and_never_used_is_nothing(report, country, people):
    used(report, SENT_ON, views=9)
    assess_use(at=OVER)
    assert share_of(report) == 1
    Use.objects.update(unit=country.muong_te)
    assess_use(at=OVER)
    assert share_of(report) == 0


def test_what_the_level_above_corrected_stands_the_nights_after(report, people):
    used(report, SENT_ON, views=2)
    assess_use(at=OVER)
    score = quality.score_of(report.unit_id, report.form_code, report.period_key)
    objection = quality_services.object_to(
        score,
        "use",
        seen=Decimal("0.4"),
        reason="Trang xem bị lỗi cả tuần",
        by=access.account("head"),
        at=OVER,
    )
    quality_services.correct(
        objection, share=Decimal(1), answer="Nhật ký xác nhận lỗi trang", by=people["approver"], at=OVER
    )
    assess_use(at=OVER + timedelta(days=1))
    assert share_of(report) == 1


def test_what_was_sent_before_uses_were_counted_stays_not_assessed(report):
    assert assess_use(at=OVER) == 0
    used(report, SENT_ON + timedelta(days=3), views=1)
    assert assess_use(at=OVER) == 0
    assert share_of(report) is None


def test_a_night_that_was_missed_is_made_good_for_and_old_counts_go(report):
    used(report, SENT_ON, views=5)
    assert assess_use(at=OVER + timedelta(days=6)) == 1
    assess_use(at=OVER + timedelta(days=100))
    assert not Use.objects.exists()
