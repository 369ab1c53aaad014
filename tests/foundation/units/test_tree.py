from collections import Counter
from datetime import date

import pytest
from django.conf import settings

from giamsat.foundation.units import queries, services
from giamsat.foundation.units.errors import UnitNotFound
from giamsat.foundation.units.models import Succession, Unit

TODAY = date(2026, 10, 1)
BEFORE_THE_MERGER = date(2025, 6, 30)
DAY_OF_THE_MERGER = date(2025, 7, 1)
TERRITORY = settings.DEFINITIONS_DIR / "territory"


def names(units):
    return [unit.name_vi for unit in units]


def test_counts_of_today(tree):
    counts = queries.counts_by_kind(on=TODAY)

    assert counts["centre"] == 1
    assert counts["province"] + counts["city"] + counts["bloc"] == 40 == queries.points(TODAY).count()
    assert (counts["commune"], counts["ward"], counts["special_zone"]) == (2621, 687, 13)
    assert counts["agency_committee"] == 34 * 2 + 4 * 3
    assert "former_province" not in counts
    assert 8_000 < tree.units < 12_000


def test_every_unit_hangs_where_the_tree_says(tree):
    depths = dict(Unit.objects.values_list("path", "depth"))
    children = Counter(path[: -Unit.steplen] for path in depths)

    assert all(len(path) == depth * Unit.steplen for path, depth in depths.items())
    assert children.keys() - {""} <= depths.keys()
    assert all(children[path] == n for path, n in Unit.objects.values_list("path", "numchild"))


def test_a_unit_knows_whether_it_is_the_centre_or_a_point(tree):
    centre, point = queries.centre(), queries.points(TODAY).first()
    commune = queries.children(point, TODAY).first()
    assert [(unit.is_centre, unit.is_point) for unit in (centre, point, commune)] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip


def test_each_commune_has_the_name_of_its_kind(tree):
    for kind, word in (("ward", "Phường "), ("commune", "Xã "), ("special_zone", "Đặc khu ")):
        assert not Unit.objects.filter(kind=kind).exclude(name_vi__startswith=word).exists()


def test_points_stand_in_the_order_of_the_alphabet_and_blocs_after_them(tree):
    points = names(queries.points(TODAY))

    assert points[:8] == [
        "An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên",
    ]  # fmt: skip
    assert points.index("Huế") == points.index("TP. Hồ Chí Minh") + 1 == points.index("Hưng Yên") - 1
    assert points[33] == "Vĩnh Long"
    assert all(name.startswith(("Đảng ủy", "Quân ủy")) for name in points[34:])


def test_a_day_before_the_merger_shows_the_sixty_three(tree):
    points = queries.points(BEFORE_THE_MERGER)

    assert points.filter(kind="former_province").count() == 63
    assert not points.filter(kind__in=["province", "city"]).exists()
    assert "Yên Bái" not in names(queries.points(DAY_OF_THE_MERGER))


@pytest.mark.parametrize(
    ("code", "before", "today"),
    [("15", "Yên Bái", "Lào Cai"), ("24", "Bắc Giang", "Bắc Ninh"), ("44", "Quảng Bình", "Quảng Trị")],
)
def test_a_code_means_another_province_in_another_vintage(tree, code, before, today):
    assert queries.unit_by_code(code).name_vi == today
    assert queries.unit_by_code(code, vintage="2004-2025").name_vi == before
    assert queries.unit_by_code(code, on=BEFORE_THE_MERGER).name_vi == before
    assert queries.unit_by_code(code, on=DAY_OF_THE_MERGER).name_vi == today


def test_an_unknown_code_is_refused_in_words(tree):
    with pytest.raises(UnitNotFound) as refusal:
        queries.unit_by_code("10", on=TODAY)

    assert refusal.value.message == (
        "There is no unit 10. Look it up by name: codes were given anew on 1 July 2025."
    )
    assert refusal.value.status == 404


def test_each_of_the_sixty_three_went_whole_into_one_of_the_thirty_four(tree):
    former = Unit.objects.filter(kind="former_province")

    assert [queries.successors(unit).count() for unit in former] == [1] * 63
    for unit in queries.points(TODAY).exclude(kind="bloc"):
        assert queries.predecessors(unit).exists(), unit
    assert set(Succession.objects.values_list("on", flat=True)) == {DAY_OF_THE_MERGER}
    assert names(queries.predecessors(queries.unit_by_code("25"))) == ["Hòa Bình", "Phú Thọ", "Vĩnh Phúc"]


def test_the_two_blocs_whose_figures_are_not_public_are_withheld_and_empty(tree):
    withheld = Unit.objects.filter(withheld=True)

    assert names(withheld) == ["Đảng ủy Công an Trung ương", "Quân ủy Trung ương"]
    assert [unit.members for unit in withheld] == [None, None]
    assert not any(queries.children(unit).exists() for unit in withheld)


def test_who_inspects_where(tree):
    assert queries.unit_by_code("20333").commission_kind == "cell"
    assert queries.unit_by_code("20194").commission_kind == "ubkt"
    assert set(Unit.objects.filter(kind="cell").values_list("commission_kind", flat=True)) == {"cell"}


def test_only_the_sample_provinces_reach_down_to_cells(tree):
    province = queries.unit_by_code("12")
    commune = queries.children(province, TODAY).filter(kind="commune").first()
    organisations = queries.children(commune, TODAY)
    cell = queries.children(organisations[0]).first()

    assert queries.counts_by_kind(within=queries.unit_by_code("01")).keys() == {
        "city", "ward", "commune", "agency_committee",
    }  # fmt: skip
    assert organisations[0].code == f"{commune.code}.G01"
    assert (cell.code, cell.name_vi) == (f"{commune.code}.G01.B01", "Chi bộ mẫu 01")
    assert sum(unit.members for unit in organisations) == commune.members
    assert names(queries.ancestors(cell)) == [
        "Trung ương", "Lai Châu", commune.name_vi, "Đảng bộ cơ sở mẫu 01",
    ]  # fmt: skip
    assert queries.direct_superior(cell) == organisations[0]


def test_units_without_a_place_on_the_map_are_counted_not_forgotten(tree):
    assert queries.not_on_map(queries.centre(), on=TODAY).count() == 6
    assert names(queries.not_on_map(queries.unit_by_code("46"), on=TODAY)) == [
        "Đảng ủy các cơ quan thành phố Huế", "Đảng ủy UBND thành phố Huế",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["dien bien", "ĐIỆN BIÊN", "Điện  biên", "Dien Bien"])
def test_search_ignores_accents_and_case_and_puts_the_nearest_first(tree, typed):
    found = list(queries.search(typed)[:5])

    assert (found[0].name_vi, found[0].kind) == ("Điện Biên", "province")
    assert {"Phường Điện Biên Phủ", "Điện Biên"} <= set(names(found))


def test_search_finds_by_old_name_by_code_in_english_and_inside_a_unit(tree):
    lai_chau = queries.unit_by_code("12")

    assert queries.search("yen bai", on=BEFORE_THE_MERGER).first().code == "15"
    assert "former_province" in {unit.kind for unit in queries.search("yen bai")}
    assert queries.search("20333").first().name_vi == "Đặc khu Hoàng Sa"
    assert queries.search("ho chi minh city").first().code == "79"
    assert all(unit.path.startswith(lai_chau.path) for unit in queries.search("tan", within=lai_chau))
    assert not queries.search("  ").exists()
    assert not queries.search("100%").exists()


def test_names_in_both_languages(tree):
    commune = queries.unit_by_code("00004")

    assert (commune.name("vi"), commune.name("en")) == ("Phường Ba Đình", "Ba Dinh Ward")
    assert queries.words("region")["DBSCL"].name("en") == "Mekong Delta"
    assert list(queries.words("level")) == ["0", "1", "2", "3", "4"]


def test_loading_the_same_files_again_changes_nothing(tree):
    before = list(Unit.objects.values_list("pk", "path", "numchild"))

    again = services.load_territory(TERRITORY)

    assert (again.added, again.changed, again.unchanged) == (0, 0, tree.units)
    assert list(Unit.objects.values_list("pk", "path", "numchild")) == before


@pytest.mark.parametrize("code", ["12", "79"])
def test_reading_a_province_asks_the_database_once(tree, code, django_assert_num_queries):
    province = queries.unit_by_code(code)

    with django_assert_num_queries(1):
        assert len(queries.children(province, TODAY)) > 30
    with django_assert_num_queries(1):
        queries.counts_by_kind(on=TODAY, within=province)
    with django_assert_num_queries(1):
        list(queries.search("tan", within=province))
