"""Loading of forms and calendars from definitions/. Published versions never change."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from django.db import transaction

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue import services as catalogue_services
from giamsat.foundation.catalogue.errors import DefinitionInvalid, IndicatorUnknown
from giamsat.foundation.catalogue.services import Loaded
from giamsat.intake.sources.choices import Basis
from giamsat.intake.sources.errors import CellAskedTwice
from giamsat.intake.sources.models import Calendar, Form, Obligation
from giamsat.lib.periods import REACH


@transaction.atomic
@catalogue.one_look()
def load_forms(folder: Path, *, at: datetime) -> Loaded:
    """Load every form version of a folder; each row is pinned to today's version of its indicator."""
    published = {(each.code, each.version): each.content for each in Form.objects.all()}
    loaded = Loaded()
    for file in sorted(folder.glob("*.yaml")):
        entry = catalogue_services.read_definition(file)
        if not catalogue_services.is_new("Form", entry, published):
            loaded += Loaded(unchanged=1)
            continue
        _form(file.name, entry, at).save()
        _end_earlier_versions(entry["code"])
        loaded += Loaded([f"{entry['code']} v{entry['version']}"])
    catalogue.forget()
    if loaded.added:
        _require_asked_once(list(Form.objects.all()))
    return loaded


@transaction.atomic
def load_calendars(file: Path) -> Loaded:
    """Load reporting calendars with their obligations."""
    published = {(each.code, each.version): each.content for each in Calendar.objects.all()}
    loaded = Loaded()
    for entry in catalogue_services.read_definition(file)["calendars"]:
        if not catalogue_services.is_new("Calendar", entry, published):
            loaded += Loaded(unchanged=1)
            continue
        calendar = Calendar.objects.create(
            code=entry["code"],
            version=entry["version"],
            valid_from=date.fromisoformat(entry["valid_from"]),
            cut_offs=entry["cut_offs"],
            working_days=entry["working_days"],
            content=entry,
        )
        Obligation.objects.bulk_create(_obligations(file.name, calendar, entry["obligations"]))
        loaded += Loaded([f"{calendar.code} v{calendar.version}"])
    catalogue.forget()
    return loaded


def _form(file: str, entry: dict[str, Any], at: datetime) -> Form:
    unknown = [kind for kind in entry["period_kinds"] if kind != "M" and kind not in REACH]
    unknown += [basis for basis in entry["bases"] if basis not in Basis.values]
    if unknown:
        raise DefinitionInvalid(file, f"neither a kind of period nor a basis: {', '.join(unknown)}")
    return Form(
        code=entry["code"],
        version=entry["version"],
        family=entry.get("family", entry["code"]),
        name_vi=entry["name"]["vi"],
        name_en=entry["name"]["en"],
        groups=entry["groups"],
        period_kinds=entry["period_kinds"],
        levels=entry["levels"],
        bases=entry["bases"],
        valid_from=date.fromisoformat(entry["valid_from"]),
        legal_basis=entry.get("legal_basis", ""),
        reconstruction=entry.get("reconstruction", False),
        layout={"sections": [_section(file, section) for section in entry["sections"]]},
        content=entry,
        published_at=at,
    )


def _section(file: str, section: dict[str, Any]) -> dict[str, Any]:
    known = catalogue.breakdowns()
    asked = [each.get("breakdown", "") for each in (*section["columns"], *section["rows"])]
    unknown = [breakdown for breakdown in asked if breakdown not in known]
    if unknown:
        raise DefinitionInvalid(file, f"no such breakdown: {', '.join(unknown)}")
    across = any(column["breakdown"] for column in section["columns"])
    twice = [row["indicator"] for row in section["rows"] if across and row.get("breakdown")]
    if twice:
        raise DefinitionInvalid(file, f"broken down by row and by column: {', '.join(twice)}")
    return {**section, "rows": [_row(file, row) for row in section["rows"]]}


def _row(file: str, row: dict[str, Any]) -> dict[str, Any]:
    try:
        indicator = catalogue.indicator(row["indicator"])
    except IndicatorUnknown as refusal:
        raise DefinitionInvalid(file, refusal.message, indicator=row["indicator"]) from refusal
    part = row.get("breakdown", "")
    named = catalogue.breakdowns()[part] if part else indicator
    return {
        "indicator": indicator.code,
        "indicator_version": indicator.version,
        "breakdown": part,
        "required": row.get("required", True),
        "name": {"vi": named.name_vi, "en": named.name_en},
        "unit": {"vi": indicator.unit, "en": indicator.unit_en},
        "decimals": indicator.decimals,
        "additivity": indicator.additivity,
        "counts_persons": indicator.counts_persons,
    }


def _require_asked_once(forms: Sequence[Form]) -> None:
    """A figure is asked of a level for a kind of period by one form, whatever its version, on any day."""
    for one, other in combinations(forms, 2):
        if one.code == other.code or not (levels := set(one.levels) & set(other.levels)):
            continue
        kinds = [kind for kind in one.period_kinds if kind in other.period_kinds]
        keys = [cell.key for cell in one.cells if cell.key in other.cell_by_key]
        if kinds and keys and _in_force_together(one, other):
            raise CellAskedTwice(one.code, other.code, keys, kinds, sorted(levels))


def _in_force_together(one: Form, other: Form) -> bool:
    begins = max(one.valid_from, other.valid_from)
    return all(each.valid_to is None or begins < each.valid_to for each in (one, other))


def _end_earlier_versions(code: str) -> None:
    """A version is in force until the next one begins."""
    versions = list(Form.objects.filter(code=code).order_by("version"))
    for earlier, later in pairwise(versions):
        if earlier.valid_to != later.valid_from:
            Form.objects.filter(pk=earlier.pk).update(valid_to=later.valid_from)


def _obligations(file: str, calendar: Calendar, entries: list[dict[str, Any]]) -> list[Obligation]:
    known = set(Form.objects.values_list("code", flat=True))
    unknown = sorted({code for entry in entries for code in entry["forms"]} - known)
    if unknown:
        raise DefinitionInvalid(file, f"no such form: {', '.join(unknown)}")
    return [
        Obligation(
            calendar=calendar,
            form_code=form_code,
            unit_kind=unit_kind,
            basis=entry["basis"],
            period_kind=period_kind,
            due_working_days=entry["due_working_days"],
        )
        for entry in entries
        for form_code in entry["forms"]
        for unit_kind in entry["unit_kinds"]
        for period_kind in entry["period_kinds"]
    ]
