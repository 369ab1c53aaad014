"""Loading of definitions. A published (code, version) is immutable: loading only adds versions."""

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from giamsat.foundation.catalogue.definition import problems_of_indicator
from giamsat.foundation.catalogue.errors import DefinitionChanged, DefinitionInvalid
from giamsat.foundation.catalogue.models import Breakdown, Dimension, Group, Indicator
from giamsat.foundation.catalogue.queries import forget
from giamsat.foundation.catalogue.rules import difference

NO_LAYER = "none"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a loading did: names of the versions it added, and how many stood there already."""

    added: list[str] = field(default_factory=list)
    unchanged: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(self.added + other.added, self.unchanged + other.unchanged)


@transaction.atomic
def load_definitions(folder: Path) -> Loaded:
    """Load dimensions and indicators from a definitions folder."""
    return load_dimensions(folder / "dimensions.yaml") + load_indicators(folder / "indicators")


@transaction.atomic
def load_indicators(folder: Path) -> Loaded:
    """Load every file of indicators in a folder, not its sub-folders."""
    loaded = Loaded()
    known_dimensions = set(Dimension.objects.values_list("code", flat=True))
    published = {(each.code, each.version): each.content for each in Indicator.objects.all()}
    for file in sorted(folder.glob("*.yaml")):
        definition = read_yaml(file)
        _keep_group(definition["group"])
        group = definition["group"]["code"]
        fresh = [
            _indicator(file.name, group, entry, known_dimensions, published)
            for entry in definition["indicators"]
            if is_new("Indicator", entry, published)
        ]
        Indicator.objects.bulk_create(fresh)
        loaded += Loaded(
            [f"{each.code} v{each.version}" for each in fresh], len(definition["indicators"]) - len(fresh)
        )
    forget()
    return loaded


@transaction.atomic
def load_dimensions(file: Path) -> Loaded:
    """Load dimensions and their values; a value keeps its number for ever."""
    Breakdown.objects.get_or_create(
        id=0, defaults={"dimension": "", "value": "", "name_vi": "Tổng số", "name_en": "Total"}
    )
    entries = read_yaml(file)["dimensions"]
    published = {(each.code, each.version): each.content for each in Dimension.objects.all()}
    fresh = [entry for entry in entries if is_new("Dimension", entry, published)]
    for entry in fresh:
        Dimension.objects.create(
            code=entry["code"],
            version=entry["version"],
            name_vi=entry["name"]["vi"],
            name_en=entry["name"]["en"],
            content=entry,
        )
        _keep_values(entry)
    forget()
    return Loaded([f"{entry['code']} v{entry['version']}" for entry in fresh], len(entries) - len(fresh))


def read_yaml(file: Path) -> Any:
    """Read one definition file; say which file and line when it is not YAML."""
    try:
        return yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise DefinitionInvalid(file.name, str(error)) from error


def read_definition(file: Path) -> Any:
    """The same as JSON keeps it, which is how it is compared later: days as ISO text, keys as text."""
    return _plain(read_yaml(file))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def is_new(kind: str, entry: dict[str, Any], published: dict[tuple[str, int], Any]) -> bool:
    """Whether a definition still has to be added; refused when its published text differs."""
    key = (entry["code"], entry["version"])
    if key not in published:
        return True
    diff = difference(published[key], entry)
    if diff:
        raise DefinitionChanged(kind, entry["code"], entry["version"], diff)
    return False


def _keep_group(group: dict[str, Any]) -> None:
    """Titles of chapters are labels, not figures: they may be reworded."""
    titles = {"name_vi": group["name"]["vi"], "name_en": group["name"]["en"]}
    Group.objects.bulk_create(
        [Group(code=group["code"], **titles)],
        update_conflicts=True, unique_fields=["code"], update_fields=list(titles),
    )  # fmt: skip


@transaction.atomic
def publish_indicator(group: str, content: dict[str, Any]) -> Loaded:
    """Add one indicator to a chapter as its file would, and refuse it as that would."""
    published = {(each.code, each.version): each.content for each in Indicator.objects.all()}
    if not is_new("Indicator", content, published):
        return Loaded(unchanged=1)
    dimensions = set(Dimension.objects.values_list("code", flat=True))
    _indicator(f"{content['code']}.yaml", group, content, dimensions, published).save()
    forget()
    return Loaded([f"{content['code']} v{content['version']}"])


def _indicator(
    file: str, group: str, entry: dict[str, Any], dimensions: set[str], published: dict[tuple[str, int], Any]
) -> Indicator:
    earlier = [key for key in published if key[0] == entry["code"] and key[1] < entry["version"]]
    before = published[max(earlier)] if earlier else None
    if problems := problems_of_indicator(group, entry, dimensions=dimensions, before=before):
        raise DefinitionInvalid.of(
            file, [replace(each, at=f"{entry['code']} {each.at}") for each in problems]
        )
    return Indicator(
        code=entry["code"],
        version=entry["version"],
        group_id=group,
        name_vi=entry["name"]["vi"],
        name_en=entry["name"]["en"],
        unit=entry["unit"]["vi"],
        unit_en=entry["unit"]["en"],
        additivity=entry["additivity"],
        dimensions=entry["dimensions"],
        core=entry["core"],
        counts_persons=entry["counts_persons"],
        good_when=entry["good_when"],
        layer="" if entry["layer"] == NO_LAYER else entry["layer"],
        decimals=entry.get("decimals", 0),
        content=entry,
    )


def _keep_values(entry: dict[str, Any]) -> None:
    standing = {each.value: each.id for each in Breakdown.objects.filter(dimension=entry["code"])}
    values = []
    for value in entry.get("values", []):
        if standing.get(value["value"], value["id"]) != value["id"]:
            raise DefinitionInvalid("dimensions.yaml", f"{entry['code']}={value['value']} changes its number")
        values.append(
            Breakdown(
                id=value["id"],
                dimension=entry["code"],
                value=value["value"],
                name_vi=value["vi"],
                name_en=value["en"],
            )
        )
    Breakdown.objects.bulk_create(
        values, update_conflicts=True, unique_fields=["id"],
        update_fields=["dimension", "value", "name_vi", "name_en"],
    )  # fmt: skip
