"""Scores as they stand in the table, read and written by the thousand or one at a time."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from giamsat.intake.quality.models import ASSESSED_FIELDS, SCORE_FIELDS, ReportScore
from giamsat.intake.quality.scoring import Weighed
from giamsat.lib.arrays import copy_rows, number_array

TABLE = ReportScore._meta.db_table
NAMES = ("unit_id", "form_code", "period_key", "basis", "draft")
TAKEN_OVER = ("expected_cells", *SCORE_FIELDS, *ASSESSED_FIELDS, "parts", "scored_at")
COLUMNS = ", ".join((*NAMES, *TAKEN_OVER))
TAKE_OVER = f"ON CONFLICT ({', '.join(NAMES)}) DO UPDATE SET " + ", ".join(
    f"{column} = EXCLUDED.{column}" for column in TAKEN_OVER
)
MANY = 100  # from here on scores are copied, not inserted
SAME_KEY = "form_code = %s AND period_key = %s AND basis = %s"
Row = tuple[int | str | Decimal | datetime | None, ...]


class Key(NamedTuple):
    """What scores of one batch have in common."""

    form_code: str
    period_key: str
    basis: str


def standing_parts(key: Key, unit_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By unit, the evidence kept so far of those that have a score, a draft's before what was sent."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT unit_id, parts FROM {TABLE} WHERE unit_id = ANY(%s::bigint[])"  # noqa: S608
            f" AND {SAME_KEY} ORDER BY unit_id, draft",
            [number_array(unit_ids), *key],
        )
        return {unit_id: json.loads(parts) for unit_id, parts in cursor.fetchall()}


def keep(key: Key, scores: Iterable[tuple[int, bool, Weighed]], *, cells: int, at: datetime) -> None:
    """Write scores by unit and whether it is a draft's, each in the place of the one it follows."""
    rows: list[Row] = [
        (unit, *key, draft, cells, *weighed.scores, *weighed.assessed, weighed.parts, at)
        for unit, draft, weighed in scores
    ]
    with connection.cursor() as cursor:
        if len(rows) < MANY:
            _insert(cursor, rows)
        else:
            _copy_over(cursor, rows)


def turn_drafts_to_sent(key: Key, unit_ids: Sequence[int]) -> None:
    """The scores of drafts of these units take the place of those of what was sent."""
    whose = f"unit_id = ANY(%s::bigint[]) AND {SAME_KEY}"
    whose_draft = [number_array(unit_ids), *key]
    drafts = f"SELECT unit_id FROM {TABLE} WHERE {whose} AND draft"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE unit_id IN ({drafts}) AND {SAME_KEY} AND NOT draft",  # noqa: S608
            [*whose_draft, *key],
        )
        cursor.execute(f"UPDATE {TABLE} SET draft = false WHERE {whose} AND draft", whose_draft)  # noqa: S608


def drop_drafts(key: Key, unit_ids: Sequence[int]) -> None:
    """Take away the scores of drafts of these units."""
    if not unit_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {TABLE} WHERE unit_id = ANY(%s::bigint[]) AND {SAME_KEY} AND draft",  # noqa: S608
            [number_array(unit_ids), *key],
        )


def _insert(cursor: CursorWrapper, rows: Sequence[Row]) -> None:
    if rows:
        row = f"({', '.join(['%s'] * len(rows[0]))})"
        cursor.execute(
            f"INSERT INTO {TABLE} ({COLUMNS}) VALUES {', '.join([row] * len(rows))} {TAKE_OVER}",  # noqa: S608
            [value for values in rows for value in values],
        )


def _copy_over(cursor: CursorWrapper, rows: Iterable[Row]) -> None:
    """COPY beside the table, then one statement that takes them over."""
    cursor.execute("DROP TABLE IF EXISTS scores_coming_in")
    cursor.execute(
        f"CREATE TEMP TABLE scores_coming_in ON COMMIT DROP AS SELECT {COLUMNS} FROM {TABLE} WITH NO DATA"  # noqa: S608
    )
    copy_rows(cursor, "scores_coming_in", COLUMNS, rows)
    cursor.execute(f"INSERT INTO {TABLE} ({COLUMNS}) SELECT {COLUMNS} FROM scores_coming_in {TAKE_OVER}")  # noqa: S608
