"""territory.yaml: which files a territory is made of and what its words mean."""

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from giamsat.foundation.units.choices import CommissionKind, Topic
from giamsat.foundation.units.errors import ManifestRefused

MANIFEST = "territory.yaml"
LOADER_VERSION = "1"  # raise it when the same files would plant other rows


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Strict):
    vi: str
    en: str


class Vintage(Named):
    valid_from: date
    valid_to: date | None = None


class Kind(Named):
    level: int = Field(ge=0, le=9)
    rank: int = Field(default=0, ge=0)
    commission: Literal["ubkt", "cell", "none"] = "none"
    prefix_vi: str = ""
    suffix_en: str = ""


class UnitsFile(_Strict):
    file: str
    vintage: str
    valid_from: date | None = None
    valid_to: date | None = None


class SuccessionsFile(_Strict):
    file: str
    predecessors: str
    successors: str
    happened_on: date


class Under(_Strict):
    kinds: list[str]
    beneath: list[str] = []
    withheld: bool | None = None
    commission: str | None = None


class Pattern(_Strict):
    code: str
    vi: str
    en: str


class Range(_Strict):
    lowest: int = Field(alias="from", ge=0)
    highest: int = Field(alias="to", ge=0)


class Numbered(_Strict):
    under: Under
    kind: str
    units: list[Pattern] = Field(min_length=1)
    count: int | Range = 1
    members_share: float = Field(default=0, ge=0, le=1)


class MapFiles(_Strict):
    outline: str | None = None
    always_drawn: str | None = None


class Manifest(_Strict):
    profile: str
    vintages: dict[str, Vintage]
    levels: list[Named]
    regions: dict[str, Named] = {}
    kinds: dict[str, Kind]
    files: list[UnitsFile] = Field(min_length=1)
    seat_corrections: str | None = None
    successions: list[SuccessionsFile] = []
    numbered: list[Numbered] = []
    map: MapFiles = MapFiles()

    def words(self) -> list[tuple[Topic, str, Named]]:
        """Every word screens may need, in the order of the file."""
        levels = {str(number): level for number, level in enumerate(self.levels)}
        topics = (
            (Topic.VINTAGE, self.vintages),
            (Topic.LEVEL, levels),
            (Topic.KIND, self.kinds),
            (Topic.REGION, self.regions),
        )
        return [(topic, code, named) for topic, words in topics for code, named in words.items()]

    def default_commission(self, kind: str) -> str:
        return CommissionKind(self.kinds[kind].commission).value

    def bare_name(self, kind: str, name_vi: str) -> str:
        """The name without the word of its kind: what counts in the alphabet."""
        return name_vi.removeprefix(self.kinds[kind].prefix_vi).strip()

    def misnamed_as(self, kind: str, name_vi: str) -> str | None:
        """Another kind of the same level whose word the name begins with, while its own is missing."""
        own = self.kinds[kind]
        if not own.prefix_vi or name_vi.startswith(own.prefix_vi):
            return None
        return next(
            (
                code
                for code, other in self.kinds.items()
                if other.level == own.level and other.prefix_vi and name_vi.startswith(other.prefix_vi)
            ),
            None,
        )


def read_manifest(folder: Path) -> Manifest:
    """Read and check territory.yaml; every vintage and kind it speaks of must be defined in it."""
    file = folder / MANIFEST
    try:
        manifest = Manifest.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise ManifestRefused(str(file), "no such file") from None
    except yaml.YAMLError as error:
        raise ManifestRefused(MANIFEST, f"not YAML ({error})") from None
    except ValidationError as error:
        raise ManifestRefused(MANIFEST, _first_problem(error)) from None
    _check_references(manifest)
    return manifest


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(step) for step in first["loc"])
    return f"{place}: {first['msg']}"


def _check_references(manifest: Manifest) -> None:
    vintages = [each.vintage for each in manifest.files]
    vintages += [name for each in manifest.successions for name in (each.predecessors, each.successors)]
    kinds = [kind for each in manifest.numbered for kind in (each.kind, *each.under.kinds)]
    for word, known, used in (
        ("vintage", manifest.vintages, vintages),
        ("kind", manifest.kinds, kinds),
    ):
        for name in used:
            if name not in known:
                raise ManifestRefused(MANIFEST, f"{word} {name!r} is used but not defined")
    for name, kind in manifest.kinds.items():
        if kind.level >= len(manifest.levels):
            raise ManifestRefused(MANIFEST, f"kind {name!r} stands on level {kind.level}, which has no name")


def digest(folder: Path, manifest: Manifest) -> str:
    """One number for all files that make the tree, and for the loader that reads them."""
    names = [MANIFEST, *(each.file for each in manifest.files)]
    names += [each.file for each in manifest.successions]
    if manifest.seat_corrections:
        names.append(manifest.seat_corrections)
    total = hashlib.sha256(LOADER_VERSION.encode())
    for name in names:
        file = folder / name
        if not file.is_file():
            raise ManifestRefused(MANIFEST, f"{name} is named but absent")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
