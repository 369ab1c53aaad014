"""What a file says, once read: whose report of what, and the value of each cell with where it stood."""

from dataclasses import dataclass

from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.files.numerals import Value


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
