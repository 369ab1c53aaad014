"""The open export: published figures as Parquet, of the units whose reports one account may read."""

import tempfile
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from giamsat.analysis.warehouse import services as warehouse
from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action
from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.access.models import Account
from giamsat.foundation.audit import services as audit
from giamsat.foundation.units import queries as units
from giamsat.lib.refusals import Refusal


class FolderNotEmpty(Refusal):
    code = "export.folder_not_empty"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            _("%(folder)s is not an empty folder. An export never mixes with other files: name a new folder.")
            % {"folder": folder},
            folder=str(folder),
        )


class NothingPublished(Refusal):
    code = "export.nothing_published"

    def __init__(self) -> None:
        super().__init__(_("Nothing has been published yet. Run giamsat publish first."))


def export(folder: Path, *, by: Account, at: datetime) -> int:
    """Write a file a year and the list of units into a new folder, whole or not at all; returns the number of figures.

    A file knows no reader: whoever reads it later, it tells of each report no more than outsiders are shown.
    """
    scope = access.scope_for(by, at=at)
    if not scope.may_anywhere(Action.REPORT_READ):
        raise NotAllowed(Action.REPORT_READ, by.unit or units.centre())
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".export-", dir=folder.parent) as scratch:
        published, chosen = Path(scratch) / "published", Path(scratch) / "chosen"
        chosen.mkdir()
        exported = warehouse.export_parquet(published)
        if exported is None:
            raise NothingPublished
        seen = pa.array(sorted(scope.unit_ids), pa.int64())
        rows = sum(_choose(file, chosen / file.relative_to(published), seen) for file in _files(published))
        _list_units(chosen / "units.parquet", scope)
        facts = {"rows": rows, "generation": exported.generation, "folder": folder.name}
        audit.record("figures.exported", subject="figures", by=by.actor(), at=at, facts=facts)
        chosen.replace(folder)
    return rows


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("year=*/figures.parquet"))


def _choose(source: Path, target: Path, seen: pa.Array) -> int:
    """Copy the figures of some units, a piece at a time."""
    target.parent.mkdir(parents=True)
    file, rows = pq.ParquetFile(source), 0
    with file, pq.ParquetWriter(target, file.schema_arrow, compression="zstd") as out:
        for piece in file.iter_batches():
            kept = piece.filter(pc.is_in(piece["unit_id"].cast(pa.int64()), value_set=seen))
            out.write_batch(kept)
            rows += kept.num_rows
    return rows


def _list_units(target: Path, scope: access.Scope) -> None:
    """Which unit each number means."""
    columns = ("pk", "vintage", "code", "name_vi", "name_en", "kind", "level")
    found = scope.units_where(Action.REPORT_READ).order_by("vintage", "code").values_list(*columns)
    names = ["unit_id", *columns[1:]]
    pq.write_table(pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in found]), target)
