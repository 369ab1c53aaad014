"""Reporting periods of the statistics regime (decision 885-QĐ/UBKTTW as summarised in the handbook, §3.1).

A period is a kind and a year, and a month for the monthly flash. Flow figures are cumulative from 1 January
within every kind; increments are derived from two periods that follow each other in the same year.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date

CUMULATIVE_KINDS = ("Q1", "6M", "9M", "Y")
REACH = {"Q1": 3, "6M": 6, "9M": 9, "Y": 12, "T": 12}
KEY = re.compile(r"(?P<year>[12][0-9]{3})-(?:M(?P<month>0[1-9]|1[0-2])|(?P<kind>Q1|6M|9M|Y|T))")
LABELS = {
    "vi": {"M": "Tháng {number}/{year}", "Q1": "Quý I/{year}", "6M": "6 tháng/{year}",
           "9M": "9 tháng/{year}", "Y": "Năm {year}", "T": "Nhiệm kỳ đến {year}"},
    "en": {"M": "{month} {year}", "Q1": "Q1 {year}", "6M": "6 months {year}",
           "9M": "9 months {year}", "Y": "Year {year}", "T": "Term to {year}"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """One reporting period; ``number`` is the month of a flash report, else 0."""

    kind: str
    year: int
    number: int = 0

    def __post_init__(self) -> None:
        if self.kind == "M" and not 1 <= self.number <= 12:
            raise ValueError(f"a month is 1..12, not {self.number}")
        if self.kind != "M" and (self.kind not in REACH or self.number):
            raise ValueError(f"no such period: {self.kind} {self.year} {self.number}")

    @classmethod
    def parse(cls, key: str) -> "Period":
        """Read a key such as ``2026-M09``, ``2026-9M`` or ``2025-Y``; ValueError when it is none."""
        match = KEY.fullmatch(key.strip())
        if not match:
            raise ValueError(
                f"not a period key: {key!r}; expected 2026-M09, 2026-Q1, 2026-6M, 2026-9M or 2026-Y"
            )
        if match["month"]:
            return cls("M", int(match["year"]), int(match["month"]))
        return cls(match["kind"], int(match["year"]))

    @property
    def key(self) -> str:
        return f"{self.year}-M{self.number:02}" if self.kind == "M" else f"{self.year}-{self.kind}"

    @property
    def reach(self) -> int:
        """The last month that the cumulative figure covers, 1..12."""
        return self.number if self.kind == "M" else REACH[self.kind]

    @property
    def starts_on(self) -> date:
        return date(self.year, self.number if self.kind == "M" else 1, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year, self.reach, calendar.monthrange(self.year, self.reach)[1])

    def previous_cumulative(self) -> "Period | None":
        """The period before it whose figure this one contains: none at the start of a year."""
        if self.kind == "M":
            return Period("M", self.year, self.number - 1) if self.number > 1 else None
        if self.kind not in CUMULATIVE_KINDS or self.kind == "Q1":
            return None
        return Period(CUMULATIVE_KINDS[CUMULATIVE_KINDS.index(self.kind) - 1], self.year)

    def same_last_year(self) -> "Period":
        return Period(self.kind, self.year - 1, self.number)

    def earlier_same_kind(self, count: int) -> list["Period"]:
        """The ``count`` periods of this kind before it, nearest first (months run over the year's end)."""
        if self.kind != "M":
            return [Period(self.kind, self.year - back) for back in range(1, count + 1)]
        months = [self.year * 12 + self.number - 1 - back for back in range(1, count + 1)]
        return [Period("M", month // 12, month % 12 + 1) for month in months]

    def label(self, language: str = "vi") -> str:
        return LABELS.get(language, LABELS["en"])[self.kind].format(
            year=self.year, number=self.number, month=calendar.month_name[self.number] if self.number else ""
        )

    def label_of_added(self, language: str = "vi") -> str:
        """The stretch of time that it adds to the period before it: its month, or its last quarter."""
        if self.kind not in CUMULATIVE_KINDS:
            return self.label(language)
        number = CUMULATIVE_KINDS.index(self.kind)
        if language == "vi":
            return f"Quý {('I', 'II', 'III', 'IV')[number]}/{self.year}"
        return f"Q{number + 1} {self.year}"

    def in_sentence(self, language: str = "vi", *, added: bool = False) -> str:
        """The label as it stands inside a sentence: English months and quarters alone keep their capital."""
        label = self.label_of_added(language) if added else self.label(language)
        named = added or self.kind in ("M", "Q1")
        return label if language == "en" and named else label[0].lower() + label[1:]

    def __str__(self) -> str:
        return self.key

    def __lt__(self, other: "Period") -> bool:
        return (self.ends_on, self.kind) < (other.ends_on, other.kind)
