"""Plain tables: rows of text from a workbook or a CSV file, after the same refusals as for a form."""

from datetime import date

import pytest

from giamsat.intake.sources import services
from giamsat.intake.sources.errors import CorruptWorkbook, FormulaCell, LegacyEncoding, Macros
from tests.intake.sources.files import in_legacy, with_part, workbook


def test_a_workbook_is_read_as_people_see_it():
    content = workbook(["Unit code", "From", "All"], ["03466", date(2026, 10, 1), True], [3466, None, " x "])

    assert services.read_table(content) == [
        ["Unit code", "From", "All"], ["03466", "01/10/2026", "1"], ["3466", "", "x"],
    ]  # fmt: skip


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_csv_file_is_read_by_whatever_separates_it(mark):
    assert services.read_table(f"a{mark}b\n1{mark}Đà\n".encode("utf-8-sig")) == [["a", "b"], ["1", "Đà"]]


def test_what_no_form_may_hold_no_table_may_hold():
    plain = workbook(["a"])
    with pytest.raises(FormulaCell):
        services.read_table(workbook(["=1+1"]))
    with pytest.raises(Macros):
        services.read_table(with_part(plain, "xl/vbaProject.bin", b"x"))
    with pytest.raises(CorruptWorkbook):
        services.read_table(plain[:200])
    with pytest.raises(LegacyEncoding):
        services.read_table(
            in_legacy("Đảng ủy xã, phường Đoàn Kết, Ủy ban kiểm tra, đảng viên bị kỷ luật", "TCVN3")
        )
