"""Publishing: what was accepted since the last generation becomes the next one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from django.db import connection, transaction

from giamsat.analysis.warehouse import shards, upstream
from giamsat.analysis.warehouse.choices import Reason, Shape
from giamsat.analysis.warehouse.errors import FilesMissing
from giamsat.analysis.warehouse.models import DataFile, Generation, Waiting
from giamsat.analysis.warehouse.reader import Snapshot, newest, newest_snapshot
from giamsat.analysis.warehouse.services import locks, manifest, veiling
from giamsat.analysis.warehouse.services.years import YearWriter, year_writer
from giamsat.analysis.warehouse.shards import Written
from giamsat.analysis.warehouse.upstream import Shown, Tree
from giamsat.analysis.warehouse.workbench import Workbench
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.outbox import services as outbox
from giamsat.lib.arrays import number_array
from giamsat.lib.memory import no_search_for_cycles

TASK, JOIN_TASK = "warehouse.publish", "warehouse.compact"
_NOTE = f"""
    INSERT INTO {Waiting._meta.db_table} (event_id, report_id, heard_at)
    SELECT %s, unnest(%s::bigint[]), %s ON CONFLICT DO NOTHING
"""
_FORGET = f"DELETE FROM {Waiting._meta.db_table} WHERE id = ANY(%s::bigint[])"
_KNOWN = "SELECT DISTINCT period FROM ({})"
A_YEAR_ANEW = 4_000  # reports
FEW = 200  # reports


@dataclass(frozen=True)
class Running:
    """A report as the newest generation has it."""

    report_id: int
    version_id: int
    unit_id: int
    point_id: int | None
    region: str
    form: str
    period: int
    basis: str
    state: int


@dataclass
class Change:
    """Reports of one year that differ between what is in force and the newest generation.

    ``restated`` are those shown whose state alone is another.
    """

    shown: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    before: dict[int, Running] = field(default_factory=dict)

    restated: set[int] = field(default_factory=set)

    @property
    def size(self) -> int:
        return len(self.shown) + len(self.gone)

    @property
    def large(self) -> bool:
        """Whether so many cells are others that the year is better written anew; other states alone are few bytes."""
        return self.size - len(self.restated) > A_YEAR_ANEW

    def places(self) -> list[tuple[object, ...]]:
        """Where the changed reports stood, so that sums there are made anew too."""
        return [
            (old.form, old.period, old.point_id, old.region)
            for old in self.before.values()
            if old.basis == "own"
        ]


def note(report_ids: Sequence[int], *, event_id: int, at: datetime) -> None:
    """Remember that these reports changed, and have them published."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [event_id, number_array(report_ids), at])
    ask_to_publish()


def ask_to_publish() -> None:
    """Queue one publication; when one is queued already, that one will see this change too."""
    outbox.queue_once(TASK, "warehouse")


def ask_to_join() -> None:
    """Queue one joining of small files, out of turn: in a burst the ten minutes between two would be long."""
    outbox.queue_once(JOIN_TASK, "housekeeping", timestamp=0)


@catalogue.one_look()
@no_search_for_cycles()
@transaction.atomic
def publish_pending(*, at: datetime) -> Generation | None:
    """Publish what news came of; None when nothing differs from the newest generation."""
    locks.hold_publishing()
    news = list(Waiting.objects.values_list("pk", "report_id"))
    if not news:
        return None
    tree = Tree()
    reports = sorted({report for _, report in news})
    try:
        with newest_snapshot() as snapshot:
            generation = _publish(snapshot, tree, _differing(snapshot, reports), reports, at=at)
    except FilesMissing as missing:
        generation = _publish_anew(tree, missing, reports, at=at)
    if generation is None and (known := newest()):
        veiling.cover(known.number, tree, report_ids=reports)
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [number_array(pk for pk, _ in news)])
    return generation


def _differing(snapshot: Snapshot | None, reports: Sequence[int]) -> dict[int, Change]:
    """By year, the reports of which the newest generation holds another version or state, or none, or too much."""
    running = _running(snapshot, reports)
    changes: dict[int, Change] = defaultdict(Change)
    heads = {head.report_id: head for head in upstream.heads(report_ids=reports)}
    for report, head in heads.items():
        old = running.get(report)
        if old is None or (old.version_id, old.state) != (head.version_id, head.state):
            change = changes[head.period // 100]
            change.shown.add(report)
            if old is not None and old.version_id == head.version_id:
                change.restated.add(report)
    for report, old in running.items():
        if report not in heads:
            changes[old.period // 100].gone.add(report)
    for change in changes.values():
        change.before = {
            report: running[report] for report in change.shown | change.gone if report in running
        }
    return dict(changes)


def _running(snapshot: Snapshot | None, reports: Sequence[int]) -> dict[int, Running]:
    if snapshot is None:
        return {}
    head = snapshot.tables("reports", years=snapshot.years())
    columns = ", ".join(field.name for field in fields(Running))
    snapshot.give("given", report_id=reports)
    query = f"{head} SELECT {columns} FROM reports SEMI JOIN given USING (report_id)"
    if len(reports) <= FEW:  # as constants they are looked for before what changed is taken out of each year
        query = f"{head} SELECT {columns} FROM reports WHERE report_id IN ({', '.join(map(str, reports))})"
    return {row[0]: Running(*row) for row in snapshot.ask(query)}


def _publish(
    snapshot: Snapshot | None, tree: Tree, changes: dict[int, Change], reports: Sequence[int], *, at: datetime
) -> Generation | None:
    if not changes:
        return None
    told: list[tuple[int, int, str]] = []
    covering = veiling.Covering(tree, report_ids=reports)
    with year_writer() as writer:
        for year in (year for year, change in sorted(changes.items()) if change.large or snapshot is None):
            writer.begin(tree, year, covering.look)
        generation = manifest.begin(Reason.CHANGE, reports=sum(each.size for each in changes.values()), at=at)
        for year, change in sorted(changes.items()):
            if year in writer.files or snapshot is None:
                continue
            shown = list(upstream.shown_reports(tree, report_ids=change.shown))
            file = _write_change(snapshot, tree, year, change, shown)
            manifest.add(generation, file, year=year, shape=Shape.CHANGE)
            for new in shown:
                covering.look(new)
            told += [(new.unit_id, new.period, new.form) for new in shown]
            told += [(old.unit_id, old.period, old.form) for old in change.before.values()]
        covering.decide(generation.number)
        _take_years(generation, writer)
    manifest.tell(generation, told, list(writer.files))
    return generation


def _take_years(generation: Generation, writer: YearWriter) -> None:
    for year, file in writer.written():
        manifest.drop(generation, manifest.live_files(year))
        manifest.add(generation, file, year=year, shape=Shape.BASE)


def _write_change(
    snapshot: Snapshot, tree: Tree, year: int, change: Change, shown: Sequence[Shown]
) -> Written:
    """A small file: the changed reports of a year, and every sum they take part in, made from the whole."""
    # a report accepted anew between the two readings brings its cells all the same
    same_cells = {
        each.report_id
        for each in shown
        if each.report_id in change.restated and change.before[each.report_id].version_id == each.version_id
    }
    with snapshot.bench() as (db, space):
        bench = Workbench(db, space)
        bench.touch(
            [(each.report_id, each.report_id not in same_cells) for each in shown]
            + [(report, True) for report in sorted(change.gone)]
        )
        bench.take_reports(shown, same_cells=frozenset(same_cells))
        known = {period for (period,) in snapshot.ask(_KNOWN.format(snapshot.table("carried", {year})))}
        bench.take_duties(tree, {each.period for each in shown} - known)
        bench.roll_up(snapshot, year, change.places())
        return shards.write(db, f"{year}-change", bench.sources(), small=True)


def _publish_anew(tree: Tree, missing: FilesMissing, reports: Sequence[int], *, at: datetime) -> Generation:
    """Files are gone: the years they held, and the years that changed, are written anew from the reports."""
    lost = set(DataFile.objects.filter(name__in=missing.facts["files"]).values_list("year", flat=True))
    years = lost | {head.period // 100 for head in upstream.heads(report_ids=reports)}
    covering = veiling.Covering(tree, report_ids=reports)
    with year_writer() as writer:
        for year in sorted(years):
            writer.begin(tree, year, covering.look)
        generation = manifest.begin(Reason.REBUILD, reports=len(reports), at=at)
        covering.decide(generation.number)
        _take_years(generation, writer)
    manifest.tell(generation, [], sorted(years))
    return generation
