"""Reads of the catalogue. A published definition never changes, so it is kept in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Count, Max, Model

from giamsat.foundation.catalogue.errors import IndicatorUnknown
from giamsat.foundation.catalogue.models import Breakdown, Indicator
from giamsat.foundation.catalogue.rules import TOTAL, cell_key, difference, split_cell_key

__all__ = [
    "TOTAL",
    "breakdowns",
    "cell_key",
    "difference",
    "forget",
    "indicator",
    "indicators",
    "kept",
    "one_look",
    "split_cell_key",
]

M = TypeVar("M", bound=Model)
_kept: dict[type[Model], tuple[object, list[Model]]] = {}


@dataclass
class _Look:
    """What was asked already; over when whoever began it ends, also for what was begun meanwhile and goes on."""

    stamps: dict[type[Model], object] = field(default_factory=dict)
    over: bool = False


_look: ContextVar[_Look | None] = ContextVar("look", default=None)


def indicators() -> dict[str, Indicator]:
    """The newest version of every indicator, by code, in the order of the codes."""
    return {indicator.code: indicator for indicator in kept(Indicator, "code", "version")}


def indicator(code: str) -> Indicator:
    """The newest version of one indicator."""
    try:
        return indicators()[code]
    except KeyError:
        raise IndicatorUnknown(code) from None


def breakdowns() -> dict[str, Breakdown]:
    """Every breakdown by its key: the total under the empty key, a part under ``lvl=XA``."""
    return {breakdown.key: breakdown for breakdown in kept(Breakdown, "id")}


def forget() -> None:
    """Read again next time. Loading calls it."""
    _kept.clear()
    if look := _look.get():
        look.stamps.clear()


def kept(model: type[M], *order: str) -> list[M]:
    """All rows of published definitions, remembered until the newest key or the count differs."""
    stamp = _stamp(model)
    known = _kept.get(model)
    if known is None or known[0] != stamp:
        known = (stamp, list(model._default_manager.order_by(*order)))
        _kept[model] = known
    return known[1]  # type: ignore[return-value]


@contextmanager
def one_look() -> Iterator[None]:
    """Inside, each kind of definition is asked for news once: a page sees one state of them, and asks little.

    Within another it goes on with what that one saw.
    """
    if (around := _look.get()) and not around.over:
        yield
        return
    look = _Look()
    token = _look.set(look)
    try:
        yield
    finally:
        look.over = True
        _look.reset(token)


def _stamp(model: type[Model]) -> object:
    look = _look.get()
    if look is None or look.over:
        return _newest(model)
    if model not in look.stamps:
        look.stamps[model] = _newest(model)
    return look.stamps[model]


def _newest(model: type[Model]) -> object:
    return tuple(model._default_manager.aggregate(newest=Max("pk"), count=Count("pk")).values())
