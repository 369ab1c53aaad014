"""Is the house well? The same checks serve `giamsat doctor`, /healthz and /metrics."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.config import tables
from giamsat.foundation.audit import queries as audit
from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.queue import queries as queue
from giamsat.foundation.units import queries as units
from giamsat.front.console.components import LEAST_FREE_BYTES
from giamsat.front.console.templatetags.desk import file_size
from giamsat.front.console.viewer import language
from giamsat.lib.numbers import format_number

OLDEST_POSTGRES = 150_000
OUTBOX_LAG_SECONDS = 60
HERE = {"127.0.0.1", "::1"}
PASSED_ON = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_FORWARDED")


@dataclass(frozen=True)
class Check:
    """One question about the house, whether the answer is good, and the answer in words."""

    name: str
    ok: bool
    finding: str
    measure: float = 0.0

    @property
    def title(self) -> str:
        """Its name for a person; ``name`` is for programs."""
        return _(NAMES[self.name])


def examine() -> list[Check]:
    """Every check in order; a check that cannot be made counts as failed."""
    return list(_run_all())


def _run_all() -> Iterator[Check]:
    for name, check in CHECKS.items():
        try:
            ok, finding, measure = check()
        except (DatabaseError, OSError) as reason:
            ok, finding, measure = False, _why(reason), 0.0
        yield Check(name, ok, finding, measure)


def _why(reason: Exception) -> str:
    """Why a check could not be made: a house without its tables in plain words, all else as the machine says it."""
    if isinstance(reason, ProgrammingError):
        if not tables.are_there():
            return tables.no_tables()
        if tables.steps_waiting():
            return _("the tables are older than the program; run giamsat upgrade")
    return str(reason).splitlines()[0]


def _database() -> tuple[bool, str, float]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
    return version >= OLDEST_POSTGRES, f"PostgreSQL {version // 10_000}.{version % 10_000}", version


def _migrations() -> tuple[bool, str, float]:
    waiting = tables.steps_waiting()
    if not tables.are_there():
        return False, tables.no_tables(), waiting
    found = _("%(n)s waiting; run giamsat upgrade") % {"n": waiting} if waiting else _("all applied")
    return not waiting, found, waiting


def _units() -> tuple[bool, str, float]:
    count = units.all_units().count()
    return count > 0, _("%(n)s units") % {"n": format_number(count, language())}, count


def _outbox() -> tuple[bool, str, float]:
    lag = outbox.lag()
    return (
        lag.seconds < OUTBOX_LAG_SECONDS,
        _("oldest undelivered event waits %(n).0f s") % {"n": lag.seconds},
        lag.seconds,
    )


def _jobs() -> tuple[bool, str, float]:
    failed = queue.failed_by_task()
    named = ", ".join(f"{task} ×{count}" for task, count in failed.items())
    return (
        not failed,
        _("failed: %(tasks)s; see /systems/jobs/") % {"tasks": named} if failed else _("none failed"),
        sum(failed.values()),
    )


def _audit() -> tuple[bool, str, float]:
    seal = audit.last_seal()
    return True, _("last seal %(seal)s") % {"seal": seal} if seal else _("nothing sealed yet"), 0.0


def _published() -> tuple[bool, str, float]:
    status = warehouse.status()
    facts = {"n": status.generation, "files": status.files, "waiting": status.waiting}
    if not status.generation:
        return True, _("nothing published yet, %(waiting)s reports waiting") % facts, status.waiting
    found = _("generation %(n)s, %(files)s files, %(waiting)s reports waiting") % facts
    return True, found, status.waiting


def _disk() -> tuple[bool, str, float]:
    free = shutil.disk_usage(settings.DATA_DIR).free
    return free > LEAST_FREE_BYTES, _("%(size)s free") % {"size": file_size(free)}, free


CHECKS: dict[str, Callable[[], tuple[bool, str, float]]] = {
    "database": _database,
    "migrations": _migrations,
    "units": _units,
    "outbox": _outbox,
    "jobs": _jobs,
    "audit": _audit,
    "published": _published,
    "disk": _disk,
}


NAMES = {
    "database": gettext_noop("database"),
    "migrations": gettext_noop("migrations"),
    "units": gettext_noop("units"),
    "outbox": gettext_noop("news between rooms"),
    "jobs": gettext_noop("jobs"),
    "audit": gettext_noop("audit trail"),
    "published": gettext_noop("published figures"),
    "disk": gettext_noop("disk"),
}


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve: one round trip to the database, nothing else told to strangers."""
    try:
        _database()
    except DatabaseError:
        return JsonResponse({"ok": False}, status=503)
    return JsonResponse({"ok": True})


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures of the same checks, to this machine only: not to whom its proxy speaks for."""
    if request.META.get("REMOTE_ADDR") not in HERE or any(name in request.META for name in PASSED_ON):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    good = Gauge("giamsat_check_ok", "Whether a check of the house is good", ["check"], registry=registry)
    measure = Gauge("giamsat_check_measure", "The figure behind a check", ["check"], registry=registry)
    for check in examine():
        good.labels(check.name).set(check.ok)
        measure.labels(check.name).set(check.measure)
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4")
