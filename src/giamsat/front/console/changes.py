"""The change against the same period last year: between two sums that are shown, or the reason why there is none.

Whoever is shown a figure is told the same change. Where reports are missing it is that of the units below whose reports
are all in for both years, unless outsiders are not shown one of them: a sum with it would tell it, one without it
would be another sum than the next reader's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue.choices import Additivity
from giamsat.front.console.viewer import Viewer
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

TOO_LITTLE_TO_COMPARE = Decimal(10)


@dataclass(frozen=True)
class Change:
    """In per cent, which way, whether that is good; and against what, or why not."""

    text: str
    way: str = ""
    tone: str = ""
    against: str = ""


@dataclass(frozen=True)
class Compared:
    """What was published of one figure of a place and of the units below it, this year and last."""

    viewer: Viewer
    place: Any
    indicator: Any
    period: Period
    now: Any | None
    then: Any | None
    parts: Sequence[Any]
    below: Mapping[int, Any]
    part_year: Mapping[int, date]  # whose flows of last year count from a later day

    @property
    def last_year(self) -> Period:
        return self.period.same_last_year()

    @property
    def flow(self) -> bool:
        return bool(self.indicator.additivity == Additivity.FLOW)

    def number(self, value: Any) -> str:
        return format_number(value, self.viewer.language)


def change_of(known: Compared) -> Change:
    """Of the figures as they are shown if everybody is in both, else of those who are."""
    reason = _why_not_as_shown(known)
    if not reason:
        now, then = (Decimal(_shown(known, row).value) for row in (known.now, known.then))
        against = _("against %(before)s in %(period)s") % _before(known, then)
        return _between(known, now, then, against)
    pairs = _same_reporters(known)
    if pairs is None:
        few = _("those that are in for both cannot be added up without telling of a few persons")
        return Change(_("no comparison"), against=f"{reason}; {few}")
    if not pairs:
        return Change(_("no comparison"), against=reason)
    now, then = (sum(each, Decimal(0)) for each in zip(*pairs, strict=True))
    against = _(
        "%(now)s against %(before)s in %(period)s, "
        "over the %(n)s of %(all)s units below whose reports are all in for both years"
    ) % {
        **_before(known, then),
        "now": known.number(now),
        "n": known.number(len(pairs)),
        "all": known.number(len(known.below)),
    }
    return _between(known, now, then, against)


def waiting_for(viewer: Viewer, place: Any, row: Any) -> int:
    """How many of the reports that came are not in the sum that this viewer is shown."""
    return 0 if row is None or viewer.lens.sees_what_waits(place) else int(row.waiting)


def _between(known: Compared, now: Decimal, then: Decimal, against: str) -> Change:
    if then < TOO_LITTLE_TO_COMPARE:
        words = _("not compared: %(before)s in %(period)s is too little to reckon a share of")
        return Change(_("no comparison"), against=words % _before(known, then))
    share = (now - then) / then * 100
    way = "up" if share > 0 else "down" if share < 0 else ""
    tones = {"high": {"up": "good", "down": "bad"}, "low": {"up": "bad", "down": "good"}}
    tone = tones.get(known.indicator.good_when, {}).get(way, "")
    return Change(f"{format_number(abs(share), known.viewer.language, 1)}%", way, tone, against)


def _why_not_as_shown(known: Compared) -> str:
    """Why the two figures that this viewer is shown are not of the same reporters; empty when they are."""
    named = {"period": known.last_year.in_sentence(known.viewer.language)}
    if known.flow and known.place.pk in known.part_year:
        day = known.part_year[known.place.pk]
        return _("not compared: %(period)s counts from %(day)s") % {**named, "day": f"{day:%d/%m/%Y}"}
    if known.then is None or known.then.value is None or known.now is None or known.now.value is None:
        return _("not compared: there is no figure of %(period)s or none of now") % named
    if not _is_whole(known, known.now) or not _is_whole(known, known.then):
        return _("not compared: %(now)s reports are in the figure, %(then)s in that of %(period)s") % {
            **named,
            "now": _of_all(known, known.now),
            "then": _of_all(known, known.then),
        }
    if _shown(known, known.then).value is None:
        return (
            _("not compared: the figure of %(period)s is withheld, as it would tell of a few persons") % named
        )
    return ""


def _same_reporters(known: Compared) -> list[tuple[Decimal, Decimal]] | None:
    """This year's and last year's figures of the units below that are whole in both, as everybody is told them.

    None where outsiders are not told one of them.
    """
    told: dict[tuple[int, str], Decimal] = {}
    for row in known.parts:
        if row.indicator != known.indicator.code or row.unit_id not in known.below:
            continue
        if row.value is not None and (row.veiled or row.outside is None):
            return None
        if row.complete and not row.waiting and row.outside is not None:
            told[row.unit_id, row.period_key] = row.outside
    both = [
        (told.get((unit, known.period.key)), told.get((unit, known.last_year.key)))
        for unit in known.below
        if not (known.flow and unit in known.part_year)
    ]
    return [(now, then) for now, then in both if now is not None and then is not None]


def _shown(known: Compared, row: Any) -> Any:
    return known.viewer.lens.figure(row, known.place)


def _is_whole(known: Compared, row: Any) -> bool:
    return bool(row.complete and not waiting_for(known.viewer, known.place, row))


def _of_all(known: Compared, row: Any) -> str:
    return f"{known.number(row.reported - waiting_for(known.viewer, known.place, row))}/{known.number(row.expected)}"


def _before(known: Compared, then: Decimal) -> dict[str, str]:
    return {
        "before": known.number(then),
        "period": known.last_year.in_sentence(known.viewer.language),
    }
