"""The four scores: pure arithmetic over evidence (handbook §6.2). Never computed on persons."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from giamsat.intake.quality.choices import Band, Part, Score

WEIGHTS: dict[str, dict[str, int]] = {
    Score.CORRECT: {Part.RULES: 40, Part.REGISTER: 30, Part.SAMPLES: 20, Part.STABILITY: 10},
    Score.COMPLETE: {Part.REQUIRED: 40, Part.CHILDREN: 40, Part.ATTACHMENTS: 20},
    Score.CLEAN: {Part.UNIQUE: 30, Part.CODES: 30, Part.FORMATS: 20, Part.AGREEMENT: 20},
    Score.LIVE: {Part.TIMELINESS: 40, Part.FRESHNESS: 25, Part.CONNECTOR: 15, Part.USE: 20},
}
BANDS = ((Decimal(95), Band.GOOD), (Decimal(85), Band.MET), (Decimal(70), Band.TO_IMPROVE))
LATEST_DAYS = 10
ONE_DECIMAL = Decimal("0.1")


class Evidence(NamedTuple):
    """What is known of one part: the share that is right, and the cells or things that are not.

    ``share`` None means that nobody has looked: the part is left out and marked, never taken for 100.
    (A tuple, because scoring compares hundreds of thousands.)
    """

    share: Decimal | None
    failed: tuple[str, ...] = ()


NOBODY_LOOKED = Evidence(None)


def share(right: int, assessed: int) -> Decimal | None:
    """Right of assessed; None when nothing was assessed."""
    return Decimal(right) / Decimal(assessed) if assessed else None


def on_time(days_late: int) -> Decimal:
    """One on the due day or before, a tenth less for each day late, nothing after ten."""
    return max(Decimal(0), 1 - Decimal(max(0, days_late)) / LATEST_DAYS)


def score(name: str, evidence: Mapping[str, Evidence]) -> Decimal | None:
    """100 × the weighted mean of the parts that are known, to one decimal; None when none is."""
    return _score(name, tuple(evidence.get(part, NOBODY_LOOKED).share for part in WEIGHTS[name]))


@lru_cache(maxsize=4096)
def _score(name: str, shares: tuple[Decimal | None, ...]) -> Decimal | None:
    """Most reports of a batch have the same shares, so each mean is reckoned once."""
    weighed = [
        (weight, part)
        for weight, part in zip(WEIGHTS[name].values(), shares, strict=True)
        if part is not None
    ]
    total = sum(weight for weight, _ in weighed)
    if not total:
        return None
    return _rounded(100 * sum(weight * part for weight, part in weighed) / Decimal(total))


def scores(evidence: Mapping[str, Evidence]) -> dict[str, Decimal | None]:
    """All four."""
    return {name: score(name, evidence) for name in WEIGHTS}


def weight_assessed(name: str, evidence: Mapping[str, Evidence]) -> int:
    """How much of a score's weight of 100 somebody has looked at: what the score rests on."""
    return sum(
        weight
        for part, weight in WEIGHTS[name].items()
        if evidence.get(part, NOBODY_LOOKED).share is not None
    )


def index(four: Iterable[Decimal | None]) -> Decimal | None:
    """The single figure is only their geometric mean, and only when all four are known."""
    product, count = Decimal(1), 0
    for each in four:
        if each is None:
            return None
        product, count = product * each, count + 1
    if not count:
        return None
    return _rounded(product ** (Decimal(1) / count)) if product else Decimal("0.0")


def band(value: Decimal | None) -> Band:
    """The words and colours of a score: from 95, from 85, from 70, below."""
    if value is None:
        return Band.NOT_ASSESSED
    return next((name for least, name in BANDS if value >= least), Band.NOT_MET)


def mean_of_sum(total: Decimal | int, weight: int) -> Decimal:
    """A mean over reports, weighted by their number of expected cells, from its sums."""
    return _rounded(Decimal(total) / weight)


def _rounded(value: Decimal) -> Decimal:
    return value.quantize(ONE_DECIMAL, ROUND_HALF_UP)
