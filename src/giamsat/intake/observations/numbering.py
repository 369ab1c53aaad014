"""The number and symbol of the letter with which a unit sends its forms upwards."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from giamsat.intake.observations.errors import LetterNumberTaken, NoLetterNumber
from giamsat.intake.observations.models import Letter
from giamsat.lib.clock import day_of

if TYPE_CHECKING:
    from giamsat.intake.observations.models import Report

# Party documents are numbered 12-BC/UBKTTU (handbook §4.1), those of State bodies 12/BC-TTr.
WORD = r"[A-ZĐ][A-Za-zĐđÀ-ỹ]"
# Numbers below ten are written with a nought before them, so that nobody can write a figure there.
SYMBOL = re.compile(
    rf"(?:0[1-9]|[1-9]\d{{0,4}})(?:-{WORD}{{0,5}}/{WORD}{{0,19}}|/{WORD}{{0,5}}-{WORD}{{0,19}})"
)


def read_symbol(text: str) -> str:
    """A number and symbol as typed, without its blanks, one below ten as two digits: 5 and 05 are one letter. Empty
    where none is given, else refused when it is none."""
    symbol = "".join(text.split())
    if symbol and not SYMBOL.fullmatch(symbol):
        raise NoLetterNumber(text.strip())
    return f"0{symbol}" if symbol[1:2] in {"-", "/"} else symbol


def letter_for(report: Report, symbol: str, *, at: datetime) -> Letter:
    """The letter of that number of the report's unit in this year; refused when it was sent with another period.

    A number that no report goes by any longer, because it was mistyped, is free again. Whoever asks for the same
    number meanwhile waits until this transaction ends.
    """
    named = {"unit_id": report.unit_id, "year": day_of(at).year, "symbol": symbol}
    meant = {"period_key": report.period_key, "basis": report.basis}
    Letter.objects.bulk_create([Letter(**named, **meant)], ignore_conflicts=True)
    letter = Letter.objects.select_for_update().get(**named)
    if (letter.period_key, letter.basis) != (report.period_key, report.basis):
        if letter.versions.order_by().exists():
            raise LetterNumberTaken(symbol, letter.year, letter.period_key)
        letter.period_key, letter.basis = report.period_key, report.basis
        letter.save(update_fields=["period_key", "basis"])
    return letter
