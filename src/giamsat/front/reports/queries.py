"""Documents of reports, as one person may see them. Everything starts from their lens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.access.choices import SUPPRESSION_LEGEND, Classification
from giamsat.foundation.access.queries import SUPPRESSED, Lens, Shown
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.units import queries as units
from giamsat.front.reports import words
from giamsat.front.reports.document import FormDocument, Line, Section, Stamp, Table
from giamsat.front.reports.letterhead import letterhead_of
from giamsat.intake.observations import queries as observations
from giamsat.intake.observations.choices import DRAFTS
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.clock import day_of, shift

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["FormDocument", "Stamp", "form_documents", "stamp", "symbol_of"]

PART = "trong đó"  # how the catalogue names a part of the row above


def stamp(by: str, *, at: datetime, language: str) -> Stamp:
    """What every page of a document taken now says of itself. Reports are as secret as is usual: internal."""
    generation = warehouse.newest()
    with override(language):
        label = str(Classification.INTERNAL.label)
    return Stamp(label, by, at, generation.number if generation else None, practice=bool(shift()))


def symbol_of(unit: Any) -> str:
    """What follows the number of a unit's letters: ``BC/UBKTTU``; empty where no letters are numbered."""
    return letterhead_of(unit, None, "vi").symbol


def form_documents(shown: Sequence[tuple[Any, Any]], *, lens: Lens, language: str) -> list[FormDocument]:
    """Reports of one unit and period, each with a version that its reader may read, as they may see them.

    Asks as many questions for one as for all.
    """
    around = _around(shown, lens)
    with override(language):
        return [_document(report, version, around, lens, language) for report, version in shown]


@dataclass(frozen=True)
class _Around:
    """What documents of one unit and period need beside their figures."""

    superior: Any
    veiled: Mapping[int, frozenset[str]]
    below: Mapping[str, tuple[int, int]]
    declared: Mapping[int, Any]


def _around(shown: Sequence[tuple[Any, Any]], lens: Lens) -> _Around:
    """What was decided about each version when it was published holds on paper too."""
    report = shown[0][0]
    sums = [each.form_code for each, _version in shown if each.basis == Basis.CONSOLIDATED]
    return _Around(
        superior=units.direct_superior(report.unit),
        veiled={}
        if lens.sees_small(report.unit_id)
        else warehouse.veiled_cells([each.pk for _, each in shown]),
        below=observations.reported_below(report.unit, sums, report.period) if sums else {},
        declared=observations.declarations([each.pk for _, each in shown]) if sums else {},
    )


def _document(report: Any, version: Any, around: _Around, lens: Lens, language: str) -> FormDocument:
    form, unit = observations.form_of(version), report.unit
    head = letterhead_of(unit, around.superior, language)
    sent = _sent_at(report, version)
    hidden = warehouse.hidden_from_outsiders(form.cells, around.veiled.get(version.pk))
    tables = _tables(form, lens.cells(version.values, hidden, unit_id=unit.pk), language)
    return FormDocument(
        key=_key(report),
        language=language,
        letterhead=head,
        symbol=version.symbol,
        dated=words.dated(head.place, day_of(sent) if sent else None, language),
        form=words.form_line(form),
        basis_of_form=form.legal_basis,
        title=form.name(language),
        subtitle=f"{report.period.label(language)} · {words.whose(report.basis)}",
        notes=_notes(report, version, around, language),
        state=words.state_of(report, version),
        tables=tables,
        withheld=_withheld(tables),
        compiler=_person(version.recorded_by_name),
        approver=_person(report.submitted_by_name) if sent else "",
    )


def _key(report: Any) -> str:
    """``BM05P.TH``: the form's code, and that it is a sum (tổng hợp) of those below."""
    return str(report.form_code) + (".TH" if report.basis == Basis.CONSOLIDATED else "")


def _sent_at(report: Any, version: Any) -> datetime | None:
    """When this version went up: None while it is a draft, and where the report tells of a later sending."""
    sent: datetime | None = report.submitted_at
    if version.pk == report.current_id:
        return None if report.status in DRAFTS else sent
    return sent if sent and version.accepted_at and sent <= version.accepted_at else None


def _person(name: str) -> str:
    """Work of the system itself is signed by nobody."""
    return "" if name.startswith("system:") else name


def _notes(report: Any, version: Any, around: _Around, language: str) -> list[str]:
    notes = [_("Figures cut off on %(day)s") % {"day": f"{sources.cut_off_on(report.period):%d/%m/%Y}"}]
    declared = around.declared.get(version.pk)
    if declared is not None:
        notes.append(words.reported(declared.reported, declared.expected, language))
        notes.append(words.estimated(list(declared.estimates.all()), language))
    elif report.basis == Basis.CONSOLIDATED:
        notes.append(words.reported(*around.below[report.form_code], language))
    return [*notes, _("Version %(number)s of the report") % {"number": version.number}]


def _tables(form: Any, shown: Sequence[Shown], language: str) -> list[Table]:
    """Sections one after another that ask the same columns share a table."""
    values = iter(zip(form.cells, shown, strict=True))
    together = groupby(form.layout["sections"], key=lambda section: section["columns"])
    return [
        Table(
            columns=[column["name"][language] for column in columns],
            groups=_groups(columns, language),
            sections=[_section(section, values, language) for section in sections],
        )
        for columns, sections in together
    ]


def _section(section: Mapping[str, Any], values: Iterator[tuple[Any, Shown]], language: str) -> Section:
    lines = []
    for row in section["rows"]:
        pairs = [next(values) for _column in section["columns"]]
        lines.append(
            Line(
                code=pairs[0][0].row_code,
                name=row["name"][language][:1].upper() + row["name"][language][1:],
                unit=row["unit"][language],
                part=bool(row.get("breakdown")) or row["name"]["vi"].lower().startswith(PART),
                values=[value for _cell, value in pairs],
                decimals=row["decimals"],
            )
        )
    return Section(section["title"][language], lines)


def _groups(columns: Sequence[Mapping[str, Any]], language: str) -> list[tuple[str, int]]:
    """Columns next to each other that break down by the same dimension stand under its name."""
    names = catalogue.dimension_names(language)
    groups: list[tuple[str, int]] = []
    for dimension, some in groupby(columns, key=lambda column: column["breakdown"].partition("=")[0]):
        span = len(list(some))
        if dimension and span > 1:
            name = names.get(dimension, dimension)
            groups.append((_("By %(dimension)s") % {"dimension": name[:1].lower() + name[1:]}, span))
        else:
            groups.extend([("", 1)] * span)
    return groups


def _withheld(tables: Sequence[Table]) -> str:
    """What the mark means, where it stands."""
    rows = (line for table in tables for section in table.sections for line in section.lines)
    hidden = any(value.hidden for line in rows for value in line.values)
    return f"{SUPPRESSED.text}: {SUPPRESSION_LEGEND}" if hidden else ""
