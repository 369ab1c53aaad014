"""Pure decisions: what a definition asks to be watched, which periods form a history, what evidence says."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from giamsat.analysis.early_warning.choices import RequestState, SubjectKind, WarningState
from giamsat.analysis.early_warning.detectors.base import Signal
from giamsat.foundation.access import queries as access
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import CUMULATIVE_KINDS, Period


@dataclass(frozen=True, slots=True)
class Watch:
    """One figure or target that a detector looks at, for one group of peers."""

    kind: str
    code: str
    level: int
    peers: tuple[str, ...]
    period_kinds: tuple[str, ...]
    exposure: str  # an indicator that says how large a body is; "members" for the number kept with the unit


@dataclass(frozen=True, slots=True)
class Watching:
    """A detector as its definition file sets it up."""

    code: str
    version: int
    detector: str
    name: Mapping[str, str]
    why: Mapping[str, str]
    settings: Mapping[str, float]
    history: int
    watches: tuple[Watch, ...]

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Watching":
        return cls(
            code=entry["code"],
            version=entry["version"],
            detector=entry["detector"],
            name=entry["name"],
            why=entry["why"],
            settings=entry.get("settings", {}),
            history=entry.get("history", 12),
            watches=tuple(_watches(entry["watches"])),
        )


def _watches(entries: Iterable[Mapping[str, Any]]) -> Iterable[Watch]:
    for entry in entries:
        kind = SubjectKind.TARGET if "target" in entry else SubjectKind.INDICATOR
        for code in entry[str(kind)]:
            for peers in entry["peers"]:
                yield Watch(
                    kind=str(kind),
                    code=code,
                    level=entry["level"],
                    peers=tuple(peers),
                    period_kinds=tuple(entry["period_kinds"]),
                    exposure=entry.get("exposure", "members"),
                )


def history_of(period: Period, count: int) -> list[Period]:
    """The period and ``count - 1`` before it, oldest first: months, or quarters of the cumulative kinds."""
    if period.kind == "M":
        return [*reversed(period.earlier_same_kind(count - 1)), period]
    place = period.year * 4 + CUMULATIVE_KINDS.index(period.kind)
    return [
        Period(CUMULATIVE_KINDS[(place - back) % 4], (place - back) // 4) for back in range(count - 1, -1, -1)
    ]


def year_so_far(period: Period) -> list[Period]:
    """The periods of its kind of counting in the same year up to it, oldest first."""
    if period.kind == "M":
        return [Period("M", period.year, month) for month in range(1, period.number + 1)]
    return [Period(kind, period.year) for kind in CUMULATIVE_KINDS[: CUMULATIVE_KINDS.index(period.kind) + 1]]


def rests_on_few_persons(
    counts_persons: bool, signal: Signal, counted: float | None = None, year_so_far: float | None = None
) -> bool:
    """Whether any number a reader would see is a count of one to four persons, or a change by so many."""
    if not counts_persons:
        return False
    own = [each["value"] for each in (signal.own_history or {}).get("periods", [])]
    shown = [counted] if counted is not None else [signal.value, year_so_far, *own]
    return any(access.is_small(round(each)) for each in shown if each is not None)


def evidence(
    watching: Watching,
    watch: Watch,
    signal: Signal,
    *,
    quality: Mapping[str, Any],
    generation: int,
    as_of: str,
    year_so_far: float | None = None,
) -> dict[str, Any]:
    """Everything a person needs to judge the warning without asking anybody."""
    low, high = signal.band
    return {
        "value": _plain(signal.value),
        "year_so_far": _plain(year_so_far),
        "expected": _plain(signal.expected),
        "band": {"low": _plain(low), "high": _plain(high)},
        "direction": signal.direction,
        "own_history": _plain(signal.own_history),
        "peers": _plain(signal.peers),
        "facts": _plain(signal.facts),
        "rule": {
            "detector": watching.code,
            "version": watching.version,
            "class": watching.detector,
            "settings": dict(watching.settings),
            "subject": watch.code,
            "peer_kinds": list(watch.peers),
            "exposure": watch.exposure,
            "chance": signal.chance,
            "score": round(signal.score, 2),
        },
        "quality": dict(quality),
        "as_of": as_of,
        "generation": generation,
    }


def _plain(value: Any) -> Any:
    """Numbers as JSON can carry them, with no more digits than anybody reads."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return round(value, 4) if math.isfinite(value) else None
    return value


def sentence(
    evidence: Mapping[str, Any],
    *,
    subject: str,
    period: Period,
    language: str,
    measure: str = "",
    added: bool = False,
) -> str:
    """The warning in one sentence, in the language of the reader; ``measure`` is what is counted.

    ``added``: the figure is what the period added, and not the cumulative one of the same name.
    """
    facts = {
        "subject": subject,
        "period": alone_in_words(period, language) if added else period.in_sentence(language),
        "value": _with_year_so_far(evidence, language, measure),
        "expected": _measured(evidence["expected"], language, measure),
        "low": _short(evidence["band"]["low"], language),
        "high": _short(evidence["band"]["high"], language),
    }
    if evidence["rule"]["class"] == "target_behind":
        return _("%(subject)s, %(period)s: %(value)s, against %(expected)s on its path.") % facts
    if evidence["facts"].get("based_on") == "own_and_peers":
        return (
            _(
                "%(subject)s, %(period)s: %(value)s; "
                "its own history and its peers suggest %(low)s to %(high)s."
            )
            % facts
        )
    return _("%(subject)s, %(period)s: %(value)s; its peers suggest %(low)s to %(high)s.") % facts


def alone_in_words(period: Period, language: str) -> str:
    return _("%(period)s alone") % {"period": period.in_sentence(language, added=True)}


def year_so_far_in_words(figure: str) -> str:
    """The cumulative figure, as it stands beside what a period added."""
    return _("%(figure)s since the beginning of the year") % {"figure": figure}


def _with_year_so_far(evidence: Mapping[str, Any], language: str, measure: str) -> str:
    value, so_far = _measured(evidence["value"], language, measure), evidence.get("year_so_far")
    return value if so_far is None else f"{value} ({year_so_far_in_words(_short(so_far, language))})"


def _measured(value: float | None, language: str, measure: str) -> str:
    space = " " if measure and not measure.startswith("%") else ""
    return _short(value, language) if value is None else f"{_short(value, language)}{space}{measure}"


def _short(value: float | None, language: str) -> str:
    if value is None:
        return "–"
    return format_number(value, language, 0 if abs(value) >= 100 or value == int(value) else 1)


def may_be_decided(state: str) -> bool:
    """Whether nobody has decided about a warning yet."""
    return state in (WarningState.OPEN, WarningState.REQUESTED, WarningState.ANSWERED)


def may_be_answered(state: str) -> bool:
    return state in (RequestState.ASKED, RequestState.RETURNED)
