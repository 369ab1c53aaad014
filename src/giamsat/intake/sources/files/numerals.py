"""Numbers as people write them, read only when they can mean one thing.

A dot groups thousands in Vietnamese and marks decimals in English, and a comma the other way round. So
"1.234" is one number in a count, where decimals cannot be, and two possible numbers in an amount.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

LARGEST = Decimal(10) ** 12
MOST_DECIMALS = 4
LONGEST = 60  # characters; Decimal cannot reckon with millions of them
PLAINEST = 12  # digits: below the largest, whatever they are
SPACES = str.maketrans("", "", " \u00a0\u2009\u202f")
PLAIN = re.compile(r"[+-]?\d+")
GROUPED = {
    ".": re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?"),
    ",": re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?"),
}
DECIMAL = re.compile(r"[+-]?\d+[.,]\d+")
SHEET_ERROR = re.compile(r"#[A-Z_]+[A-Z0-9/_]*[!?]?")
SPACED = re.compile(r"[+-]?[1-9]\d{0,2}([ \u00a0\u2009\u202f]\d{3})+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class RawText:
    """What stood in a cell that holds no number, kept for the refusal."""

    text: str

    def __str__(self) -> str:
        return self.text


Value = Decimal | RawText | None


class Unreadable(StrEnum):
    """Why a text that stands in a cell is no number the cell can hold."""

    TOO_LARGE = "too_large"
    DECIMALS = "decimals"
    TWO_WAYS = "two_ways"
    SHEET_ERROR = "sheet_error"
    NO_NUMBER = "no_number"


def read_number(text: str, *, decimals: int) -> Value:
    """The number a text can only mean; None for a blank; the text itself when it is none or could be two."""
    if len(text) <= PLAINEST and text.isascii() and text.isdigit():  # nearly every cell of a long list
        return Decimal(text)
    text = text.strip(" \t\r\n\u00a0\u2009\u202f'")
    if not text:
        return None
    if len(text) > LONGEST or "\0" in text:
        return RawText(text.replace("\0", "\ufffd"))  # PostgreSQL keeps no NUL
    number = _number(_bare(text), decimals)
    return RawText(text) if number is None or not _can_be_kept(number) else number


def why_unreadable(text: str) -> Unreadable:
    """What is wrong with a text that was not read as a number."""
    if SHEET_ERROR.fullmatch(text):
        return Unreadable.SHEET_ERROR
    if len(text) > LONGEST:
        return Unreadable.TOO_LARGE if PLAIN.fullmatch(text) else Unreadable.NO_NUMBER
    bare = _bare(text)
    number = _number(bare, 0)
    if number is None:
        grouped = any(pattern.fullmatch(bare) for pattern in GROUPED.values())
        return Unreadable.TWO_WAYS if grouped else Unreadable.NO_NUMBER
    if abs(number) >= LARGEST:
        return Unreadable.TOO_LARGE
    return Unreadable.TWO_WAYS if _can_be_kept(number) else Unreadable.DECIMALS


def _bare(text: str) -> str:
    return text.translate(SPACES) if SPACED.fullmatch(text) else text


def _can_be_kept(number: Decimal) -> bool:
    return abs(number) < LARGEST and number == number.quantize(Decimal(1).scaleb(-MOST_DECIMALS))


def _number(text: str, decimals: int) -> Decimal | None:
    if not text.isascii():
        return None
    if PLAIN.fullmatch(text):
        return Decimal(text)
    for mark, pattern in GROUPED.items():
        if pattern.fullmatch(text):
            if _could_be_decimal(text, mark) and (mark == "," or decimals):
                return None
            point = "," if mark == "." else "."
            return Decimal(text.replace(mark, "").replace(point, "."))
    return Decimal(text.replace(",", ".")) if DECIMAL.fullmatch(text) else None


def _could_be_decimal(text: str, mark: str) -> bool:
    """``1.234`` or ``1,234``: one mark, three digits after it, nothing else to tell by."""
    return text.count(mark) == 1 and not ("," in text and "." in text)


def from_float(value: float) -> Value:
    """A number that a workbook keeps in binary, as a person typed it: no noise in the sixteenth digit."""
    number = Decimal(repr(value))
    if not number.is_finite():
        return RawText(str(value))
    if abs(number) >= LARGEST:
        return RawText(f"{number.normalize():f}")
    rounded = number.quantize(Decimal("0.0001"))
    near = abs(number - rounded) <= abs(number) * Decimal("1e-12")
    return rounded.normalize() + 0 if near else RawText(f"{number.normalize():f}")


def as_seen(cell: Any) -> str:
    """A cell as people see it: 3466.0 is 3466, a day is 01/10/2026."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    return str(cell).strip()
