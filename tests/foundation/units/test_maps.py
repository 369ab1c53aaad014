"""The schematic map of the real country, and what lies where."""

import json
from datetime import date

import pytest
from django.conf import settings as django_settings
from django.db import transaction

from giamsat.foundation.units import queries, services
from giamsat.foundation.units.choices import Selector
from giamsat.foundation.units.errors import AreaRefused, MapNotBuilt

pytestmark = pytest.mark.slow  # the country is drawn first
HOAN_KIEM = (21.032, 105.85)


@pytest.fixture(scope="module")
def drawn(planted, tmp_path_factory, django_db_blocker):
    """The data folder of a house whose schematic map is drawn."""
    folder = tmp_path_factory.mktemp("drawn")
    own, django_settings.DATA_DIR = django_settings.DATA_DIR, folder
    with django_db_blocker.unblock(), transaction.atomic():
        services.build_schematic()
    django_settings.DATA_DIR = own
    return folder


@pytest.fixture
def country(tree, drawn, settings):
    settings.DATA_DIR = drawn


def codes(topology, layer):
    return {each["id"]: each for each in topology["objects"][layer]["geometries"]}


def test_every_unit_with_a_seat_is_drawn(country):
    facts = queries.map_facts()

    assert (facts.kind, facts.drawn, facts.not_drawn) == ("schematic", 3321, [])
    assert codes(queries.province_shapes(), "provinces").keys() == {
        unit.code for unit in queries.points(date(2026, 10, 1)).exclude(seat_lat=None)
    }
    assert len(codes(queries.country_shapes(), "communes")) == 3321


def test_a_province_brings_its_communes_with_code_and_name(country):
    shapes = codes(queries.commune_shapes("12"), "communes")

    assert len(shapes) == 38
    assert shapes["03388"]["properties"] == {
        "code": "03388", "name_vi": "Phường Đoàn Kết", "name_en": "Doan Ket Ward", "kind": "ward",
        "seat": shapes["03388"]["properties"]["seat"],
    }  # fmt: skip
    assert queries.commune_shapes(queries.unit_by_code("12"), detail="mid") == queries.commune_shapes("12")


def test_the_archipelagos_are_drawn_named_and_part_of_their_provinces(country):
    features = {each["properties"]["unit"]: each for each in queries.labelled_features()["features"]}

    assert features["20333"]["properties"]["name_vi"] == "Quần đảo Hoàng Sa"
    assert features["22736"]["properties"]["name_vi"] == "Quần đảo Trường Sa"
    assert {each["geometry"]["type"] for each in features.values()} == {"MultiPolygon"}
    assert queries.unit_at(16.535, 111.61).code == "20333"
    assert queries.unit_at(8.646, 111.925).code == "22736"
    assert queries.province_shapes()["bbox"][2] > 114


@pytest.mark.parametrize("wanted", ["T1", "../../etc", "99", "9" * 300, "ệ" * 80])
def test_what_is_not_on_the_map_is_refused(country, wanted):
    with pytest.raises(MapNotBuilt) as refusal:
        queries.commune_shapes(wanted)

    assert refusal.value.message == (
        f"There is no map of {wanted} yet. Build the schematic map or import boundaries."
    )


def test_before_the_first_drawing_there_is_no_map(tree):
    assert queries.map_facts() is None
    with pytest.raises(MapNotBuilt):
        queries.province_shapes()


def test_the_same_tree_is_not_drawn_twice(country, drawn):
    before = sorted((drawn / "geometry").rglob("*"))
    times = [file.stat().st_mtime_ns for file in before]

    services.build_schematic()

    assert [file.stat().st_mtime_ns for file in before] == times


def test_radius_gives_seats_nearest_first_within_the_distance(country):
    near = queries.units_within_radius(*HOAN_KIEM, 3)

    assert near[0].code == "00070"
    assert near[0].km == 0
    assert [hit.km for hit in near] == sorted(hit.km for hit in near)
    assert all(hit.km <= 3 for hit in near)
    assert len(queries.units_within_radius(*HOAN_KIEM, 2_000)) > 3_000


def test_the_former_provinces_stand_on_the_map_of_their_time(country):
    near = queries.units_within_radius(*HOAN_KIEM, 40, on=date(2025, 1, 1))

    assert {"01"} == {hit.code for hit in near[:1]}
    assert all(len(hit.code) == 2 for hit in near)


def test_a_drawn_area_gives_units_by_seat_or_by_half_of_their_land(country):
    lai_chau = {unit.code for unit in queries.units_within_boundary(queries.unit_by_code("12"))} - {"12"}
    box = {"type": "Polygon", "coordinates": [[[102, 21.6], [104, 21.6], [104, 23], [102, 23], [102, 21.6]]]}

    by_seat = {hit.code for hit in queries.units_in_area(box)}
    by_land = {hit.code for hit in queries.units_in_area(box, Selector.BOUNDARY)}

    assert len(by_seat & lai_chau) > 30
    assert len(by_seat & by_land) > 0.85 * len(by_seat | by_land)


@pytest.mark.parametrize(
    "look_up",
    [
        lambda: queries.unit_at(105.8, 21.0),
        lambda: queries.units_within_radius(21.0, 105.8, 0),
        lambda: queries.units_within_radius(21.0, 105.8, float("nan")),
        lambda: queries.units_in_area({"type": "Point", "coordinates": [105.8, 21.0]}),
        lambda: queries.units_in_area({"type": "Nonsense"}),
    ],
)
def test_an_area_that_means_nothing_is_refused(country, look_up):
    with pytest.raises(AreaRefused):
        look_up()


def test_at_sea_there_is_no_unit(country):
    assert queries.unit_at(13.0, 115.0) is None


def test_shapes_are_plain_json(country):
    assert json.dumps(queries.province_shapes())
