"""The open copy: Parquet, which every tool reads."""

from dataclasses import dataclass
from pathlib import Path

from giamsat.analysis.warehouse import upstream
from giamsat.analysis.warehouse.reader import newest_snapshot
from giamsat.analysis.warehouse.rules import KINDS

FIGURES = """
    {head}
    SELECT f.report_id, f.unit_id, f.form, f.period % 100 AS part,
        CASE WHEN f.period % 100 <= 12 THEN printf('%d-M%02d', f.period // 100, f.period % 100)
             ELSE printf('%d-%s', f.period // 100, k.kind) END AS period,
        f.indicator, b.key AS breakdown, f.basis, s.name AS state, f.value
    FROM facts f JOIN reports r USING (report_id)
    JOIN (SELECT unnest($breakdowns::INTEGER[]) AS id, unnest($keys::VARCHAR[]) AS key) b ON b.id = f.breakdown
    JOIN (SELECT unnest([1, 2, 3]) AS id, unnest(['provisional', 'consolidated', 'locked']) AS name) s ON s.id = r.state
    LEFT JOIN (SELECT unnest($parts::INTEGER[]) AS part, unnest($kinds::VARCHAR[]) AS kind) k ON k.part = f.period % 100
    ORDER BY f.indicator, f.breakdown, f.period, f.unit_id
"""


@dataclass(frozen=True)
class Exported:
    generation: int
    folder: Path
    rows: int


def export_parquet(folder: Path) -> Exported | None:
    """Every published figure of one generation as ``year=YYYY/figures.parquet``; None before the first.

    Small cells are in it as they are: it is for those who may read everything.
    """
    with newest_snapshot() as snapshot:
        if snapshot is None:
            return None
        rows = 0
        numbers = upstream.breakdown_keys()
        parameters = {
            "breakdowns": list(numbers),
            "keys": list(numbers.values()),
            "parts": list(KINDS),
            "kinds": list(KINDS.values()),
        }
        for year in sorted(snapshot.years()):
            target = folder / f"year={year}" / "figures.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            query = FIGURES.format(head=snapshot.tables("facts", "reports", years=[year]))
            found = snapshot.cursor.execute(query, parameters).to_arrow_table().drop_columns(["part"])
            snapshot.cursor.register("figures", found)
            scratch = target.with_suffix(".tmp")
            snapshot.cursor.execute(f"COPY figures TO '{scratch}' (FORMAT parquet, COMPRESSION zstd)")
            scratch.rename(target)
            rows += found.num_rows
        return Exported(snapshot.number, folder, rows)
