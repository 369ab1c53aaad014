"""One process's window on the warehouse: DuckDB over the files of one generation at a time."""

import os
import threading
import uuid
from collections.abc import Hashable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from giamsat.analysis.warehouse import shards
from giamsat.analysis.warehouse.choices import Shape
from giamsat.analysis.warehouse.errors import FilesMissing
from giamsat.analysis.warehouse.models import DataFile, Generation
from giamsat.analysis.warehouse.sql import quoted

THREADS = 2
MEMORY = "2GB"
KEPT_OPEN = 3  # generations a process holds ready for queries that began before the newest
KEYS = {
    "reports": ("touched", ("report_id",), "file"),
    "facts": ("touched", ("report_id",), "facts_file"),
    "obliged": ("renewed", ("period",), "file"),
    "carried": ("renewed", ("period",), "file"),
    "sums": ("redone", ("form", "period", "level", "place"), "file"),
    "coverage": ("redone", ("form", "period", "level", "place"), "file"),
}
AT_HAND = ("carried", "coverage")  # small and in every question: read once from each base and kept in memory


@contextmanager
def bench(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Attach an empty database in memory for as long as the block lasts."""
    space = f"bench_{uuid.uuid4().hex}"
    db.execute(f"ATTACH ':memory:' AS {space}")
    try:
        yield space
    finally:
        db.execute(f"DETACH {space}")


@dataclass
class Snapshot:
    """One generation, opened: the base of each year, and the changes that lie over them.

    ``holding`` says for each table which changes have a say in it; most tables of most years are read plain.
    ``added_up`` says for each period which changes hold sums of it.
    """

    number: int
    figures_at: datetime
    bases: dict[int, str]
    changes: dict[int, list[int]]
    names: set[str]
    holding: dict[str, set[int]] = field(default_factory=dict)
    added_up: dict[int, list[int]] = field(default_factory=dict)
    readers: int = 0
    cursor: duckdb.DuckDBPyConnection = field(repr=False, default=None)  # type: ignore[assignment]

    def years(self) -> set[int]:
        return set(self.bases) | set(self.changes)

    def files_of(self, period: int) -> tuple[object, ...]:
        """What a period's sums are made of; the same files hold the same sums."""
        year = period // 100
        over = self.added_up.get(period, ())
        return self.bases.get(year), *(file for file in self.changes.get(year, ()) if file in over)

    def table(self, name: str, years: Iterable[int]) -> str:
        """A query for one table as it stands in this generation: base less what changed, and the changes."""
        years = sorted(set(years))
        over, keys, newest = KEYS[name]
        columns = ", ".join(shards.COLUMNS[name])
        same = " AND ".join(f"o.{key} = t.{key}" for key in keys)
        changed = {year for year in years if self.holding[name].intersection(self.changes.get(year, ()))}
        gone = f"SELECT 1 FROM {over}_{self.number} o WHERE {same} AND o.{newest} IS NOT NULL"
        parts = [
            f"SELECT {columns} FROM {base}{' AND' if ' WHERE ' in base else ' WHERE'} NOT EXISTS ({gone})"
            if replaced
            else f"SELECT {columns} FROM {base}"
            for base, replaced in self._bases(name, years, changed)
        ]
        if changed:
            named = ", ".join(f"t.{column}" for column in shards.COLUMNS[name])
            within = " OR ".join(f"t.period BETWEEN {year}00 AND {year}99" for year in sorted(changed))
            parts.append(
                f"SELECT {named} FROM changed_{name} t JOIN {over}_{self.number} o ON {same} "
                f"AND o.{newest} = t.file WHERE {within}"
            )
        return " UNION ALL ".join(parts) or f"SELECT {columns} FROM changed_{name} WHERE false"

    def _bases(self, name: str, years: Iterable[int], changed: set[int]) -> Iterator[tuple[str, bool]]:
        """Where the bases of some years hold a table, as t, and whether a change has a say in it."""
        there = [year for year in years if year in self.bases]
        if name not in AT_HAND:
            yield from ((f"{self.bases[year]}.{name} t", year in changed) for year in there)
            return
        for replaced in (False, True):
            files = [quoted(self.bases[year]) for year in there if (year in changed) is replaced]
            if files:
                yield f"based_{name} t WHERE t.base IN ({', '.join(files)})", replaced

    def tables(self, *names: str, years: Iterable[int]) -> str:
        """The head of a query that reads some tables of some years."""
        years = set(years) & self.years()
        return "WITH " + ", ".join(f"{name} AS ({self.table(name, years)})" for name in names)

    @contextmanager
    def bench(self) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
        """An empty database in memory beside this generation, for making the next."""
        with bench(self.cursor) as space:
            yield self.cursor, space

    def give(self, name: str, **columns: Iterable[object]) -> None:
        """Make a table of values known under a name to this snapshot's questions."""
        self.cursor.register(name, pa.table({key: pa.array(values) for key, values in columns.items()}))

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Answers to a question without parameters.

        For each value bound to a query DuckDB looks for pandas anew, 1 ms a value where it is not installed
        (3,000 ids: 2.7 s). So numbers and quoted words stand in the text, and lists are given as tables.
        """
        return self.cursor.execute(query).fetchall()

    def ask_columns(self, query: str) -> pa.Table:
        """The same answers as columns, without an object for each value."""
        return self.cursor.execute(query).to_arrow_table()


class Reader:
    """Holds the files open. Any thread may ask; every question gets its own cursor on one generation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.open: dict[int, Snapshot] = {}
        self.attached: dict[str, str] = {}
        self.db = duckdb.connect(":memory:", config={"threads": THREADS, "memory_limit": MEMORY})
        self.db.execute(f"SET temp_directory = {quoted(str(shards.spills() / str(os.getpid())))}")
        self.db.execute("SET autoinstall_known_extensions = false; SET autoload_known_extensions = false")
        self.db.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        for table, columns in shards.TABLES.items():
            self.db.execute(f"CREATE TABLE changed_{table} (file BIGINT, {columns})")
        for table in AT_HAND:
            self.db.execute(f"CREATE TABLE based_{table} (base VARCHAR, {shards.TABLES[table]})")

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def at(self, generation: Generation) -> Iterator[Snapshot]:
        """One generation for as long as the block lasts, whatever is published or swept meanwhile."""
        with self.lock:
            opened = self.open.get(generation.number) or self._open(generation)
            opened.readers += 1
            cursor = self.db.cursor()
        own = replace(opened, readers=0, cursor=cursor)
        try:
            yield own
        finally:
            cursor.close()
            with self.lock:
                opened.readers -= 1

    def _open(self, generation: Generation) -> Snapshot:
        files = list(files_of(generation))
        missing = [file.name for file in files if not (self.folder / file.name).exists()]
        if missing:
            raise FilesMissing(missing)
        bases: dict[int, str] = {}
        changes: dict[int, list[int]] = {}
        for file in files:
            if file.shape == Shape.BASE:
                bases[file.year] = self._attach(file.name)
            else:
                self._take_in(file)
                changes.setdefault(file.year, []).append(file.pk)
        snapshot = Snapshot(
            generation.number, generation.figures_at, bases, changes, {file.name for file in files}
        )
        self._remember_newest(snapshot)
        self.open[snapshot.number] = snapshot
        self._let_go()
        return snapshot

    def _attach(self, name: str) -> str:
        if name not in self.attached:
            alias = "f_" + Path(name).stem.replace("-", "_")
            self.db.execute(f"ATTACH {quoted(str(self.folder / name))} AS {alias} (READ_ONLY)")
            for table in AT_HAND:
                self.db.execute(f"INSERT INTO based_{table} SELECT {quoted(alias)}, * FROM {alias}.{table}")
            self.attached[name] = alias
        return self.attached[name]

    def _take_in(self, file: DataFile) -> None:
        """Changes are small: each is read once and kept in memory."""
        if file.name in self.attached:
            return
        self.db.execute(f"ATTACH {quoted(str(self.folder / file.name))} AS change (READ_ONLY)")
        try:
            for table in shards.TABLES:
                self.db.execute(f"INSERT INTO changed_{table} SELECT {file.pk}, * FROM change.{table}")
        finally:
            self.db.execute("DETACH change")
        self.attached[file.name] = ""

    def _remember_newest(self, snapshot: Snapshot) -> None:
        """For everything that changed, the last change that holds it."""
        files = ", ".join(str(file) for ids in snapshot.changes.values() for file in ids) or "NULL"
        for over, keys in (
            ("touched", "report_id"),
            ("renewed", "period"),
            ("redone", "form, period, level, place"),
        ):
            facts = ", max(file) FILTER (facts) AS facts_file" if over == "touched" else ""
            self.db.execute(
                f"CREATE OR REPLACE TABLE {over}_{snapshot.number} AS SELECT {keys}, max(file) AS file{facts} "
                f"FROM changed_{over} WHERE file IN ({files}) GROUP BY {keys}"
            )
        for table, (over, _, _) in KEYS.items():
            mine = " WHERE facts" if table == "facts" else ""
            held = self.db.execute(f"SELECT DISTINCT file FROM changed_{over}{mine}").fetchall()
            snapshot.holding[table] = {file for (file,) in held}
        redone = self.db.execute("SELECT period, list(DISTINCT file) FROM changed_redone GROUP BY period")
        snapshot.added_up = dict(redone.fetchall())

    def _let_go(self) -> None:
        """Close generations that nobody reads, and the files that only they held."""
        old = [number for number in sorted(self.open)[:-KEPT_OPEN] if not self.open[number].readers]
        for number in old:
            del self.open[number]
            for over in ("touched", "renewed", "redone"):
                self.db.execute(f"DROP TABLE {over}_{number}")
        if not old:
            return
        held = set().union(*(snapshot.names for snapshot in self.open.values()))
        for name in [name for name in self.attached if name not in held]:
            if alias := self.attached.pop(name):
                self.db.execute(f"DETACH {alias}")
                for table in AT_HAND:
                    self.db.execute(f"DELETE FROM based_{table} WHERE base = {quoted(alias)}")
        kept = {file for snapshot in self.open.values() for ids in snapshot.changes.values() for file in ids}
        listed = ", ".join(map(str, sorted(kept))) or "NULL"
        for table in shards.TABLES:
            self.db.execute(f"DELETE FROM changed_{table} WHERE file NOT IN ({listed})")


_look: ContextVar["Look | None"] = ContextVar("look", default=None)
_readers: dict[Path, Reader] = {}
_making = threading.Lock()


def reader() -> Reader:
    """This process's reader over the house's files."""
    folder = shards.folder()
    with _making:
        if folder not in _readers:
            _readers[folder] = Reader(folder)
        return _readers[folder]


def files_of(generation: Generation) -> Iterable[DataFile]:
    return (
        DataFile.objects.filter(added__lte=generation.number)
        .exclude(dropped__lte=generation.number)
        .order_by("id")
    )


@dataclass
class Look:
    """One generation, and what was asked about it as a whole; over when whoever began it ends."""

    generation: Generation | None = None
    states: dict[int, Hashable] = field(default_factory=dict)  # by period
    over: bool = False


@contextmanager
def one_generation() -> Iterator[None]:
    """Inside, every question is put to one generation: the newest when the first was asked."""
    around = _look.get()
    if around and not around.over:
        yield
        return
    begun = Look()
    token = _look.set(begun)
    try:
        yield
    finally:
        begun.over = True
        _look.reset(token)


def look() -> Look:
    """What is being looked at; a look of its own outside of any."""
    around = _look.get()
    return Look() if around is None or around.over else around


def newest() -> Generation | None:
    return look().generation or _look_again()


def _look_again() -> Generation | None:
    look().generation = generation = Generation.objects.order_by("-number").first()
    look().states.clear()
    return generation


@contextmanager
def newest_snapshot() -> Iterator[Snapshot | None]:
    """The newest generation, opened; None before the first."""
    with ExitStack() as stack:
        generation = newest()
        if generation is None:
            yield None
            return
        try:
            snapshot = stack.enter_context(reader().at(generation))
        except FilesMissing:
            # its files may have been swept between asking and opening: ask once more
            again = _look_again()
            if again is None or again.number == generation.number:
                raise
            snapshot = stack.enter_context(reader().at(again))
        yield snapshot


def close_all() -> None:
    """Close every file this process holds open."""
    with _making:
        while _readers:
            _readers.popitem()[1].close()
