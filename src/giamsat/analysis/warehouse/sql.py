"""The two questions put to the files, as text for DuckDB, and how a constant is written in one."""

from collections.abc import Sequence

COUNTS = """sum(expected)::BIGINT AS expected, sum(provisional)::BIGINT AS provisional,
    sum(consolidated)::BIGINT AS consolidated, sum(locked)::BIGINT AS locked"""


def quoted(text: str) -> str:
    """Text as a constant: constants let a scan skip what a parameter cannot."""
    return "'" + text.replace("'", "''") + "'"


def _wanted(indicators: Sequence[str], periods: Sequence[int], breakdown: int) -> str:
    codes = ", ".join(map(quoted, indicators))
    return (
        f"indicator IN ({codes}) AND period IN ({', '.join(map(str, periods))}) AND breakdown = {breakdown}"
    )


def of_places(
    head: str, indicators: Sequence[str], periods: Sequence[int], breakdown: int, *, level: str, some: bool
) -> str:
    """Roll-ups of a level: a row for each place that anything is due from, with or without a value.

    With ``some``, of the places in a table ``given`` (place).
    """
    wanted = _wanted(indicators, periods, breakdown)
    these = " AND place IN (SELECT place FROM given)" if some else ""
    dates = f"period IN ({', '.join(map(str, periods))})"
    return f"""{head},
        asked AS (SELECT DISTINCT form, period, indicator FROM carried WHERE {wanted}),
        added AS (
            SELECT place, period, indicator, sum(value)::DECIMAL(38,4) AS value FROM sums
            WHERE level = {quoted(level)} AND {wanted}{these} GROUP BY ALL
        ),
        heard AS (
            SELECT place, period, indicator, {COUNTS} FROM coverage JOIN asked USING (form, period)
            WHERE level = {quoted(level)} AND {dates}{these} GROUP BY ALL
        )
        SELECT place, period, indicator, value, expected, provisional, consolidated, locked
        FROM heard LEFT JOIN added USING (place, period, indicator) ORDER BY period, indicator, place
    """


def forms_asking(head: str, indicators: Sequence[str], periods: Sequence[int], breakdown: int) -> str:
    """The forms in which any of these cells stands."""
    return f"{head} SELECT DISTINCT form FROM carried WHERE {_wanted(indicators, periods, breakdown)}"


def of_units(
    head: str,
    indicators: Sequence[str],
    periods: Sequence[int],
    breakdown: int,
    *,
    forms: Sequence[str],
    basis: str,
    everyone: bool,
    points_only: bool,
) -> str:
    """What units said themselves, each under its number; units given one number are added up.

    A table ``given`` (unit_id, place) numbers them, unless everyone is asked for. ``forms`` are those that ask.
    """
    wanted = _wanted(indicators, periods, breakdown)
    these = (
        f"basis = {quoted(basis)} AND period IN ({', '.join(map(str, periods))})"
        f" AND form IN ({', '.join(map(quoted, forms)) or 'NULL'}){' AND unit_id = point_id' if points_only else ''}"
    )
    named, place = ("", "unit_id") if everyone else (" JOIN given USING (unit_id)", "place")
    return f"""{head},
        asked AS (SELECT DISTINCT form, period, indicator FROM carried WHERE {wanted}),
        standing AS (
            SELECT form, period, unit_id, state FROM (SELECT form, period, unit_id FROM obliged WHERE {these})
            FULL JOIN (SELECT form, period, unit_id, state FROM reports WHERE {these}) USING (form, period, unit_id)
        ),
        reporting AS (
            SELECT {place} AS place, period, form, count(*) AS expected, count(*) FILTER (state = 1) AS provisional,
                count(*) FILTER (state = 2) AS consolidated, count(*) FILTER (state = 3) AS locked
            FROM standing{named} GROUP BY ALL
        ),
        heard AS (
            SELECT place, period, indicator, {COUNTS} FROM reporting JOIN asked USING (form, period) GROUP BY ALL
        ),
        added AS (
            SELECT {place} AS place, period, indicator, sum(value)::DECIMAL(38,4) AS value
            FROM facts{named} WHERE basis = {quoted(basis)} AND {wanted} GROUP BY ALL
        )
        SELECT place, period, indicator, value, expected, provisional, consolidated, locked
        FROM heard LEFT JOIN added USING (place, period, indicator) ORDER BY period, indicator, place
    """
