"""Reading a CSV file: one form, one line for each unit and period."""

import csv
import io
from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.errors import CsvUnreadable, LegacyEncoding, NotUtf8
from giamsat.intake.sources.files import guard
from giamsat.intake.sources.files.encodings import legacy_encoding
from giamsat.intake.sources.files.numerals import read_number
from giamsat.intake.sources.files.reader import form_of
from giamsat.intake.sources.files.submission import Submission
from giamsat.intake.sources.models import Form

REQUIRED = ("form", "version", "unit", "period")
OPTIONAL = ("vintage", "basis", "unit_name")
WIDE_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def read_csv(content: bytes, *, first_line: int = 2) -> list[Submission]:
    """Every report of a file, in its order; refused as a whole at the first line that cannot be read.

    ``first_line``: where the first line below the heading stood in the list that this is a part of.
    """
    guard.check_size(content)
    lines = _lines(decode(content))
    try:
        header = [name.strip() for name in next(lines)]
    except StopIteration:
        raise CsvUnreadable(1, _("the file is empty")) from None
    _check_header(header)
    forms: dict[tuple[str, str, str], Form] = {}
    seen: dict[tuple[str, ...], int] = {}
    submissions = []
    for number, fields in enumerate(lines, start=first_line):
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(header):
            counts = {"found": len(fields), "expected": len(header)}
            raise CsvUnreadable(number, _("%(found)s fields, %(expected)s expected") % counts)
        line = {name: field.strip() for name, field in zip(header, fields, strict=True)}
        submissions.append(_submission(line, number, forms))
        key = (line["form"], line["unit"], line.get("vintage", ""), line["period"], line.get("basis", ""))
        if key in seen:
            first = {"unit": line["unit"], "period": line["period"], "line": seen[key]}
            raise CsvUnreadable(number, _("%(unit)s %(period)s stood on line %(line)s already") % first)
        seen[key] = number
    if not submissions:
        raise CsvUnreadable(1, _("below the heading there is no line with figures"))
    return submissions


def csv_rows(content: bytes) -> list[list[str]]:
    """Every line as its fields, whatever they mean."""
    return list(_lines(decode(content)))


def decode(content: bytes) -> str:
    """UTF-8 with or without its mark; anything else is refused, old Vietnamese encodings by name."""
    for mark, name in WIDE_MARKS.items():
        if content.startswith(mark):
            raise NotUtf8(1, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        legacy = legacy_encoding(content)
        if legacy:
            raise LegacyEncoding(legacy, line) from error
        raise NotUtf8(line, content[error.start : error.start + 4].hex(" ")) from error
    if "\x00" in text:
        raise NotUtf8(text.count("\n", 0, text.index("\x00")) + 1, "00")
    return text


def _lines(text: str) -> Iterator[list[str]]:
    """Fields of each line; Excel in Vietnamese separates by semicolons."""
    head = text.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    began = 1
    try:
        for fields in reader:
            yield fields
            began = reader.line_num + 1
    except csv.Error as error:
        raise CsvUnreadable(began, _problem(str(error)), library=str(error)) from error


def _problem(library: str) -> str:
    """What the library that could not read a line means."""
    if library.startswith(("unexpected end", "field larger")):
        return _("a quotation mark is opened and not closed")
    if "expected after" in library:
        return _("after a closing quotation mark stands more than the next separator")
    return _("its fields cannot be told apart")


def _check_header(header: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise CsvUnreadable(1, _("column %(names)s is missing") % {"names": ", ".join(missing)})
    twice = sorted(name for name, count in Counter(header).items() if count > 1)
    if twice:
        raise CsvUnreadable(1, _("column %(names)s stands there twice") % {"names": ", ".join(twice)})


def _submission(line: dict[str, str], number: int, forms: dict[tuple[str, str, str], Form]) -> Submission:
    wanted = (line["form"], line["version"], line["period"])
    if wanted not in forms:
        forms[wanted] = form_of(*wanted)
        _check_columns(forms[wanted], line)
    form = forms[wanted]
    return Submission(
        form_code=form.code,
        form_version=form.version,
        unit_code=line["unit"],
        unit_vintage=line.get("vintage", ""),
        period_key=line["period"],
        basis=line.get("basis") or Basis.OWN,
        values=[read_number(line[cell.key], decimals=cell.decimals) for cell in form.cells],
        positions=[f"#{number}!{cell.key}" for cell in form.cells],
    )


def _check_columns(form: Form, line: dict[str, str]) -> None:
    known = {*form.cell_by_key, *REQUIRED, *OPTIONAL}
    unknown = [name for name in line if name not in known]
    if unknown:
        facts = {"form": form.code, "names": ", ".join(unknown[:5])}
        raise CsvUnreadable(1, _("form %(form)s has no cell %(names)s") % facts)
    missing = [key for key in form.cell_by_key if key not in line]
    if missing:
        facts = {"form": form.code, "names": ", ".join(missing[:5])}
        raise CsvUnreadable(1, _("column %(names)s of form %(form)s is missing") % facts)
