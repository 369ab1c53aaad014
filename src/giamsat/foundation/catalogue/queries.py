"""Reads of the catalogue. A published definition never changes, so it is kept in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count, Max, Model

from giamsat.foundation.catalogue.checks import (
    LONGEST_NAME,
    each_one_of,
    fault_of,
    fault_of_day,
    fault_of_length,
    faults_of_keys,
    faults_of_words,
)
from giamsat.foundation.catalogue.definition import problems_of_indicator
from giamsat.foundation.catalogue.errors import IndicatorUnknown
from giamsat.foundation.catalogue.models import Breakdown, Dimension, Group, Indicator
from giamsat.foundation.catalogue.rules import TOTAL, as_yaml, cell_key, difference, split_cell_key

__all__ = [
    "LONGEST_NAME",
    "TOTAL",
    "as_yaml",
    "breakdowns",
    "cell_key",
    "difference",
    "each_one_of",
    "fault_of",
    "fault_of_day",
    "fault_of_length",
    "faults_of_keys",
    "faults_of_words",
    "forget",
    "indicator",
    "indicators",
    "kept",
    "kept_as",
    "once",
    "one_look",
    "problems_of_indicator",
    "split_cell_key",
]

M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True)
class _Kept:
    """All rows of one kind of definition, and what was worked out from them."""

    stamp: object
    rows: list[Any]
    made: dict[Callable[[list[Any]], Any], Any] = field(default_factory=dict)


_kept: dict[type[Model], _Kept] = {}


@dataclass
class _Look:
    """What was asked already; over when whoever began it ends, also for what was begun meanwhile and goes on."""

    stamps: dict[type[Model], object] = field(default_factory=dict)
    answers: dict[Callable[[], Any], Any] = field(default_factory=dict)
    over: bool = False


_look: ContextVar[_Look | None] = ContextVar("look", default=None)


def indicators() -> dict[str, Indicator]:
    """The newest version of every indicator, by code, in the order of the codes."""
    return kept_as(_by_code, Indicator, "code", "version")


def _by_code(rows: list[Indicator]) -> dict[str, Indicator]:
    return {indicator.code: indicator for indicator in rows}


def indicator_versions() -> list[Indicator]:
    """Every published version of every indicator, by code and version."""
    return kept(Indicator, "code", "version")


def indicator(code: str) -> Indicator:
    """The newest version of one indicator."""
    try:
        return indicators()[code]
    except KeyError:
        raise IndicatorUnknown(code) from None


def dimension_versions() -> list[Dimension]:
    """Every published version of every dimension, by code and version."""
    return kept(Dimension, "code", "version")


def dimensions() -> dict[str, Dimension]:
    """The newest version of every dimension, by code."""
    return {each.code: each for each in dimension_versions()}


def groups() -> list[Group]:
    """The chapters of the catalogue; their titles may be reworded, so they are asked for each time."""
    return list(Group.objects.order_by("code"))


def breakdowns() -> dict[str, Breakdown]:
    """Every breakdown by its key: the total under the empty key, a part under ``lvl=XA``."""
    return kept_as(_by_key, Breakdown, "id")


def _by_key(rows: list[Breakdown]) -> dict[str, Breakdown]:
    return {breakdown.key: breakdown for breakdown in rows}


def dimension_names(language: str) -> dict[str, str]:
    """What every dimension is called, by its code."""
    newest = {each.code: each for each in kept(Dimension, "code", "version")}
    return {
        code: each.name_vi if language.startswith("vi") else each.name_en for code, each in newest.items()
    }


def forget() -> None:
    """Read again next time. Loading calls it."""
    _kept.clear()
    if look := _look.get():
        look.stamps.clear()
        look.answers.clear()


def kept(model: type[M], *order: str) -> list[M]:
    """All rows of published definitions, remembered until the newest key or the count differs."""
    return _newest_rows(model, order).rows


def kept_as(make: Callable[[list[M]], T], model: type[M], *order: str) -> T:
    """What a function of the module works out from these rows, remembered as long as they are; changed by nobody."""
    known = _newest_rows(model, order)
    if make not in known.made:
        known.made[make] = make(known.rows)
    return known.made[make]  # type: ignore[no-any-return]


def _newest_rows(model: type[Model], order: tuple[str, ...]) -> _Kept:
    stamp = _stamp(model)
    known = _kept.get(model)
    if known is None or known.stamp != stamp:
        known = _Kept(stamp, list(model._default_manager.order_by(*order)))
        _kept[model] = known
    return known


def once(ask: Callable[[], T]) -> T:
    """What a function of the module answers; inside one look it is asked for once."""
    look = _look.get()
    if look is None or look.over:
        return ask()
    if ask not in look.answers:
        look.answers[ask] = ask()
    return look.answers[ask]  # type: ignore[no-any-return]


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
