"""What a file says, once read: whose report of what, and the value of each cell with where it stood."""

from dataclasses import dataclass

from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.files.numerals import RawText, Value


@dataclass(frozen=True, slots=True)
class Submission:
    """One report out of a file. ``values`` and ``positions`` follow the ordinals of the form's cells."""

    form_code: str
    form_version: int
    unit_code: str
    period_key: str
    values: list[Value]
    positions: list[str]
    basis: str = Basis.OWN
    unit_vintage: str = ""
    sheet: str = ""

    def unreadable(self) -> list[tuple[int, RawText]]:
        """Ordinals of the cells that hold no number, with what they hold."""
        return [(ordinal, value) for ordinal, value in enumerate(self.values) if isinstance(value, RawText)]
