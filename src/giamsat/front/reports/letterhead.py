"""How a unit's papers are headed, numbered, signed and addressed: as definitions/documents/letterhead.yaml says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

Words = Mapping[str, Any]
UNKNOWN: Words = {"above": {"vi": "", "en": ""}, "body": {"vi": "{full}", "en": "{full}"}}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """One unit's, in one language. ``symbol`` is what follows the number, empty where no letters are numbered."""

    masthead: tuple[str, ...]
    mark: str
    above: str
    body: str
    place: str
    symbol: str
    signer: tuple[str, ...]
    recipients: tuple[str, ...]


def letterhead_of(unit: Any, superior: Any | None, language: str) -> Letterhead:
    """The letterhead of a unit; a kind that the definition does not name heads its papers with its own name."""
    definition = _definition()
    kind = _kind(definition, unit)
    names = _names(kind, unit, superior, definition, language)
    archive = _said(definition.get("archive", {}), language, names)
    addressed = _addressed(definition, superior, language)
    return Letterhead(
        masthead=tuple(_lines(definition.get("masthead", {}), language)),
        mark=definition.get("mark", ""),
        above=_said(kind["above"], language, names),
        body=_said(kind["body"], language, names),
        place=_said(kind.get("place", {}), language, names),
        symbol=kind.get("symbol", ""),
        signer=tuple(_lines(kind.get("signer", {}), language)),
        recipients=tuple(each for each in (addressed, archive) if each),
    )


def _addressed(definition: Words, unit: Any | None, language: str) -> str:
    """What others call a body: ``Ủy ban Kiểm tra Tỉnh ủy Lai Châu``."""
    if unit is None:
        return ""
    kind = _kind(definition, unit)
    names = _names(kind, unit, None, definition, language)
    if "addressed" in kind:
        return _said(kind["addressed"], language, names)
    parts = [_said(kind[part], language, names) for part in ("body", "above")]
    return (" " if language == "vi" else ", ").join(part for part in parts if part)


def _names(kind: Words, unit: Any, superior: Any | None, definition: Words, language: str) -> dict[str, str]:
    parent = _bare(_kind(definition, superior), superior.name(language)) if superior else ""
    full = unit.name(language)
    spoken = full[:1].lower() + full[1:] if language == "vi" else full  # Đảng ủy xã Hua Bum
    return {"name": _bare(kind, full), "full": spoken if kind is not UNKNOWN else full, "parent": parent}


def _bare(kind: Words, name: str) -> str:
    left_out = kind.get("without", [])
    for part in [left_out] if isinstance(left_out, str) else left_out:
        name = name.removeprefix(part).removesuffix(part)
    return name


def _kind(definition: Words, unit: Any) -> Words:
    kind: Words = definition.get("kinds", {}).get(unit.kind, UNKNOWN)
    return kind


def _said(words: Words, language: str, names: Mapping[str, str]) -> str:
    return str(words.get(language) or words.get("vi") or "").format(**names)


def _lines(words: Words, language: str) -> list[str]:
    return list(words.get(language) or words.get("vi") or [])


def _definition() -> Words:
    file = Path(settings.DEFINITIONS_DIR) / "documents" / "letterhead.yaml"
    return _read(file, file.stat().st_mtime_ns) if file.exists() else {}


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> Words:
    content: Words = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content
