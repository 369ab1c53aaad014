"""Upkeep: writing years anew from the reports, joining small files, sweeping away what no generation names."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from giamsat.analysis.warehouse import queries, shards, upstream
from giamsat.analysis.warehouse.choices import Reason, Shape
from giamsat.analysis.warehouse.models import DataFile, Generation, Rebuild, Waiting
from giamsat.analysis.warehouse.reader import newest, newest_snapshot
from giamsat.analysis.warehouse.services import locks, manifest, veiling
from giamsat.analysis.warehouse.services.years import write_year
from giamsat.analysis.warehouse.upstream import Tree
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.outbox import services as outbox
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources import queries as sources

RENEW_TASK = "warehouse.renew"
GRACE = timedelta(minutes=10)  # a file that no generation names any more may still be asked for this long
MANIFEST_KEPT = timedelta(days=30)


def rebuild(
    *, at: datetime, years: Iterable[int] | None = None, say: Callable[[str], None] = lambda _: None
) -> Generation | None:
    """Write every year anew from the reports, one generation each; one that was killed goes on where it stopped.

    Publishing goes on beside it: only the moment of each commit is locked.
    """
    with locks.upkeep():
        work, heard = _begin(at, years)
        tree = Tree()
        for year in list(work.years_left):
            say(f"warehouse: {year}")
            _rebuild_year(work, tree, year, at=at)
        with transaction.atomic():
            Rebuild.objects.filter(pk=work.pk).update(finished_at=at)
            Waiting.objects.filter(pk__in=heard).delete()
        _sweep(at)
    return newest()


def years_owed_otherwise(since: date) -> list[int]:
    """Years of which periods were reported whose cut-off lies on or after the day from which the units are others."""
    reported = observations.reported_periods()
    periods = sources.reporting_periods().filter(key__in=reported, cut_off_on__gte=since)
    return sorted({each.year for each in periods})


def ask_to_renew(year: int, *, delay: int = 0) -> None:
    """Queue the writing anew of a year and those after it."""
    outbox.queue_once(RENEW_TASK, "housekeeping", delay=delay, year=year)


def _begin(at: datetime, years: Iterable[int] | None) -> tuple[Rebuild, list[int]]:
    """The rebuild to work on, and the news that it will have covered when it is through."""
    with transaction.atomic():
        locks.hold_publishing()  # nobody is publishing something read before this moment
        heard = list(Waiting.objects.values_list("pk", flat=True)) if years is None else []
        work = Rebuild.objects.filter(finished_at=None).first()
        if work is None or years is not None:
            Rebuild.objects.filter(finished_at=None).update(finished_at=at)
            everything = set(upstream.shown_years()) | set(
                DataFile.objects.filter(dropped=None).values_list("year", flat=True)
            )
            wanted = everything if years is None else set(years)
            work = Rebuild.objects.create(started_at=at, years_left=sorted(wanted, reverse=True))
            return work, heard
    return work, []  # years done before the kill may lack what was heard since


@catalogue.one_look()
def _rebuild_year(work: Rebuild, tree: Tree, year: int, *, at: datetime) -> None:
    before = _live_now(year)
    written = write_year(tree, year)
    with transaction.atomic():
        locks.hold_publishing()
        generation = manifest.begin(Reason.REBUILD, reports=written.reports, at=at)
        manifest.drop(generation, before)
        if written.reports:
            manifest.add(generation, written, year=year, shape=Shape.BASE)
        veiling.cover(generation.number, tree, year=year)
        work.years_left = [left for left in work.years_left if left != year]
        work.save(update_fields=["years_left"])
        manifest.tell(generation, [], [year])


@transaction.atomic
def _live_now(year: int) -> list[DataFile]:
    """A year's files while nobody publishes: a change published later was read later, and will lie on top."""
    locks.hold_publishing()
    return manifest.live_files(year)


def compact(*, at: datetime, force: bool = False) -> list[int]:
    """Join the changes of each year that has many into its base; returns the years joined. For idle times."""
    with locks.upkeep():
        years = queries.years_to_join()
        if force:
            live = DataFile.objects.filter(dropped=None, shape=Shape.CHANGE)
            years = sorted(set(live.values_list("year", flat=True)))
        for year in years:
            _join(year, at=at)
        _sweep(at)
    return years


def _join(year: int, *, at: datetime) -> None:
    """The same figures in one file. Changes published meanwhile stay on top of it."""
    with newest_snapshot() as snapshot:
        assert snapshot is not None
        before = [file for file in manifest.live_files(year) if file.name in snapshot.names]
        tables = [name for name in shards.TABLES if name not in ("touched", "renewed", "redone")]
        sources = {name: snapshot.table(name, {year}) for name in tables}
        written = shards.write(snapshot.cursor, str(year), sources, small=False)
    with transaction.atomic():
        locks.hold_publishing()
        still_live = set(DataFile.objects.filter(year=year, dropped=None).values_list("pk", flat=True))
        if not still_live.issuperset(file.pk for file in before):
            return  # the year was written anew meanwhile: this file is swept
        figures_at = Generation.objects.get(pk=snapshot.number).figures_at
        generation = manifest.begin(
            Reason.COMPACTION,
            reports=0,
            at=at,
            figures_at=max(figures_at, newest().figures_at),  # type: ignore[union-attr]
        )
        manifest.drop(generation, before)
        manifest.add(generation, written, year=year, shape=Shape.BASE)


@transaction.atomic
def _sweep(at: datetime) -> list[str]:
    """Remove files nobody needs: never named, or dropped long enough ago. Only inside upkeep."""
    locks.hold_publishing()
    DataFile.objects.filter(dropped__published_at__lt=at - GRACE).delete()
    latest = newest()
    old = Generation.objects.filter(published_at__lt=at - MANIFEST_KEPT, added_files=None, dropped_files=None)
    old.exclude(number=latest.number if latest else 0).delete()
    return shards.sweep(set(DataFile.objects.values_list("name", flat=True)))
