"""The parts of the running system, looked at one by one: what each holds and shows, and whether it is up."""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.audit import queries as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.outbox import queries as outbox
from giamsat.foundation.queue import queries as queue
from giamsat.foundation.units import queries as units
from giamsat.front.console.job_words import task_in_words
from giamsat.front.console.templatetags.desk import file_size
from giamsat.front.console.viewer import language
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.lib import clock
from giamsat.lib.numbers import format_number

UP, WEAK, DOWN = "up", "weak", "down"
SLOW_DATABASE_MS = 50
LAG_SECONDS = 10
SILENT_WORKER_SECONDS = 60
OLD_GENERATION_SECONDS = 120
LEAST_FREE_BYTES = 2 * 10**9


@dataclass(frozen=True)
class Component:
    """One system in use: its name, what it holds and shows, its state, its figures, what to do when it ails."""

    name: str
    holds: str
    state: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    advice: str = ""


def components(at: datetime) -> list[Component]:
    """Every part, in the order of the way of the data. A part that cannot be asked counts as down."""
    return list(_ask_all(at))


def _ask_all(at: datetime) -> Iterator[Component]:
    for name, holds, ask in _parts():
        try:
            state, facts, advice = ask(at)
        except (DatabaseError, OSError) as reason:
            state, facts, advice = (
                DOWN,
                [(_("Answer"), str(reason).splitlines()[0])],
                _("See the system's log."),
            )
        yield Component(name, holds, state, facts, advice)


Answer = tuple[str, list[tuple[str, str]], str]
Ask = Callable[[datetime], Answer]


def _parts() -> list[tuple[str, str, Ask]]:
    return [
        (_("Database"), _("Holds every report, decision and trail; shows unit pages."), _database),
        (_("Messenger"), _("Numbers what happened after commit and passes it on."), _dispatcher),
        (_("Workers"), _("Do the work behind the pages: publish, scan, seal."), _workers),
        (_("Jobs"), _("Hold what is still to be done and what failed."), _jobs),
        (
            _("Warehouse"),
            _("Holds accepted figures for fast reading; shows overview, map and charts."),
            _warehouse,
        ),
        (_("Audit chain"), _("Holds who did what, sealed; shows the audit trail."), _audit),
        (_("Map"), _("Holds outlines of provinces and communes; shows the map."), _map),
        (_("Definitions"), _("Hold indicators, forms and rules by version."), _definitions),
        (_("Disk"), _("Holds the database's and the warehouse's files."), _disk),
    ]


def _database(at: datetime) -> Answer:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), pg_database_size(current_database())")
        version, size = cursor.fetchone()
        waited = (time.perf_counter() - began) * 1000
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        open_now = cursor.fetchone()[0]
    facts = [
        (_("Version"), f"PostgreSQL {version.split()[0]}"),
        (_("Data"), file_size(size)),
        (_("Answer time"), f"{_number(waited, 1)} ms"),
        (_("Connections"), _number(open_now)),
    ]
    slow = waited > SLOW_DATABASE_MS
    return (WEAK if slow else UP), facts, _("The database answers slowly.") if slow else ""


def _dispatcher(at: datetime) -> Answer:
    lag = outbox.lag()
    facts = [
        (_("Last number"), _number(outbox.last_number())),
        (_("Waiting"), _number(lag.waiting)),
        (_("Oldest waits"), f"{_number(lag.seconds, 1)} s"),
    ]
    if lag.seconds > LAG_SECONDS * 12:
        return DOWN, facts, _("Nothing is passed on. Start the worker process (giamsat worker).")
    return (WEAK if lag.seconds > LAG_SECONDS else UP), facts, ""


def _workers(at: datetime) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - interval '1 hour'"
        )
        count, silent = cursor.fetchone()
    if not count:
        return (
            DOWN,
            [(_("Running"), "0")],
            _("No worker has been heard for an hour. Start it: giamsat worker."),
        )
    facts = [(_("Running"), _number(count)), (_("Last sign of life"), _ago(float(silent)))]
    down = float(silent) > SILENT_WORKER_SECONDS
    return (DOWN if down else UP), facts, _("The worker is silent. Start it again.") if down else ""


def _jobs(at: datetime) -> Answer:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        by_status = dict(cursor.fetchall())
    failing = queue.failed_by_task()
    failed = sum(failing.values())
    facts = [
        (_("To do"), _number(by_status.get("todo", 0))),
        (_("In hand"), _number(by_status.get("doing", 0))),
        (_("Failed"), _number(failed)),
    ]
    if failing:
        facts.append((_("Failing most"), ", ".join(task_in_words(task) for task in list(failing)[:3])))
    return (
        (WEAK if failed else UP),
        facts,
        _("Failed jobs wait for a decision: see the list of failed jobs.") if failed else "",
    )


def _warehouse(at: datetime) -> Answer:
    status = warehouse.status()
    facts = [
        (_("Figures"), _number(status.cells)),
        (_("Files"), f"{_number(status.files)} · {file_size(status.size)}"),
        (_("Reports waiting"), _number(status.waiting)),
    ]
    if status.generation is None or status.published_at is None:
        return WEAK, facts, _("Nothing is published yet. Run: giamsat publish.")
    facts = [
        (_("Generation"), _number(status.generation)),
        (_("Published"), _moment(status.published_at)),
        *facts,
    ]
    age = max(0.0, (at - status.published_at).total_seconds())
    facts.insert(1, (_("Since the last publication"), _ago(age)))
    old = status.waiting > 0 and age > OLD_GENERATION_SECONDS
    return (WEAK if old else UP), facts, _("Reports wait to be published. Look at the worker.") if old else ""


def _audit(at: datetime) -> Answer:
    seal, waiting = audit.last_seal(), audit.waiting_for_seal()
    facts = [(_("Waiting for a seal"), _number(waiting))]
    if seal is None:
        return (WEAK if waiting else UP), facts, ""
    facts = [(_("Sealed"), _number(seal.seq)), (_("Last seal"), _moment(seal.sealed_at)), *facts]
    late = waiting > 0 and (at - seal.sealed_at).total_seconds() > 3600
    return (
        (WEAK if late else UP),
        facts,
        _("Entries wait longer than an hour for their seal.") if late else "",
    )


def _map(at: datetime) -> Answer:
    folder = Path(settings.DATA_DIR) / "geometry"
    files = [file for file in folder.rglob("*.*") if file.is_file()] if folder.is_dir() else []
    off_map = units.not_on_map(units.centre()).count()
    facts = [
        (
            _("Units as of"),
            ", ".join(word.name(language()) for word in units.words("vintage").values()) or "–",
        ),
        (_("Files"), _number(len(files))),
        (_("Units not on the map"), _number(off_map)),
    ]
    if not files:
        return WEAK, facts, _("No outlines are made yet; pages show tables instead of the map.")
    newest = max(file.stat().st_mtime for file in files)
    made_at = datetime.fromtimestamp(newest, timezone.get_current_timezone()) + clock.shift()
    facts.append((_("Made"), f"{made_at:%d/%m/%Y}"))
    return UP, facts, ""


def _definitions(at: datetime) -> Answer:
    indicators, forms = catalogue.indicators(), sources.forms()
    versions = [
        (_("Indicators"), len(indicators), max((each.version for each in indicators.values()), default=0)),
        (_("Forms"), len({form.code for form in forms}), max((form.version for form in forms), default=0)),
        (_("Rules"), *_newest(quality.rules_on())),
        (_("Detectors"), *_newest(early_warning.detectors().values())),
    ]
    facts = [(name, f"{_number(count)} · v{newest}") for name, count, newest in versions]
    if forms:
        facts.append((_("Last published"), _moment(max(form.published_at for form in forms))))
    return (UP if indicators and forms else DOWN), facts, "" if indicators else _("Load them: giamsat init.")


def _newest(definitions: Iterable[Any]) -> tuple[int, int]:
    versions = [each.version for each in definitions]
    return len(versions), max(versions, default=0)


def _disk(at: datetime) -> Answer:
    usage = shutil.disk_usage(settings.DATA_DIR)
    facts = [(_("Free"), file_size(usage.free)), (_("Used"), f"{_number(100 * usage.used / usage.total)}%")]
    short = usage.free < LEAST_FREE_BYTES
    return (WEAK if short else UP), facts, _("Make room: less than 2 GB is free.") if short else ""


def _number(value: float, decimals: int = 0) -> str:
    return format_number(value, language(), decimals)


def _ago(seconds: float) -> str:
    if seconds < 120:
        return _("%(n)s s ago") % {"n": _number(seconds)}
    if seconds < 7200:
        return _("%(n)s min ago") % {"n": _number(seconds / 60)}
    return _("%(n)s h ago") % {"n": _number(seconds / 3600)}


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d/%m/%Y %H:%M:%S}"
