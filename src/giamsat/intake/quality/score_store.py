"""Thousands of scores at once: COPY beside the table, then one statement that takes them over."""

from collections.abc import Iterable, Iterator

from django.db import connection
from psycopg.types.json import Jsonb

from giamsat.intake.quality.models import SCORE_FIELDS, ReportScore

KEY = ("unit_id", "form_code", "period_key", "basis")
TAKEN_OVER = ("expected_cells", *SCORE_FIELDS, "parts", "scored_at")


def copy_over(rows: Iterable[ReportScore]) -> None:
    """Write scores, each in the place of the one it follows. Their keys stay unknown to the caller."""
    table = ReportScore._meta.db_table
    columns = ", ".join((*KEY, *TAKEN_OVER))
    fresh = ", ".join(f"{column} = EXCLUDED.{column}" for column in TAKEN_OVER)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS scores_coming_in")
        cursor.execute(
            f"CREATE TEMP TABLE scores_coming_in ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"  # noqa: S608
        )
        with cursor.copy(f"COPY scores_coming_in ({columns}) FROM STDIN") as copy:
            for values in _values(rows):
                copy.write_row(values)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM scores_coming_in "  # noqa: S608
            f"ON CONFLICT ({', '.join(KEY)}) DO UPDATE SET {fresh}"
        )


def _values(rows: Iterable[ReportScore]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        scores = (getattr(row, field) for field in SCORE_FIELDS)
        key = (row.unit_id, row.form_code, row.period_key, row.basis)
        yield (*key, row.expected_cells, *scores, Jsonb(row.parts), row.scored_at)
