"""A look at a workbook before anything opens it: size, locks, programs, bombs, formulas."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from xml.parsers import expat

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string

from giamsat.intake.sources.errors import (
    CorruptWorkbook,
    EncryptedWorkbook,
    FormulaCell,
    LegacyWorkbook,
    Macros,
    NotOurForm,
    TooLarge,
    TooManyParts,
    ZipBomb,
)

MEGABYTE = 1_000_000
LARGEST_FILE = 20 * MEGABYTE
LARGEST_UNPACKED = 100 * MEGABYTE
SUSPICIOUS_UNPACKED = 5 * MEGABYTE
LARGEST_RATIO = 100
MOST_PARTS = 500
FARTHEST_ROW, FARTHEST_COLUMN = 10_000, 256
OLE_HEADER = bytes.fromhex("d0cf11e0a1b11ae1")
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
PROGRAM_PARTS = (
    "vbaproject",
    "xl/macrosheets/",
    "xl/activex/",
    "xl/embeddings/",
    "customui/",
    "xl/dialogsheets/",
)
FORMULAS_NAMED = 20
# What zipfile says of damaged bytes: ValueError when its directory points before the beginning or names are no text.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ValueError, EOFError, NotImplementedError, OSError,
)  # fmt: skip
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def check_size(content: bytes) -> None:
    """Refuse what is larger than any form, before it is read."""
    if len(content) > LARGEST_FILE:
        raise TooLarge(len(content), LARGEST_FILE)


def unpack(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook by name, after every refusal that can be made without reading its cells."""
    check_size(content)
    if content.startswith(OLE_HEADER):
        raise EncryptedWorkbook() if ENCRYPTED_STREAM in content else LegacyWorkbook()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _refuse_bomb(len(content), parts)
            _refuse_programs(parts)
            return _read_all(package, parts, len(content))
    except UNREADABLE as error:
        raise CorruptWorkbook(library=str(error) or type(error).__name__) from error
    except RuntimeError as error:  # zipfile's word for a part locked with a password
        raise EncryptedWorkbook() from error


def _refuse_bomb(packed: int, parts: list[zipfile.ZipInfo]) -> None:
    """What the directory promises, before a byte is unpacked."""
    if len(parts) > MOST_PARTS:
        raise TooManyParts(len(parts), MOST_PARTS)
    unpacked = sum(part.file_size for part in parts)
    inflated = unpacked > SUSPICIOUS_UNPACKED and unpacked > LARGEST_RATIO * packed
    if unpacked > LARGEST_UNPACKED or inflated:
        raise ZipBomb(packed, unpacked)


def _refuse_programs(parts: list[zipfile.ZipInfo]) -> None:
    for part in parts:
        name = part.filename.lower()
        if any(mark in name for mark in PROGRAM_PARTS):
            raise Macros(part.filename)


def _read_all(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo], packed: int) -> dict[str, bytes]:
    """Unpack within the limit, whatever the directory promised."""
    if len({part.filename.lower() for part in parts}) < len(parts):
        raise CorruptWorkbook(_("it holds a part twice, and nobody can say which counts"))
    unpacked, read = 0, {}
    for part in parts:
        with package.open(part) as stream:
            read[part.filename] = stream.read(LARGEST_UNPACKED - unpacked + 1)
        unpacked += len(read[part.filename])
        if unpacked > LARGEST_UNPACKED:
            raise ZipBomb(packed, unpacked)
    if "xl/workbook.xml" not in read:
        raise CorruptWorkbook(_("no xl/workbook.xml inside: not an .xlsx workbook"))
    return read


def refuse_far_cells(parts: dict[str, bytes], sheet: str) -> None:
    """Refuse a sheet with a value far off: whoever reads it would lay it out whole, up to its farthest cell."""
    row = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        local = _local(name)
        if local == "row":
            row, column = _whole(attributes.get("r"), row + 1), 0
        elif local == "c":
            place = PLACE.fullmatch(attributes.get("r", ""))
            column = column_index_from_string(place[1]) if place else column + 1
            row = int(place[2]) if place else row
        elif local in ("v", "is") and (row > FARTHEST_ROW or column > FARTHEST_COLUMN):
            far = {"row": row, "column": column}
            raise CorruptWorkbook(_("row %(row)s, column %(column)s holds a value far off the table") % far)

    _parse(parts[_part_of(parts, sheet)], start=start)


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() else otherwise


def refuse_formulas(parts: dict[str, bytes], sheet: str) -> None:
    """Refuse the formulas of one sheet, naming their cells: what they show cannot be checked."""
    found = _formulas(parts[_part_of(parts, sheet)])
    if found:
        raise FormulaCell(sheet, found[:FORMULAS_NAMED], len(found))


def sheet_errors(parts: dict[str, bytes], sheet: str) -> dict[str, str]:
    """``{"D8": "#DIV/0!"}``: cells that hold an error of Excel, which whoever reads values is told are blank."""
    found: dict[str, str] = {}
    here = {"cell": "", "inside": ""}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            here["cell"] = attributes.get("r", "") if attributes.get("t") == "e" else ""
        here["inside"] = local

    def text(data: str) -> None:
        if here["cell"] and here["inside"] == "v":
            found[here["cell"]] = (found.get(here["cell"], "") + data)[:20]

    _parse(parts[_part_of(parts, sheet)], start=start, text=text)
    return found


def _part_of(parts: dict[str, bytes], sheet: str) -> str:
    relation = _attributes(parts["xl/workbook.xml"], "sheet", "name", "id").get(sheet)
    targets = _attributes(parts.get("xl/_rels/workbook.xml.rels", b""), "Relationship", "Id", "Target")
    target = targets.get(relation or "", "")
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    if name not in parts:
        raise NotOurForm(_("no sheet %(name)s") % {"name": sheet})
    return name


def _attributes(xml: bytes, element: str, key: str, value: str) -> dict[str, str]:
    """From every ``element``, one attribute by another, whatever prefixes are used."""
    found: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == element:
            local = {_local(each): text for each, text in attributes.items()}
            if local.get(key, "") in found:
                raise CorruptWorkbook(_("it names %(name)s twice") % {"name": local.get(key, "")})
            found[local.get(key, "")] = local.get(value, "")

    _parse(xml, start=start)
    return found


def _formulas(xml: bytes) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    here = {"cell": "", "inside": ""}

    def start(name: str, attributes: dict[str, str]) -> None:
        local = _local(name)
        if local == "c":
            here["cell"] = attributes.get("r", "")
        elif local == "f":
            here["inside"] = "f"
            found.append({"cell": here["cell"], "formula": ""})

    def end(name: str) -> None:
        if _local(name) == "f":
            here["inside"] = ""

    def text(data: str) -> None:
        if here["inside"]:
            found[-1]["formula"] += data[:200]

    _parse(xml, start=start, end=end, text=text)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _parse(xml: bytes, *, start=None, end=None, text=None) -> None:  # type: ignore[no-untyped-def]
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise CorruptWorkbook(library=str(error)) from error


def _refuse_doctype(*declared: object) -> None:
    """No workbook declares entities; a file that does wants them expanded."""
    raise CorruptWorkbook(_("it declares its own entities"))
