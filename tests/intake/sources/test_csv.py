"""CSV files: many units in one, in Unicode; old encodings are named, not guessed at."""

import pytest
from django.utils.translation import override

from giamsat.intake.sources import services
from giamsat.intake.sources.errors import CsvUnreadable, LegacyEncoding, NotUtf8, TooLarge, WrongFormVersion
from giamsat.intake.sources.files.encodings import legacy_encoding
from giamsat.intake.sources.services import RawText
from tests.intake.house import SEPTEMBER
from tests.intake.sources.files import csv_of, in_legacy

NAMES = "Đảng ủy xã Hua Bum, phường Đoàn Kết, Ủy ban kiểm tra, đảng viên bị kỷ luật"


def rows(flash, count=2):
    return [(f"0346{6 + number}", [number] * len(flash.cells)) for number in range(count)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_one_file_holds_many_units(flash, encoding, mark):
    read = services.read_csv(csv_of(flash, SEPTEMBER, rows(flash), mark=mark).encode(encoding))
    assert [each.unit_code for each in read] == ["03466", "03467"]
    assert read[1].values == [1] * len(flash.cells)
    assert read[1].positions[0] == "#3!A04"


def test_vintage_basis_and_names_may_stand_beside_the_figures(flash):
    lines = [("12", [0] * len(flash.cells), "2025-07", "consolidated", "Lai Châu")]
    text = csv_of(flash, SEPTEMBER, lines, columns=["vintage", "basis", "unit_name"])
    read = services.read_csv(text.encode())[0]
    assert (read.unit_vintage, read.basis) == ("2025-07", "consolidated")


def test_blanks_and_texts_are_kept_apart_from_zeros(flash):
    values = [None, "x", "0", *[0] * (len(flash.cells) - 3)]
    read = services.read_csv(csv_of(flash, SEPTEMBER, [("03466", values)]).encode())[0]
    assert read.values[:3] == [None, RawText("x"), 0]


@pytest.mark.parametrize("encoding", ["TCVN3", "VISCII", "Windows-1258", "VNI"])
def test_a_legacy_vietnamese_encoding_is_named(flash, encoding):
    text = csv_of(flash, SEPTEMBER, [("03466", [0] * len(flash.cells), f'"{NAMES}"')], columns=["unit_name"])
    with pytest.raises(LegacyEncoding) as refusal:
        services.read_csv(in_legacy(text, encoding))
    assert refusal.value.encoding == encoding
    assert f"the old {encoding} encoding (line 2)" in refusal.value.message


@pytest.mark.parametrize("encoding", ["TCVN3", "VISCII", "Windows-1258"])
@pytest.mark.parametrize("names", [("Xã Bình An", "Xã Phú Xuyên"), ("Xã Nội Bài", "Xã Tân Ninh")])
def test_two_names_are_enough_to_name_it(names, encoding):
    assert legacy_encoding(in_legacy("\r\n".join(names), encoding)) == encoding


def test_other_bytes_are_refused_with_line_and_bytes():
    with pytest.raises(NotUtf8) as refusal:
        services.read_csv(b"form,version\r\nBMT,\xff\xff\xff\xff")
    assert refusal.value.facts == {"line": 2, "found": "ff ff ff ff"}


def test_wide_unicode_is_refused():
    with pytest.raises(NotUtf8, match="UTF-16"):
        services.read_csv("form,version".encode("utf-16"))


def test_a_line_that_is_too_short_is_refused_with_its_number(flash):
    text = csv_of(flash, SEPTEMBER, rows(flash)) + "BMT,1,03468,2026-M09,5\r\n"
    with pytest.raises(CsvUnreadable, match="Line 4 of the file: 5 fields, 36 expected"):
        services.read_csv(text.encode())


def test_the_same_unit_twice_is_refused(flash):
    text = csv_of(flash, SEPTEMBER, [*rows(flash), *rows(flash, 1)])
    with pytest.raises(CsvUnreadable, match="Line 4 of the file: 03466 2026-M09 stood on line 2 already"):
        services.read_csv(text.encode())


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("L15", "L99", "has no cell L99"),
        ("unit,", "who,", "column unit is missing"),
        ("L15", "L14", "column L14 stands there twice"),
    ],
)
def test_a_wrong_heading_is_refused(flash, old, new, problem):
    with pytest.raises(CsvUnreadable, match=problem):
        services.read_csv(csv_of(flash, SEPTEMBER, rows(flash)).replace(old, new, 1).encode())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    ("figure", "vietnamese", "english"),
    [
        ('"12', "có dấu ngoặc kép mở mà không đóng", "a quotation mark is opened and not closed"),
        ('"12"3', "sau dấu ngoặc kép đóng", "after a closing quotation mark"),
    ],
)
def test_quotation_marks_out_of_place_are_told_in_the_readers_language(
    flash, figure, vietnamese, english, language
):
    text = csv_of(flash, SEPTEMBER, [rows(flash)[0], ("03467", [figure, *[0] * (len(flash.cells) - 1)])])
    with override(language), pytest.raises(CsvUnreadable) as refusal:
        services.read_csv(text.encode())
    assert (vietnamese if language == "vi" else english) in refusal.value.message
    assert "3" in refusal.value.message
    assert "expected" not in refusal.value.message
    assert "unexpected" not in refusal.value.message


def test_a_heading_alone_is_refused_as_such(flash):
    with pytest.raises(CsvUnreadable, match="below the heading there is no line with figures"):
        services.read_csv(csv_of(flash, SEPTEMBER, []).encode())


def test_an_empty_file_is_refused():
    with pytest.raises(CsvUnreadable, match="the file is empty"):
        services.read_csv(b"")


def test_a_wrong_version_is_refused(flash):
    with pytest.raises(WrongFormVersion):
        services.read_csv(csv_of(flash, SEPTEMBER, rows(flash)).replace("BMT,1,", "BMT,2,").encode())


def test_a_large_file_is_refused():
    with pytest.raises(TooLarge):
        services.read_csv(b"x" * 20_000_001)
