"""What lies at a point, within a radius, inside a drawn area. In memory, over one search tree."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from giamsat.foundation.units.geometry.geodesy import KM_PER_DEGREE, distances_km

HALF = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A unit found on the map, and how far its seat is from where one looked (0 without a point)."""

    unit_id: int
    code: str
    km: float = 0.0


class SeatIndex:
    """Seats of units of one level on one day."""

    def __init__(self, rows: Sequence[tuple[int, str, float, float]]) -> None:
        self.ids = [row[0] for row in rows]
        self.codes = [row[1] for row in rows]
        self.lats = np.array([row[2] for row in rows], dtype=float)
        self.lons = np.array([row[3] for row in rows], dtype=float)
        self.by_code = {code: place for place, code in enumerate(self.codes)}
        self.tree = shapely.STRtree(shapely.points(self.lons, self.lats))

    def within_radius(self, lat: float, lon: float, km: float) -> list[Hit]:
        """Seats at most that far away on the ground, nearest first."""
        up = km / KM_PER_DEGREE * 1.01
        aside = up / max(math.cos(math.radians(min(abs(lat) + up, 89.0))), 0.01)
        near = self.tree.query(shapely.box(lon - aside, lat - up, lon + aside, lat + up))
        distances = distances_km(lat, lon, self.lats[near], self.lons[near])
        found = [(float(d), int(place)) for d, place in zip(distances, near, strict=True) if d <= km]
        return [Hit(self.ids[place], self.codes[place], round(d, 3)) for d, place in sorted(found)]

    def inside(self, area: BaseGeometry) -> list[Hit]:
        """Units whose seat lies in the area or on its edge, by code."""
        return self._hits(self.tree.query(area, predicate="intersects"))

    def _hits(self, places: NDArray[np.int64]) -> list[Hit]:
        return [
            Hit(self.ids[place], self.codes[place]) for place in sorted(places, key=self.codes.__getitem__)
        ]


class OutlineIndex:
    """Outlines of the units drawn."""

    def __init__(self, codes: Sequence[str], shapes: Sequence[BaseGeometry]) -> None:
        self.codes, self.shapes = codes, np.asarray(shapes, dtype=object)
        self.tree = shapely.STRtree(self.shapes)
        shapely.prepare(self.shapes)

    def at(self, lat: float, lon: float) -> str | None:
        """The code of the unit that holds the point; on a shared edge the lower code."""
        found = self.tree.query(shapely.Point(lon, lat), predicate="intersects")
        return min((self.codes[place] for place in found), default=None)

    def mostly_inside(self, area: BaseGeometry) -> list[str]:
        """Codes of units with at least half of their land in the area."""
        near = np.sort(self.tree.query(area, predicate="intersects"))
        shared = shapely.area(shapely.intersection(self.shapes[near], area))
        enough = shared >= HALF * shapely.area(self.shapes[near])
        return [self.codes[place] for place in near[enough]]
