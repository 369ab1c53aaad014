"""Whole years as files: gathered from PostgreSQL, then added up and written by DuckDB, which can go on beside."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from giamsat.analysis.warehouse import shards, upstream
from giamsat.analysis.warehouse.reader import bench, reader
from giamsat.analysis.warehouse.shards import Written
from giamsat.analysis.warehouse.upstream import Shown, Tree
from giamsat.analysis.warehouse.workbench import Workbench


def write_year(tree: Tree, year: int) -> Written:
    """A whole year from the reports in force, in one reading of PostgreSQL."""
    return _Gathered(tree, year, lambda _: None).write()


class YearWriter:
    """Writes years in a thread of its own, while this one gathers the next or does other work."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self.thread = thread
        self.files: dict[int, Future[Written]] = {}

    def begin(self, tree: Tree, year: int, look: Callable[[Shown], None]) -> None:
        """Gather a year and have it written; at most one other is still being written meanwhile.

        ``look`` is shown each report on its way.
        """
        gathered = _Gathered(tree, year, look)
        for earlier in self.files.values():
            earlier.result()
        self.files[year] = self.thread.submit(gathered.write)

    def written(self) -> Iterator[tuple[int, Written]]:
        """Each year's file, once it is whole."""
        return ((year, file.result()) for year, file in self.files.items())


@contextmanager
def year_writer() -> Iterator[YearWriter]:
    """Whatever was begun is through, or has failed, when the block ends."""
    with ThreadPoolExecutor(1, thread_name_prefix="year-writer") as thread:
        yield YearWriter(thread)


class _Gathered:
    """A year's reports and duties on a bench: all that needs PostgreSQL is done."""

    def __init__(self, tree: Tree, year: int, look: Callable[[Shown], None]) -> None:
        self.year = year
        with ExitStack() as opening:
            self.db = opening.enter_context(reader().db.cursor())
            self.work = Workbench(self.db, opening.enter_context(bench(self.db)))
            self.work.take_reports(_looked_at(upstream.shown_reports(tree, year=year), look))
            periods = self.db.execute(f"SELECT DISTINCT period FROM {self.work.space}.reports").fetchall()
            self.work.take_duties(tree, {period for (period,) in periods})
            self.shelf = opening.pop_all()

    def write(self) -> Written:
        with self.shelf:
            self.work.roll_up(None, self.year)
            sources = self.work.sources()
            for over in ("touched", "renewed", "redone"):
                del sources[over]  # nothing lies under a base
            return shards.write(self.db, str(self.year), sources, small=False)


def _looked_at(reports: Iterable[Shown], look: Callable[[Shown], None]) -> Iterator[Shown]:
    for each in reports:
        look(each)
        yield each
