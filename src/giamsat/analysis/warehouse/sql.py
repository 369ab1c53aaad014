"""The two questions put to the files, as text for DuckDB, and how a constant is written in one."""

from collections.abc import Sequence

COUNTS = """sum(expected)::BIGINT AS expected, sum(provisional)::BIGINT AS provisional,
    sum(consolidated)::BIGINT AS consolidated, sum(locked)::BIGINT AS locked"""


def quoted(text: str) -> str:
    """Text as a constant: constants let a scan skip what a parameter cannot."""
    return "'" + text.replace("'", "''") + "'"


def within(periods: Sequence[int]) -> str:
    """A condition on periods, in order; neighbours as a range, which is planned sooner than a long list."""
    runs: list[list[int]] = []
    for code in periods:
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    ranges = [f"period BETWEEN {run[0]} AND {run[-1]}" for run in runs]
    return f"({' OR '.join(ranges)})"


def wanted(indicators: Sequence[str], periods: Sequence[int], breakdown: int) -> str:
    """The condition that picks these cells."""
    codes = ", ".join(map(quoted, indicators))
    return f"indicator IN ({codes}) AND {within(periods)} AND breakdown = {breakdown}"


def of_places(
    head: str, indicators: Sequence[str], periods: Sequence[int], breakdown: int, *, level: str, some: bool
) -> str:
    """Roll-ups of a level: a row for each place that anything is due from, with or without a value.

    With ``some``, of the places in a table ``given`` (place).
    """
    cells = wanted(indicators, periods, breakdown)
    these = " AND place IN (SELECT place FROM given)" if some else ""
    dates = within(periods)
    return f"""{head},
        asked AS (SELECT DISTINCT form, period, indicator FROM carried WHERE {cells}),
        added AS (
            SELECT place, period, indicator, sum(value)::DECIMAL(38,4) AS value FROM sums
            WHERE level = {quoted(level)} AND {cells}{these} GROUP BY ALL
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
    return f"{head} SELECT DISTINCT form FROM carried WHERE {wanted(indicators, periods, breakdown)}"


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
    cells = wanted(indicators, periods, breakdown)
    these = (
        f"basis = {quoted(basis)} AND {within(periods)}"
        f" AND form IN ({', '.join(map(quoted, forms)) or 'NULL'}){' AND unit_id = point_id' if points_only else ''}"
    )
    named, mine, place = "", "", "unit_id"
    if not everyone:
        named, mine, place = " JOIN given USING (unit_id)", " SEMI JOIN given USING (unit_id)", "place"
    return f"""{head},
        asked AS (SELECT DISTINCT form, period, indicator FROM carried WHERE {cells}),
        standing AS (
            SELECT form, period, unit_id, state FROM (SELECT form, period, unit_id FROM obliged{mine} WHERE {these})
            FULL JOIN (SELECT form, period, unit_id, state FROM reports{mine} WHERE {these})
                USING (form, period, unit_id)
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
            FROM facts{named} WHERE basis = {quoted(basis)} AND {cells} GROUP BY ALL
        )
        SELECT place, period, indicator, value, expected, provisional, consolidated, locked
        FROM heard LEFT JOIN added USING (place, period, indicator) ORDER BY period, indicator, place
    """
