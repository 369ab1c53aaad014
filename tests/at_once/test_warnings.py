"""Two people act on one warning at the same moment: one act stands, the other person is told."""

from datetime import date, timedelta

import pytest

from giamsat.analysis.early_warning import services
from giamsat.analysis.early_warning.models import Answer, Verdict
from giamsat.foundation.audit.models import Entry
from tests.at_once.together import codes, together
from tests.front.console.warned import warning_of
from tests.intake.house import AT, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
GATE = "early_warning_warning"
REASON = "Đợt kiểm tra cao điểm theo kế hoạch đã báo cáo."
LATER = AT + timedelta(hours=1)


@pytest.fixture(scope="module")
def deciders(standing, django_db_blocker):
    with django_db_blocker.unblock():
        country, people = standing
        centre = country.centre
        return {
            "leader": make_person("leader", centre, ("leader", centre, True)),
            "watcher": make_person("watcher", centre, ("watcher", country.lai_chau, True)),
            "head": people["head"],
        }


@pytest.fixture
def warning(country):
    return warning_of(country.hua_bum)


@pytest.fixture
def asked(warning, deciders):
    return ask(warning, deciders["watcher"])()


def dismiss(warning, by, seen_acts=None):
    return lambda: services.dismiss(warning, reason=REASON, by=by, at=LATER, seen_acts=seen_acts)


def ask(warning, by):
    return lambda: services.request_explanation(
        warning, due_on=date(2026, 10, 8), text="Đề nghị giải trình số tháng 9.", by=by, at=AT
    )


def answer(request, by):
    return lambda: services.answer(request, text="Tháng 9 có đợt cao điểm, kèm kế hoạch.", by=by, at=LATER)


def acts():
    """How often each act stands in the trail."""
    verbs = Entry.objects.filter(verb__startswith="warning.").order_by("id").values_list("verb", flat=True)
    return [verb.removeprefix("warning.") for verb in verbs]


def test_dismissed_twice(warning, deciders):
    outcomes = together(*[dismiss(warning, deciders["leader"])] * 2, gate=GATE)
    assert codes(outcomes) == ["", "early_warning.already_decided"]
    assert acts() == ["dismissed"]
    assert Verdict.objects.filter(warning=warning).count() == 1


def test_dismissed_while_another_asks_for_an_explanation(warning, deciders):
    """Whoever came second is told: neither withdraws, unseen, what the other has just done."""
    unasked = dismiss(warning, deciders["leader"], seen_acts=0)
    outcomes = together(unasked, ask(warning, deciders["watcher"]), gate=GATE)
    warning.refresh_from_db()
    assert (codes(outcomes), acts(), warning.state) in [
        (["", "early_warning.already_decided"], ["dismissed"], "dismissed"),
        (["", "early_warning.warning_moved_on"], ["explanation_requested"], "requested"),
    ]


def test_dismissed_while_the_unit_answers(asked, warning, deciders):
    knowing = dismiss(warning, deciders["leader"], seen_acts=1)
    outcomes = together(knowing, answer(asked, deciders["head"]), gate=GATE)
    asked.refresh_from_db()
    assert (codes(outcomes), asked.state) in [
        (["", "early_warning.not_awaiting_answer"], "withdrawn"),
        (["", "early_warning.warning_moved_on"], "answered"),
    ]


def test_asked_twice(warning, deciders):
    outcomes = together(*[ask(warning, deciders["watcher"])] * 2, gate=GATE)
    assert codes(outcomes) == ["", "early_warning.already_decided"]
    assert acts() == ["explanation_requested"]


def test_answered_twice(asked, deciders):
    outcomes = together(*[answer(asked, deciders["head"])] * 2, gate=GATE)
    assert codes(outcomes) == ["", "early_warning.not_awaiting_answer"]
    assert Answer.objects.filter(request=asked).count() == 1


def test_an_answer_is_accepted_and_returned(asked, deciders):
    answer(asked, deciders["head"])()
    outcomes = together(
        lambda: services.accept_answer(asked, by=deciders["watcher"], at=LATER),
        lambda: services.reject(asked, reason=REASON, by=deciders["watcher"], at=LATER),
        gate=GATE,
    )
    assert codes(outcomes) == ["", "early_warning.nothing_to_judge"]
    assert len(acts()) == 3
