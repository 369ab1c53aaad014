"""Refusals of this room."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class JobNotFound(Refusal):
    code = "queue.job_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _("There is no job %(number)s any more: it was done, or it is older than is kept.")
            % {"number": number},
            number=number,
        )


class SameWorkWaits(Refusal):
    code = "queue.same_work_waits"
    status = HTTPStatus.CONFLICT

    def __init__(self, number: int) -> None:
        super().__init__(
            _(
                "Job %(number)s was not queued again: the same work waits in the queue already and will do its part. "
                "Give this one up."
            )
            % {"number": number},
            number=number,
        )


class ReasonNeeded(Refusal):
    code = "queue.reason_needed"

    def __init__(self) -> None:
        super().__init__(_("Say why the job is given up: those after you will read it."))
