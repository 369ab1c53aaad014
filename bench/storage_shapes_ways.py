"""The three shapes that bench/storage_shapes.py compares, and the invented reports it fills them with."""

import random
from collections.abc import Iterator
from decimal import Decimal
from struct import pack

import psycopg

UNITS, FORMS, CELLS, A_YEAR = 3361, 8, 150, 15
PER_PERIOD = UNITS * FORMS
POOL = 2048
DAY = 86_400_000_000  # microseconds
LAST_EXPLODE = """
    SELECT unit, version, unnest(range(150)) AS ordinal,
           unnest(CAST('[' || trim(cells, '{}') || ']' AS DECIMAL(18,4)[])) AS value FROM told
"""


class Figures:
    """A pool of invented reports, ready as the bytes that COPY BINARY wants."""

    def __init__(self, seed: int = 5) -> None:
        dice = random.Random(seed)
        self.values = [[self._cell(dice) for _ in range(CELLS)] for _ in range(POOL)]
        self.encoded = [[encode(value) for value in row] for row in self.values]

    @staticmethod
    def _cell(dice: random.Random) -> Decimal:
        draw = dice.random()
        if draw < 0.45:
            return Decimal(0)
        if draw < 0.85:
            return Decimal(dice.randrange(1, 100))
        if draw < 0.97:
            return Decimal(dice.randrange(100, 10_000))
        return Decimal(dice.randrange(10**6, 10**10)) / 10_000  # money, with its decimals


def encode(value: Decimal) -> bytes:
    """A numeric as PostgreSQL sends it: groups of four decimal digits."""
    scaled = int(value * 10_000)
    groups, rest = [], scaled
    while rest:
        rest, group = divmod(rest, 10_000)
        groups.insert(0, group)
    weight = len(groups) - 2
    while groups and not groups[-1]:
        groups.pop()
    return pack(f">hhHH{len(groups)}h", len(groups), weight if groups else 0, 0, 4, *groups)


def field(data: bytes | None) -> bytes:
    return pack(">i", -1) if data is None else pack(">i", len(data)) + data


VERSION_COLUMNS = """id bigint, report_id bigint, number smallint, form_id bigint, delivery_id bigint,
    recorded_at timestamptz, recorded_by_id bigint, recorded_by_name varchar(150),
    accepted_at timestamptz, superseded_at timestamptz"""
COMMON = """
CREATE TABLE report (id bigint PRIMARY KEY, unit_id bigint NOT NULL, form_code varchar(16) NOT NULL,
    period_key varchar(10) NOT NULL, basis varchar(12) NOT NULL, status varchar(12) NOT NULL, current_id bigint);
CREATE UNIQUE INDEX ON report (unit_id, form_code, period_key, basis);
CREATE INDEX ON report (period_key, form_code);
"""


class Shape:
    name: str
    tables: tuple[str, ...]
    ddl: str

    def __init__(self, figures: Figures) -> None:
        self.figures = figures

    def version(self, number: int, period: int) -> bytes:
        moment = pack(">q", (period * 24 + 365 * 17) * DAY)
        return b"".join([
            field(pack(">q", number)), field(pack(">q", number)), field(pack(">h", 1)),
            field(pack(">q", number % FORMS)), field(pack(">q", number)), field(moment),
            field(pack(">q", number % 9000)), field(b"Officer of unit"), field(moment), field(None),
        ])  # fmt: skip

    def cells(self, number: int, unit: int, period: int, form: int) -> bytes:
        raise NotImplementedError

    def supersede(
        self, connection: psycopg.Connection, report: int, version: int, values: list[Decimal]
    ) -> None:
        raise NotImplementedError


class Packed(Shape):
    name = "packed"
    tables = ("report", "version")
    ddl = f"""{COMMON} CREATE TABLE version ({VERSION_COLUMNS}, cells numeric(18,4)[], PRIMARY KEY (id));
        CREATE UNIQUE INDEX ON version (report_id, number);"""
    one_form = """SELECT r.unit_id AS unit, v.id AS version, v.cells::text AS cells FROM report r
        JOIN version v ON v.id = r.current_id WHERE r.period_key = '{period}' AND r.form_code = '{form}'"""
    known = """SELECT r.unit_id, v.id, v.cells::text FROM report r JOIN version v ON v.report_id = r.id
        AND v.recorded_at <= '{on}' AND (v.superseded_at IS NULL OR v.superseded_at > '{on}')
        WHERE r.period_key = '{period}' AND r.form_code = '{form}'"""
    page = """SELECT r.form_code, r.period_key, v.cells FROM report r JOIN version v ON v.id = r.current_id
        WHERE r.unit_id = %s AND r.period_key = ANY(%s) AND r.basis = 'own'"""
    explode = LAST_EXPLODE

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures)
        head = pack(">iiIii", 1, 0, 1700, CELLS, 1)
        self.arrays = [field(head + b"".join(map(field, row))) for row in figures.encoded]

    def version(self, number: int, period: int) -> bytes:
        return pack(">h", 11) + super().version(number, period) + self.arrays[number % POOL]

    def supersede(self, connection, report, version, values):
        connection.execute(
            "UPDATE version SET superseded_at = now() WHERE report_id = %s AND superseded_at IS NULL",
            [report],
        )
        connection.execute(
            "INSERT INTO version SELECT %s, report_id, number + 1, form_id, delivery_id, now(), 1,"
            " 'Officer', now(), NULL,"
            " %s::numeric(18,4)[] FROM version WHERE report_id = %s ORDER BY number DESC LIMIT 1",
            [version, values, report],
        )
        connection.execute("UPDATE report SET current_id = %s WHERE id = %s", [version, report])


class RowsNarrow(Shape):
    """The leanest rows: (version, ordinal, value); everything else stands once, on the version."""

    name = "row per cell, narrow"
    tables = ("report", "version", "cell")
    ddl = f"""{COMMON} CREATE TABLE version ({VERSION_COLUMNS}, PRIMARY KEY (id));
        CREATE UNIQUE INDEX ON version (report_id, number);
        CREATE TABLE cell (version_id bigint, ordinal smallint, value numeric(18,4),
            PRIMARY KEY (version_id, ordinal));"""
    one_form = """SELECT r.unit_id AS unit, r.current_id AS version, c.ordinal, c.value FROM report r
        JOIN cell c ON c.version_id = r.current_id WHERE r.period_key = '{period}' AND r.form_code = '{form}'"""
    known = """SELECT r.unit_id, v.id, c.ordinal, c.value FROM report r JOIN version v ON v.report_id = r.id
        AND v.recorded_at <= '{on}' AND (v.superseded_at IS NULL OR v.superseded_at > '{on}')
        JOIN cell c ON c.version_id = v.id WHERE r.period_key = '{period}' AND r.form_code = '{form}'"""
    page = """SELECT r.form_code, r.period_key, c.ordinal, c.value FROM report r
        JOIN cell c ON c.version_id = r.current_id
        WHERE r.unit_id = %s AND r.period_key = ANY(%s) AND r.basis = 'own'"""
    explode = "SELECT * FROM told"

    def __init__(self, figures: Figures) -> None:
        super().__init__(figures)
        start = pack(">h", 3)
        self.pieces = []
        for row in figures.encoded:
            ends = [field(pack(">h", ordinal)) + field(value) for ordinal, value in enumerate(row)]
            self.pieces.append([start] + [end + start for end in ends[:-1]] + [ends[-1]])

    def version(self, number, period):
        return pack(">h", 10) + super().version(number, period)

    def cells(self, number, unit, period, form):
        return field(pack(">q", number)).join(self.pieces[number % POOL])

    def supersede(self, connection, report, version, values):
        connection.execute(
            "UPDATE version SET superseded_at = now() WHERE report_id = %s AND superseded_at IS NULL",
            [report],
        )
        connection.execute(
            "INSERT INTO version SELECT %s, report_id, number + 1, form_id, delivery_id, now(), 1,"
            " 'Officer', now(), NULL"
            " FROM version WHERE report_id = %s ORDER BY number DESC LIMIT 1",
            [version, report],
        )
        connection.execute(
            "INSERT INTO cell SELECT %s, ordinal - 1, value"
            " FROM unnest(%s::numeric[]) WITH ORDINALITY AS t(value, ordinal)",
            [version, values],
        )
        connection.execute("UPDATE report SET current_id = %s WHERE id = %s", [version, report])


class RowsKeyed(RowsNarrow):
    """Rows that carry their own key, as D3 first said: current values, and beside them what they were."""

    name = "row per cell, keyed"
    tables = ("report", "version", "cell", "cell_was")
    columns = """period smallint, unit integer, basis "char", indicator smallint, breakdown smallint, state "char",
        version_id bigint, value numeric(18,4)"""
    ddl = f"""{COMMON} CREATE TABLE version ({VERSION_COLUMNS}, PRIMARY KEY (id));
        CREATE UNIQUE INDEX ON version (report_id, number);
        CREATE TABLE cell ({columns}, PRIMARY KEY (period, unit, basis, indicator, breakdown));
        CREATE TABLE cell_was ({columns}, PRIMARY KEY (version_id, indicator, breakdown));"""
    one_form = """SELECT unit, version_id AS version, indicator * 3 + breakdown AS ordinal, value FROM cell
        WHERE period = {number} AND indicator BETWEEN {first} AND {first} + 49"""
    known = """SELECT c.unit, v.id, c.indicator, c.breakdown, c.value FROM (
            SELECT * FROM cell WHERE period = {number} AND indicator BETWEEN {first} AND {first} + 49 UNION ALL
            SELECT * FROM cell_was WHERE period = {number} AND indicator BETWEEN {first} AND {first} + 49) c
        JOIN version v ON v.id = c.version_id
        WHERE v.recorded_at <= '{on}' AND (v.superseded_at IS NULL OR v.superseded_at > '{on}')"""
    page = "SELECT indicator, breakdown, period, value FROM cell WHERE unit = %s AND period = ANY(%s) AND basis = 'o'"

    def __init__(self, figures: Figures) -> None:
        Shape.__init__(self, figures)
        self.rows = [[field(value) for value in row] for row in figures.encoded]
        self.words = [
            [field(b"o") + field(pack(">h", form * 50 + i // 3)) + field(pack(">h", i % 3)) + field(b"p")
             for i in range(CELLS)] for form in range(FORMS)
        ]  # fmt: skip

    def cells(self, number, unit, period, form):
        start = pack(">h", 8) + field(pack(">h", period)) + field(pack(">i", unit))
        mine = field(pack(">q", number))
        return b"".join(
            [
                start + word + mine + value
                for word, value in zip(self.words[form], self.rows[number % POOL], strict=True)
            ]
        )

    def supersede(self, connection, report, version, values):
        connection.execute(
            "UPDATE version SET superseded_at = now() WHERE report_id = %s AND superseded_at IS NULL",
            [report],
        )
        unit, form, period = connection.execute(
            "SELECT unit_id, form_code, period_key FROM report WHERE id = %s", [report]
        ).fetchone()
        connection.execute(
            "INSERT INTO version SELECT %s, report_id, number + 1, form_id, delivery_id, now(), 1,"
            " 'Officer', now(), NULL"
            " FROM version WHERE report_id = %s ORDER BY number DESC LIMIT 1",
            [version, report],
        )
        key = [int(period[1:]), unit, int(form[2:]) * 50]
        connection.execute(
            "INSERT INTO cell_was SELECT * FROM cell WHERE period = %s AND unit = %s AND basis = 'o'"
            " AND indicator BETWEEN %s AND %s",
            [*key, key[2] + 49],
        )
        connection.execute(
            "INSERT INTO cell SELECT %s, %s, 'o', %s + (ordinal - 1) / 3, (ordinal - 1) %% 3, 'p', %s, value"
            " FROM unnest(%s::numeric[]) WITH ORDINALITY AS t(value, ordinal)"
            " ON CONFLICT (period, unit, basis, indicator, breakdown)"
            " DO UPDATE SET version_id = EXCLUDED.version_id, value = EXCLUDED.value",
            [*key, version, values],
        )
        connection.execute("UPDATE report SET current_id = %s WHERE id = %s", [version, report])


def reports(first: int, last: int) -> Iterator[tuple[int, int, int, int]]:
    """(number, unit, period, form) of every report, period after period, shuffled inside one as they arrive."""
    for period in range(first, last):
        places = list(range(PER_PERIOD))
        random.Random(period).shuffle(places)
        for offset, place in enumerate(places):
            yield period * PER_PERIOD + offset, place // FORMS, period, place % FORMS
