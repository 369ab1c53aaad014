"""Reconciling: is what readers see what the reports say?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from giamsat.analysis.warehouse import shards, upstream
from giamsat.analysis.warehouse.models import DataFile
from giamsat.analysis.warehouse.reader import Snapshot, newest_snapshot
from giamsat.analysis.warehouse.services import locks
from giamsat.analysis.warehouse.sql import quoted
from giamsat.analysis.warehouse.upstream import Tree
from giamsat.analysis.warehouse.workbench import Workbench
from giamsat.foundation.audit import services as audit
from giamsat.lib.actors import Actor

COMPARED = ("facts", "sums", "coverage", "obliged", "carried")
SHOWN_ROWS = 20


@dataclass(frozen=True)
class Problem:
    """Something that is not as the reports say. ``kind`` is a table's name, or file_missing, file_altered, total."""

    kind: str
    where: str
    rows: int = 1
    examples: tuple[str, ...] = ()


@dataclass
class Reconciliation:
    """``behind`` counts reports in force that are not published yet: late, not wrong."""

    generation: int
    cells: int = 0
    behind: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems


def reconcile(*, at: datetime, by: Actor | None = None) -> Reconciliation:
    """Take all reports apart again, beside the running files, and compare cell for cell and sum for sum.

    Checksums of the files first, then every table, then PostgreSQL's own sums. Nothing is mended here.
    """
    with locks.upkeep(), newest_snapshot() as snapshot:
        if snapshot is None:
            return Reconciliation(generation=0)
        result = Reconciliation(generation=snapshot.number)
        result.problems += _altered_files(snapshot)
        tree = Tree()
        for year in sorted(snapshot.years() | set(upstream.shown_years())):
            _compare_year(snapshot, tree, year, result)
    audit.record(
        "warehouse.reconciled",
        subject=f"warehouse:{result.generation}",
        by=by or Actor.system("warehouse"),
        at=at,
        facts={
            "cells": result.cells,
            "behind": result.behind,
            "problems": [f"{problem.kind} {problem.where}: {problem.rows}" for problem in result.problems],
        },
    )
    return result


def _altered_files(snapshot: Snapshot) -> Iterator[Problem]:
    for file in DataFile.objects.filter(name__in=snapshot.names).order_by("id"):
        digest = shards.digest_of(file.name)
        if digest is None:
            yield Problem("file_missing", file.name)
        elif digest != file.sha256:
            yield Problem("file_altered", file.name)


def _compare_year(snapshot: Snapshot, tree: Tree, year: int, result: Reconciliation) -> None:
    with snapshot.bench() as (db, space):
        bench = Workbench(db, space)
        bench.take_reports(upstream.shown_reports(tree, year=year))
        periods = snapshot.ask(f"SELECT DISTINCT period FROM {space}.reports")
        bench.take_duties(tree, {period for (period,) in periods})
        bench.roll_up(None, year)
        late = snapshot.ask(_LATE.format(head=snapshot.tables("reports", years=[year]), space=space))
        db.execute(f"CREATE TABLE {space}.late (report_id BIGINT, form VARCHAR, period INTEGER)")
        bench.insert("late", late)
        result.behind += len(late)
        result.cells += snapshot.ask(f"SELECT count(*) FROM {space}.facts")[0][0]
        for table in COMPARED:
            result.problems += _difference(snapshot, space, table, year)
        result.problems += _other_totals(snapshot, year, {(form, period) for _, form, period in late})


# Reports of which the files hold another version, or one too many or too few. What they take part in is not judged.
_LATE = """
    {head} SELECT coalesce(n.report_id, r.report_id), coalesce(n.form, r.form), coalesce(n.period, r.period)
    FROM {space}.reports n FULL JOIN reports r USING (report_id)
    WHERE (n.version_id, n.state) IS DISTINCT FROM (r.version_id, r.state)
"""


_LATE_ROWS = {
    "facts": "report_id IN (SELECT report_id FROM {0}.late)",
    "obliged": "period IN (SELECT period FROM {0}.late)",
    "carried": "period IN (SELECT period FROM {0}.late)",
}


def _difference(snapshot: Snapshot, space: str, table: str, year: int) -> Iterator[Problem]:
    """Rows that only the files have, and rows that only the reports give.

    Each form and period is compared by the number and the hashes of its rows, and row by row only where they differ.
    """
    head = snapshot.tables(table, years=[year])
    late = _LATE_ROWS.get(table, "(form, period) IN (SELECT form, period FROM {0}.late)").format(space)
    running = f"SELECT * FROM {table} WHERE NOT ({late})"
    anew = f"SELECT * FROM {space}.{table} WHERE NOT ({late})"
    hashes = f"count(*) AS n, sum(hash({', '.join(shards.COLUMNS[table])})::HUGEINT) AS h"
    differing = snapshot.ask(
        f"{head} SELECT form, period FROM (SELECT form, period, {hashes} FROM ({running}) GROUP BY ALL) r"
        f" FULL JOIN (SELECT form, period, {hashes} FROM ({anew}) GROUP BY ALL) a USING (form, period)"
        " WHERE (r.n, r.h) IS DISTINCT FROM (a.n, a.h)"
    )
    if not differing:
        return
    there = ", ".join(f"({quoted(form)}, {period})" for form, period in differing)
    running, anew = (f"{rows} AND (form, period) IN ({there})" for rows in (running, anew))
    for said, query in [
        ("only published", f"{running} EXCEPT ALL {anew}"),
        ("not published", f"{anew} EXCEPT ALL {running}"),
    ]:
        rows = snapshot.ask(f"{head} SELECT count(*) OVER (), d.* FROM ({query}) d LIMIT {SHOWN_ROWS}")
        if rows:
            examples = tuple(", ".join(map(str, row[1:])) for row in rows)
            yield Problem(table, f"{year}, {said}", rows[0][0], examples)


def _other_totals(snapshot: Snapshot, year: int, late: set[tuple[str, int]]) -> Iterator[Problem]:
    """PostgreSQL adds up the arrays by itself; the files must come to the same."""
    head = snapshot.tables("reports", "facts", years=[year])
    rows = snapshot.ask(
        f"{head} SELECT form, period, basis, count(DISTINCT report_id), count(value), coalesce(sum(value), 0) "
        "FROM reports LEFT JOIN (SELECT report_id, value FROM facts) USING (report_id) GROUP BY ALL"
    )
    running = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    for key, total in sorted(upstream.totals(year).items()):
        if key[:2] not in late and running.get(key) != total:
            yield Problem(
                "total", " ".join(map(str, key)), 1, (f"{running.get(key)} published, {total} in force",)
            )
