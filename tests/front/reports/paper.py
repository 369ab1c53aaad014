"""A document made up for tests: as many columns and rows as are wanted."""

from datetime import UTC, datetime
from decimal import Decimal

from giamsat.foundation.access.queries import SUPPRESSED, Shown
from giamsat.front.reports.document import FormDocument, Line, Section, Stamp, Table
from giamsat.front.reports.letterhead import Letterhead

STAMP = Stamp("nội bộ, không phổ biến", "Nguyễn Thị Thử", datetime(2026, 10, 1, 1, 30, tzinfo=UTC), 7, False)
HEAD = Letterhead(
    ("ĐẢNG CỘNG SẢN VIỆT NAM",), "*", "Tỉnh ủy Lai Châu", "Ủy ban Kiểm tra", "Lai Châu", "BC/UBKTTU",
    ("T/M Ủy ban Kiểm tra", "Chủ nhiệm"), ("Ủy ban Kiểm tra Trung ương", "Lưu Văn phòng Ủy ban"),
)  # fmt: skip


def paper(
    *,
    columns: int = 3,
    rows: int = 4,
    key: str = "BM05P",
    hidden: bool = False,
    name: str = "Số tổ chức đảng",
):
    values = [Shown(Decimal(1_234_567 + place)) for place in range(columns)]
    if hidden:
        values[-1] = SUPPRESSED
    lines = [Line(f"D{row:02}", name, "tổ chức", row % 3 == 2, values, 0) for row in range(1, rows + 1)]
    groups = [("", 1), ("Chia theo cấp", columns - 1)] if columns > 2 else [("", 1)] * columns
    heads = ["Tổng số"] + [f"Đảng ủy cấp trên cơ sở {place}" for place in range(2, columns + 1)]
    return FormDocument(
        key=key, language="vi", letterhead=HEAD, symbol="12-BC/UBKTTU", dated="Lai Châu, ngày 05 tháng 10 năm 2026",
        form="Biểu số BM05P, phiên bản 2", basis_of_form="885-QĐ/UBKTTW", title="Kiểm tra khi có dấu hiệu vi phạm",
        subtitle="9 tháng/2026 · số liệu tổng hợp", notes=["Chốt số liệu ngày 15/09/2026"],
        state="Tiếp nhận ngày 28/09/2026, số liệu tạm thời",
        tables=[Table(heads, groups, [Section("I. Tổ chức đảng", lines)])],
        withheld="•••: được giữ lại" if hidden else "", compiler="Trần Văn Lập", approver="Lê Thị Duyệt",
    )  # fmt: skip
