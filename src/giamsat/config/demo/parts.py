"""Parts of totals other than levels: by kind, position, content. Drawn month by month, so that they grow with them."""

from dataclasses import dataclass

import numpy as np

from giamsat.config.demo import shares
from giamsat.config.demo.bodies import Bodies
from giamsat.config.demo.draws import Increments
from giamsat.config.demo.shares import Shares


@dataclass(frozen=True)
class Parts:
    """One total by one dimension: bodies × months × values; of what there is, the months may be missing."""

    values: tuple[str, ...]
    figures: np.ndarray


def of_flows(bodies: Bodies, flows: Increments, rng: np.random.Generator) -> dict[str, Parts]:
    """By indicator and dimension ("L01.pos"), of everything the forms ask so."""
    organisations, members = flows["K01"].sum(axis=2), flows["L01"].sum(axis=2)
    return {
        "K01.type": divided(organisations, shares.TYPES[bodies.name], rng),
        "K01.vio": overlapping(organisations, shares.ORGANISATIONS_BY_CONTENT, rng),
        "L01.pos": _by_position(members, flows["L09"].sum(axis=2), shares.COMMITTEES[bodies.name], rng),
        "L01.vio": overlapping(members, shares.MEMBERS_BY_CONTENT, rng),
    }


def of_stocks(bodies: Bodies, stocks: dict[str, np.ndarray], rng: np.random.Generator) -> dict[str, Parts]:
    """The same of group A: by kind of organisation, full and probationary, full-time and part-time."""
    below, grassroots, cells, staff = (stocks[code].sum(axis=1) for code in ("A01", "A02", "A03", "A07"))
    committees = rng.binomial(grassroots, shares.COMMITTEE_OF_CELLS)
    under = kinds(DUCS=committees, CB=below - committees)
    if bodies.name == "points":  # a point's own report counts the committees directly under it
        under = kinds(CU=below)
    members = stocks["A04"].sum(axis=-1)
    probationary = np.rint(members * shares.PROBATIONARY * rng.uniform(0.7, 1.3, len(bodies))[_each(members)])
    full_time = rng.binomial(staff, shares.FULL_TIME)
    return {
        "A01.type": under,
        "A02.type": kinds(DUCS=committees, CB=grassroots - committees),
        "A03.type": kinds(CB=cells),
        "A04.status": kinds(CT=members - probationary, DB=probationary),
        "A07.duty": kinds(CT=full_time, KN=staff - full_time),
    }


def divided(whole: np.ndarray, by: Shares, rng: np.random.Generator) -> Parts:
    """Each belongs to one value."""
    return Parts(tuple(by), rng.multinomial(whole, list(by.values())))


def overlapping(whole: np.ndarray, by: Shares, rng: np.random.Generator) -> Parts:
    """Each has one value at the least and may have others: the largest part ≤ the whole ≤ the sum of the parts."""
    share = np.array(list(by.values()))
    first = rng.multinomial(whole, share)
    return Parts(tuple(by), first + rng.binomial(whole[..., None] - first, share * shares.ANOTHER_CONTENT))


def _by_position(
    members: np.ndarray, on_committees: np.ndarray, by: Shares, rng: np.random.Generator
) -> Parts:
    seated = rng.multinomial(on_committees, list(by.values()))
    return Parts((*by, shares.NO_POSITION), np.dstack([seated, members - on_committees]))


def kinds(**parts: np.ndarray) -> Parts:
    """Parts that were drawn one by one."""
    return Parts(tuple(parts), np.stack(list(parts.values()), axis=-1))


def _each(figures: np.ndarray) -> tuple[slice | None, ...]:
    """One number for each body, whatever else the figures run over."""
    return (slice(None), *(None,) * (figures.ndim - 1))
