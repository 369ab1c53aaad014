"""The in-memory query engine behind the rules: no files, no network, limits of memory and time."""

import os
import threading
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from giamsat.lib.formulas.errors import FormulasTooSlow

LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
    "allow_community_extensions": "false",
    "memory_limit": "1GB",
    "max_temp_directory_size": "0B",
}
SECONDS = 20.0
POOLED = 8
_idle: dict[int, deque[duckdb.DuckDBPyConnection]] = defaultdict(lambda: deque(maxlen=POOLED))
os.register_at_fork(after_in_child=_idle.clear)


def _open(threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config={**LIMITS, "threads": threads})
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("PRAGMA disable_optimizer")  # it takes longer than one report's answer
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def borrowed_connection(threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked-down connection of the pool; one that failed is thrown away."""
    try:
        connection = _idle[threads].pop()
    except IndexError:
        connection = _open(threads)
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    _idle[threads].append(connection)


def run(sql: str, tables: Mapping[str, pa.Table], *, threads: int = 1, seconds: float = SECONDS) -> pa.Table:
    """Answer one query over the tables; FormulasTooSlow when the watchdog had to stop it."""
    with borrowed_connection(threads) as connection:
        watchdog = threading.Timer(seconds, connection.interrupt)
        watchdog.daemon = True
        for name, table in tables.items():
            connection.register(name, table)
        watchdog.start()
        try:
            return connection.execute(sql).to_arrow_table()
        except duckdb.InterruptException:
            raise FormulasTooSlow(seconds) from None
        finally:
            watchdog.cancel()
            for name in tables:
                connection.unregister(name)
