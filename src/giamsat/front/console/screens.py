"""What the overview and the map show: as definitions/screens says, else what the catalogue calls core."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity
from giamsat.front.console.choice import one_of
from giamsat.intake.sources import queries as sources
from giamsat.lib.periods import Period

MOST_KEYS = 4
MOST_LAYERS = 6
OTHERWISE = {"points": _("units"), "members": _("size")}


@dataclass(frozen=True)
class Key:
    """One figure on a card."""

    indicator: str
    title: tuple[tuple[str, str], ...] = ()

    def name(self, language: str) -> str:
        return dict(self.title).get(language) or catalogue.indicator(self.indicator).name(language)


@dataclass(frozen=True)
class Layer:
    """One picture on the map: the sum of some indicators, per so many members when ``per`` is given."""

    code: str
    title: tuple[tuple[str, str], ...]
    indicators: tuple[str, ...]
    per: int = 0

    def name(self, language: str) -> str:
        return dict(self.title).get(language) or self.code

    @property
    def counts_persons(self) -> bool:
        known = catalogue.indicators()
        return any(known[code].counts_persons for code in self.indicators if code in known)


@dataclass(frozen=True)
class Size:
    """The indicator that counts members, and the kinds of periods whose reports hold it."""

    indicator: str
    period_kinds: tuple[str, ...]

    def counted_at(self, period: Period) -> Period:
        """The newest period up to this one at whose end members were counted."""
        ended = [Period(kind, year) for kind in self.period_kinds for year in (period.year - 1, period.year)]
        return max((each for each in ended if each.ends_on <= period.ends_on), key=lambda each: each.ends_on)


def size() -> Size | None:
    """None where reports do not say how many members there are."""
    told = _definition().get("size")
    if not told or told["indicator"] not in catalogue.indicators():
        return None
    return Size(told["indicator"], tuple(told["period_kinds"]))


def word(name: str, language: str) -> str:
    """What this house calls a thing that the product has no word of its own for."""
    return _definition().get("words", {}).get(name, {}).get(language) or str(OTHERWISE[name])


def keys(period: Period) -> list[Key]:
    """The key figures of a kind of period, those whose indicators this installation knows."""
    lists = _definition().get("keys", {})
    chosen = [
        Key(each["indicator"], _pairs(each.get("title", {})))
        for each in lists.get(period.kind, lists.get("default", ()))
    ]
    known = catalogue.indicators()
    return [key for key in chosen if key.indicator in known] or _core_keys()


def carried(period: Period) -> set[str]:
    """Indicators that some form of the period asks for."""
    codes = {each.form_code for each in sources.obligations(period)}
    return {cell.indicator for code in codes for cell in sources.form_for(code, period).cells}


def layers(carried: set[str]) -> list[Layer]:
    """The layers of which at least one indicator is carried by the period's forms."""
    found = [
        Layer(
            each["code"],
            _pairs(each["title"]),
            tuple(code for code in each["indicators"] if code in carried),
            int(each.get("per", 0)),
        )
        for each in _definition().get("layers", ())
    ]
    return [layer for layer in found if layer.indicators] or _one_layer_each(carried)


def layer(code: str, carried: set[str]) -> Layer | None:
    """The layer asked for, the first where none is; None when the period's forms carry nothing to draw."""
    offered = {each.code: each for each in layers(carried)}
    wanted = one_of(code, offered, gettext("map layers")) or next(iter(offered), "")
    return offered.get(wanted)


def drawn_by(period: Period) -> dict[str, str]:
    """Indicator → the layer of the period's map that draws it, the first where there are more."""
    offered = reversed(layers(carried(period)))
    return {indicator: layer.code for layer in offered for indicator in layer.indicators}


def _core_keys() -> list[Key]:
    core = [
        each for each in catalogue.indicators().values() if each.core and each.additivity != Additivity.RATIO
    ]
    return [Key(each.code) for each in core[:MOST_KEYS]]


def _one_layer_each(carried: set[str]) -> list[Layer]:
    known = catalogue.indicators()
    drawn = [
        known[code]
        for code in sorted(carried)
        if code in known and known[code].additivity != Additivity.RATIO
    ]
    return [
        Layer(each.code, (("vi", each.name_vi), ("en", each.name_en)), (each.code,))
        for each in drawn[:MOST_LAYERS]
    ]


def _definition() -> dict[str, Any]:
    file = Path(settings.DEFINITIONS_DIR) / "screens" / "overview.yaml"
    return _read(file, file.stat().st_mtime_ns) if file.exists() else {}


@lru_cache(maxsize=4)
def _read(file: Path, changed: int) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def _pairs(title: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(title.items())
