"""A made-up tree of the country's shape: 34 provinces of 98 communes, 6 blocs, 63 former provinces."""

from functools import cache

from giamsat.config.demo import country_figures
from giamsat.config.demo.bodies import UnitRow

POINTS = [
    f"{number:02}" for number in (1, 4, 8, 11, 12, 14, 15, 19, 20, 22, 24, 25, 31, 33, 37, 38, 40, 42, 44, 46)
]
POINTS += [f"{number:02}" for number in (48, 51, 52, 56, 66, 68, 75, 79, 80, 82, 86, 91, 92, 96)]
MEMBERS = {"01": 484_000, "79": 364_000, "12": 28_000, "40": 203_000, "91": 148_000}


def rows():
    for point in POINTS:
        members = MEMBERS.get(point, 120_000)
        yield UnitRow(point, "2025-07", "TW", 1, members)
        for number in range(98):
            yield UnitRow(f"{point}{number:03}", "2025-07", point, 2, members // 99)
        yield UnitRow(f"{point}.C1", "2025-07", point, 2, members // 99)
    for number in range(1, 7):
        withheld = number > 4
        yield UnitRow(f"T{number}", "2025-07", "TW", 1, 0 if withheld else 40_000, withheld)
        yield UnitRow(f"T{number}.C1", "2025-07", f"T{number}", 2, 40_000, withheld)
    for number in range(63):
        yield UnitRow(f"{number:02}", "2004-2025", "TW", 1, 75_000)


@cache
def country():
    return country_figures.make(rows())
