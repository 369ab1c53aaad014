"""The in-memory query engine behind the rules: no files, no network, no settings, a limit of memory and time."""

import os
import threading
from collections import deque
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
    "threads": 2,
}
SECONDS = 20.0
_idle: deque[duckdb.DuckDBPyConnection] = deque(maxlen=8)
os.register_at_fork(after_in_child=_idle.clear)


def _open() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=LIMITS)
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextmanager
def borrowed_connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked-down connection of the pool; one that failed is thrown away."""
    try:
        connection = _idle.pop()
    except IndexError:
        connection = _open()
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    _idle.append(connection)


def run(sql: str, tables: Mapping[str, pa.Table], *, seconds: float = SECONDS) -> pa.Table:
    """Answer one query over the tables; FormulasTooSlow when the watchdog had to stop it."""
    with borrowed_connection() as connection:
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
