"""What people do about a warning: dismiss, ask, answer, return, accept. Each act is one transaction."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import DatabaseError, connection

from giamsat.analysis.early_warning import errors, queries, services
from giamsat.analysis.early_warning.models import Warning
from giamsat.foundation.access.choices import Classification
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.foundation.outbox.models import StoredEvent

from . import house
from .house import AT

REASON = "Đợt kiểm tra cao điểm theo kế hoạch đã báo cáo."
DUE = date(2026, 10, 12)
PDF = b"%PDF-1.7 explanation"


@pytest.fixture
def warning(planted, db):
    return make(planted)


def make(country, place="P05", **changes):
    defaults = {
        "detector": "out_of_line", "detector_version": 1, "unit": country[place], "subject_kind": "indicator",
        "indicator": "B07", "period_key": "2026-M09", "direction": "high", "score": 12.0, "raised_at": AT,
        "evidence": {"value": 300.0}, "small_cell": False,
    }  # fmt: skip
    return Warning.objects.create(**defaults | changes)


def ask(warning, by, due_on=DUE):
    return services.request_explanation(
        warning, due_on=due_on, text="Đề nghị giải trình số tháng 9.", by=by, at=AT
    )


def answer(request, by, **file):
    return services.answer(request, text="Tháng 9 có đợt cao điểm, kèm kế hoạch.", by=by, at=AT, **file)


def told():
    return list(StoredEvent.objects.order_by("id").values_list("name", flat=True))


def recorded():
    return list(
        Entry.objects.filter(verb__startswith="warning.").order_by("id").values_list("verb", flat=True)
    )


def test_a_leader_dismisses_with_a_reason(warning, people):
    services.dismiss(warning, reason=REASON, by=people.leader, at=AT)

    warning.refresh_from_db()
    assert (warning.state, warning.verdict.kind, warning.verdict.reason) == ("dismissed", "dismissed", REASON)
    assert warning.verdict.by == people.leader
    assert recorded() == ["warning.dismissed"]
    assert told()[-1] == "early_warning.warning_closed"


@pytest.mark.parametrize("reason", ["", "  ", "ok", "1234567890 !!"])
def test_a_word_is_not_a_reason(warning, people, reason):
    with pytest.raises(errors.ReasonMissing) as refusal:
        services.dismiss(warning, reason=reason, by=people.leader, at=AT)
    assert refusal.value.code == "early_warning.reason_missing"
    assert Warning.objects.get(pk=warning.pk).state == "open"


def test_who_may_read_nothing_internal_is_shown_no_warning(warning, people, planted):
    low = house.person("low", planted["TW"], "watcher", planted["P05"], ceiling=Classification.PUBLIC)

    assert list(queries.warnings_for(people.watcher, at=AT)) == [warning]
    assert not queries.warnings_for(low, at=AT).exists()
    with pytest.raises(errors.WarningNotFound):
        queries.warning_for(low, warning.pk, at=AT)


@pytest.mark.parametrize("who", ["committee", "stranger", "answerer"])
def test_who_has_no_competence_dismisses_nothing(warning, people, who):
    with pytest.raises(NotAllowed):
        services.dismiss(warning, reason=REASON, by=getattr(people, who), at=AT)
    assert Warning.objects.get(pk=warning.pk).state == "open"
    assert recorded() == []


def test_a_decided_warning_is_not_decided_again(warning, people):
    services.dismiss(warning, reason=REASON, by=people.leader, at=AT)
    with pytest.raises(errors.WarningAlreadyDecided) as refusal:
        services.dismiss(warning, reason=REASON, by=people.watcher, at=AT)
    assert str(warning.pk) in refusal.value.message


def test_the_whole_way_from_request_to_acceptance(warning, people):
    request = ask(warning, people.watcher)
    answer(request, people.answerer, filename="Giải trình.pdf", content=PDF)
    services.accept_answer(request, by=people.watcher, at=AT + timedelta(days=1))

    warning.refresh_from_db()
    request.refresh_from_db()
    assert (warning.state, warning.verdict.kind) == ("closed", "explained")
    assert (request.state, request.closed_by) == ("closed", people.watcher)
    assert recorded() == [
        "warning.explanation_requested",
        "warning.explanation_answered",
        "warning.explained",
    ]
    assert told()[-3:] == [
        "early_warning.explanation_requested",
        "early_warning.explanation_answered",
        "early_warning.warning_closed",
    ]


def test_the_file_of_an_answer_is_kept_as_it_came(warning, people):
    answer(ask(warning, people.watcher), people.answerer, filename="..\\kho\\Giải trình.pdf", content=PDF)
    kept = queries.answer_file(people.watcher, warning.request.answers.get().pk, at=AT)
    assert (kept.filename, bytes(kept.content), kept.content_type) == (
        "Giải trình.pdf",
        PDF,
        "application/pdf",
    )
    assert kept.size == len(PDF)


@pytest.mark.parametrize(
    ("filename", "content"),
    [("a.pdf", b""), ("a.exe", b"MZ"), ("a.pdf", b"PK\x03\x04"), ("a.docm", b"PK\x03\x04"),
     ("a.pdf", b"%PDF-" + b"0" * 10_485_761)],
    ids=["empty", "program", "not what it says", "macros", "too large"],
)  # fmt: skip
def test_a_file_we_do_not_take_is_refused_and_nothing_is_stored(warning, people, filename, content):
    request = ask(warning, people.watcher)
    with pytest.raises(errors.AnswerFileRefused) as refusal:
        answer(request, people.answerer, filename=filename, content=content)
    assert refusal.value.facts["filename"] == filename
    assert not request.answers.exists()


def test_only_the_unit_that_was_asked_answers(warning, people):
    request = ask(warning, people.watcher)
    for person in (people.neighbour, people.watcher, people.leader):
        with pytest.raises(NotAllowed):
            answer(request, person)


def test_a_poor_answer_is_returned_with_a_new_day_and_answered_again(warning, people):
    request = ask(warning, people.watcher)
    answer(request, people.answerer)
    services.reject(
        request, reason="Chưa có kế hoạch kèm theo.", due_on=date(2026, 10, 20), by=people.watcher, at=AT
    )

    request.refresh_from_db()
    assert (request.state, request.due_on) == ("returned", date(2026, 10, 20))
    assert request.answers.get().returned_because == "Chưa có kế hoạch kèm theo."
    answer(request, people.answerer)
    assert [each.returned_at is not None for each in queries.answers_of(request)] == [True, False]


def test_nothing_is_accepted_or_returned_before_an_answer(warning, people):
    request = ask(warning, people.watcher)
    with pytest.raises(errors.NothingToJudge):
        services.accept_answer(request, by=people.watcher, at=AT)
    with pytest.raises(errors.NothingToJudge):
        services.reject(request, reason=REASON, by=people.watcher, at=AT)


def test_a_dismissal_withdraws_the_open_request_which_takes_no_answer_then(warning, people):
    request = ask(warning, people.watcher)
    services.dismiss(warning, reason=REASON, by=people.leader, at=AT)

    request.refresh_from_db()
    assert (request.state, request.closed_by, request.closed_at) == ("withdrawn", people.leader, AT)
    assert recorded() == [
        "warning.explanation_requested", "warning.request_withdrawn", "warning.dismissed",
    ]  # fmt: skip
    with pytest.raises(errors.NotAwaitingAnswer) as refusal:
        answer(request, people.answerer)
    assert "withdrawn" in refusal.value.message


def test_a_warning_somebody_acted_on_meanwhile_is_not_dismissed(warning, people):
    request = ask(warning, people.watcher)
    answer(request, people.answerer)
    for seen in (0, 1):
        with pytest.raises(errors.WarningMovedOn) as refusal:
            services.dismiss(warning, reason=REASON, by=people.leader, at=AT, seen_acts=seen)
    assert refusal.value.message == (
        f"Warning {warning.pk} was acted on after you opened it: it is “explanation received” now. "
        "Nothing was done; read what happened, and decide again if you still want to."
    )
    assert Warning.objects.get(pk=warning.pk).state == "answered"
    services.dismiss(warning, reason=REASON, by=people.leader, at=AT, seen_acts=2)


def test_requests_that_ended_with_a_dismissal_are_withdrawn_in_what_there_is_already(
    planted, warning, people
):
    dismissed = ask(warning, people.watcher)
    services.dismiss(warning, reason=REASON, by=people.leader, at=AT)
    accepted = ask(make(planted, period_key="2026-M08"), people.watcher)
    answer(accepted, people.answerer)
    services.accept_answer(accepted, by=people.watcher, at=AT)
    type(dismissed).objects.update(state="closed")
    with connection.cursor() as cursor:
        cursor.execute(
            import_module("giamsat.analysis.early_warning.migrations.0003_withdrawn_requests").MARK
        )
    assert dict(type(dismissed).objects.values_list("pk", "state")) == {
        dismissed.pk: "withdrawn",
        accepted.pk: "closed",
    }


@pytest.mark.parametrize("due_on", [date(2026, 10, 1), date(2026, 9, 1)])
def test_a_day_that_is_not_later_is_refused(warning, people, due_on):
    with pytest.raises(errors.DueDateNotLater):
        ask(warning, people.watcher, due_on=due_on)
    assert Warning.objects.get(pk=warning.pk).state == "open"


def test_a_unit_is_asked_once(warning, people):
    ask(warning, people.watcher)
    with pytest.raises(errors.WarningAlreadyDecided):
        ask(warning, people.leader)


def test_an_act_is_undone_when_it_cannot_be_recorded(warning, people, monkeypatch):
    def fail(*_, **__):
        raise DatabaseError("the trail is closed")

    monkeypatch.setattr("giamsat.foundation.audit.models.Entry.objects.bulk_create", fail)
    with pytest.raises(DatabaseError):
        services.dismiss(warning, reason=REASON, by=people.leader, at=AT)
    warning.refresh_from_db()
    assert warning.state == "open"
    assert not hasattr(Warning.objects.get(pk=warning.pk), "verdict")


def test_warnings_are_seen_by_those_who_read_warnings_of_the_unit(warning, people):
    sees = {who: queries.warnings_for(getattr(people, who), at=AT).exists() for who in vars(people)}
    assert sees == {
        "leader": True, "watcher": True, "committee": True, "answerer": True, "stranger": False, "neighbour": False,
    }  # fmt: skip


def test_a_stranger_is_told_there_is_none(warning, people):
    with pytest.raises(errors.WarningNotFound) as refusal:
        queries.warning_for(people.stranger, warning.pk, at=AT)
    assert refusal.value.status == 404


def test_a_warning_on_a_few_persons_is_known_only_where_the_cell_may_be_seen(planted, people):
    small = make(planted, "C05", small_cell=True, evidence={"value": 3.0})
    assert not queries.warnings_for(people.leader, at=AT).filter(pk=small.pk).exists()
    with pytest.raises(errors.WarningNotFound):
        services.dismiss(small, reason=REASON, by=people.leader, at=AT)

    of_the_province = make(planted, "P05", small_cell=True, evidence={"value": 3.0}, period_key="2026-M08")
    seen = queries.warnings_for(people.leader, at=AT)
    assert of_the_province in seen
    assert small not in seen


def test_a_request_is_seen_by_the_unit_asked_and_by_who_asked(warning, people):
    request = ask(warning, people.watcher)
    assert list(queries.requests_for(people.answerer, at=AT)) == [request]
    assert list(queries.requests_for(people.watcher, at=AT)) == [request]
    assert list(queries.requests_for(people.stranger, at=AT)) == []


def test_nobody_decides_about_the_unit_they_work_at(planted, warning, people):
    own = house.person("own_leader", planted["P05"], "leader", planted["P05"])
    assert queries.warnings_for(own, at=AT).filter(pk=warning.pk).exists()
    for act in (
        lambda: services.dismiss(warning, reason=REASON, by=own, at=AT),
        lambda: ask(warning, own),
    ):
        with pytest.raises(NotAllowed):
            act()
    request = ask(warning, people.watcher)
    answer(request, people.answerer)
    with pytest.raises(NotAllowed):
        services.accept_answer(request, by=own, at=AT)
    below = make(planted, "C05", period_key="2026-M08")
    services.dismiss(below, reason=REASON, by=own, at=AT)  # of the communes below, they do


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_of_warnings_costs_the_same_at_any_length(
    planted, people, count, django_assert_max_num_queries
):
    for number in range(count):
        make(planted, period_key=f"2026-M{number + 1:02}")
    with django_assert_max_num_queries(8):
        assert len([each.unit.name_vi for each in queries.warnings_for(people.leader, at=AT)]) == count


def test_what_may_be_done_is_offered_and_nothing_else(warning, people):
    from giamsat.foundation.access.queries import scope_for

    def offered(who):
        return queries.may(scope_for(who, at=AT), queries.warning_for(who, warning.pk, at=AT))

    assert offered(people.watcher) == {"dismiss": True, "request": True, "judge": False}
    assert offered(people.committee) == {"dismiss": False, "request": False, "judge": False}
    answer(ask(warning, people.watcher), people.answerer)
    assert offered(people.watcher) == {"dismiss": True, "request": False, "judge": True}
