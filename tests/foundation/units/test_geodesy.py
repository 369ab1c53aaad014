import numpy as np
import pytest

from giamsat.foundation.units.geometry.geodesy import circle, distances_km


@pytest.mark.parametrize(
    ("start", "end", "km"),
    [
        ((0.0, 0.0), (1.0, 0.0), 110.574389),  # a degree of meridian from the equator
        ((0.0, 0.0), (0.0, 1.0), 111.319491),  # a degree of the equator
        ((0.0, 0.0), (0.0, 0.0), 0.0),
        ((50.06632, -5.71475), (58.64402, -3.07009), 969.954),  # Land's End to John o' Groats
    ],
)
def test_distances_agree_with_published_geodesics(start, end, km):
    assert distances_km(*start, [end[0]], [end[1]])[0] == pytest.approx(km, abs=0.002)


def test_distance_is_the_same_both_ways():
    there = distances_km(21.03, 105.85, [10.78], [106.70])
    back = distances_km(10.78, 106.70, [21.03], [105.85])

    assert there == pytest.approx(back)
    assert there[0] == pytest.approx(1138, abs=2)


def test_a_circle_has_its_radius_on_the_ground():
    edge = np.array(circle(16.5, 111.6, 6).exterior.coords)

    assert distances_km(16.5, 111.6, edge[:, 1], edge[:, 0]) == pytest.approx(np.full(len(edge), 6), rel=0.01)
