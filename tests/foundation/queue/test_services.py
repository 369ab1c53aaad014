"""What becomes of a job that failed."""

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.foundation.audit.models import Entry
from giamsat.foundation.queue import queries, services
from giamsat.foundation.queue.errors import JobNotFound, ReasonNeeded, SameWorkWaits
from giamsat.foundation.queue.models import Failure
from giamsat.lib.actors import Actor
from tests.foundation.queue.failing import AT, failed_job

pytestmark = pytest.mark.django_db
ADMIN = Actor(7, "Quản trị hệ thống")


def status_of(number):
    return ProcrastinateJob.objects.get(pk=number).status


def verbs():
    return list(Entry.objects.order_by("pk").values_list("verb", "subject", "by_name"))


def test_why_it_failed_is_kept_without_the_words_of_the_error():
    try:
        int("password=hunter2; 3 đảng viên")
    except ValueError as error:
        failed_job(error=error)

    [job] = queries.failed_jobs()
    assert (job.task, job.tries, job.failed_at, job.kind) == ("warehouse.publish", 5, AT, "ValueError")
    assert not any("hunter2" in str(value) for value in Failure.objects.values_list().get())


def test_a_failure_of_ours_names_its_place():
    try:
        services.give_up(1, reason=" ", by=ADMIN, at=AT)
    except ReasonNeeded as error:
        failed_job(error=error)

    [job] = queries.failed_jobs()
    assert job.kind == "queue.reason_needed"
    assert job.place.startswith("foundation/queue/services.py:")


def test_a_job_is_tried_again_once_however_often_one_clicks():
    number = failed_job()

    assert services.try_again(number, by=ADMIN, at=AT)
    assert not services.try_again(number, by=ADMIN, at=AT)

    assert status_of(number) == "todo"
    assert queries.failed_count() == 0
    assert verbs() == [("job.tried_again", f"job:{number}", ADMIN.name)]


def test_a_job_is_given_up_once_with_its_reason():
    number = failed_job()

    assert services.give_up(number, reason="Kỳ này đã công bố lại", by=ADMIN, at=AT)
    assert not services.give_up(number, reason="Lần nữa", by=ADMIN, at=AT)
    assert not services.try_again(number, by=ADMIN, at=AT)

    [job] = queries.failed_jobs()
    assert (job.given_up_by, job.reason) == (ADMIN.name, "Kỳ này đã công bố lại")
    assert queries.failed_count() == 0
    assert verbs() == [("job.given_up", f"job:{number}", ADMIN.name)]


def test_giving_up_needs_a_reason():
    number = failed_job()
    with pytest.raises(ReasonNeeded):
        services.give_up(number, reason="  ", by=ADMIN, at=AT)
    assert queries.failed_count() == 1


def test_work_of_which_one_may_wait_is_not_queued_beside_itself():
    number = failed_job()
    app.configure_task("warehouse.publish", queue="test", queueing_lock="warehouse.publish").defer()

    with pytest.raises(SameWorkWaits):
        services.try_again(number, by=ADMIN, at=AT)

    assert status_of(number) == "failed"
    assert verbs() == []


def test_a_job_that_is_gone_is_refused_in_words():
    with pytest.raises(JobNotFound, match="no job 404"):
        services.try_again(404, by=ADMIN, at=AT)


def test_reasons_are_forgotten_with_their_jobs():
    number = failed_job(error=ValueError())
    services.note_failure(number + 1, ValueError(), at=AT)

    assert services.forget_lost_reasons() == 1
    assert [each.job_id for each in Failure.objects.all()] == [number]


def test_failed_jobs_are_counted_by_task():
    failed_job()
    failed_job()
    services.give_up(failed_job(), reason="Đã xong bằng tay", by=ADMIN, at=AT)
    failed_job("audit.seal")
    assert queries.failed_by_task() == {"warehouse.publish": 2, "audit.seal": 1}
