"""Pure decisions: ratios from their parts, paths of targets, and how a unit stands to one."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from giamsat.analysis.indicators.choices import Direction, PathShape, TargetStatus
from giamsat.analysis.indicators.errors import ExpressionInvalid
from giamsat.lib.periods import Period

TERM = re.compile(r"([+-])([A-Z]{1,3}\d{2}(?:\.[a-z]+=[A-Z0-9]+)?)")
BEHIND_BELOW = 0.9  # of the path
NINETY_PERCENT = 1.645
UNCERTAIN_YEAR = 0.30  # how far, relatively, the rest of a year strays from the path
OVERDISPERSION = 2.0  # counts of bodies vary more than chance alone

Terms = tuple[tuple[int, str], ...]


def parse_terms(text: str) -> Terms:
    """Read ``H12 + H13`` or ``D01 - D01.src=GIAO``: signs and keys of cells, nothing else."""
    bare = re.sub(r"\s+", "", text)
    signed = bare if bare[:1] in "+-" and bare else f"+{bare}"
    terms = tuple((1 if sign == "+" else -1, code) for sign, code in TERM.findall(signed))
    if not terms or "".join(("+" if sign > 0 else "-") + code for sign, code in terms) != signed:
        raise ExpressionInvalid(text, TERM.sub("", signed) or "nothing is written")
    return terms


def total(terms: Terms, figures: Mapping[str, Decimal | None]) -> Decimal | None:
    """The sum of the terms; None as soon as one part is not known: a blank is not a zero."""
    parts = [(sign, figures.get(code)) for sign, code in terms]
    if any(value is None for _, value in parts):
        return None
    return sum((sign * Decimal(value) for sign, value in parts if value is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Ratio:
    """A derived figure with the parts it was computed from."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived indicator: a ratio of sums, or a difference when it has no denominator."""

    code: str
    version: int
    name: Mapping[str, str]
    unit: Mapping[str, str]
    numerator: Terms
    denominator: Terms | None
    factor: Decimal
    good_when: str
    fewest_to_show: int
    why: Mapping[str, str]

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Derived":
        below = entry.get("denominator")
        return cls(
            code=entry["code"],
            version=entry["version"],
            name=entry["name"],
            unit=entry["unit"],
            numerator=parse_terms(entry["numerator"]),
            denominator=parse_terms(below) if below else None,
            factor=Decimal(str(entry.get("factor", 1))),
            good_when=entry["good_when"],
            fewest_to_show=entry.get("fewest_to_show", 0),
            why=entry["why"],
        )

    @property
    def parts(self) -> list[str]:
        """The keys of cells it is computed from, each once."""
        return list(dict.fromkeys(code for _, code in (*self.numerator, *(self.denominator or ()))))

    def of(self, figures: Mapping[str, Decimal | None]) -> Ratio:
        """Compute it; no value where a part is missing, or the denominator is nothing or too small."""
        above = total(self.numerator, figures)
        if self.denominator is None:
            return Ratio(None if above is None else above * self.factor, above, None)
        below = total(self.denominator, figures)
        if above is None or below is None or below <= 0 or below < self.fewest_to_show:
            return Ratio(None, above, below)
        return Ratio(self.factor * above / below, above, below)


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached, by whom, along which path."""

    code: str
    version: int
    name: Mapping[str, str]
    sector: str
    source: str
    unit: Mapping[str, str]
    direction: str
    shape: str
    indicator: str | None  # a derived indicator; None when values arrive by themselves
    levels: tuple[int, ...]
    period_kinds: tuple[str, ...]
    finals: Mapping[int, Decimal]
    path: Mapping[str, float]  # share of the final at Q1, 6M, 9M, Y
    assumed: bool

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> "Target":
        return cls(
            code=entry["code"],
            version=entry["version"],
            name=entry["name"],
            sector=entry["sector"],
            source=entry["source"],
            unit=entry["unit"],
            direction=entry["direction"],
            shape=entry["shape"],
            indicator=entry.get("indicator"),
            levels=tuple(entry["levels"]),
            period_kinds=tuple(entry["period_kinds"]),
            finals={int(year): Decimal(str(value)) for year, value in entry["finals"].items()},
            path={str(kind): float(share) for kind, share in entry.get("path", {}).items()},
            assumed=entry.get("assumed", False),
        )

    def final(self, year: int) -> Decimal | None:
        return self.finals.get(year)

    def share_of_year(self, period: Period) -> float:
        """How much of the final is due at the end of a period; months lie on lines between quarters."""
        if self.shape == PathShape.LEVEL:
            return 1.0
        known = {0: 0.0, 3: self.path["Q1"], 6: self.path["6M"], 9: self.path["9M"], 12: self.path["Y"]}
        before = 3 * (period.reach // 3)
        after = min(before + 3, 12)
        step = (period.reach - before) / 3
        return known[before] + step * (known[after] - known[before])

    def due(self, period: Period) -> Decimal | None:
        """The value on the path at the end of a period."""
        final = self.final(period.year)
        return None if final is None else final * Decimal(str(round(self.share_of_year(period), 6)))


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where the year would end at this pace, with a 90 % interval, and how that was computed."""

    value: float
    low: float
    high: float
    method: str = "pace_of_path"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a unit stands to a target at a period."""

    target: str
    version: int
    unit_id: int
    period_key: str
    status: str
    value: Decimal | None
    due: Decimal | None
    final: Decimal | None
    forecast: Forecast | None
    counted: Decimal | None = None  # how many occurrences the value rests on
    reported: int | None = None
    expected: int | None = None
    source: str = ""
    veiled: bool = False  # it rests on a sum that outsiders are not told

    @property
    def gap(self) -> Decimal | None:
        """What is missing to the path; negative when ahead."""
        return None if self.value is None or self.due is None else self.due - self.value


def forecast(target: Target, value: Decimal, period: Period, counted: Decimal | None) -> Forecast:
    """Carry the pace so far to the year's end; wider with few occurrences and much of the year left."""
    share = max(target.share_of_year(period), 0.01)
    expected = float(value) / share if target.shape == PathShape.CUMULATIVE else float(value)
    left = 1 - (share if target.shape == PathShape.CUMULATIVE else period.reach / 12)
    chance = OVERDISPERSION / max(float(counted), 1.0) if counted is not None else 0.0
    spread = NINETY_PERCENT * math.sqrt(chance + (UNCERTAIN_YEAR * left) ** 2)
    return Forecast(expected, expected * math.exp(-spread), expected * math.exp(spread))


def status(target: Target, value: Decimal | None, period: Period, ahead: Forecast | None) -> str:
    """The one rule from a value to a word."""
    final, due = target.final(period.year), target.due(period)
    if value is None or final is None or due is None:
        return TargetStatus.NO_DATA
    up = target.direction == Direction.UP
    if value >= final if up else value <= final:
        at_the_end = period.kind == "Y" or up
        return TargetStatus.MET if at_the_end or target.shape == PathShape.LEVEL else TargetStatus.ON_TRACK
    if period.kind == "Y":
        return TargetStatus.MISSED
    if ahead and (ahead.high < float(final) if up else ahead.low > float(final)):
        return TargetStatus.AT_RISK
    behind = value < due * Decimal(str(BEHIND_BELOW)) if up else value > due / Decimal(str(BEHIND_BELOW))
    return TargetStatus.BEHIND if behind else TargetStatus.ON_TRACK


def standing(
    target: Target,
    unit_id: int,
    period: Period,
    value: Decimal | None,
    *,
    counted: Decimal | None = None,
    reported: int | None = None,
    expected: int | None = None,
    source: str = "",
    veiled: bool = False,
) -> Standing:
    """Everything a screen or a warning says about one unit and one target.

    Where nothing was done yet there is no pace to carry on, and so no forecast: late, but not lost.
    """
    ahead = forecast(target, value, period, counted) if value and period.kind != "Y" else None
    return Standing(
        target=target.code,
        version=target.version,
        unit_id=unit_id,
        period_key=period.key,
        status=str(status(target, value, period, ahead)),
        value=value,
        due=target.due(period),
        final=target.final(period.year),
        forecast=ahead,
        counted=counted,
        reported=reported,
        expected=expected,
        source=source,
        veiled=veiled,
    )
