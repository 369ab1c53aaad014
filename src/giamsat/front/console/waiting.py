"""What waits for a person: the numbers on the rail."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.early_warning.choices import AWAITING_UNIT, RequestState
from giamsat.foundation.access import queries as access
from giamsat.foundation.notices import queries as notices
from giamsat.foundation.queue import queries as queue
from giamsat.intake.observations import queries as observations


def counts(names: Iterable[str], account: Any, scope: access.Scope, *, at: datetime) -> dict[str, int]:
    """The counters of these names."""
    return {name: COUNTERS[name](account, scope, at) for name in names}


def warnings(_account: Any, scope: access.Scope, _at: datetime) -> int:
    """Warnings nobody has decided about, as far as this person may know of them."""
    return early_warning.undecided(early_warning.warnings_in(scope)).count()


def reports(account: Any, _scope: access.Scope, at: datetime) -> int:
    """Reports submitted to this person's seat."""
    return observations.awaiting_acceptance(account, at=at).count()


def requests(account: Any, scope: access.Scope, at: datetime) -> int:
    """Requests that this person is to answer, or whose answer they are to judge."""
    answerable = scope.units_where("request.answer").order_by().values("pk")
    closable = scope.units_where("request.close").order_by().values("pk")
    mine = Q(state__in=AWAITING_UNIT, unit__in=answerable) | Q(state=RequestState.ANSWERED, unit__in=closable)
    return early_warning.requests_for(account, at=at).order_by().filter(mine).count()


def failed_jobs(_account: Any, _scope: access.Scope, _at: datetime) -> int:
    """Jobs that failed and wait for a decision."""
    return queue.failed_count()


def unread_notices(account: Any, _scope: access.Scope, at: datetime) -> int:
    return notices.unread_count(account, at=at)


COUNTERS: dict[str, Callable[[Any, access.Scope, datetime], int]] = {
    "warnings": warnings,
    "inbox": reports,
    "requests": requests,
    "failed_jobs": failed_jobs,
    "notices": unread_notices,
}
