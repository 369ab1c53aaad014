"""The catalogue takes in reviewed files, once, and never lets a published version change."""

import shutil

import pytest
from django.conf import settings

from giamsat.foundation.catalogue import queries, services
from giamsat.foundation.catalogue.errors import DefinitionChanged, DefinitionInvalid, IndicatorUnknown
from giamsat.foundation.catalogue.models import Breakdown, Indicator

COUNTS_OF_WRONG = {
    "B04",
    "B09",
    "C02",
    "D02",
    "D06",
    "D10",
    "G02",
    "H02",
    "H08",
    "K01",
    "L01",
    "L05",
    "M05",
    "C01",
    "D01",
}
WORK_DONE = {"B02", "E01", "G01", "N03", "O02", "F09", "O07"}


@pytest.fixture
def folder(tmp_path):
    """A copy of the reviewed files that a test may spoil."""
    shutil.copytree(settings.DEFINITIONS_DIR / "indicators", tmp_path / "indicators")
    shutil.copy(settings.DEFINITIONS_DIR / "dimensions.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def loaded(db, folder):
    services.load_definitions(folder)
    return folder


def replace(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_all_157_indicators_are_loaded_with_both_names(loaded):
    indicators = queries.indicators()
    assert len(indicators) == 157
    assert sum(each.core for each in indicators.values()) == 110
    assert all(each.name_vi and each.name_en and each.unit and each.unit_en for each in indicators.values())
    assert indicators["D01"].name("vi") == "Số tổ chức đảng cấp dưới được kiểm tra"
    assert indicators["D01"].dimensions == ["lvl", "type", "vio", "src"]


def test_counts_of_violations_and_discipline_are_neither_good_nor_bad(loaded):
    indicators = queries.indicators()
    assert {code for code in COUNTS_OF_WRONG if indicators[code].good_when != "none"} == set()
    assert {code for code in WORK_DONE if indicators[code].good_when != "high"} == set()
    assert [indicators[code].good_when for code in ("H19", "N06", "O03")] == ["low"] * 3


def test_persons_are_counted_where_a_small_number_names_somebody(loaded):
    indicators = queries.indicators()
    assert all(each.counts_persons for each in indicators.values() if each.unit == "người")
    assert all(indicators[code].counts_persons for code in ("H10", "H11", "I02"))
    assert not any(indicators[code].counts_persons for code in ("D01", "H01", "H08", "K01", "O01"))


def test_breakdowns_keep_their_numbers_and_the_total_is_zero(loaded):
    breakdowns = queries.breakdowns()
    assert breakdowns[""].pk == 0
    assert breakdowns["lvl=XA"].name("en") == "Commune level"
    assert sum(key.startswith("vio=") for key in breakdowns) == 22


def test_loading_twice_adds_nothing(loaded):
    again = services.load_definitions(loaded)
    assert again.added == []
    assert again.unchanged == 157 + 22


def test_the_same_version_with_other_content_is_refused_with_the_difference(loaded):
    replace(loaded / "indicators" / "D.yaml", "good_when: none", "good_when: high")
    with pytest.raises(DefinitionChanged) as refusal:
        services.load_definitions(loaded)
    assert refusal.value.facts["name"] == "D01"
    assert "-good_when: none" in refusal.value.facts["diff"]
    assert "+good_when: high" in refusal.value.facts["diff"]
    assert "as version 2" in refusal.value.message
    assert queries.indicator("D01").good_when == "none"


def test_a_next_version_stands_beside_the_old_one(loaded):
    file = loaded / "indicators" / "K.yaml"
    entry = file.read_text(encoding="utf-8").split("indicators:\n")[1].split("  - code: K02")[0]
    newer = entry.replace("version: 1", "version: 2").replace(
        "Organisations disciplined, total", "All disciplined"
    )
    file.write_text(file.read_text(encoding="utf-8") + newer, encoding="utf-8")
    assert services.load_definitions(loaded).added == ["K01 v2"]
    assert queries.indicator("K01").name("en") == "All disciplined"
    before = Indicator.objects.get(code="K01", version=1)
    assert before.name("en") == "Organisations disciplined, total"


def test_an_unknown_dimension_is_refused_and_nothing_of_the_file_is_kept(db, folder):
    replace(folder / "indicators" / "A.yaml", "dimensions: [lvl, type]", "dimensions: [lvl, colour]")
    with pytest.raises(DefinitionInvalid) as refusal:
        services.load_definitions(folder)
    assert "no such dimension: colour (A01 dimensions)" in refusal.value.message
    assert not Indicator.objects.exists()


def test_a_value_that_changes_its_number_is_refused(loaded):
    file = loaded / "dimensions.yaml"
    replace(file, "code: lvl\n    version: 1", "code: lvl\n    version: 2")
    replace(file, "{id: 4, value: XA", "{id: 9, value: XA")
    with pytest.raises(DefinitionInvalid, match="changes its number"):
        services.load_definitions(loaded)
    assert Breakdown.objects.get(dimension="lvl", value="XA").pk == 4


def test_an_unreadable_file_is_named(db, folder):
    (folder / "indicators" / "B.yaml").write_text("indicators: [", encoding="utf-8")
    with pytest.raises(DefinitionInvalid, match=r"B\.yaml cannot be loaded"):
        services.load_definitions(folder)


def test_an_unknown_code_is_refused_in_words(loaded):
    with pytest.raises(IndicatorUnknown, match="There is no indicator Z99"):
        queries.indicator("Z99")


def test_definitions_in_memory_are_read_again_when_one_is_added(loaded, django_assert_num_queries):
    queries.indicators()
    with django_assert_num_queries(1):
        queries.indicators()
