"""The baseline: one wide PostgreSQL table as DHIS2 keeps its analytics, a row for each cell with its places."""

import time

from django.db import connection

from bench.ten_years import CODES, FORMS, PER_FORM

TABLE = """
    CREATE TABLE analytics (
        indicator smallint, period int, unit int, region text, point int, path text, value numeric(18, 4)
    ) PARTITION BY RANGE (period)
"""
FILL = """
    INSERT INTO analytics
    SELECT {first} + c.place, {year} * 100 + right(r.period_key, 2)::int, r.unit_id, p.region, p.id, u.path, c.value
    FROM observations_report r
    JOIN observations_reportversion v ON v.id = r.in_force_id
    JOIN units_unit u ON u.id = r.unit_id
    JOIN units_unit p ON p.depth = 2 AND p.path = left(u.path, {step})
    CROSS JOIN LATERAL unnest(v."values") WITH ORDINALITY c(value, place)
    WHERE r.form_code = %s AND r.period_key >= %s AND r.period_key < %s
    ORDER BY 2, 1
"""


def build(years: list[int]) -> tuple[float, int]:
    """Make and index it; returns the seconds it took and the bytes it takes."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(length(path)) FROM units_unit WHERE depth = 2")
        step = cursor.fetchone()[0]
        cursor.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
        cursor.execute(TABLE)
        for year in years:
            cursor.execute(
                f"CREATE TABLE analytics_{year} PARTITION OF analytics"
                f" FOR VALUES FROM ({year * 100}) TO ({year * 100 + 99})"
            )
            for place, form in enumerate(FORMS):
                query = FILL.format(first=place * PER_FORM, year=year, step=step)
                cursor.execute(query, [form, f"{year}-", f"{year + 1}-"])
        cursor.execute("CREATE INDEX ON analytics (indicator, period)")
        cursor.execute("CREATE INDEX ON analytics (path text_pattern_ops, period)")
        cursor.execute("VACUUM ANALYZE analytics")
        cursor.execute(
            "SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'analytics'::regclass"
        )
        size = int(cursor.fetchone()[0])
    return time.perf_counter() - began, size


def ask(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def number(code: str) -> int:
    return CODES.index(code) + 1
