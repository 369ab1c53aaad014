from types import SimpleNamespace

import pytest

from giamsat.front.reports.letterhead import letterhead_of


def unit(kind, vi, en=""):
    return SimpleNamespace(kind=kind, name=lambda language: vi if language == "vi" else en or vi)


CENTRE = unit("centre", "Trung ương", "The Centre")
PROVINCE = unit("province", "Lai Châu", "Lai Chau")
CITY = unit("city", "TP. Hà Nội", "Ha Noi")
COMMUNE = unit("commune", "Xã Hua Bum", "Hua Bum Commune")


@pytest.mark.parametrize(
    ("body", "above", "expected"),
    [
        (PROVINCE, CENTRE, ("Tỉnh ủy Lai Châu", "Lai Châu", "BC/UBKTTU", "Ủy ban Kiểm tra Trung ương")),
        (CITY, CENTRE, ("Thành ủy Hà Nội", "Hà Nội", "BC/UBKTTU", "Ủy ban Kiểm tra Trung ương")),
        (
            COMMUNE,
            PROVINCE,
            ("Đảng ủy xã Hua Bum", "Hua Bum", "BC/UBKTĐU", "Ủy ban Kiểm tra Tỉnh ủy Lai Châu"),
        ),
        (COMMUNE, CITY, ("Đảng ủy xã Hua Bum", "Hua Bum", "BC/UBKTĐU", "Ủy ban Kiểm tra Thành ủy Hà Nội")),
    ],
)
def test_each_body_heads_its_papers_as_its_kind_does(body, above, expected):
    head = letterhead_of(body, above, "vi")
    assert (head.above, head.place, head.symbol, head.recipients[0]) == expected
    assert (head.body, head.mark, head.masthead) == ("Ủy ban Kiểm tra", "*", ("ĐẢNG CỘNG SẢN VIỆT NAM",))


def test_english_papers_name_the_same_bodies():
    head = letterhead_of(COMMUNE, PROVINCE, "en")
    assert (head.above, head.place) == ("Party Committee of Hua Bum Commune", "Hua Bum")
    assert head.recipients[0] == "Inspection Commission, Lai Chau Provincial Party Committee"


def test_a_kind_that_nothing_is_said_of_heads_its_papers_with_its_own_name():
    head = letterhead_of(unit("zip_area", "Khu 60601"), None, "vi")
    assert (head.body, head.symbol, head.signer) == ("Khu 60601", "", ())


def test_a_house_without_letterheads_prints_all_the_same(settings, tmp_path):
    settings.DEFINITIONS_DIR = tmp_path
    assert letterhead_of(PROVINCE, CENTRE, "vi").masthead == ()
