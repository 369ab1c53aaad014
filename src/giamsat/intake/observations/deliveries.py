"""What deliveries that were refused say of a report: sent twice, or under a code that is not valid."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from giamsat.intake.observations import admission, holding, rights
from giamsat.intake.observations.errors import NotWritable, SameFigures
from giamsat.intake.observations.lookups import among
from giamsat.intake.observations.models import Report
from giamsat.intake.quality import services as quality
from giamsat.intake.quality.choices import Part
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.intake.sources.errors import (
    ClosedUnit,
    DuplicateDelivery,
    FormUnknown,
    PeriodNotBegun,
    WrongFormVersion,
    WrongPeriod,
    WrongUnit,
)
from giamsat.intake.sources.queries import Meant
from giamsat.lib.actors import Actor
from giamsat.lib.clock import day_of
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal

if TYPE_CHECKING:
    from giamsat.foundation.access.models import Account
    from giamsat.intake.sources.models import Delivery
    from giamsat.intake.sources.services import Submission

    By = Actor | Account

SAME_AGAIN = frozenset({DuplicateDelivery.code, SameFigures.code})
WRONG_CODES = frozenset(
    each.code for each in (ClosedUnit, FormUnknown, PeriodNotBegun, WrongFormVersion, WrongPeriod, WrongUnit)
)
FAULTLESS = dict.fromkeys((Part.UNIQUE.value, Part.CODES.value), quality.Evidence(Decimal(1)))


@transaction.atomic
def refuse(
    delivery: Delivery,
    refusal: Refusal,
    *,
    by: By,
    at: datetime,
    unit_id: int | None,
    said: Submission | None,
    own: frozenset[int] | None,
) -> Meant | None:
    """Keep a refused delivery with the report it was meant for, going by what it ``said``; returns which.

    It belongs to no unit but those for which the sender compiles, ``own`` (None: to any): a file under another's
    code holds its sender's figures, and would spoil another's score.
    """
    stated = Meant(said.form_code, said.period_key, said.basis) if said else None
    meant = sources.report_meant(stated, on=day_of(at)) if stated else None
    if said and meant and unit_id is None:
        unit_id = _named(replace(said, period_key=meant.period_key), by)
    if own is not None and unit_id not in own:
        unit_id = meant = None
    sources_services.refuse_delivery(
        delivery, refusal, by=rights.actor_of(by), at=at, unit_id=unit_id, meant=meant
    )
    return meant


def _named(said: Submission, by: By) -> int | None:
    """The unit a file names; who names none there is has sent the report of their own."""
    try:
        return admission.unit_of(said, None).pk
    except WrongUnit:
        return getattr(by, "unit_id", None)


@transaction.atomic
def score_anew(meant: Meant, unit_ids: Collection[int], *, at: datetime) -> None:
    """Tell the reports of these units, or of those in which they go on, what was refused for them."""
    whose = {*unit_ids, *(heir for heirs in sources.successors_of(unit_ids).values() for heir in heirs)}
    there = Report.objects.filter(among("unit_id", whose), current__isnull=False, **meant._asdict())
    versions = {
        each.unit_id: each.current.number
        for each in holding.held_reports(there, "current")
        if each.current is not None
    }
    quality.hand_evidence_of_many(
        evidence_of(meant, versions),
        form_code=meant.form_code,
        period=Period.parse(meant.period_key),
        basis=meant.basis,
        at=at,
    )


def evidence_of(meant: Meant, versions: Mapping[int, int]) -> dict[int, dict[str, quality.Evidence]]:
    """By unit, what of the deliveries for its report was neither sent twice nor under a wrong code.

    ``versions``: how many of the deliveries for each unit's report were taken in. Units of whose deliveries none
    was refused for this are ``FAULTLESS`` and left out. The same bytes count once.
    """
    found: dict[int, dict[str, dict[str, str]]] = {}
    for each in sources.refused_for(
        meant, unit_ids=versions, wrong=WRONG_CODES, again=SAME_AGAIN, if_same={NotWritable.code}
    ):
        part = Part.CODES if each.code in WRONG_CODES else Part.UNIQUE
        found.setdefault(each.whose, {}).setdefault(part.value, {})[each.sha256] = f"delivery:{each.pk}"
    return {
        unit_id: FAULTLESS
        | {part: _evidence(versions[unit_id], files.values()) for part, files in parts.items()}
        for unit_id, parts in found.items()
    }


def _evidence(taken: int, refused: Iterable[str]) -> quality.Evidence:
    failed = tuple(refused)
    return quality.Evidence(Decimal(taken) / (taken + len(failed)), failed)
