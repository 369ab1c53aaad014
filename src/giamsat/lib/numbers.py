"""Numbers as people of the two languages write them, and as addresses carry them."""

from decimal import ROUND_HALF_UP, Decimal

MARKS = {"vi": (".", ","), "en": (",", ".")}
MOST_DIGITS = 18  # of a number the database can hold


def format_number(
    value: Decimal | float | int | None, language: str = "vi", decimals: int | None = None
) -> str:
    """Group thousands and mark decimals: 1.234,5 in Vietnamese, 1,234.5 in English; nothing for None.

    Without ``decimals`` a value shows those it has, at most four, and no trailing zeros.
    """
    if value is None:
        return ""
    thousands, point = MARKS.get(language, MARKS["en"])
    number = Decimal(str(value))
    if decimals is None:
        number = number.quantize(Decimal("0.0001"), ROUND_HALF_UP).normalize()
        decimals = max(0, -int(number.as_tuple().exponent))
    text = f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    return text.translate(str.maketrans(",.", thousands + point))


def counting_number(text: str) -> int | None:
    """A number that counts rows, versions or news, as an address or a form carries it; None for any other text."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
