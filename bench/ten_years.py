"""The bench profile: communes of today with ten years of monthly figures, which no real country has.

200 series of 3,361 reporting units over 120 months. Only the tree is the practice country's; the series are bench
series (X001 … X200), counts of organisations drawn from a seed, most of them small and a fifth of them zero.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

AT = datetime(2026, 1, 10, tzinfo=UTC)
FIRST_YEAR = 2016
SERIES = 200
PER_FORM = 50
FORMS = [f"X{number:02}" for number in range(1, SERIES // PER_FORM + 1)]
CODES = [f"X{number:03}" for number in range(1, SERIES + 1)]
PROVINCE = "08"  # Tuyên Quang, 124 communes: the province whose communes are asked for
KINDS = ["commune", "ward", "special_zone", "agency_committee"]


@dataclass(frozen=True)
class Profile:
    """What was made: the reporting units, by their numbers, and how many cells of how many years."""

    units: list[int]
    years: list[int]
    cells: int


def definitions(folder: Path) -> Path:
    """Definition files of the profile, as the house loads them."""
    both = {"vi": "Chuỗi đo", "en": "Bench series"}
    entry = {
        "version": 1, "unit": {"vi": "tổ chức", "en": "organisations"}, "additivity": "F", "dimensions": [],
        "core": False, "counts_persons": False, "good_when": "none", "layer": "none", "decimals": 0,
    }  # fmt: skip
    indicators = [{"code": code, "name": {"vi": code, "en": code}} | entry for code in CODES]
    _write(
        folder / "indicators" / "X.yaml",
        {"group": {"code": "X", "name": both}, "source": "bench profile", "indicators": indicators},
    )
    _write(folder / "dimensions.yaml", {"dimensions": []})
    for place, form in enumerate(FORMS):
        rows = [
            {"indicator": code, "required": True} for code in CODES[place * PER_FORM : (place + 1) * PER_FORM]
        ]
        columns = [{"breakdown": "", "name": {"vi": "Tổng số", "en": "Total"}}]
        _write(
            folder / "forms" / f"{form}.v1.yaml",
            {
                "code": form, "version": 1, "family": form, "reconstruction": False, "name": both,
                "legal_basis": "bench profile", "groups": ["X"], "period_kinds": ["M"], "levels": [2],
                "bases": ["own"], "valid_from": "2016-01-01",
                "sections": [{"title": both, "columns": columns, "rows": rows}],
            },
        )  # fmt: skip
    duty = {
        "unit_kinds": KINDS,
        "forms": FORMS,
        "basis": "own",
        "period_kinds": ["M"],
        "due_working_days": 5,
    }
    calendar = {
        "code": "bench", "version": 1, "valid_from": "2016-01-01", "cut_offs": {"M": {"day": 20}},
        "working_days": {"weekend": [5, 6]}, "obligations": [duty],
    }  # fmt: skip
    _write(folder / "calendar.yaml", {"calendars": [calendar]})
    return folder


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(content, allow_unicode=True))


def plant(folder: Path, territory: Path, *, years: int) -> Profile:
    """The tree, the profile's definitions, and every report of ``years`` years in force, by COPY past every check."""
    from django.db import connection

    from giamsat.foundation.catalogue import services as catalogue
    from giamsat.foundation.units import queries as units
    from giamsat.foundation.units import services as planting
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources import services as sources

    planting.load_territory(territory)
    Unit.objects.update(valid_from="2015-01-01")  # bench: as if today's communes had always been there
    catalogue.load_definitions(definitions(folder))
    sources.load_definitions(folder, at=AT)
    unit_ids = list(units.all_units().filter(kind__in=KINDS, valid_to=None).values_list("pk", flat=True))
    span = list(range(FIRST_YEAR, FIRST_YEAR + years))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        number = 0
        for period, form, rows in _reports(len(unit_ids), span):
            _copy(cursor, period, form, unit_ids, rows, number)
            number += len(unit_ids)
        for table in ("report", "reportversion"):
            cursor.execute(f"SELECT setval('observations_{table}_id_seq', %s)", [number])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE")
    return Profile(unit_ids, span, number * PER_FORM)


def _reports(units: int, years: list[int]) -> Iterator[tuple[str, str, list[str]]]:
    """(period, form, arrays as PostgreSQL reads them): each unit and series has its size, each month its chance."""
    dice = np.random.default_rng(7)
    sizes = dice.gamma(0.7, 12.0, (len(FORMS), units, PER_FORM))
    for year in years:
        for month in range(1, 13):
            for place, form in enumerate(FORMS):
                drawn = dice.poisson(sizes[place])
                yield (
                    f"{year}-M{month:02}",
                    form,
                    ["{" + ",".join(map(str, row)) + "}" for row in drawn.tolist()],
                )


def _copy(cursor: Any, period: str, code: str, unit_ids: list[int], rows: list[str], number: int) -> None:
    from giamsat.intake.sources import queries as sources

    form_id = sources.form(code, 1).pk
    owns = range(number + 1, number + 1 + len(unit_ids))
    with cursor.copy(
        "COPY observations_report (id, unit_id, form_code, period_key, basis, status, current_id, in_force_id,"
        " accepted_at, submitted_by_name, accepted_by_name, returned_by_name, return_reason) FROM STDIN"
    ) as copy:
        for own, unit in zip(owns, unit_ids, strict=True):
            copy.write_row((own, unit, code, period, "own", "KHOA", own, own, AT, "", "b", "", ""))
    with cursor.copy(
        'COPY observations_reportversion (id, report_id, number, form_id, "values", recorded_at,'
        " recorded_by_name, accepted_at) FROM STDIN"
    ) as copy:
        for own, row in zip(owns, rows, strict=True):
            copy.write_row((own, own, 1, form_id, row, AT, "b", AT))
