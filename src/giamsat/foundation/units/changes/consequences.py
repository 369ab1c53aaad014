"""What a change means for other rooms. They are above this one, so they tell it what to ask: ``services.concerns``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from giamsat.foundation.units.changes.plan import Effects
from giamsat.foundation.units.choices import Concern
from giamsat.foundation.units.models import Alteration, Change


@dataclass(frozen=True, slots=True)
class Consequence:
    """One thing that hangs on a unit the change touches.

    ``what`` it is and what ``becomes`` of it are said in the language of whoever looks. ``key`` changes when
    the thing does; ``forbids``: the change cannot be carried out as long as it is so.
    """

    concern: Concern
    unit_id: int
    key: str
    what: str
    becomes: str
    forbids: bool = False


@dataclass(frozen=True, slots=True)
class Undoing:
    """A change about to be taken back: what it opened, and what stayed and took others in."""

    change: Change
    opened: frozenset[int]
    growing: frozenset[int]
    since: datetime

    @classmethod
    def of(cls, change: Change) -> "Undoing":
        assert change.carried_out_at is not None
        alterations = Alteration.objects.filter(change=change, opened=True)
        opened = frozenset(alterations.values_list("unit_id", flat=True))
        into = frozenset(change.successions.values_list("successor_id", flat=True))
        return cls(change, opened, into - opened, change.carried_out_at)


Asked = Callable[[Effects], Iterable[Consequence]]
Forbids = Callable[[Undoing], Iterable[str]]
_asked: list[Asked] = []
_forbidding: list[Forbids] = []


def concerns(ask: Asked) -> Asked:
    """Register what a room says about a change before it is carried out; belongs in its ``handlers.py``."""
    _asked.append(ask)
    return ask


def forbids_undoing(ask: Forbids) -> Forbids:
    """Register why a room cannot have a change taken back, in sentences; belongs in its ``handlers.py``."""
    _forbidding.append(ask)
    return ask


def consequences_of(effects: Effects) -> list[Consequence]:
    return [each for ask in _asked for each in ask(effects)]


def reasons_against(undoing: Undoing) -> list[str]:
    return [each for ask in _forbidding for each in ask(undoing)]
