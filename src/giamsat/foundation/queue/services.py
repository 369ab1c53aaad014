"""Note why a job failed; try it again, or give it up."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection, transaction
from procrastinate import JobContext, utils
from procrastinate.contrib.django import app as job_queue
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import UniqueViolation
from procrastinate.worker import Worker

from giamsat.foundation.audit import services as audit
from giamsat.foundation.queue import queries
from giamsat.foundation.queue.errors import JobNotFound, ReasonNeeded, SameWorkWaits
from giamsat.foundation.queue.models import Failure
from giamsat.foundation.queue.rules import kind_of, place_of
from giamsat.lib import clock
from giamsat.lib.actors import Actor

log = logging.getLogger(__name__)


async def note_failures(
    run: Callable[[], Awaitable[Any]], context: JobContext, _worker: Worker | None
) -> Any:
    """Runs round every job of the worker: the error goes on its way, its kind and place are kept."""
    try:
        return await run()
    except Exception as error:
        if context.job.id is not None:
            await sync_to_async(_note_on_own_connection)(context.job.id, error, clock.now())
        raise


def note_failure(number: int, error: BaseException, *, at: datetime) -> None:
    """Keep the kind and the place of a job's last error."""
    last = {"kind": kind_of(error), "place": place_of(error), "failed_at": at}
    Failure.objects.update_or_create(job_id=number, defaults=last)


def try_again(number: int, *, by: Actor, at: datetime) -> bool:
    """Queue a failed job once more, at once; False when it is no longer failed: another click was first."""
    with transaction.atomic():
        job = _locked(number)
        if not _undecided(job):
            return False
        try:
            with transaction.atomic():  # the queue's own clock is the machine's, whatever day is practised
                job_queue.job_manager.retry_job_by_id(number, retry_at=utils.utcnow())
        except UniqueViolation:
            raise SameWorkWaits(number) from None
        _record("job.tried_again", job, by, at)
    return True


def give_up(number: int, *, reason: str, by: Actor, at: datetime) -> bool:
    """Say that a failed job will not be done, and why; False when that is decided already."""
    if not (reason := reason.strip()):
        raise ReasonNeeded
    with transaction.atomic():
        job = _locked(number)
        if not _undecided(job):
            return False
        decision = {"given_up_at": at, "given_up_by": by.name, "reason": reason}
        Failure.objects.update_or_create(
            job_id=number, defaults=decision, create_defaults={"failed_at": at, **decision}
        )
        _record("job.given_up", job, by, at, reason=reason)
    return True


def forget_lost_reasons() -> int:
    """Drop the reasons of jobs that the queue holds no more: done since, or too old."""
    held = ProcrastinateJob.objects.values("pk")
    return Failure.objects.exclude(job_id__in=held).delete()[0]


def _locked(number: int) -> ProcrastinateJob:
    job = ProcrastinateJob.objects.select_for_update().filter(pk=number).first()
    if job is None:
        raise JobNotFound(number)
    return job


def _undecided(job: ProcrastinateJob) -> bool:
    decided = Failure.objects.filter(job_id=job.pk).exclude(given_up_at=None)
    return job.status == queries.FAILED and not decided.exists()


def _record(verb: str, job: ProcrastinateJob, by: Actor, at: datetime, **facts: str) -> None:
    audit.record(
        verb,
        subject=f"job:{job.pk}",
        by=by,
        at=at,
        facts={"task": job.task_name, "tries": job.attempts, **facts},
    )


def _note_on_own_connection(number: int, error: BaseException, at: datetime) -> None:
    try:
        note_failure(number, error, at=at)
    except DatabaseError as reason:  # the job's own error matters more
        log.warning("why job %s failed could not be kept: %s", number, type(reason).__name__)
    finally:
        connection.close()
