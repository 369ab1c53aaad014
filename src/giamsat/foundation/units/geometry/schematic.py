"""The schematic map: land shared out among seats, each point to the nearest. Not for locating anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from giamsat.foundation.units.geometry import geodesy
from giamsat.foundation.units.geometry.shapes import polygons_only

COAST_KM = 2.0  # seats this far off a general outline still stand on its shore
ISLAND_KM = 5.0
SMALLEST_RADIUS_KM = 1.0
SLIVER = 0.05  # of the known area: less land than this is no picture of the unit
DECIMALS = 4
HULL_MARGIN_KM = 10.0


@dataclass(frozen=True, slots=True)
class Seat:
    code: str
    lat: float
    lon: float
    area_km2: float | None


def draw(
    seats: Sequence[Seat], outline: BaseGeometry | None, ready: Mapping[str, BaseGeometry]
) -> dict[str, BaseGeometry]:
    """A shape for every seat; those in ``ready`` (archipelagos) keep the shape they bring."""
    shared = [seat for seat in seats if seat.code not in ready]
    to_km, to_degrees = geodesy.flat(float(np.mean([seat.lat for seat in shared])))
    points = to_km(_apart(np.array([[seat.lon, seat.lat] for seat in shared])))
    known = [seat.area_km2 for seat in shared if seat.area_km2]
    usual = float(np.median(known)) if known else 0.0
    areas = np.array([seat.area_km2 or usual for seat in shared])
    land = shapely.transform(outline, to_km) if outline is not None else _hull(points)
    cells = _cells(points, areas, land)
    rounded = shapely.transform(shapely.transform(cells, to_degrees), lambda xy: np.round(xy, DECIMALS))
    drawn = [polygons_only(cell) for cell in shapely.make_valid(rounded)]
    return {**dict(zip((seat.code for seat in shared), drawn, strict=True)), **ready}


def _apart(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Two seats on one point would leave one without land: move the later ones by some ten metres."""
    seen: dict[tuple[float, ...], int] = {}
    moved = points.copy()
    for place, point in enumerate(map(tuple, points)):
        times = seen[point] = seen.get(point, -1) + 1
        moved[place] += 1e-4 * times
    return moved


def _hull(points: NDArray[np.float64]) -> BaseGeometry:
    return shapely.MultiPoint(points).convex_hull.buffer(HULL_MARGIN_KM)


def _cells(
    points: NDArray[np.float64], areas: NDArray[np.float64], land: BaseGeometry
) -> NDArray[np.object_]:
    where = shapely.points(points)
    radii = np.sqrt(areas / np.pi)
    island = _islands(where, radii, land)
    cells = np.full(len(points), shapely.Polygon(), dtype=object)
    cells[~island] = _share_out(land, points[~island])
    lost = island | (shapely.area(cells) < SLIVER * areas)
    cells[lost] = shapely.buffer(where[lost], np.maximum(radii[lost], SMALLEST_RADIUS_KM), quad_segs=6)
    return cells


def _islands(where: NDArray[np.object_], radii: NDArray[np.float64], land: BaseGeometry) -> NDArray[np.bool_]:
    """Seats off every shore and further from the mainland than their own size."""
    shore = land.buffer(COAST_KM)
    mainland = max(shapely.get_parts(land), key=lambda part: part.area)
    shapely.prepare(shore)
    off_shore = ~shapely.intersects(shore, where)
    return off_shore & (shapely.distance(mainland, where) > np.maximum(radii + 1.5, ISLAND_KM))


def _share_out(land: BaseGeometry, points: NDArray[np.float64]) -> NDArray[np.object_]:
    if len(points) == 1:
        return np.array([land], dtype=object)
    frame = land.envelope.buffer(50)
    nearest = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=frame, ordered=True)
    shapely.prepare(land)
    return np.asarray(shapely.intersection(shapely.get_parts(nearest), land))
