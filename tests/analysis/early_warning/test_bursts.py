"""Many publications at once: one scan, which sees what every one of them changed, the last included."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.analysis.early_warning import bursts, jobs
from giamsat.analysis.early_warning.models import ChangedFigures, Warning
from giamsat.analysis.early_warning.scanning import look
from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.foundation.outbox import services as outbox

from .house import AT

pytestmark = pytest.mark.slow

MONTHS = ("2026-M08", "2026-M09")


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch):
    monkeypatch.setattr("giamsat.lib.clock.now", lambda: AT)


def tell(*events):
    """News as the dispatcher hands it on."""
    for event in events:
        outbox.announce(event)
    outbox.deliver_now(at=AT)


def of_month(key, generation=1):
    return FiguresPublished(generation, changed=[[1, key, "BMT"]])


def queued():
    return ProcrastinateJob.objects.filter(task_name=bursts.TASK, status="todo").count()


def noted():
    return set(ChangedFigures.objects.values_list("period_key", flat=True))


def test_a_burst_asks_for_one_scan_and_forgets_no_period(planted, db):
    tell(*(of_month(MONTHS[number % 2], number) for number in range(6)))
    assert queued() == 1
    assert noted() == set(MONTHS)


def test_news_of_a_year_is_news_of_its_newest_periods_only(planted, db):
    tell(FiguresPublished(1, years=[2026]))
    assert noted() == {"2026-M08", "2026-M09", "2026-6M", "2026-9M"}


def test_what_is_not_worth_a_question_asks_for_nothing(planted, db):
    tell(of_month("2026-M02"))
    assert (queued(), noted()) == (0, set())


def test_one_scan_finds_what_the_whole_burst_changed(published):
    tell(of_month(MONTHS[0], 1), of_month(MONTHS[1], 2))
    ProcrastinateJob.objects.all().delete()
    jobs.scan_changed()
    assert set(Warning.objects.values_list("detector", flat=True)) == {"out_of_line", "target_behind"}
    assert (queued(), noted()) == (0, set())


def test_news_during_a_scan_is_scanned_by_the_next(published, monkeypatch):
    """It found the running job still queued and asked for no other, so that job asks when it has done."""
    tell(of_month(MONTHS[0]))
    ProcrastinateJob.objects.all().delete()

    def scan_while_news_comes(at, *, periods):
        ChangedFigures.objects.create(event_id=99, period_key=MONTHS[1])
        return look(at, periods=periods).raised

    monkeypatch.setattr(bursts, "scan", scan_while_news_comes)
    jobs.scan_changed()
    assert (queued(), noted()) == (1, {MONTHS[1]})


def test_a_scan_that_fails_leaves_its_news(planted, db, monkeypatch):
    def fail(at, *, periods):
        raise RuntimeError("the files are gone")

    tell(of_month(MONTHS[1]))
    monkeypatch.setattr(bursts, "scan", fail)
    with pytest.raises(RuntimeError):
        jobs.scan_changed()
    assert noted() == {MONTHS[1]}
