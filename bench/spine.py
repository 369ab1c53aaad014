"""The spine under a stop-watch: how long from an accepted report to every open screen, and what it costs.

    make bench-spine          (writes bench/results/spine.json)

Runs the real command (server, worker, embedded PostgreSQL) over a practice country in .cache/bench, which is made
whole the first time. Reports that the country still lacks are sent, submitted and accepted one by one. Baselines are
taken in the same run: a bare row insert, the health page, one listener.
"""

import json
import os
import statistics
import time
from dataclasses import dataclass
from typing import Any

import psutil

from bench.live_clients import Crowd, cookie_of
from tools.practice import REPOSITORY, practice_country

HOUSE = REPOSITORY / ".cache" / "bench" / "country"
RESULT = REPOSITORY / "bench" / "results" / "spine.json"
FLASH, MONTH = "BMT", "2026-M09"
SINGLE, VISIBLE, CROWDED = 30, 30, 10
CLIENTS = 500
A_MOMENT = 2.1  # seconds: longer than an overview is kept


@dataclass
class Row:
    """One line of the result, as every benchmark of the house writes it."""

    what: str
    value: float
    unit: str
    baseline: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def main() -> None:
    rows: list[Row] = []
    with practice_country(HOUSE, surroundings={"GIAMSAT_SESSIONS_PER_ACCOUNT": "2000"}) as address:
        _join_house()
        rows += country_size()
        rows += pages(address)
        reports = send_missing(rows)
        rows += visible(address, reports)
    _write(rows)


def _join_house() -> None:
    """Django over the same database as the running processes."""
    os.environ["GIAMSAT_DATA_DIR"] = str(HOUSE)
    os.environ["DATABASE_URL"] = f"postgresql://postgres@/giamsat?host={HOUSE / 'postgres'}"
    from giamsat.config.cli.surroundings import open_house

    open_house()


def country_size() -> list[Row]:
    """What the figures below stand on, and how long it took to make."""
    from giamsat.analysis.warehouse import queries as warehouse

    note = json.loads((HOUSE / "demo.json").read_text())
    seconds = note["seconds"]
    return [
        Row("reports in the country", note["reports"], "reports"),
        Row("cells reported", note["cells"], "cells"),
        Row("cells published", warehouse.status().cells, "cells"),
        Row(
            "reports checked and stored in batches",
            note["reports"] / seconds["Reports"],
            "reports/s",
            goal="≥ 160.000 reports in 110 s",
            met=seconds["Reports"] <= 110,
        ),
    ]


def pages(address: str) -> list[Row]:
    """Server time of the overview, warm, beside a page that asks the database one thing."""
    from bench.live_clients import time_page

    cookie = cookie_of(address, "leader")
    health = time_page(f"{address}/healthz", cookie, times=30)
    overview = time_page(f"{address}/?period=2026-9M", cookie, times=30)
    anew = time_page(f"{address}/?period=2026-9M", cookie, times=15, pause=A_MOMENT)
    ratio = statistics.median(overview) / statistics.median(health)
    slower = statistics.median(anew) / statistics.median(health)
    return [
        Row("overview reckoned anew, median", 1000 * statistics.median(anew), "ms", "health page", slower),
        Row("overview reckoned anew, p95", 1000 * _p95(anew), "ms", goal="≤ 150 ms", met=_p95(anew) <= 0.150),
        Row("overview, median", 1000 * statistics.median(overview), "ms", "health page", ratio),
        Row("overview, p95", 1000 * _p95(overview), "ms", goal="≤ 150 ms", met=_p95(overview) <= 0.150),
    ]


def send_missing(rows: list[Row]) -> list[Any]:
    """Send flash reports that are still out, one by one; returns those that wait for acceptance."""
    from giamsat.intake.observations import queries, services
    from giamsat.intake.sources import queries as forms
    from giamsat.lib import clock
    from giamsat.lib.actors import Actor
    from giamsat.lib.periods import Period

    by, period = Actor.system("bench"), Period.parse(MONTH)
    form = forms.form_for(FLASH, period)
    out = _still_out(form, period)[: SINGLE + VISIBLE + CROWDED]
    if len(out) < SINGLE + VISIBLE + CROWDED:
        raise SystemExit(f"only {len(out)} reports are still out; remove {HOUSE} and run again")
    taken, reports = [], []
    for unit in out:
        before = queries.report_of(unit, FLASH, period.previous_cumulative().key)
        values = [queries.values_of(before.current)[cell.key] for cell in form.cells]
        began = time.perf_counter()
        services.receive(unit, form, period, values, by=by, at=clock.now())
        taken.append(time.perf_counter() - began)
        report = queries.report_of(unit, FLASH, MONTH)
        _explain_all(report, by)
        reports.append(services.submit(report, by=by, at=clock.now()))
    bare = _bare_insert()
    median = statistics.median(taken)
    rows.append(Row("one report received alone", 1 / median, "reports/s", "bare row insert", median / bare))
    return reports


def _still_out(form: Any, period: Any) -> list[Any]:
    from giamsat.intake.observations import queries
    from giamsat.intake.sources import queries as forms

    owing = forms.obliged_units(form.code, period, "own")
    return [unit for unit in owing if queries.report_of(unit, form.code, period.key) is None]


def _explain_all(report: Any, by: Any) -> None:
    from giamsat.intake.observations import services
    from giamsat.intake.quality import queries as quality
    from giamsat.lib import clock

    for finding in quality.unexplained(report.current_id):
        services.explain(report, finding.pk, "The same figures as last month.", by=by, at=clock.now())


def _bare_insert() -> float:
    """The time of one committed row of the same width, without checks, trail or news."""
    import psycopg

    values = list(range(40))
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as database:
        database.execute("CREATE TEMP TABLE bare (id serial PRIMARY KEY, cells numeric(18,4)[])")
        taken = []
        for _ in range(100):
            began = time.perf_counter()
            database.execute("INSERT INTO bare (cells) VALUES (%s)", [values])
            taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def visible(address: str, reports: list[Any]) -> list[Row]:
    """From the commit of an acceptance to the figure on another screen: one reader, then five hundred."""
    cookies = [
        cookie_of(address, account) for account in ("leader", "synthesis", "committee-leader", "watcher")
    ]
    alone, crowded = reports[: SINGLE + VISIBLE], reports[SINGLE + VISIBLE :]
    worker = _worker_time()
    with Crowd(address, cookies[:1], clients=1, query=f"?period={MONTH}") as one:
        single = [each for report in alone for each in _seen(one, report)]
    cost = (_worker_time() - worker) / len(alone)
    with Crowd(address, cookies, clients=CLIENTS, query=f"?period={MONTH}") as many:
        together = [each for report in crowded for each in _seen(many, report)]
        lost = one.lost + many.lost
    alone_s, crowd_s = statistics.median(single), statistics.median(together)
    return [
        Row("commit → another screen, median", alone_s, "s", goal="≤ 2 s", met=alone_s <= 2),
        Row("commit → another screen, p95", _p95(single), "s", goal="≤ 4 s", met=_p95(single) <= 4),
        Row("worker's processor time per report", 1000 * cost, "ms"),
        Row(f"{CLIENTS} live readers, median", crowd_s, "s", "one reader", crowd_s / alone_s),
        Row(f"{CLIENTS} live readers, p95", _p95(together), "s", goal="≤ 4 s", met=_p95(together) <= 4),
        Row(f"{CLIENTS} live readers, lost messages", lost, "messages", goal="0", met=lost == 0),
    ]  # fmt: skip


def _seen(readers: Any, report: Any) -> list[float]:
    """Accept a report; seconds until each reader's page shows the publication that holds it."""
    from giamsat.foundation.outbox import queries as outbox

    before = outbox.last_number()

    def published() -> int | None:
        news = outbox.events_after(before, 100)
        return next((each.seq for each in news if _holds(each, report)), None)

    return readers.times(lambda: _accept(report), published)


def _holds(news: Any, report: Any) -> bool:
    changed = news.payload.get("changed", ()) if news.name == "warehouse.figures_published" else ()
    return any(unit_id == report.unit_id for unit_id, *_ in changed)


def _accept(report: Any) -> None:
    from giamsat.intake.observations import services
    from giamsat.lib import clock
    from giamsat.lib.actors import Actor

    services.accept(report, by=Actor.system("bench"), at=clock.now())


def _worker_time() -> float:
    """Processor seconds that the worker of this house has used so far; others may run beside it."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        words = process.cmdline()
        if "giamsat.config" in words and "worker" in words:
            times = process.cpu_times()
            total += times.user + times.system
    return total


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def _write(rows: list[Row]) -> None:
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps([vars(row) for row in rows], ensure_ascii=False, indent=1) + "\n")
    for row in rows:
        beside = f"  ({row.ratio:.1f} × {row.baseline})" if row.ratio else ""
        goal = f"  goal {row.goal}: {'met' if row.met else 'NOT met'}" if row.goal else ""
        print(f"{row.what:45} {row.value:12,.2f} {row.unit}{beside}{goal}")


if __name__ == "__main__":
    main()
