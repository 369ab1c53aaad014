"""A unit objects to a part of a score and gets an answer; nobody outside it and the level directly above knows."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.foundation.audit import queries as audit
from giamsat.foundation.notices.models import Notice
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services
from giamsat.intake.quality.errors import (
    NotAShare,
    ObjectedAlready,
    ObjectionAnsweredAlready,
    ObjectionReasonMissing,
    ScoreChanged,
    WithoutObjection,
)
from giamsat.intake.quality.models import Objection
from giamsat.intake.sources import queries as sources
from tests.front.console.conftest import received, submitted, words
from tests.intake.house import AT

WHY = "Máy chủ của tỉnh dừng hai ngày, đơn vị đã gửi đúng hạn qua thư"
ANSWER = "Nhật ký hệ thống xác nhận sự cố, tính lại là đúng hạn"


@pytest.fixture
def report(home):
    """Hua Bum's September, sent six days after its day: on time 0.4 of 1."""
    return submitted(home.units, home.people, D06=9, D01=2)


def score_of(report):
    return quality.score_of(report.unit_id, report.form_code, report.period_key)


def share_of(report, part="timeliness"):
    return quality.parts_of(score_of(report), "live")[part][1].share


def objected(home, report, **given):
    told = {"seen": share_of(report), "reason": WHY, "by": home.people["head"], "at": AT} | given
    return services.object_to(score_of(report), "timeliness", **told)


def test_the_head_objects_on_the_page_and_the_level_above_corrects_the_score(browser, home, report):
    page = browser("head").get(f"/reports/{report.pk}/scores/")
    assert "Send the objection" in words(page)
    before = score_of(report).live_score
    sent = browser("head").post(
        f"/reports/{report.pk}/scores/object/",
        {"part": "timeliness", "seen": share_of(report), "reason": WHY,
         "file": SimpleUploadedFile("phieu.pdf", b"%PDF-1.7 phieu")},
    )  # fmt: skip
    objection = Objection.objects.get()
    assert sent.headers["Location"] == f"/objections/{objection.pk}/"
    assert "1 objection to a score waits" in words(browser("approver").get("/inbox/"))
    assert (
        "Send the objection"
        not in words(browser("head").get(f"/reports/{report.pk}/scores/")).partition("score-live")[2]
    )

    answer = {"decision": "corrected", "share": "100", "answer": ANSWER}
    browser("approver").post(f"/objections/{objection.pk}/answer/", answer)
    assert share_of(report) == 1
    assert score_of(report).live_score > before
    page = words(browser("head").get(f"/objections/{objection.pk}/"))
    assert ANSWER in page
    assert "to 100" in page


def test_upheld_leaves_the_score_and_says_why(home, report):
    before = score_of(report).parts
    objection = services.uphold(objected(home, report), answer=ANSWER, by=home.people["approver"], at=AT)
    assert (objection.state, objection.answer, objection.days_late) == ("upheld", ANSWER, 0)
    assert score_of(report).parts == before


def test_left_out_is_weighed_anew(home, report):
    services.correct(objected(home, report), share=None, answer=ANSWER, by=home.people["approver"], at=AT)
    assert share_of(report) is None
    assert score_of(report).live_score is None


def test_an_answer_after_its_day_is_taken_and_marked(browser, home, report):
    objection = objected(home, report)
    assert objection.due_on == sources.working_days(sources.calendar_for(AT.date()).pk).after(AT.date(), 5)
    Objection.objects.update(due_on=AT.date() - timedelta(days=2))
    assert "Answer overdue" in words(browser("approver").get("/objections/"))
    assert "Answer overdue" in words(browser("head").get(f"/objections/{objection.pk}/"))
    answered = services.uphold(objection, answer=ANSWER, by=home.people["approver"], at=AT)
    assert answered.days_late == 2
    assert "answered late" in words(browser("head").get("/objections/"))


def test_one_open_objection_for_a_part(home, report):
    objection = objected(home, report)
    with pytest.raises(ObjectedAlready):
        objected(home, report)
    services.uphold(objection, answer=ANSWER, by=home.people["approver"], at=AT)
    assert objected(home, report).pk != objection.pk


def test_what_is_full_or_not_assessed_takes_no_objection(home, report):
    for part in ("unique", "register", "nothing of the kind"):
        with pytest.raises(WithoutObjection):
            services.object_to(
                score_of(report), part, seen=Decimal(1), reason=WHY, by=home.people["head"], at=AT
            )


def test_a_stale_page_a_word_for_a_reason_and_a_share_beyond_the_whole_are_refused(home, report):
    with pytest.raises(ScoreChanged):
        objected(home, report, seen=Decimal("0.9"))
    with pytest.raises(ObjectionReasonMissing):
        objected(home, report, reason="sai")
    objection = objected(home, report)
    with pytest.raises(NotAShare):
        services.correct(objection, share=Decimal(2), answer=ANSWER, by=home.people["approver"], at=AT)
    services.hand_evidence(
        report.unit_id, report.form_code, report.period, "timeliness", quality.Evidence(Decimal(1)), at=AT
    )
    with pytest.raises(ScoreChanged):
        services.correct(objection, share=Decimal(1), answer=ANSWER, by=home.people["approver"], at=AT)
    assert Objection.objects.get().state == "open"


def test_a_second_answer_is_refused_and_changes_nothing(home, report):
    objection = objected(home, report)
    services.uphold(objection, answer=ANSWER, by=home.people["approver"], at=AT)
    with pytest.raises(ObjectionAnsweredAlready):
        services.correct(objection, share=Decimal(1), answer=ANSWER, by=home.people["approver"], at=AT)
    assert share_of(report) < 1


def test_a_refused_objection_keeps_what_was_typed(browser, home, report):
    typed = {"part": "timeliness", "seen": "0.9", "reason": WHY}
    page = browser("head").post(f"/reports/{report.pk}/scores/object/", typed)
    assert page.status_code == 409
    assert WHY in page.content.decode()


def test_each_side_is_told_and_the_trail_keeps_it_without_its_words_for_outsiders(browser, home, report):
    objection = objected(home, report)
    outbox.deliver_now(at=AT)
    outbox.deliver_now(at=AT)
    services.uphold(objection, answer=ANSWER, by=home.people["approver"], at=AT)
    outbox.deliver_now(at=AT)
    told = Notice.objects.filter(page="objection").order_by("pk", "account__username")
    names = [(each.account.username, each.key.partition(":")[0]) for each in told]
    assert names[0] == ("approver", "objection.raised")
    assert sorted(names[1:]) == [("compiler", "objection.answered"), ("head", "objection.answered")]
    assert audit.history_of(objection.subject).count() == 2
    trail = browser("auditor").get("/audit/?since=01/01/2026").content.decode()
    assert "Objected to a score" in trail
    assert WHY not in trail


def test_drafts_take_no_objection(browser, home):
    draft = received(home.units, home.people, D06=9, D01=2)
    assert "Send the objection" not in words(browser("head").get(f"/reports/{draft.pk}/scores/"))


@pytest.mark.slow
def test_the_list_asks_as_much_for_one_as_for_three(browser, home, report):
    objected(home, report)
    with CaptureQueriesContext(connection) as one:
        browser("approver").get("/objections/")
    first = Objection.objects.get()
    for part in ("rules", "formats"):
        first.pk, first.part = None, part
        first.save()
    with CaptureQueriesContext(connection) as three:
        browser("approver").get("/objections/")
    assert len(three) == len(one)
