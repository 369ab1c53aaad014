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


def of_units(
    head: str,
    indicators: Sequence[str],
    periods: Sequence[int],
    breakdown: int,
    *,
    basis: str,
    everyone: bool,
    points_only: bool,
) -> str:
    """What units said themselves, each under its name; a name given to several units adds them up.

    A table ``given`` (unit_id, place) names them, unless everyone is asked for.
    """
    wanted = _wanted(indicators, periods, breakdown)
    dates = f"period IN ({', '.join(map(str, periods))})"
    points = " AND unit_id = point_id" if points_only else ""
    members = "SELECT unit_id, place FROM given"
    if everyone:
        members = "SELECT DISTINCT unit_id, unit_id::VARCHAR AS place FROM due"
    return f"""{head},
        asked AS (SELECT DISTINCT form, period, indicator FROM carried WHERE {wanted}),
        told AS (SELECT form, period, unit_id, state FROM reports WHERE basis = {quoted(basis)} AND {dates}{points}),
        due AS (
            SELECT form, period, unit_id FROM obliged WHERE basis = {quoted(basis)} AND {dates}{points}
            UNION SELECT form, period, unit_id FROM told
        ),
        members AS ({members}),
        heard AS (
            SELECT m.place, d.period, a.indicator, count(*) AS expected, count(*) FILTER (t.state = 1) AS provisional,
                count(*) FILTER (t.state = 2) AS consolidated, count(*) FILTER (t.state = 3) AS locked
            FROM due d JOIN members m USING (unit_id) JOIN asked a USING (form, period)
            LEFT JOIN told t USING (form, period, unit_id) GROUP BY ALL
        ),
        added AS (
            SELECT m.place, f.period, f.indicator, sum(f.value)::DECIMAL(38,4) AS value
            FROM facts f JOIN members m USING (unit_id) WHERE f.basis = {quoted(basis)} AND {wanted} GROUP BY ALL
        )
        SELECT place, period, indicator, value, expected, provisional, consolidated, locked
        FROM heard LEFT JOIN added USING (place, period, indicator) ORDER BY period, indicator, place
    """
