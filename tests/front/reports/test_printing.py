import io

import pytest
from pypdf import PdfReader

from giamsat.front.reports.services import as_pdf
from tests.front.reports.paper import STAMP, paper


def pages(*documents):
    return PdfReader(io.BytesIO(as_pdf(documents, STAMP))).pages


def test_the_page_is_laid_out_as_party_documents_are():
    [page] = pages(paper(hidden=True))
    text = page.extract_text()
    for words in (
        "TỈNH ỦY LAI CHÂU", "ỦY BAN KIỂM TRA", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 12-BC/UBKTTU",
        "Lai Châu, ngày 05 tháng 10 năm 2026", "1.234.567", "•••", "T/M ỦY BAN KIỂM TRA", "CHỦ NHIỆM", "Lê Thị Duyệt",
        "NỘI BỘ, KHÔNG PHỔ BIẾN", "Người in: Nguyễn Thị Thử, lúc 01/10/2026 08:30 · số liệu thế hệ 7", "Trang 1/1",
    ):  # fmt: skip
        assert words in text


def test_a_long_table_goes_on_under_its_heading_and_pages_are_counted_for_each_report():
    texts = [page.extract_text() for page in pages(paper(rows=60), paper(key="BM21P"))]
    assert all(text.count("Chia theo cấp") == 1 for text in texts)
    counted = [text.rpartition("Trang ")[2].split()[0] for text in texts]
    assert counted == ["1/2", "2/2", "1/1"]


@pytest.mark.parametrize(("columns", "size"), [(3, (595, 842)), (8, (842, 595)), (22, (1191, 842))])
def test_the_paper_is_as_wide_as_the_form_needs(columns, size):
    box = pages(paper(columns=columns))[0].mediabox
    assert (round(box.width), round(box.height)) == size


def test_the_same_documents_and_stamp_give_the_same_bytes():
    assert as_pdf([paper()], STAMP) == as_pdf([paper()], STAMP)


def test_what_a_definition_or_a_name_says_is_text_and_no_markup():
    text = pages(paper(name='#panic("x") *a* $b$ @c'))[0].extract_text()
    assert '#panic("x") *a* $b$ @c' in " ".join(text.split())
