"""How soon an accepted report can be read while 200 arrive at once, and whether each counts once."""

import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

from bench.ten_years import AT, FORMS, Profile

FORMS_AT_ONCE = 200
Say = Callable[..., None]


def measure(profile: Profile, say: Say) -> None:
    """Four writers bring 200 corrected forms of the last month in force; one publisher publishes what there is."""
    period = f"{profile.years[-1]}-M12"
    work = [(unit, FORMS[at % len(FORMS)]) for at, unit in enumerate(profile.units[::17][:FORMS_AT_ONCE])]
    committed: dict[int, float] = {}
    writers = [
        threading.Thread(target=_write, args=(work[share::4], period, committed)) for share in range(4)
    ]
    began = time.perf_counter()
    for writer in writers:
        writer.start()
    visible, publishing = _publish_until_seen(writers, committed, len(work))
    waits = sorted(visible[version] - at for version, at in committed.items() if version in visible)
    say("200 forms at once: committed to visible, median", statistics.median(waits), "s", goal=2)
    say("200 forms at once: committed to visible, p95", waits[int(len(waits) * 0.95)], "s", goal=4)
    say("200 forms at once: from the first commit to the last seen", max(visible.values()) - began, "s")
    say("the publisher's own time for each form", publishing / len(work) * 1e3, "ms")
    say("forms lost", len(work) - len(waits), "forms", goal=0)
    _look_it_over(profile.years[-1], say)


def _write(work: list[tuple[int, str]], period: str, committed: dict[int, float]) -> None:
    from django.db import connection, transaction

    from giamsat.analysis.warehouse import services
    from giamsat.intake.observations.models import Report, ReportVersion

    for unit, form in work:
        with transaction.atomic():
            report = Report.objects.select_related("in_force").get(
                unit_id=unit, form_code=form, period_key=period
            )
            old: Any = report.in_force
            values = [(value or 0) + 1 for value in old.values]
            version = ReportVersion.objects.create(
                report=report, number=old.number + 1, form_id=old.form_id, values=values,
                recorded_at=AT, recorded_by_name="b", accepted_at=AT,
            )  # fmt: skip
            Report.objects.filter(pk=report.pk).update(current=version, in_force=version)
            services.note([report.pk], event_id=10**9 + version.pk, at=AT)
        committed[version.pk] = time.perf_counter()
    connection.close()


def _publish_until_seen(
    writers: list[threading.Thread], committed: dict[int, float], forms: int
) -> tuple[dict[int, float], float]:
    """When each version could be read, and how long publishing itself took."""
    from giamsat.analysis.warehouse import services
    from giamsat.analysis.warehouse.reader import newest_snapshot

    visible: dict[int, float] = {}
    publishing, turns = 0.0, 0
    while len(visible) < forms and turns < 1_000:
        turns += 1
        alive = any(writer.is_alive() for writer in writers)
        began = time.perf_counter()
        if services.publish_pending(at=AT) is None:
            time.sleep(0.01)
        publishing += time.perf_counter() - began
        with newest_snapshot() as snapshot:
            assert snapshot is not None
            wanted = [version for version in list(committed) if version not in visible]
            snapshot.give("wanted", version_id=wanted or [0])
            head = snapshot.tables("reports", years=snapshot.years())
            seen = snapshot.ask(f"{head} SELECT version_id FROM reports SEMI JOIN wanted USING (version_id)")
        visible |= {version: time.perf_counter() for (version,) in seen}
        if not alive and len(visible) == len(committed):
            break
    return visible, publishing


def _look_it_over(year: int, say: Say) -> None:
    """The year's cells, counted and added up by form and period, against what PostgreSQL makes of its reports."""
    from giamsat.analysis.warehouse import upstream
    from giamsat.analysis.warehouse.reader import newest_snapshot

    with newest_snapshot() as snapshot:
        assert snapshot is not None
        head = snapshot.tables("facts", years=[year])
        told = "form, period, basis, count(DISTINCT report_id), count(*), sum(value)"
        rows = snapshot.ask(f"{head} SELECT {told} FROM facts GROUP BY ALL")
    found = {tuple(row[:3]): tuple(row[3:]) for row in rows}
    wrong = sum(found.get(key) != told for key, told in upstream.totals(year).items())
    say("forms and periods of the year whose cells do not come to what was reported", wrong, "sums", goal=0)
