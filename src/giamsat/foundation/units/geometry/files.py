"""The map on disk: one folder for each drawing, one small file that says which counts."""

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

CURRENT = "current.json"
OUTLINES = "outlines.npz"


@dataclass(frozen=True, slots=True)
class MapFacts:
    """What a drawing is: screens say it beside the map."""

    stamp: str
    kind: str  # schematic | official
    source: str
    drawn: int
    not_drawn: list[str]  # codes of units with a seat and no shape
    unmatched: list[str]  # codes of shapes with no unit
    mended: list[str]  # codes whose outline had harmless faults


def publish(
    folder: Path, facts: MapFacts, layers: Mapping[str, Any], outlines: Mapping[str, BaseGeometry]
) -> None:
    """Write a drawing beside the one that counts, then let it count; readers never see half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    final = folder / facts.stamp
    if not final.exists():
        work = Path(tempfile.mkdtemp(prefix=".drawing-", dir=folder))
        for name, layer in layers.items():
            _write_json(work / f"{name}.json", layer)
        _write_outlines(work / OUTLINES, outlines)
        os.replace(work, final)
    note = folder / f".{CURRENT}"
    _write_json(note, asdict(facts))
    os.replace(note, folder / CURRENT)
    for old in folder.iterdir():
        if old.is_dir() and old.name != facts.stamp:
            shutil.rmtree(old, ignore_errors=True)


def current(folder: Path) -> MapFacts | None:
    """The drawing that counts, if there is one."""
    try:
        return MapFacts(**json.loads((folder / CURRENT).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def layer_file(folder: Path, facts: MapFacts, name: str) -> Path:
    return folder / facts.stamp / f"{name}.json"


def read_outlines(folder: Path, facts: MapFacts) -> tuple[list[str], Sequence[BaseGeometry]]:
    """Codes and full-detail outlines of the units drawn."""
    with np.load(folder / facts.stamp / OUTLINES) as stored:
        ends, blob = stored["ends"], stored["wkb"].tobytes()
        starts = [0, *ends[:-1]]
        pieces = [blob[start:end] for start, end in zip(starts, ends, strict=True)]
        return [str(code) for code in stored["codes"]], shapely.from_wkb(pieces)


def _write_outlines(file: Path, outlines: Mapping[str, BaseGeometry]) -> None:
    pieces = shapely.to_wkb(list(outlines.values()))
    np.savez_compressed(
        file,
        codes=np.array(list(outlines), dtype=str),
        ends=np.cumsum([len(piece) for piece in pieces]),
        wkb=np.frombuffer(b"".join(pieces), dtype=np.uint8),
    )


def _write_json(file: Path, content: Any) -> None:
    with file.open("w", encoding="utf-8") as handle:
        # in one piece: piece by piece it is written eight times slower
        handle.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")))
        handle.flush()
        os.fsync(handle.fileno())
