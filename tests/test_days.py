"""Days that people wrote into words are written as the house writes days: dd/mm/yyyy."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DAY = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}/\d{4}(?![\d/])")
AS_WRITTEN_HERE = re.compile(r"\d\d/\d\d/\d{4}")
WORDS = [
    *(REPOSITORY / "definitions").rglob("*.yaml"),
    *(REPOSITORY / "src" / "giamsat" / "locale").rglob("*.po"),
    *(REPOSITORY / "src" / "giamsat").rglob("*.html"),
    *REPOSITORY.glob("README*.md"),
    *(REPOSITORY / "docs").rglob("*.md"),
]


def test_a_day_in_words_has_two_figures_for_day_and_month():
    odd = [
        f"{file.relative_to(REPOSITORY)}: {day}"
        for file in WORDS
        for day in DAY.findall(file.read_text(encoding="utf-8"))
        if not AS_WRITTEN_HERE.fullmatch(day)
    ]
    assert odd == []
