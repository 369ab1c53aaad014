"""What this room does: load what figures mean, keep target values with their source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from giamsat.analysis.indicators import queries
from giamsat.analysis.indicators.choices import DefinitionKind
from giamsat.analysis.indicators.errors import QuotaOnViolations, SourceMissing, TargetComputed
from giamsat.analysis.indicators.models import Definition, TargetValue
from giamsat.analysis.indicators.rules import Derived, Target
from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.services import Loaded, is_new, read_yaml
from giamsat.lib.actors import Actor

FOLDERS = {
    DefinitionKind.DERIVED: ("indicators/derived", "indicators"),
    DefinitionKind.TARGET: ("targets", "targets"),
    DefinitionKind.REFERENCE: ("reference", "series"),
}


@transaction.atomic
def load_definitions(folder: Path, *, at: datetime) -> Loaded:
    """Load derived indicators, then targets that speak of them, then reference series."""
    loaded = Loaded()
    for kind, (place, key) in FOLDERS.items():
        published = {(each.code, each.version): each.content for each in Definition.objects.filter(kind=kind)}
        for file in sorted((folder / place).glob("*.yaml")):
            entries = read_yaml(file)[key]
            fresh = [entry for entry in entries if is_new(str(kind.label), entry, published)]
            for entry in fresh:
                _verify(kind, entry)
            Definition.objects.bulk_create(
                Definition(
                    kind=kind,
                    code=entry["code"],
                    version=entry["version"],
                    content=entry,
                    published_at=at,
                )
                for entry in fresh
            )
            names = [f"{entry['code']} v{entry['version']}" for entry in fresh]
            loaded += Loaded(names, len(entries) - len(fresh))
        catalogue.forget()
    return loaded


@dataclass(frozen=True, slots=True)
class Reached:
    """A target value on its way in."""

    unit_id: int
    period_key: str
    value: Decimal


@transaction.atomic
def record_target_values(
    target: str, values: Iterable[Reached], *, source: str, as_of: date, by: Actor, at: datetime
) -> int:
    """Keep what units reached, with who says so. Earlier values stay; the newest counts."""
    definition = queries.target(target)
    if definition.indicator:
        raise TargetComputed(target, definition.indicator)
    if not source.strip():
        raise SourceMissing(target)
    rows = [
        TargetValue(
            target=target,
            unit_id=each.unit_id,
            period_key=each.period_key,
            value=each.value,
            source=source,
            as_of=as_of,
            recorded_at=at,
            recorded_by_id=by.id,
            recorded_by_name=by.name,
        )
        for each in values
    ]
    TargetValue.objects.bulk_create(rows)
    audit.record(
        "target.values_recorded",
        subject=f"target:{target}",
        by=by,
        at=at,
        facts={"values": len(rows), "source": source, "as_of": as_of.isoformat()},
    )
    return len(rows)


def _verify(kind: str, entry: dict[str, Any]) -> None:
    """Refuse what cannot be computed or must not be aimed at."""
    if kind == DefinitionKind.DERIVED:
        for key in Derived.read(entry).parts:
            catalogue.indicator(catalogue.split_cell_key(key)[0])
    if kind == DefinitionKind.TARGET:
        target = Target.read(entry)
        if target.indicator and queries.derived_indicator(target.indicator).good_when == "none":
            raise QuotaOnViolations(target.code, target.indicator)
