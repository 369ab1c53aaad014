"""From the files of a territory to drafts of units; every unreadable value is gathered, none guessed."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.units.choices import CommissionKind
from giamsat.foundation.units.drafts import Draft, Key, contradictions
from giamsat.foundation.units.errors import Contradiction
from giamsat.foundation.units.manifest import Manifest, SuccessionsFile, UnitsFile
from giamsat.foundation.units.patterns import numbered_drafts
from giamsat.lib.text import without_accents

NEEDED = {"code", "kind", "name_vi"}
ALLOWED = NEEDED | {
    "name_en", "parent", "region", "lat", "lon", "seat_of", "area_km2", "members", "commission",
    "withheld", "valid_from", "valid_to",
}  # fmt: skip
CORRECTION = {"code", "name_vi", "was_lat", "was_lon", "lat", "lon", "reason", "source"}
SUCCESSION = {"predecessor", "successor"}


@dataclass(slots=True)
class Territory:
    """Everything the files say, and everything wrong with it."""

    manifest: Manifest
    drafts: list[Draft] = field(default_factory=list)
    successions: list[tuple[Key, Key, date]] = field(default_factory=list)
    problems: list[Contradiction] = field(default_factory=list)


def read_territory(folder: Path, manifest: Manifest) -> Territory:
    territory = Territory(manifest)
    for units_file in manifest.files:
        _read_units(territory, folder / units_file.file, units_file)
    _resolve_parents(territory)
    if manifest.seat_corrections:
        _correct_seats(territory, folder / manifest.seat_corrections)
    _borrow_seats(territory)
    territory.problems += contradictions(territory.drafts)
    if not territory.problems:
        territory.drafts += numbered_drafts(manifest, territory.drafts)
        territory.problems += contradictions(territory.drafts)
    for successions_file in manifest.successions:
        _read_successions(territory, folder / successions_file.file, successions_file)
    return territory


def _rows(
    territory: Territory, file: Path, needed: set[str], allowed: set[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their line numbers; a wrong header ends the file."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        territory.problems.append(
            Contradiction(file.name, 1, "", f"byte {error.start}", _("not UTF-8; save the file as UTF-8"))
        )
        return
    reader = csv.DictReader(text.splitlines())
    header = set(reader.fieldnames or ())
    for column in sorted((needed - header) | (header - allowed)):
        problem = _("this column is missing") if column in needed else _("no such column is known")
        territory.problems.append(Contradiction(file.name, 1, column, "", problem))
    if needed <= header <= allowed:
        for row in reader:
            yield reader.line_num, {name: (value or "").strip() for name, value in row.items() if name}


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a file of units, with where it stands."""

    territory: Territory
    file: UnitsFile
    number: int
    cells: dict[str, str]

    def cell(self, column: str) -> str:
        return self.cells.get(column, "")

    def refuse(self, column: str, problem: str) -> None:
        self.territory.problems.append(
            Contradiction(self.file.file, self.number, column, self.cell(column), problem)
        )

    def read(self, column: str, convert: Callable[[str], Any], default: Any = None) -> Any:
        try:
            return convert(self.cell(column)) if self.cell(column) else default
        except (ValueError, InvalidOperation):
            self.refuse(column, _("cannot be read as %s") % convert.__name__)
            return default


def _read_units(territory: Territory, file: Path, units_file: UnitsFile) -> None:
    for number, row in _rows(territory, file, NEEDED, ALLOWED):
        line = _Line(territory, units_file, number, row)
        if _can_be_drafted(line):
            _refuse_what_contradicts(line, territory.manifest)
            territory.drafts.append(_draft(line, territory.manifest))


def _can_be_drafted(line: _Line) -> bool:
    kinds = line.territory.manifest.kinds
    if not line.cell("code") or not line.cell("name_vi"):
        line.refuse("code", _("a unit needs a code and a name"))
        return False
    if line.cell("kind") not in kinds:
        line.refuse("kind", _("no such kind; known: %s") % ", ".join(kinds))
        return False
    return True


def _refuse_what_contradicts(line: _Line, manifest: Manifest) -> None:
    name = line.cell("name_vi")
    if other := manifest.misnamed_as(line.cell("kind"), name):
        line.refuse("kind", _("the name %(name)s says %(kind)s") % {"name": name, "kind": other})
    if line.cell("region") and line.cell("region") not in manifest.regions:
        line.refuse("region", _("no such region; known: %s") % ", ".join(manifest.regions))
    if _commission(line, manifest) not in CommissionKind.values:
        line.refuse("commission", _("one of %s") % ", ".join(CommissionKind.values))
    if line.cell("withheld") not in ("", "yes"):
        line.refuse("withheld", _("yes or nothing"))


def _commission(line: _Line, manifest: Manifest) -> str:
    return line.cell("commission") or manifest.default_commission(line.cell("kind"))


def _draft(line: _Line, manifest: Manifest) -> Draft:
    file, kind = line.file, manifest.kinds[line.cell("kind")]
    vintage = manifest.vintages[file.vintage]
    bare = manifest.bare_name(line.cell("kind"), line.cell("name_vi"))
    return Draft(
        file=file.file,
        line=line.number,
        vintage=file.vintage,
        code=line.cell("code"),
        kind=line.cell("kind"),
        name_vi=line.cell("name_vi"),
        name_en=line.cell("name_en") or without_accents(bare) + kind.suffix_en,
        bare_vi=bare,
        level=kind.level,
        rank=kind.rank,
        parent=(file.vintage, line.cell("parent")) if line.cell("parent") else None,
        region=line.cell("region"),
        commission_kind=_commission(line, manifest),
        withheld=line.cell("withheld") == "yes",
        valid_from=line.read("valid_from", date.fromisoformat, file.valid_from or vintage.valid_from),
        valid_to=line.read("valid_to", date.fromisoformat, file.valid_to or vintage.valid_to),
        seat_lat=line.read("lat", float),
        seat_lon=line.read("lon", float),
        seat_of=line.cell("seat_of"),
        area_km2=line.read("area_km2", Decimal),
        members=line.read("members", int),
    )


def _open_ones(territory: Territory) -> dict[str, Draft]:
    return {draft.code: draft for draft in territory.drafts if draft.valid_to is None}


def _resolve_parents(territory: Territory) -> None:
    """A parent is looked up in the unit's own vintage first, then among open units."""
    keys = {draft.key for draft in territory.drafts}
    open_ones = _open_ones(territory)
    for draft in territory.drafts:
        if draft.parent and draft.parent not in keys and draft.parent[1] in open_ones:
            draft.parent = open_ones[draft.parent[1]].key


def _correct_seats(territory: Territory, file: Path) -> None:
    """Put wrong seats right; a correction of a value that stands there no more is a contradiction."""
    open_ones = _open_ones(territory)
    for line, row in _rows(territory, file, CORRECTION, CORRECTION):
        draft = open_ones.get(row["code"])
        if draft is None:
            territory.problems.append(
                Contradiction(file.name, line, "code", row["code"], _("no such open unit"))
            )
            continue
        try:
            was = (float(row["was_lat"]), float(row["was_lon"]))
            right = (float(row["lat"]), float(row["lon"]))
        except ValueError as error:
            territory.problems.append(Contradiction(file.name, line, "lat", str(error), _("not a number")))
            continue
        if was != (draft.seat_lat, draft.seat_lon) or row["name_vi"] != draft.name_vi:
            stands = f"{draft.name_vi} {draft.seat_lat}, {draft.seat_lon}"
            territory.problems.append(
                Contradiction(file.name, line, "was_lat", str(was), _("corrects what now reads %s") % stands)
            )
            continue
        draft.seat_lat, draft.seat_lon = right


def _borrow_seats(territory: Territory) -> None:
    open_ones = _open_ones(territory)
    for draft in territory.drafts:
        if not draft.seat_of:
            continue
        lender = open_ones.get(draft.seat_of)
        if lender is None or lender.seat_lat is None:
            territory.problems.append(
                draft.contradiction("seat_of", draft.seat_of, _("no open unit with a seat has this code"))
            )
        else:
            draft.seat_lat, draft.seat_lon = lender.seat_lat, lender.seat_lon


def _read_successions(territory: Territory, file: Path, successions_file: SuccessionsFile) -> None:
    drafts = {draft.key: draft for draft in territory.drafts}
    told = set()
    columns = SUCCESSION | {"predecessor_name_vi", "successor_name_vi"}
    for line, row in _rows(territory, file, SUCCESSION, columns):
        ends = {
            "predecessor": (successions_file.predecessors, row["predecessor"]),
            "successor": (successions_file.successors, row["successor"]),
        }
        for end, key in ends.items():
            name = row.get(f"{end}_name_vi")
            if key not in drafts:
                problem = _("no such unit in vintage %s") % key[0]
            elif name and name != drafts[key].name_vi:
                problem = _("is called %s") % drafts[key].name_vi
            else:
                continue
            territory.problems.append(Contradiction(file.name, line, end, key[1], problem))
        told.add(ends["predecessor"])
        territory.successions.append((ends["predecessor"], ends["successor"], successions_file.happened_on))
    for draft in territory.drafts:
        if draft.vintage == successions_file.predecessors and draft.valid_to and draft.key not in told:
            territory.problems.append(
                draft.contradiction("code", draft.code, _("is closed but %s names no successor") % file.name)
            )
