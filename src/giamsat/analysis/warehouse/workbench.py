"""Where files are made: reports are taken apart into cells, and cells added up, inside DuckDB."""

from collections.abc import Iterable, Sequence
from itertools import islice

import duckdb
import pyarrow as pa

from giamsat.analysis.warehouse import shards, upstream
from giamsat.analysis.warehouse.reader import Snapshot
from giamsat.analysis.warehouse.rules import period_of
from giamsat.analysis.warehouse.sql import quoted
from giamsat.analysis.warehouse.upstream import Owed, Shown, Tree

BATCH = 10_000
FEW_UNITS = 500
SHOWN = pa.schema(
    [
        ("report_id", pa.int64()),
        ("version_id", pa.int64()),
        ("unit_id", pa.int64()),
        ("point_id", pa.int64()),
        ("region", pa.string()),
        ("form", pa.string()),
        ("form_version", pa.int16()),
        ("period", pa.int32()),
        ("basis", pa.string()),
        ("state", pa.uint8()),
        ("values", pa.string()),
    ]
)
EXPLODE = """
    INSERT INTO {space}.facts
    SELECT r.report_id, r.unit_id, r.form, r.period, c.indicator, c.breakdown, r.basis, r.value
    FROM (
        SELECT * EXCLUDE (cells), unnest(cells) AS value, unnest(range(len(cells))) AS ordinal
        FROM (SELECT *, CAST('[' || values[2:-2] || ']' AS DECIMAL(18,4)[]) AS cells FROM arriving)
    ) r JOIN {space}.cells c USING (form, form_version, ordinal) WHERE r.value IS NOT NULL
"""


class Workbench:
    """What is new, in tables named like those of a file, in one DuckDB database called ``space``."""

    def __init__(self, db: duckdb.DuckDBPyConnection, space: str) -> None:
        self.db, self.space = db, space
        self.forms: dict[tuple[str, int], list[tuple[int, str, int]]] = {}
        self.ratios = upstream.ratios()
        self.in_cells: set[tuple[str, int]] = set()
        for table, columns in shards.TABLES.items():
            db.execute(f"CREATE TABLE {space}.{table} ({columns})")
        db.execute(
            f"CREATE TABLE {space}.cells (form VARCHAR, form_version SMALLINT, ordinal BIGINT,"
            " indicator VARCHAR, breakdown SMALLINT)"
        )

    def take_reports(self, reports: Iterable[Shown], *, same_cells: frozenset[int] = frozenset()) -> None:
        """Reports with their cells; those in ``same_cells`` changed their state only and bring none."""
        arriving = iter(reports)
        while batch := list(islice(arriving, BATCH)):
            self._know_forms(batch)
            self._register(batch)
            columns = ", ".join(name for name in SHOWN.names if name != "values")
            self.db.execute(f"INSERT INTO {self.space}.reports SELECT {columns} FROM arriving")
            if same_cells:
                self._register([each for each in batch if each.report_id not in same_cells])
            self.db.execute(EXPLODE.format(space=self.space))
            self.db.unregister("arriving")

    def take_duties(self, tree: Tree, periods: Iterable[int]) -> None:
        """Who owes what in some periods, and what the forms owed or sent then ask for."""
        sent = self.db.execute(
            f"SELECT DISTINCT period, form, form_version FROM {self.space}.reports"
        ).fetchall()
        carried: list[tuple[object, ...]] = []
        codes = sorted(periods)
        for code in codes:
            period = period_of(code)
            forms = {(form, version) for at, form, version in sent if at == code}
            due = set()
            for owed in upstream.owed(tree, period):
                self._owe(code, owed)
                due |= {form for form, _ in owed.duties}
            forms |= {(form, upstream.form_in_force(form, period)) for form in due}
            cells = {(form, *cell[1:]) for form, version in forms for cell in self._cells_of(form, version)}
            carried += [(form, code, indicator, breakdown) for form, indicator, breakdown in sorted(cells)]
        self.insert("carried", carried)
        self.insert("renewed", [(code,) for code in codes])

    def _owe(self, code: int, owed: Owed) -> None:
        if not owed.units:
            return
        units = pa.table(
            dict(zip(("unit_id", "point_id", "region"), zip(*owed.units, strict=True), strict=True))
        )
        self.db.register("owing", units)
        duties = ", ".join(f"({quoted(form)}, {quoted(basis)})" for form, basis in owed.duties)
        self.db.execute(
            f"INSERT INTO {self.space}.obliged SELECT d.form, {code}, d.basis, o.unit_id, o.point_id, o.region"
            f" FROM owing o, (VALUES {duties}) d (form, basis)"
        )
        self.db.unregister("owing")

    def touch(self, rows: Sequence[tuple[int, bool]]) -> None:
        self.insert("touched", rows)

    def roll_up(self, under: Snapshot | None, year: int, moved: Sequence[tuple[object, ...]] = ()) -> None:
        """Add up own figures by point, region and country: everything, or what a change under ``under`` touches.

        ``moved`` are (form, period, point, region) where changed reports stood before.
        """
        self._frame(under, year, moved)
        self._add_points(under, year)
        self._add_regions_and_country(under, year)
        self._count_coverage()

    def sources(self) -> dict[str, str]:
        """What a file is written from."""
        return {table: f"FROM {self.space}.{table}" for table in shards.TABLES}

    def _frame(self, under: Snapshot | None, year: int, moved: Sequence[tuple[object, ...]]) -> None:
        """The reports and duties that count in the forms and periods at hand, and the places to add up anew."""
        space = self.space
        self.db.execute(
            f"CREATE TABLE {space}.at_hand AS SELECT form, period, point_id, region FROM {space}.reports"
            " WHERE basis = 'own'"
        )
        self.insert("at_hand", moved)
        head, old_reports, old_duties = "", "", ""
        if under:
            head = under.tables("reports", "obliged", years=[year])
            pairs = f"(SELECT DISTINCT form, period FROM {space}.at_hand)"
            old_reports = (
                f" UNION ALL SELECT r.* FROM reports r SEMI JOIN {pairs} p USING (form, period)"
                f" ANTI JOIN {space}.touched t USING (report_id) WHERE r.basis = 'own'"
            )
            old_duties = (
                f" UNION ALL SELECT o.* FROM obliged o SEMI JOIN {pairs} p USING (form, period)"
                f" ANTI JOIN {space}.renewed n USING (period) WHERE o.basis = 'own'"
            )
        self.db.execute(
            f"CREATE TABLE {space}.counted AS {head} "
            f"SELECT * FROM {space}.reports WHERE basis = 'own'{old_reports}"
        )
        self.db.execute(
            f"CREATE TABLE {space}.due AS {head} "
            f"SELECT * FROM {space}.obliged WHERE basis = 'own'{old_duties}"
        )
        self.db.execute(f"""
            INSERT INTO {space}.redone
            SELECT DISTINCT form, period, unnest(['point', 'region', 'country']) AS level,
                unnest([point_id::VARCHAR, region, '']) AS place
            FROM (FROM {space}.at_hand UNION
                  SELECT form, period, point_id, region FROM {space}.obliged WHERE basis = 'own')
        """)
        self.db.execute(f"DELETE FROM {space}.redone WHERE place IS NULL")

    def _add_points(self, under: Snapshot | None, year: int) -> None:
        """Sums of the points to do anew; what stands directly under the country is kept as point NULL."""
        space = self.space
        head, old = "", ""
        self.db.execute(f"""
            CREATE TABLE {space}.adding AS SELECT report_id, unit_id, point_id, region FROM {space}.counted c
            WHERE c.point_id IS NULL OR EXISTS (
                SELECT 1 FROM {space}.redone d WHERE d.form = c.form AND d.period = c.period
                AND d.level = 'point' AND d.place = c.point_id::VARCHAR)
        """)
        if under:
            head = under.tables("facts", years=[year])
            narrow = self._literals() + self._units_adding()
            old = (
                f" UNION ALL SELECT f.* FROM facts f SEMI JOIN {space}.adding c USING (report_id)"
                f" ANTI JOIN (FROM {space}.touched WHERE facts) t USING (report_id) WHERE {narrow} AND f.basis = 'own'"
            )
        ratios = "".join(f", {quoted(code)}" for code in sorted(self.ratios))
        self.db.execute(f"""
            CREATE TABLE {space}.point_sums AS {head}
            SELECT f.form, f.period, c.point_id, c.region, f.indicator, f.breakdown,
                sum(f.value)::DECIMAL(24,4) AS value
            FROM (SELECT * FROM {space}.facts WHERE basis = 'own'{old}) f
            JOIN {space}.adding c USING (report_id)
            WHERE f.indicator NOT IN (''{ratios})
            GROUP BY ALL
        """)
        self.db.execute(f"""
            INSERT INTO {space}.sums
            SELECT form, period, 'point', point_id::VARCHAR, indicator, breakdown, value
            FROM {space}.point_sums WHERE point_id IS NOT NULL
        """)

    def _add_regions_and_country(self, under: Snapshot | None, year: int) -> None:
        space = self.space
        head, old = "", ""
        if under:
            head = under.tables("sums", years=[year])
            old = f"""
                UNION ALL SELECT s.form, s.period, p.point_id, p.region, s.indicator, s.breakdown, s.value
                FROM sums s JOIN (SELECT DISTINCT form, period, point_id, region FROM {space}.counted) p
                    ON p.form = s.form AND p.period = s.period AND p.point_id::VARCHAR = s.place
                ANTI JOIN {space}.redone d
                    ON (d.form, d.period, d.level, d.place) = (s.form, s.period, s.level, s.place)
                WHERE s.level = 'point' AND {self._literals("s")}
            """
        self.db.execute(f"CREATE TABLE {space}.parts AS {head} FROM {space}.point_sums{old}")
        self.db.execute(f"""
            INSERT INTO {space}.sums
            SELECT form, period, 'region', region, indicator, breakdown, sum(value)
            FROM {space}.parts p WHERE point_id IS NOT NULL AND EXISTS (
                SELECT 1 FROM {space}.redone d WHERE d.form = p.form AND d.period = p.period
                AND d.level = 'region' AND d.place = p.region)
            GROUP BY ALL
            UNION ALL
            SELECT form, period, 'country', '', indicator, breakdown, sum(value) FROM {space}.parts GROUP BY ALL
        """)

    def _count_coverage(self) -> None:
        """How many own reports are due in each place, and how many are there in each state."""
        space = self.space
        self.db.execute(f"""
            INSERT INTO {space}.coverage
            WITH asked AS (
                SELECT form, period, unit_id, point_id, region FROM {space}.due
                UNION SELECT form, period, unit_id, point_id, region FROM {space}.counted
            ), standing AS (
                SELECT a.*, c.state FROM asked a LEFT JOIN {space}.counted c USING (form, period, unit_id)
            ), placed AS (
                SELECT form, period, state, unnest(['point', 'region', 'country']) AS level,
                    unnest([point_id::VARCHAR, CASE WHEN point_id IS NOT NULL THEN region END, '']) AS place
                FROM standing
            )
            SELECT form, period, level, place, count(*), count(*) FILTER (state = 1),
                count(*) FILTER (state = 2), count(*) FILTER (state = 3)
            FROM placed SEMI JOIN {space}.redone USING (form, period, level, place) GROUP BY ALL
        """)

    def _literals(self, alias: str = "f") -> str:
        """The periods and forms at hand as constants, by which a scan can skip most of a file."""
        pairs = self.db.execute(f"SELECT DISTINCT form, period FROM {self.space}.at_hand").fetchall()
        forms = ", ".join(sorted({quoted(form) for form, _ in pairs})) or "''"
        periods = ", ".join(str(period) for period in sorted({period for _, period in pairs})) or "0"
        return f"{alias}.form IN ({forms}) AND {alias}.period IN ({periods})"

    def _units_adding(self) -> str:
        """Where few units are added up, they as constants too; many would be slower to compare than to join."""
        units = self.db.execute(
            f"SELECT DISTINCT unit_id FROM {self.space}.adding LIMIT {FEW_UNITS + 1}"
        ).fetchall()
        if not 0 < len(units) <= FEW_UNITS:
            return ""
        return f" AND f.unit_id IN ({', '.join(str(unit_id) for (unit_id,) in sorted(units))})"

    def _know_forms(self, batch: Sequence[Shown]) -> None:
        for form, version in {(each.form, each.form_version) for each in batch} - self.in_cells:
            self.insert("cells", [(form, version, *cell) for cell in self._cells_of(form, version)])
            self.in_cells.add((form, version))

    def _cells_of(self, form: str, version: int) -> list[tuple[int, str, int]]:
        if (form, version) not in self.forms:
            self.forms[form, version] = upstream.cells_of(form, version)
        return self.forms[form, version]

    def insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        """A few rows, as a table: DuckDB binds single values slowly (see ``Snapshot.ask``)."""
        if rows:
            self.db.register(
                "rows", pa.table({f"c{at}": column for at, column in enumerate(zip(*rows, strict=True))})
            )
            self.db.execute(f"INSERT INTO {self.space}.{table} FROM rows")
            self.db.unregister("rows")

    def _register(self, rows: Sequence[Shown]) -> None:
        columns = zip(*rows, strict=True) if rows else [()] * len(SHOWN)
        arrays = [pa.array(column, type=field.type) for column, field in zip(columns, SHOWN, strict=True)]
        self.db.register("arriving", pa.Table.from_arrays(arrays, schema=SHOWN))
