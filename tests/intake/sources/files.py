"""Workbooks and CSV files as people send them, made by hand."""

import io
import unicodedata
import zipfile

from openpyxl import Workbook, load_workbook

from giamsat.intake.sources import services
from giamsat.intake.sources.files.encodings import LEGACY, VNI, VNI_LETTERS, VNI_MARKS, WINDOWS
from giamsat.intake.sources.files.sheet import SHEET, Sheet
from giamsat.lib.periods import Period

TONES = "\u0300\u0301\u0303\u0309\u0323"


def filled(form, unit, period: Period, values=None, cells=None) -> bytes:
    """The downloaded template with values by ordinal typed in; ``cells`` are typed over them by key."""
    content = services.template_workbook(form, unit, period, values=values or [0] * len(form.cells))
    return edited(
        content, {Sheet(form).coordinate(form.cell_by_key[key]): text for key, text in (cells or {}).items()}
    )


def workbook(*rows) -> bytes:
    """A table of any kind, a list of cells for each row."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def edited(content: bytes, cells: dict[str, object], sheet: str = SHEET) -> bytes:
    workbook = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        workbook[sheet][place] = value
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def with_part(content: bytes, name: str, body: bytes) -> bytes:
    """The same workbook with one more part inside."""
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, body)
    return target.getvalue()


def other_workbook() -> bytes:
    """A workbook somebody made themselves."""
    target = io.BytesIO()
    workbook = Workbook()
    workbook.active["A1"] = "Báo cáo"
    workbook.save(target)
    return target.getvalue()


def csv_of(form, period: Period, rows, *, mark=",", columns=()) -> str:
    """``rows``: (unit code, values by ordinal)."""
    names = ["form", "version", "unit", "period", *columns, *(cell.key for cell in form.cells)]
    lines = [mark.join(names)]
    for code, values, *more in rows:
        fields = [form.code, form.version, code, period.key, *more, *values]
        lines.append(mark.join("" if field is None else str(field) for field in fields))
    return "\r\n".join(lines) + "\r\n"


def in_legacy(text: str, encoding: str) -> bytes:
    """Vietnamese text in an encoding of the nineties."""
    if encoding == WINDOWS:
        return b"".join(map(_in_windows_1258, text))
    if encoding == VNI:
        return b"".join(map(_in_vni, text))
    numbers = {letter: number for number, letter in LEGACY[encoding].items()}
    return bytes(numbers.get(letter, numbers.get(letter.lower(), ord(letter) % 256)) for letter in text)


def _in_vni(letter: str) -> bytes:
    """One byte for some letters; else the plain one, or ơ and ư, with a byte for its marks."""
    lower = letter.lower()
    shift = 0x20 if letter != lower else 0
    alone = {text: byte for byte, text in VNI_LETTERS.items()}
    if lower in alone:
        return bytes([alone[lower] - shift])
    for byte, marks in VNI_MARKS.items():
        for base in "aeouyơư":
            if unicodedata.normalize("NFC", base + marks) == lower:
                plain = alone[base] - shift if base in alone else ord(base) - shift
                return bytes([plain, byte - shift])
    return letter.encode("ascii")


def _in_windows_1258(letter: str) -> bytes:
    """A letter, or a letter and its tone after it."""
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        base, *marks = unicodedata.normalize("NFD", letter)
        tone = [mark for mark in marks if mark in TONES]
        bare = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark not in TONES))
        return bare.encode("cp1258") + "".join(tone).encode("cp1258")
