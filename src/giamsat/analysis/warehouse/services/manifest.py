"""Writing the manifest: the moment at which files begin to count."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from giamsat.analysis.warehouse.choices import Reason, Shape
from giamsat.analysis.warehouse.events import FiguresPublished
from giamsat.analysis.warehouse.models import DataFile, Generation
from giamsat.analysis.warehouse.rules import period_of
from giamsat.analysis.warehouse.shards import Written
from giamsat.foundation.outbox import services as outbox

MOST_TOLD = 1_000  # changes listed one by one in the event; beyond that a year is named


def begin(reason: Reason, *, reports: int, at: datetime, figures_at: datetime | None = None) -> Generation:
    return Generation.objects.create(
        reason=reason, reports=reports, published_at=at, figures_at=figures_at or at
    )


def add(generation: Generation, written: Written, *, year: int, shape: Shape) -> DataFile:
    return DataFile.objects.create(
        name=written.name,
        year=year,
        shape=shape,
        cells=written.cells,
        reports=written.reports,
        size=written.size,
        sha256=written.sha256,
        added=generation,
    )


def drop(generation: Generation, files: Iterable[DataFile]) -> None:
    DataFile.objects.filter(pk__in=[file.pk for file in files]).update(dropped=generation)


def live_files(year: int) -> list[DataFile]:
    return list(DataFile.objects.filter(year=year, dropped=None).order_by("id"))


def tell(generation: Generation, changed: Sequence[tuple[int, int, str]], years: Iterable[int] = ()) -> None:
    """Announce a generation whose figures differ; ``changed`` holds (unit, period code, form)."""
    listed = sorted(set(changed))
    named = set(years)
    if len(listed) > MOST_TOLD:
        named |= {period // 100 for _, period, _ in listed}
        listed = []
    outbox.announce(
        FiguresPublished(
            generation=generation.number,
            changed=[[unit, period_of(period).key, form] for unit, period, form in listed],
            years=sorted(named),
        )
    )
