"""Distances on the WGS 84 ellipsoid, and shapes of a given size on the ground."""

import math
from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely.geometry.base import BaseGeometry

EQUATOR_KM = 6378.137
FLATTENING = 1 / 298.257223563
POLE_KM = EQUATOR_KM * (1 - FLATTENING)
KM_PER_DEGREE = 110.574  # of latitude, near enough for searching and drawing
Array = NDArray[np.float64]


def distances_km(lat: float, lon: float, lats: ArrayLike, lons: ArrayLike) -> Array:
    """Geodesic distance from one point to many (Vincenty's inverse formula, 1 mm; not for antipodes)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return _vincenty(math.radians(lat), math.radians(lon), np.radians(lats), np.radians(lons))


def _vincenty(lat1: float, lon1: float, lat2: Array, lon2: Array) -> Array:
    u1 = math.atan((1 - FLATTENING) * math.tan(lat1))
    u2 = np.arctan((1 - FLATTENING) * np.tan(lat2))
    sin1, cos1, sin2, cos2 = math.sin(u1), math.cos(u1), np.sin(u2), np.cos(u2)
    across = along = lon2 - lon1
    for _round in range(20):
        sin_s = np.hypot(cos2 * np.sin(across), cos1 * sin2 - sin1 * cos2 * np.cos(across))
        cos_s = sin1 * sin2 + cos1 * cos2 * np.cos(across)
        sigma = np.arctan2(sin_s, cos_s)
        sin_a = np.where(sin_s == 0, 0, cos1 * cos2 * np.sin(across) / sin_s)
        cos2_a = 1 - sin_a**2
        mid = np.where(cos2_a == 0, 0, cos_s - 2 * sin1 * sin2 / cos2_a)
        c = FLATTENING / 16 * cos2_a * (4 + FLATTENING * (4 - 3 * cos2_a))
        bend = sigma + c * sin_s * (mid + c * cos_s * (2 * mid**2 - 1))
        before, across = across, along + (1 - c) * FLATTENING * sin_a * bend
        if np.all(np.abs(across - before) < 1e-12):
            break
    u_2 = cos2_a * (EQUATOR_KM**2 - POLE_KM**2) / POLE_KM**2
    a = 1 + u_2 / 16384 * (4096 + u_2 * (-768 + u_2 * (320 - 175 * u_2)))
    b = u_2 / 1024 * (256 + u_2 * (-128 + u_2 * (74 - 47 * u_2)))
    far = mid**2
    inner = cos_s * (2 * far - 1) - b / 6 * mid * (4 * sin_s**2 - 3) * (4 * far - 3)
    correction = b * sin_s * (mid + b / 4 * inner)
    return np.asarray(POLE_KM * a * (sigma - correction))


def flat(lat: float) -> tuple[Callable[[Array], Array], Callable[[Array], Array]]:
    """To plane kilometres round a latitude and back: good enough for drawing, not for measuring."""
    scale = np.array([111.320 * math.cos(math.radians(lat)), KM_PER_DEGREE])
    return (lambda degrees: degrees * scale), (lambda km: km / scale)


def circle(lat: float, lon: float, km: float) -> BaseGeometry:
    """A disc of that radius on the ground, in degrees."""
    to_km, to_degrees = flat(lat)
    centre = to_km(np.array([[lon, lat]]))
    disc = shapely.transform(shapely.Point(centre[0]).buffer(km, quad_segs=6), to_degrees)
    return shapely.transform(disc, lambda xy: np.round(xy, 4))
