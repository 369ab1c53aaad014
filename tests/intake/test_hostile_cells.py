"""Whatever stands in a cell is read as the one number it can mean, or refused: no crash, never half a report."""

from contextlib import contextmanager
from decimal import Decimal
from itertools import islice

import pytest
from django.db import transaction
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from giamsat.intake.observations import services
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.intake.sources.choices import DeliveryStatus
from giamsat.intake.sources.files.numerals import LARGEST, RawText, read_number
from giamsat.intake.sources.models import Delivery
from giamsat.lib.refusals import Refusal
from tests.intake import house
from tests.intake.hostile import texts
from tests.intake.sources.files import csv_of, filled

CELLS = [3_000, pytest.param(500_000, marks=pytest.mark.soak)]
FILES = [3, pytest.param(300, marks=pytest.mark.soak)]
READABLE = set("0123456789.,+- '\t\r\n\u00a0\u2009\u202f")


@pytest.mark.parametrize("count", CELLS)
def test_a_text_is_a_number_within_bounds_or_stays_a_text(count):
    for number, text in enumerate(islice(texts(seed=count), count)):
        for decimals in (0, 2):
            value = read_number(text, decimals=decimals)
            if isinstance(value, Decimal):
                assert value.is_finite(), (number, text)
                assert abs(value) < LARGEST, (number, text)
                assert set(text) <= READABLE, (number, text)
            else:
                assert value is None or isinstance(value, RawText), (number, text)


def test_a_number_too_long_to_reckon_with_stays_a_text():
    for text in ("9" * 3_000_000, "0." + "1" * 3_000_000, "-" + "1" * 3_000_000):
        assert isinstance(read_number(text, decimals=2), RawText)


@contextmanager
def undone():
    """What happens inside leaves no trace, so that the next file finds the same house."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def writable(text):
    """What a workbook can hold as text at all."""
    return len(text) < 32_000 and not ILLEGAL_CHARACTERS_RE.search(text) and "\uffff" not in text


def rows(form, seed):
    """Two communes' lines: mostly honest figures, some cells of mischief; every third line is honest throughout."""
    source = texts(seed)
    lines = []
    for line, code in enumerate(("03466", "03467")):
        bad = (
            {}
            if (seed + line) % 3 == 0
            else {place: next(source) for place in range(line, len(form.cells), 7)}
        )
        lines.append((code, [bad.get(place, 0) for place in range(len(form.cells))]))
    return lines


def quoted(text: object) -> str:
    return '"' + str(text).replace('"', '""') + '"'


def send(content, name):
    """What came of a file: receipts, or the refusal of the whole."""
    try:
        return services.receive_file(content, filename=name, by=house.SYSTEM, at=house.AT)
    except Refusal:
        return []


def require_whole(receipts):
    """Only what was not refused is stored, all of it; every delivery is settled."""
    stored = {each.report.pk for each in receipts if not each.refused}
    assert stored == set(Report.objects.values_list("pk", flat=True))
    for version in ReportVersion.objects.select_related("form"):
        assert len(version.values) == len(version.form.cells)
        assert all(value is None or value.is_finite() for value in version.values)
    assert not Delivery.objects.filter(status=DeliveryStatus.RECEIVED).exists()


@pytest.mark.parametrize("count", FILES)
def test_a_csv_file_of_hostile_cells_is_stored_line_by_line_or_refused(country, count):
    form = house.form("BMT", house.SEPTEMBER)
    taken = 0
    for seed in range(count):
        with undone():
            lines = [(code, [quoted(value) for value in values]) for code, values in rows(form, seed)]
            receipts = send(csv_of(form, house.SEPTEMBER, lines).encode(), "hostile.csv")
            require_whole(receipts)
            taken += sum(not each.refused for each in receipts)
    assert taken


@pytest.mark.parametrize("count", FILES)
def test_a_workbook_of_hostile_cells_is_stored_or_refused(country, count):
    form = house.form("BMT", house.SEPTEMBER)
    source = (text for text in texts(seed=count) if writable(text))
    for _seed in range(count):
        with undone():
            cells = {cell.key: next(source) for cell in form.cells[::9]}
            content = filled(form, country.hua_bum, house.SEPTEMBER, cells=cells)
            require_whole(send(content, "hostile.xlsx"))


@pytest.mark.parametrize("count", FILES)
def test_a_typed_form_of_hostile_cells_is_stored_or_refused(country, count):
    form = house.form("BMT", house.SEPTEMBER)
    source = texts(seed=count)
    for _seed in range(count):
        with undone():
            typed = {
                cell.key: next(source) if place % 5 == 0 else "0" for place, cell in enumerate(form.cells)
            }
            try:
                receipts = [
                    services.receive_typed(
                        country.hua_bum, form, house.SEPTEMBER, typed, by=house.SYSTEM, at=house.AT
                    )
                ]
            except Refusal:
                receipts = []
            require_whole(receipts)
