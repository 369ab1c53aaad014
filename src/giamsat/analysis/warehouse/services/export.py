"""The open copy: Parquet, which every tool reads."""

from dataclasses import dataclass
from pathlib import Path

from giamsat.analysis.warehouse import outsiders, upstream
from giamsat.analysis.warehouse.reader import Snapshot, newest_snapshot
from giamsat.analysis.warehouse.rules import KINDS
from giamsat.analysis.warehouse.sql import quoted
from giamsat.foundation.catalogue import queries as catalogue

FIGURES = """
    {head}
    SELECT f.report_id, f.unit_id, f.form, f.period % 100 AS part,
        CASE WHEN f.period % 100 <= 12 THEN printf('%d-M%02d', f.period // 100, f.period % 100)
             ELSE printf('%d-%s', f.period // 100, k.kind) END AS period,
        f.indicator, b.key AS breakdown, f.basis, s.name AS state,
        p.code IS NOT NULL AND (d.version_id IS NULL OR v.version_id IS NOT NULL) AS hidden,
        CASE WHEN NOT hidden THEN f.value END AS value
    FROM facts f JOIN reports r USING (report_id)
    LEFT JOIN persons p ON p.code = f.indicator
    LEFT JOIN decided d ON d.version_id = r.version_id
    LEFT JOIN veiled v ON (v.version_id, v.indicator, v.breakdown) = (r.version_id, f.indicator, f.breakdown)
    JOIN (VALUES {breakdowns}) b (id, key) ON b.id = f.breakdown
    JOIN (VALUES (1, 'provisional'), (2, 'consolidated'), (3, 'locked')) s (id, name) ON s.id = r.state
    LEFT JOIN (VALUES {kinds}) k (part, kind) ON k.part = f.period % 100
    ORDER BY f.indicator, f.breakdown, f.period, f.unit_id
"""


@dataclass(frozen=True)
class Exported:
    generation: int
    folder: Path
    rows: int


def export_parquet(folder: Path) -> Exported | None:
    """Every published figure of one generation as ``year=YYYY/figures.parquet``; None before the first.

    A file knows no reader, so it holds what outsiders are shown: a veiled cell is there without its value.
    """
    with newest_snapshot() as snapshot:
        if snapshot is None:
            return None
        rows = 0
        breakdowns, kinds = _values(upstream.breakdown_keys()), _values(KINDS)
        for year in sorted(snapshot.years()):
            target = folder / f"year={year}" / "figures.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            _give_veils(snapshot, year)
            head = snapshot.tables("facts", "reports", years=[year])
            query = FIGURES.format(head=head, breakdowns=breakdowns, kinds=kinds)
            found = snapshot.cursor.execute(query).to_arrow_table().drop_columns(["part"])
            snapshot.cursor.register("figures", found)
            scratch = target.with_suffix(".tmp")
            snapshot.cursor.execute(
                f"COPY figures TO {quoted(str(scratch))} (FORMAT parquet, COMPRESSION zstd)"
            )
            scratch.rename(target)
            rows += found.num_rows
        return Exported(snapshot.number, folder, rows)


def _give_veils(snapshot: Snapshot, year: int) -> None:
    """Which versions were decided about, and which of their cells outsiders are not shown."""
    decided, veiled = outsiders.veils_of(year, snapshot.number)
    snapshot.give("persons", code=outsiders.persons(catalogue.indicators()))
    snapshot.give("decided", version_id=decided)
    snapshot.give("veiled", **veiled)


def _values(names: dict[int, str]) -> str:
    return ", ".join(f"({number}, {quoted(name)})" for number, name in names.items())
