"""Make the practice country: tables, definitions, tree, figures, reports, accounts, publication, scan."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext_noop, override
from rich.table import Table

from giamsat.analysis.early_warning import services as early_warning
from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.indicators import services as indicator_services
from giamsat.analysis.warehouse import services as warehouse
from giamsat.config import setup
from giamsat.config.demo import accounts, country_figures, defects, scenario, sequence, streams, target_values
from giamsat.config.demo.bodies import PRESENT_VINTAGE, UnitRow
from giamsat.config.demo.errors import HalfMade, HouseNotEmpty, SendingStopped
from giamsat.config.steps import Steps
from giamsat.foundation.outbox import services as outbox
from giamsat.foundation.units import queries as units
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources import queries as forms
from giamsat.intake.sources import services as sources
from giamsat.lib import clock
from giamsat.lib.actors import Actor
from giamsat.lib.periods import Period

NOTE = "demo.json"
LABELS = Path("demo") / "defects.csv"
WALK_UNIT = "03460"  # Xã Hua Bum: its flash of September is not filed yet
FORM_CODES = ("BM01", "BMT", *defects.QUARTERLY, *map(sequence.of_points, defects.QUARTERLY))


def make(
    folder: Path,
    *,
    steps: Steps,
    seed: int = scenario.SEED,
    points: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Make the country in an empty house. One that is whole is left as it is; a half-made one is refused.

    ``points`` makes only some provinces report, for tests.
    """
    with steps.step(gettext_noop("Tables")):
        setup.migrate(_silent)  # those of a newer version, where the country was made by an older one
    note = _note(folder)
    if note and note["state"] == "whole":
        return note
    _refuse_unless_empty(folder, note)
    note = _begin(folder, seed)
    try:
        with override(settings.LANGUAGE_CODE):  # what is kept speaks as the house does, whoever looks on
            note |= _fill(folder, steps, seed=seed, points=points)
    except streams.SenderEnded as ended:
        raise SendingStopped(folder, ended.code) from ended
    note |= {"state": "whole", "seconds": steps.seconds}
    _write(folder, note)
    return note


def _fill(folder: Path, steps: Steps, *, seed: int, points: Sequence[str] | None) -> dict[str, Any]:
    """Everything that is in the country; what is to be noted of it."""
    with steps.step(gettext_noop("Definitions")):
        setup.load_definitions(_silent)
    with steps.step(gettext_noop("Organisation tree and map")):
        setup.load_tree(_silent)
    with steps.step(gettext_noop("Figures")):
        figures, flaws = draw(seed)
        _keep_labels(folder, flaws)
    note = _send(figures, flaws, steps, seed=seed, points=points)
    with steps.step(gettext_noop("Accounts")):
        note["accounts"] = accounts.open_all(WALK_UNIT, at=scenario.OPENS_AT)
    with steps.step(gettext_noop("Publishing")):
        outbox.deliver_now(at=scenario.OPENS_AT)
        warehouse.publish_pending(at=scenario.OPENS_AT)
    with steps.step(gettext_noop("Scanning")):
        note["warnings"] = len(early_warning.scan(at=scenario.OPENS_AT))
        outbox.deliver_now(at=scenario.OPENS_AT)
    return note


def accounts_table(folder: Path) -> Table:
    """The accounts to sign in with."""
    unit = units.unit_by_code(WALK_UNIT, on=scenario.OPENS_ON)
    return accounts.table(unit.name_vi)


def draw(seed: int = scenario.SEED) -> tuple[country_figures.Figures, defects.Defects]:
    """Figures of the tree as it is planted, and the mistakes that go with them."""
    figures = country_figures.make(unit_rows(), seed)
    return figures, defects.plan(figures, cell_keys(), np.random.default_rng(seed + 1))


def unit_rows() -> list[UnitRow]:
    """The tree as the generator needs it. Former provinces share the members of what they went into."""
    tree = units.all_units().filter(level__lte=2).order_by("vintage", "code")
    known = {unit.pk: unit for unit in tree}
    names = {unit.path: unit.code for unit in known.values()}
    into = dict(
        units.all_units()
        .filter(successions__isnull=False)
        .order_by("pk")
        .values_list("pk", "successions__successor")
    )
    parts = {successor: sum(each == successor for each in into.values()) for successor in into.values()}
    rows = []
    for unit in known.values():
        members = unit.members
        if members is None and unit.pk in into:
            members = (known[into[unit.pk]].members or 0) // parts[into[unit.pk]]
        parent = names.get(unit.path[: -unit.steplen], "")
        rows.append(UnitRow(unit.code, unit.vintage, parent, unit.level, members or 0, unit.withheld))
    return rows


def cell_keys() -> dict[str, list[str]]:
    """The cells of every form as it stands today."""
    today = Period("9M", scenario.OPENS_ON.year)
    return {code: [cell.key for cell in forms.form_for(code, today).cells] for code in FORM_CODES}


def _send(
    figures: country_figures.Figures,
    flaws: defects.Defects,
    steps: Steps,
    *,
    seed: int,
    points: Sequence[str] | None,
) -> dict[str, Any]:
    sources.open_periods(range(2021, scenario.OPENS_ON.year + 1))
    with steps.step(gettext_noop("Reports"), total=len(sequence.steps(sequence.FORMS))) as advance:
        sent = streams.send(
            figures,
            flaws,
            seed=seed + 2,
            walk_unit=WALK_UNIT,
            only=points,
            done=lambda step: advance(f"{step[0].label('vi')}, {step[1]}"),
        )
    with steps.step(gettext_noop("Target values")):
        sent["target_values"] = _record_target_values(np.random.default_rng(seed + 3))
    return sent


def _record_target_values(rng: np.random.Generator) -> int:
    points = {unit.code: unit for unit in units.points(scenario.OPENS_ON).filter(withheld=False)}
    regions = {code: unit.region for code, unit in points.items()}
    kept = 0
    for code, target in indicators.targets().items():
        if target.indicator is not None:
            continue
        reached = target_values.draw(target, regions, rng)
        kept += indicator_services.record_target_values(
            code,
            [
                indicator_services.Reached(points[point].pk, period, value)
                for (point, period), value in reached.items()
            ],
            source="Số liệu của bộ thực hành (giả định)",
            as_of=scenario.OPENS_ON,
            by=Actor.system("practice"),
            at=scenario.OPENS_AT,
        )
    return kept


def _keep_labels(folder: Path, flaws: defects.Defects) -> None:
    file = folder / LABELS
    file.parent.mkdir(parents=True, exist_ok=True)
    defects.write(flaws.labels, file)


def _refuse_unless_empty(folder: Path, note: dict[str, Any] | None) -> None:
    years = len(observations.published_years())
    if note and years:
        raise HalfMade(folder)
    if years:
        raise HouseNotEmpty(years)


def _begin(folder: Path, seed: int) -> dict[str, Any]:
    """The country keeps its own day from now on, in this process and in every later one."""
    shift = (scenario.OPENS_AT - datetime.now(UTC)).total_seconds()
    os.environ[clock.SHIFT_VARIABLE] = str(shift)
    note = {
        "state": "making",
        "clock_shift_seconds": shift,
        "seed": seed,
        "walk_unit": f"{PRESENT_VINTAGE}/{WALK_UNIT}",
    }
    _write(folder, note)
    return note


def _note(folder: Path) -> dict[str, Any] | None:
    file = folder / NOTE
    return json.loads(file.read_text()) if file.exists() else None


def _write(folder: Path, note: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NOTE
    half = file.with_suffix(".part")
    half.write_text(json.dumps(note, ensure_ascii=False, indent=2))
    half.replace(file)


def _silent(text: str) -> None:
    """Progress has its own lines."""
