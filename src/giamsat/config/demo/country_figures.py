"""The whole practice country in memory: seeded, pure, the same every time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from giamsat.config.demo import activity, casework, oversight, parts, scenario
from giamsat.config.demo.bodies import Bodies, Population, UnitRow, population
from giamsat.config.demo.draws import Draw
from giamsat.config.demo.figures import Book, stocks
from giamsat.lib.periods import Period


@dataclass(frozen=True)
class Figures:
    """Three books: former provinces, points, communes (with committees without territory)."""

    population: Population
    former: Book
    points: Book
    communes: Book

    def book(self, name: str) -> Book:
        return {"former": self.former, "points": self.points, "communes": self.communes}[name]

    def consolidated(self, keys: Sequence[str], period: Period) -> np.ndarray:
        """What each point submits for its whole subtree: its own and the sum of its children."""
        children = self.communes.cells(keys, period)
        return self.points.cells(keys, period) + sum_by_parent(self.population, children)


def sum_by_parent(people: Population, children: np.ndarray) -> np.ndarray:
    """Add the rows of communes up to their points, in the order of the points."""
    places = np.array([people.points.place[parent] for parent in people.communes.parents], dtype=np.int64)
    out = np.zeros((len(people.points), children.shape[1]))
    np.add.at(out, places, children)
    return out


def make(rows: Iterable[UnitRow], seed: int = scenario.SEED) -> Figures:
    """Draw the country. The order of ``rows`` does not matter; the seed does."""
    people = population(rows)
    *streams, last = np.random.default_rng(seed).spawn(4)
    former, points, communes = (
        _book(bodies, people, stream) for bodies, stream in zip(people.groups, streams, strict=True)
    )
    scenario.keep_on_path(communes.bodies, communes.flows["B07"], last)
    return Figures(people, former, points, communes)


def _book(bodies: Bodies, people: Population, rng: np.random.Generator) -> Book:
    for_parts, later = rng.spawn(2)
    one = Draw.of(bodies, rng)
    flows = activity.draw(one)
    cases = casework.draw(replace(one, rng=later), flows)
    flows |= cases.flows
    activity.discipline_members(one, flows, cases.disciplined)
    planned = flows.pop("B01")
    there = {**stocks(bodies, people, rng), "B01": planned, **cases.stocks}
    divided = {**parts.of_flows(bodies, flows, for_parts), **parts.of_stocks(bodies, there, for_parts)}
    book = Book(bodies, flows, there, {**divided, **cases.parts})
    if bodies.name == "points":
        below = np.array([len(people.communes.of(code)) for code in bodies.codes])
        alone = oversight.draw(replace(one, rng=later), below)
        book = Book(bodies, flows | alone.flows, there | alone.stocks, {**book.parts, **alone.parts})
    return book
