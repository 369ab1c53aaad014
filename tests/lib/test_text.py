from unicodedata import normalize

import pytest

from giamsat.lib.numbers import format_number
from giamsat.lib.text import fold, is_a_reason, vietnamese_key


def test_folding_forgets_accents_case_and_spaces():
    assert fold("  Điện   BIÊN ") == "dien bien"
    assert fold("Đắk Lắk") == "dak lak"


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("Sai số liệu đảng viên", True),
        ("1234567890 !!", False),
        ("   sai   ", False),
        ("Nhầm số hội", False),
        ("Nhầm số hội nghị", True),
    ],
)
def test_a_reason_has_ten_letters(text, enough):
    assert is_a_reason(text) is is_a_reason(normalize("NFD", text)) is enough


def test_names_sort_in_the_order_of_the_alphabet():
    names = [
        "Đà Nẵng",
        "An Giang",
        "Cà Mau",
        "Đắk Lắk",
        "Điện Biên",
        "Hà Nội",
        "Ấp Bắc",
        "Bắc Ninh",
        "Dã Tượng",
    ]
    assert sorted(names, key=vietnamese_key) == [
        "An Giang", "Ấp Bắc", "Bắc Ninh", "Cà Mau", "Dã Tượng", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Hà Nội",
    ]  # fmt: skip


def test_tones_decide_only_between_equal_letters():
    assert sorted(["má", "mạ", "ma", "mà", "mã", "mả"], key=vietnamese_key) == [
        "ma",
        "mà",
        "mả",
        "mã",
        "má",
        "mạ",
    ]


def test_numbers_in_names_sort_by_value():
    assert sorted(["Chi bộ 10", "Chi bộ 2"], key=vietnamese_key) == ["Chi bộ 2", "Chi bộ 10"]
    assert vietnamese_key("m²") == vietnamese_key("m³")  # signs, not numbers


@pytest.mark.parametrize(
    ("value", "language", "decimals", "text"),
    [
        (1234567, "vi", None, "1.234.567"),
        (1234.5, "vi", None, "1.234,5"),
        (1234.5, "en", None, "1,234.5"),
        (100, "vi", None, "100"),
        (0.125, "vi", 2, "0,13"),
        (-4, "vi", None, "-4"),
        (None, "vi", None, ""),
    ],
)
def test_numbers_are_written_as_in_the_language(value, language, decimals, text):
    assert format_number(value, language, decimals) == text
