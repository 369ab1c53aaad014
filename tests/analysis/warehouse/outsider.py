"""Somebody at the level above the provinces who keeps everything ever shown, and reckons with all of it."""

from giamsat.analysis.warehouse import queries
from giamsat.analysis.warehouse.models import Veil
from giamsat.analysis.warehouse.persons import person_cells
from giamsat.intake.observations.models import Report, ReportVersion
from giamsat.lib.periods import Period
from tests.foundation.access.elimination import Solved

VIOLATIONS = tuple(f"vio=V{number:02}" for number in (*range(1, 22), 99))
SEEN = (
    "",
    "lvl=XA",
    "lvl=CS",
    "pos=XA",
    "pos=CB",
    "pos=KHONG",
    *VIOLATIONS[:5],
)  # of the others all sums are nought
PERSONS = [*(f"D{number:02}" for number in range(6, 12)), *(f"L{number:02}" for number in range(1, 10))]


class Outsider:
    """An unknown is a cell of a version: (version, key). What is shown of it, and every sum it stands in, is a line."""

    def __init__(self, places):
        self.places = {place.pk: place.path for place in places}
        self.lines = []
        self.truth = {}
        self.seen = {}

    def look(self, periods):
        """Read every unit, every sum, as they are shown now."""
        released = Veil.objects.filter(released=True, basis="own").order_by("version_id")
        self.inside = {veil.report_id: veil.version_id for veil in released}
        for report in (
            Report.objects.filter(period_key__in=periods, basis="own").select_related("unit").order_by("pk")
        ):
            self._read(report)
        self._note_twins()
        for period in periods:
            for breakdown in SEEN:
                for level, places in (("point", list(self.places)), ("country", None)):
                    found = queries.figures(
                        PERSONS, [period], level=level, units=places, breakdown=breakdown, for_outsiders=True
                    )
                    for figure in found:
                        self._note_sum(figure, breakdown)

    def _read(self, report):
        for version in ReportVersion.objects.filter(report=report).exclude(pk__in=self.seen):
            cells = person_cells(version.form_id)
            values = cells.read(
                ["{" + ",".join("NULL" if v is None else str(v) for v in version.values) + "}"]
            )
            self.truth |= {
                (version.pk, key): int(value)
                for key, value in zip(cells.keys, values[0], strict=True)
                if value == value
            }
            for each in cells.sums:
                keys = [(version.pk, cells.keys[column]) for column in each.columns]
                if all(key in self.truth for key in keys):
                    self.lines.append({keys[0]: -1} | dict.fromkeys(keys[1:], 1))
            self._note_contents(version.pk)
            self.seen[version.pk] = report
        known = queries.veiled_cells([report.in_force_id])
        veiled = known.get(report.in_force_id)
        for version, key in self.truth:
            if version == report.in_force_id and veiled is not None and key not in veiled:
                self.lines.append({(version, key): 1})

    def _note_contents(self, version):
        """Every member has a content: one that stands alone is the total, and where there is no member there is none.
        An outsider may know where that is so."""
        total, parts = (version, "L01"), [(version, f"L01.{part}") for part in VIOLATIONS]
        there = [part for part in parts if self.truth.get(part)]
        if len(there) == 1 and self.truth[there[0]] == self.truth.get(total):
            self.lines.append({total: 1, there[0]: -1})
        if self.truth.get(total) == 0:
            self.lines += [{total: 1, part: -1} for part in parts if part in self.truth]

    def _note_twins(self):
        """A month and the quarter that ends with it hold the same figures; an outsider may know where they do not."""
        shown = {}
        for version in self.inside.values():
            report = self.seen.get(version)
            if report is not None:
                shown.setdefault((report.unit_id, Period.parse(report.period_key).reach), []).append(version)
        for one, *others in shown.values():
            for other in others:
                keys = [key for version, key in self.truth if version == one]
                alike = [key for key in keys if self.truth.get((other, key)) == self.truth[one, key]]
                self.lines += [{(one, key): 1, (other, key): -1} for key in alike]

    def _note_sum(self, figure, breakdown):
        """A sum holds of each report the newest version that was let into it: an outsider may know which."""
        if figure.veiled and not figure.place:
            return
        key = figure.indicator + (f".{breakdown}" if breakdown else "")
        parts = {}
        for version in self.inside.values():
            report = self.seen.get(version)
            if report is None or report.period_key != figure.period_key or (version, key) not in self.truth:
                continue
            if figure.unit_id is None or report.unit.path.startswith(self.places[figure.unit_id]):
                parts[version, key] = 1
        told = figure.outside
        assert sum(self.truth[part] for part in parts) == (told or 0)
        if parts and told is not None:
            self.lines.append(parts)

    def small_cells_worked_out(self, besides=()):
        """Cells of 1–4 persons that everything seen tells, ``besides`` those of units one may see."""
        told = Solved(self.lines).determined()
        return [
            (str(self.seen[cell[0]].unit), self.seen[cell[0]].period_key, cell[1], self.truth[cell])
            for cell in told
            if 1 <= self.truth[cell] <= 4 and self.seen[cell[0]].unit_id not in besides
        ]

    def small_changes_worked_out(self, earlier, later):
        """Cells that grew by 1–4 persons between two periods, where what was seen tells by how many."""
        solved = Solved(self.lines)
        by_unit = {}
        for version, report in self.seen.items():
            by_unit.setdefault(report.unit_id, {})[report.period_key] = version
        found = []
        for versions in by_unit.values():
            if not {earlier, later} <= versions.keys():
                continue
            for key in {key for version, key in self.truth if version == versions[later]}:
                then, now = (versions[earlier], key), (versions[later], key)
                grown = self.truth[now] - self.truth.get(then, 0)
                if 1 <= grown <= 4 and solved.tells({now: 1, then: -1}):
                    found.append((str(self.seen[versions[later]].unit), key, grown))
        return found
