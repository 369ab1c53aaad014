"""Documents as PDF: typst lays out what it is given as data."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils.translation import override

from giamsat.foundation.access.queries import Shown
from giamsat.front.reports.document import FormDocument, Line, Stamp
from giamsat.front.reports.stating import numbered, stamped, words
from giamsat.lib.numbers import format_number

LAYOUT = Path(__file__).parent / "layouts" / "form.typ"


def as_pdf(documents: Sequence[FormDocument], stamp: Stamp) -> bytes:
    """Reports one after another, each on pages of its own. The same documents and stamp give the same bytes."""
    with override(documents[0].language):
        given = {
            "title": " · ".join(dict.fromkeys(each.title for each in documents)),
            "author": stamp.by,
            "words": words(),
            "stamp": stamped(stamp),
            "documents": [_laid_out(each, number) for number, each in enumerate(documents)],
        }
    # No fonts of the machine: a document looks the same wherever it is made, and typst's own serif has every letter
    # of Vietnamese.
    pdf: bytes = typst.compile(
        _layout(),
        sys_inputs={"given": json.dumps(given, ensure_ascii=False)},
        ignore_system_fonts=True,
        timestamp=int(stamp.at.timestamp()),
    )
    return pdf


@cache
def _layout() -> bytes:
    return LAYOUT.read_bytes()


def _laid_out(document: FormDocument, number: int) -> dict[str, Any]:
    said = {
        name: getattr(document, name)
        for name in ("key", "language", "dated", "form", "basis_of_form", "title", "subtitle", "notes", "state",
                     "withheld", "compiler", "approver", "width")
    }  # fmt: skip
    return {
        **said,
        "end": f"end-{number}",
        "letterhead": asdict(document.letterhead),
        "number": numbered(document),
        "tables": [
            {
                "columns": table.columns,
                "groups": [{"name": name, "span": span} for name, span in table.groups],
                "sections": [
                    {"title": part.title, "lines": [_line(each, document.language) for each in part.lines]}
                    for part in table.sections
                ],
            }
            for table in document.tables
        ],
    }


def _line(line: Line, language: str) -> dict[str, Any]:
    values = [_figure(each, language) for each in line.values]
    return {"code": line.code, "name": line.name, "unit": line.unit, "part": line.part, "values": values}


def _figure(shown: Shown, language: str) -> str:
    return shown.text if shown.hidden else format_number(shown.value, language)
