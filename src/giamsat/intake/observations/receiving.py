"""Taking in one report: all of it, or nothing but the delivery with its refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from giamsat.foundation.audit import services as audit
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.intake.observations import admission, deliveries, holding, rights
from giamsat.intake.observations.checking import check_one, keep_one
from giamsat.intake.observations.choices import Status
from giamsat.intake.observations.csv_receiving import receive_csv
from giamsat.intake.observations.errors import ReportRefused, StaleVersion, WrongNumberOfValues
from giamsat.intake.observations.estimates import declared_in
from giamsat.intake.observations.models import Estimate, Report, ReportVersion
from giamsat.intake.observations.receipts import Receipt
from giamsat.intake.quality.queries import Finding
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.choices import Basis, Channel
from giamsat.intake.sources.services import Submission
from giamsat.lib.actors import Actor
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.models import Delivery, Form

    By = Actor | Account


@transaction.atomic
@catalogue.one_look()
def receive(
    unit: Unit,
    form: Form,
    period: Period,
    values: Sequence[object],
    *,
    by: By,
    at: datetime,
    delivery: Delivery | None = None,
    basis: str = Basis.OWN,
    positions: Sequence[str] | None = None,
    seen_version: int | None = None,
    estimates: Sequence[Estimate] = (),
) -> Receipt:
    """Store the next version of a report, checked; refused whole when anything blocks.

    ``values`` follow the form's cells: a number, None for a blank, or the text that stood there. ``estimates`` are
    those that a sum declares, in the place of missing reports.
    """
    admission.require_open(unit, period)
    actor = rights.require(by, "report.compile", unit, at=at)
    admission.require_period(form, period, at=at, unit=unit, basis=basis)
    admission.require_unit(unit, form, period, basis)
    _require_all_cells(form, values)
    report = _report_held(unit, form, period, basis)
    admission.require_writable(report)
    _require_newest_seen(report, seen_version)
    checked = check_one(unit, form, period, basis, values, estimates=estimates)
    if checked.blocked_rows():
        raise ReportRefused(form.code, period.key, checked.facts(0, positions))
    if delivery is not None:
        sources_services.accept_delivery(delivery, unit_id=unit.pk)
    if not checked.waiting_rows() and _declares(report) == {each.pk for each in estimates}:
        admission.require_other_figures(report, form, Grid.of([list(values)]))
    report.current = _next_version(report, form, values, delivery=delivery, by=actor, at=at)
    report.status = Status.NHAP if checked.waiting_rows() else Status.CHO_DUYET
    report.save(update_fields=["current", "status"])
    keep_one(checked, report, at=at)
    _record(report, report.current, by=actor, at=at)
    return Receipt(unit.code, form.code, period.key, report, checked.findings())


def _require_all_cells(form: Form, values: Sequence[object]) -> None:
    if len(values) != len(form.cells):
        raise WrongNumberOfValues(form.code, len(values), len(form.cells))


def _require_newest_seen(report: Report, seen_version: int | None) -> None:
    """Whoever corrects has the version before their eyes that the correction replaces."""
    newest = report.current.number if report.current else 0
    if seen_version is not None and seen_version != newest:
        raise StaleVersion(seen_version, newest)


def _report_held(unit: Unit, form: Form, period: Period, basis: str) -> Report:
    """The report of this unit, form and period, made if need be, held until the transaction ends."""
    obligation = sources.obligation_of(unit, form.code, period, basis)
    holding.hold_series(form.code, period.key, basis, alone=False)
    report, _made = Report.objects.get_or_create(
        unit=unit,
        form_code=form.code,
        period_key=period.key,
        basis=basis,
        defaults={"due_on": sources.due_on(obligation, period) if obligation else None},
    )
    return holding.held(report.pk)


def _declares(report: Report) -> set[int]:
    """The estimates on which the version at hand rests: the same figures resting on others are not the same."""
    if report.basis != Basis.CONSOLIDATED or report.current_id is None:
        return set()
    return {each.pk for each in declared_in([report.current_id])}


def _next_version(
    report: Report,
    form: Form,
    values: Sequence[Any],
    *,
    delivery: Delivery | None,
    by: Actor,
    at: datetime,
) -> ReportVersion:
    earlier = report.current
    if earlier is not None and earlier.accepted_at is None:
        ReportVersion.objects.filter(pk=earlier.pk).update(superseded_at=at)
    return ReportVersion.objects.create(
        report=report,
        number=earlier.number + 1 if earlier else 1,
        form=form,
        delivery=delivery,
        values=list(values),
        recorded_at=at,
        recorded_by_id=by.id,
        recorded_by_name=by.name,
    )


def _record(report: Report, version: ReportVersion, *, by: Actor, at: datetime) -> None:
    audit.record(
        "report.received",
        subject=report.subject,
        by=by,
        at=at,
        facts={
            "form": version.form.code,
            "form_version": version.form.version,
            "period": report.period_key,
            "basis": report.basis,
            "version": version.number,
            "delivery": version.delivery_id,
            "to_explain": report.status == Status.NHAP,
        },
        unit_id=report.unit_id,
    )


def check_values(
    unit: Unit, form: Form, period: Period, values: Sequence[object], *, basis: str = Basis.OWN
) -> list[Finding]:
    """What the rules would say of these figures; nothing is stored. For checking while somebody types."""
    _require_all_cells(form, values)
    return check_one(unit, form, period, basis, values).findings()


def receive_typed(
    unit: Unit,
    form: Form,
    period: Period,
    texts: Mapping[str, str],
    *,
    by: By,
    at: datetime,
    basis: str = Basis.OWN,
    seen_version: int | None = None,
) -> Receipt:
    """Take in a form filled in on a page: texts by cell key, kept as a delivery like any file."""
    content = json.dumps(
        {
            "form": form.code,
            "version": form.version,
            "unit": unit.key,
            "period": period.key,
            "basis": basis,
            "seen": seen_version,
            "cells": dict(texts),
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    actor = rights.actor_of(by)
    delivery = sources_services.keep_delivery(
        content, filename="", channel=Channel.FORM, by=actor, at=at, unit_id=unit.pk
    )
    try:
        return receive(
            unit, form, period, read_typed(form, texts),
            by=by, at=at, delivery=delivery, basis=basis, seen_version=seen_version,
        )  # fmt: skip
    except Refusal as refusal:
        said = Submission(form.code, form.version, unit.code, period.key, [], [], basis, unit.vintage)
        _refuse(delivery, refusal, by=by, at=at, unit=unit, said=said)
        raise


def read_typed(form: Form, texts: Mapping[str, str]) -> list[object]:
    """Texts by cell key as values in the order of the form's cells."""
    return [
        sources_services.read_number(texts.get(cell.key, ""), decimals=cell.decimals) for cell in form.cells
    ]


def receive_file(
    content: bytes, *, filename: str, by: By, at: datetime, unit: Unit | None = None
) -> list[Receipt]:
    """Take in a workbook or a CSV file, kept first; what is refused stays with its refusal.

    A workbook holds one report: it is taken in or refused. A CSV file holds one for each line: those that
    pass are taken in, and each one that does not is told, and kept, by itself. ``unit`` is whose page it
    came by.
    """
    submission: Submission | None = None
    is_csv = filename.lower().endswith((".csv", ".txt"))
    delivery = sources_services.keep_delivery(
        content,
        filename=filename,
        channel=Channel.CSV if is_csv else Channel.EXCEL,
        by=rights.actor_of(by),
        at=at,
        unit_id=unit.pk if unit else None,
    )
    try:
        if is_csv:
            return receive_csv(content, delivery, by=by, at=at, unit=unit)
        submission = sources_services.read_workbook(content)
        unit = admission.unit_of(submission, unit)
        form = sources.form(submission.form_code, submission.form_version)
        return [
            receive(
                unit, form, Period.parse(submission.period_key), submission.values,
                by=by, at=at, delivery=delivery, basis=submission.basis, positions=submission.positions,
            )
        ]  # fmt: skip
    except Refusal as refusal:
        said = submission or getattr(refusal, "said", None)
        _refuse(delivery, refusal, by=by, at=at, unit=unit, said=said)
        raise


def receive_list(delivery: Delivery, *, by: By, at: datetime, first_line: int = 2) -> list[Receipt]:
    """Take in a list, or a part of one, that is kept already: receipts line by line, or one with why it was refused."""
    try:
        return receive_csv(bytes(delivery.content), delivery, by=by, at=at, first_line=first_line)
    except Refusal as refusal:
        _refuse(delivery, refusal, by=by, at=at, unit=None, said=None)
        return [Receipt("", "", "", refusal=refusal)]


@transaction.atomic
def _refuse(
    delivery: Delivery, refusal: Refusal, *, by: By, at: datetime, unit: Unit | None, said: Submission | None
) -> None:
    """Kept with its refusal, which the report it was meant for is told."""
    meant = deliveries.refuse(
        delivery, refusal, by=by, at=at, unit_id=unit.pk if unit else None, said=said,
        own=rights.compilable(by, at=at) if said else None,
    )  # fmt: skip
    if meant and delivery.unit_id:
        deliveries.score_anew(meant, [delivery.unit_id], at=at)
