import io
import zipfile

from python_calamine import CalamineWorkbook

from giamsat.front.reports.services import as_workbook
from tests.front.reports.paper import STAMP, paper


def rows(content, sheet=0):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def test_figures_are_numbers_and_withheld_ones_their_mark():
    table = rows(as_workbook([paper(hidden=True)], STAMP))
    line = next(row for row in table if row[0] == "D01")
    assert line == ["D01", "Số tổ chức đảng", "tổ chức", 1234567.0, 1234568.0, "•••"]
    said = {cell for row in table for cell in row}
    assert {
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Số 12-BC/UBKTTU",
        "NGƯỜI LẬP BIỂU",
        "Chia theo cấp",
        "Nơi nhận:",
    } <= said


def test_text_is_never_a_formula_nor_a_link():
    content = as_workbook([paper(name='=HYPERLINK("http://x")'), paper(name="http://x", key="K")], STAMP)
    assert next(row[1] for row in rows(content) if row[0] == "D01") == '=HYPERLINK("http://x")'
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if "worksheets/sheet" in name]
        styles = package.read("xl/styles.xml").decode()
    assert not any("<f>" in sheet or "<hyperlink" in sheet for sheet in sheets)
    assert 'quotePrefix="1"' in styles


def test_each_report_has_a_sheet_of_its_own_name():
    long = "BIEU-MAU-RAT-DAI-" * 3
    content = as_workbook([paper(key=long), paper(key=long), paper(key="bm05p"), paper()], STAMP)
    names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    assert len({name.lower() for name in names}) == 4
    assert max(map(len, names)) <= 31


def test_the_same_documents_and_stamp_give_the_same_bytes():
    assert as_workbook([paper()], STAMP) == as_workbook([paper()], STAMP)
