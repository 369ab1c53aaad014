"""Jobs that failed and were not done since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, DateTimeField, OuterRef, QuerySet, Subquery
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from giamsat.foundation.queue.models import Failure

FAILED = "failed"
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class FailedJob:
    """One job that failed: what, when last, how often tried, by which error and where, and whether it was given up."""

    number: int
    task: str
    about: str
    tries: int
    failed_at: datetime | None
    kind: str = ""
    place: str = ""
    given_up_at: datetime | None = None
    given_up_by: str = ""
    reason: str = ""


def failed_jobs() -> Sequence[FailedJob]:
    """Those that wait for a decision first, then those given up; newest first. Two questions for all."""
    ends = ProcrastinateEvent.objects.filter(job=OuterRef("pk"), type=FAILED).order_by("-id")
    jobs = list(
        _failed()
        .annotate(ended_at=Subquery(ends.values("at")[:1], output_field=DateTimeField()))
        .order_by("-pk")[:MOST_SHOWN]
    )
    failures = {each.job_id: each for each in Failure.objects.filter(job_id__in=[job.pk for job in jobs])}
    rows = [_row(job, getattr(job, "ended_at", None), failures.get(job.pk)) for job in jobs]
    return sorted(rows, key=lambda row: row.given_up_at is not None)


def failed_count() -> int:
    """How many wait for a decision."""
    return _undecided().count()


def failed_by_task() -> dict[str, int]:
    """How many of each task wait for a decision, most first."""
    counted = _undecided().order_by().values_list("task_name").annotate(n=Count("pk"))
    return dict(counted.order_by("-n", "task_name"))


def _failed() -> QuerySet[ProcrastinateJob]:
    return ProcrastinateJob.objects.filter(status=FAILED)


def _undecided() -> QuerySet[ProcrastinateJob]:
    return _failed().exclude(pk__in=Failure.objects.exclude(given_up_at=None).values("job_id"))


def _row(job: ProcrastinateJob, ended_at: datetime | None, failure: Failure | None) -> FailedJob:
    about = str(job.args.get("handler", ""))  # numbers of events and periods tell a reader nothing
    if failure is None:
        return FailedJob(job.pk, job.task_name, about, job.attempts, ended_at)
    return FailedJob(
        job.pk,
        job.task_name,
        about,
        job.attempts,
        failure.failed_at,
        failure.kind,
        failure.place,
        failure.given_up_at,
        failure.given_up_by,
        failure.reason,
    )
