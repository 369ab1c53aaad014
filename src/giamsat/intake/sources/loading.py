"""Loading of forms and calendars from definitions/. Published versions never change."""

from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import transaction

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue import services as catalogue_services
from giamsat.foundation.catalogue.errors import DefinitionInvalid
from giamsat.foundation.catalogue.services import Loaded
from giamsat.intake.sources.calendars import calendar_of, obligations_in, problems_of_calendar
from giamsat.intake.sources.definition import form_of, problems_of_form, require_asked_once
from giamsat.intake.sources.models import Calendar, Form, Obligation, ReportingPeriod
from giamsat.intake.sources.rules import Reminders, cut_off

Standing = dict[tuple[str, int], Any]


@transaction.atomic
@catalogue.one_look()
def load_forms(folder: Path, *, at: datetime) -> Loaded:
    """Load every form version of a folder; each row is pinned to today's version of its indicator."""
    published = {(each.code, each.version): each.content for each in Form.objects.all()}
    loaded = Loaded()
    for file in sorted(folder.glob("*.yaml")):
        loaded += _add_form(file.name, catalogue_services.read_definition(file), published, at)
    catalogue.forget()
    if loaded.added:
        require_asked_once(list(Form.objects.all()))
    return loaded


@transaction.atomic
def publish_form(content: dict[str, Any], *, at: datetime) -> Loaded:
    """Add one form as its file would be, and refuse it as that would be."""
    published = {(each.code, each.version): each.content for each in Form.objects.all()}
    loaded = _add_form(f"{content['code']}.v{content['version']}.yaml", content, published, at)
    catalogue.forget()
    if loaded.added:
        require_asked_once(list(Form.objects.all()))
    return loaded


@transaction.atomic
def load_calendars(file: Path) -> Loaded:
    """Load reporting calendars with their obligations."""
    published = {(each.code, each.version): each.content for each in Calendar.objects.all()}
    loaded = Loaded()
    told = catalogue_services.read_definition(file)
    try:
        Reminders.of(told.get("reminders", {}))
    except ValueError as problem:
        raise DefinitionInvalid(file.name, f"reminders: {problem}") from problem
    for entry in told["calendars"]:
        loaded += _add_calendar(file.name, entry, published)
    catalogue.forget()
    return loaded


@transaction.atomic
def publish_calendar(content: dict[str, Any]) -> Loaded:
    """Add one calendar as its file would, and refuse it as that would."""
    published = {(each.code, each.version): each.content for each in Calendar.objects.all()}
    loaded = _add_calendar("calendar.yaml", content, published)
    catalogue.forget()
    return loaded


def _add_form(file: str, content: Any, published: Standing, at: datetime) -> Loaded:
    if problems := problems_of_form(content):
        raise DefinitionInvalid.of(file, problems)
    if not catalogue_services.is_new("Form", content, published):
        return Loaded(unchanged=1)
    form_of(content, at=at).save()
    _end_earlier_versions(content["code"])
    return Loaded([f"{content['code']} v{content['version']}"])


def _add_calendar(file: str, entry: dict[str, Any], published: Standing) -> Loaded:
    if problems := problems_of_calendar(entry):
        raise DefinitionInvalid.of(file, problems)
    if not catalogue_services.is_new("Calendar", entry, published):
        return Loaded(unchanged=1)
    calendar = calendar_of(entry)
    calendar.save()
    Obligation.objects.bulk_create(obligations_in(calendar))
    _move_cut_offs(calendar)
    return Loaded([f"{calendar.code} v{calendar.version}"])


def _move_cut_offs(calendar: Calendar) -> None:
    """Periods that were opened already and now follow this calendar are cut off as it says."""
    moved = []
    for row in ReportingPeriod.objects.filter(cut_off_on__gte=calendar.valid_from).order_by("key"):
        day = cut_off(row.period, calendar.cut_offs)
        if row.period.ends_on >= calendar.valid_from and day and day != row.cut_off_on:
            row.cut_off_on = day
            moved.append(row)
    ReportingPeriod.objects.bulk_update(moved, ["cut_off_on"])


def _end_earlier_versions(code: str) -> None:
    """A version is in force until the next one begins."""
    versions = list(Form.objects.filter(code=code).order_by("version"))
    for earlier, later in pairwise(versions):
        if earlier.valid_to != later.valid_from and not earlier.content.get("ends"):
            Form.objects.filter(pk=earlier.pk).update(valid_to=later.valid_from)
