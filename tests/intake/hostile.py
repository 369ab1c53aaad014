"""Texts nobody wants in a cell of figures: seeded, so that what broke can be made again."""

import random
import unicodedata
from collections.abc import Iterator

NASTY = (
    "", " ", "\u00a0", "\u202f", "\ufeff", "\u200b", "\u202e12", "٣٤", "１２", "½", "²", "−5", "–5", "—",
    "--5", "+-5", "+", ".", ",", "'", "1e5", "1E400", "-1e-400", "inf", "-Infinity", "NaN", "sNaN", "0x10",
    "1_000", "1__0", "0b1", "True", "None", "null", "1.234", "1,234", "1.234.567", "1,234,567.8", "1.234,5",
    "12.34.567", "1.2.3", "0,5", "0.00001", ",5", "5,", "00012", "-0", "-0.0", "999999999999",
    "1000000000000", "9" * 40, "9" * 400, "0." + "0" * 300 + "1", "1" + "0" * 5_000, "=1+1", "@SUM(A1)",
    "+1+cmd|' /C calc'!A0", "#REF!", "#N/A", "#DIV/0!", "'; DROP TABLE units_unit; --", "{{7*7}}", "%s%s%n",
    "<script>alert(1)</script>", "${jndi:ldap://x}", "..\\..\\etc", "a\x00b", "\x1b[31m5", "\x7f", "5\r\n6",
    "5\t6", '5"6', "5;6", "5,6,7", "\ud7ff", "\uffff", "không có", "mười hai", "5 người", "5%", "5đ", "~5",
    "(5)", "5-", "1 234", "1 23 4", "01/10/2026", "12:30", "😀", "e\u0301" * 50,
)  # fmt: skip
MARKS = "0123456789.,+-eE 'x%()_\u00a0\u202f"


def texts(seed: int) -> Iterator[str]:
    """For ever: known mischief, mischief mended together, marks of numbers shuffled, any characters at all."""
    chance = random.Random(seed)
    makers = (_known, _joined, _marks, _marks, _anything)
    while True:
        yield chance.choice(makers)(chance)


def _known(chance: random.Random) -> str:
    return chance.choice(NASTY)


def _joined(chance: random.Random) -> str:
    return "".join(chance.choice(NASTY)[:60] for _ in range(chance.randint(2, 3)))


def _marks(chance: random.Random) -> str:
    return "".join(chance.choices(MARKS, k=chance.randint(1, 24)))


def _anything(chance: random.Random) -> str:
    """No lone surrogates: they cannot be written to a file."""
    points = (chance.randrange(0x11_0000) for _ in range(chance.randint(1, 30)))
    return "".join(chr(point) for point in points if unicodedata.category(chr(point)) != "Cs")
