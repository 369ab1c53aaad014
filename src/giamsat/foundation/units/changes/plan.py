"""What a change is made of: lines that say what becomes of which code, and what they do to the tree, reckoned.

Nothing here writes. Every kind of change is the same few lines, one for each way that something goes:
two units under one code after it are a merger, two codes after one unit are a split, a code that stands under another
parent has moved, a code alone is opened or closed.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from giamsat.foundation.units.errors import ChangeRefused, Contradiction
from giamsat.foundation.units.models import Unit

MANY = 50  # lines
LINE_FIELDS = ("was", "code", "name_vi", "name_en", "kind", "parent")


@dataclass(frozen=True, slots=True)
class Line:
    """``was`` goes into ``code``, codes of the tree before and after. The rest is said where it is new."""

    number: int
    was: str = ""
    code: str = ""
    name_vi: str = ""
    name_en: str = ""
    kind: str = ""
    parent: str = ""

    def stored(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in LINE_FIELDS if getattr(self, name)}

    def problem(self, column: str, problem: str) -> Contradiction:
        return Contradiction("", self.number, column, getattr(self, column), problem)


def lines_of(stored: Sequence[dict[str, str]]) -> list[Line]:
    """Lines as a change keeps them, numbered from 1."""
    return [Line(number, **each) for number, each in enumerate(stored, start=1)]


@dataclass(eq=False, slots=True)
class Place:
    """A unit as it stands after the change: one that stays (``unit``), or one to be opened under ``parent``."""

    code: str
    unit: Unit | None = None
    name_vi: str = ""
    name_en: str = ""
    kind: str = ""
    parent: "Place | None" = None
    made_of: list[Unit] = field(default_factory=list)
    line: Line | None = None

    @property
    def opens(self) -> bool:
        return self.unit is None

    @property
    def renamed(self) -> bool:
        """A unit that stays, under another name or of another kind."""
        return self.unit is not None and (self.name_vi, self.name_en, self.kind) != (
            self.unit.name_vi,
            self.unit.name_en,
            self.unit.kind,
        )

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


@dataclass(eq=False, slots=True)
class Closing:
    """A unit that ends, and what it goes into: one place whole, several in part, or none."""

    unit: Unit
    into: list[Place]

    @property
    def whole(self) -> bool:
        return len(self.into) == 1

    @property
    def heir(self) -> Place | None:
        """Where its rights, tasks and late reports go on: the first named."""
        return self.into[0] if self.into else None


@dataclass(slots=True)
class Effects:
    """What a change does to the tree on its day; parents stand before those below them."""

    on: date
    closings: list[Closing]
    openings: list[Place]
    renamings: list[Place]
    growing: list[Place]  # units that stay and take others in

    def closed_ids(self) -> list[int]:
        return [each.unit.pk for each in self.closings]

    def touched_ids(self) -> list[int]:
        """Units of before the change that it closes, names anew or lets grow."""
        staying = [each.unit.pk for each in (*self.renamings, *self.growing) if each.unit]
        return sorted({*self.closed_ids(), *staying})


def effects_of(lines: Sequence[Line], on: date) -> Effects:
    """What the lines do to the tree as it stands. ``ChangeRefused`` with everything that cannot be."""
    return _Reckoning(lines, on).effects()


class _Reckoning:
    def __init__(self, lines: Sequence[Line], on: date) -> None:
        self.lines, self.on = lines, on
        self.problems: list[Contradiction] = []
        codes = {each for line in lines for each in (line.was, line.code, line.parent) if each}
        self.standing: dict[str, Unit] = {
            unit.code: unit for unit in Unit.objects.still_open().filter(code__in=codes)
        }
        self.ways: dict[str, list[Line]] = {}  # lines by the unit they begin from
        for line in lines:
            if line.was:
                self.ways.setdefault(line.was, []).append(line)
        self.places: dict[str, Place] = {}
        self.goes: dict[int, list[Place]] = {}  # what each closed unit goes into
        self.closed: dict[int, Unit] = {}

    def effects(self) -> Effects:
        self._refuse_senseless_lines()
        self._stop_at_problems()
        for line in self.lines:
            if line.code:
                self._place(line)
        self._close()
        self._take_those_below_along()
        for place in list(self.places.values()):
            self._find_parent(place)
        self._stop_at_problems()
        found = self._found()
        if not (found.closings or found.openings or found.renamings or found.growing):
            raise ChangeRefused([Contradiction("", 0, "", "", _("nothing would be changed"))])
        return found

    def _stop_at_problems(self) -> None:
        if self.problems:
            raise ChangeRefused(self.problems)

    def _refuse_senseless_lines(self) -> None:
        if not self.lines:
            self.problems.append(Contradiction("", 0, "", "", _("no unit is named")))
        ways = set()
        for line in self.lines:
            self._refuse_what_is_too_long(line)
            unit = self.standing.get(line.was)
            if not line.was and not line.code:
                self.problems.append(line.problem("code", _("a line names a unit, a code after it, or both")))
            elif line.was and unit is None:
                self.problems.append(line.problem("was", _("no unit with this code stands today")))
            elif unit is not None and unit.is_centre:
                self.problems.append(line.problem("was", _("the centre is not changed")))
            elif unit is not None and unit.valid_from >= self.on:
                day = f"{unit.valid_from:%d/%m/%Y}"
                self.problems.append(line.problem("was", _("has stood since %s: choose a later day") % day))
            elif not line.was and line.code in self.standing and line.code not in self.ways:
                self.problems.append(line.problem("code", _("this code is used: the unit stands today")))
            elif (line.was, line.code) in ways:
                self.problems.append(line.problem("code", _("is said twice")))
            ways.add((line.was, line.code))

    def _refuse_what_is_too_long(self, line: Line) -> None:
        for column in ("code", "name_vi", "name_en", "kind"):
            longest = Unit._meta.get_field(column).max_length
            if len(getattr(line, column)) > longest:
                self.problems.append(line.problem(column, _("is longer than %s characters") % longest))

    def _goes_on_itself(self, code: str) -> bool:
        """Whether the unit of that code is the same after the change, perhaps under another name."""
        unit, ways = self.standing.get(code), self.ways.get(code)
        if unit is None:
            return False
        if not ways:
            return True
        return [each.code for each in ways] == [code] and self._stays_where_it_is(unit, ways[0])

    def _stays_where_it_is(self, unit: Unit, line: Line) -> bool:
        if not line.parent:
            return True
        parent = self.standing.get(line.parent)
        stays = parent is not None and unit.path[: -unit.steplen] == parent.path
        return stays and self._goes_on_itself(line.parent)

    def _place(self, line: Line) -> Place:
        place = self.places.get(line.code)
        if place is None:
            stays = self.standing[line.code] if self._goes_on_itself(line.code) else None
            place = Place(line.code, unit=stays, line=line)
            self.places[line.code] = place
        unit = self.standing.get(line.was)
        if unit is not None and unit is not place.unit and unit not in place.made_of:
            place.made_of.append(unit)
        for name in ("name_vi", "name_en", "kind"):
            if getattr(line, name) and not getattr(place, name):
                setattr(place, name, getattr(line, name))
        if line.parent:
            place.line = line
        return place

    def _close(self) -> None:
        for code, ways in self.ways.items():
            unit = self.standing[code]
            if self._goes_on_itself(code):
                continue
            into = [self.places[each.code] for each in ways if each.code]
            if into and len(into) < len(ways):
                self.problems.append(ways[0].problem("was", _("cannot be closed and go on as well")))
            self.closed[unit.pk], self.goes[unit.pk] = unit, into

    def _take_those_below_along(self) -> None:
        """What stands below a unit that went whole into another goes with it; else its lines must say where."""
        waiting = deque(sorted(self.closed.values(), key=lambda unit: unit.path))
        while waiting:
            unit = waiting.popleft()
            below = self._below(unit)
            left = [each for each in below if each.pk not in self.closed and each.code not in self.ways]
            moved_off = [each for each in below if each.code in self.ways and each.pk not in self.closed]
            for each in moved_off:
                self.problems.append(
                    self.ways[each.code][0].problem(
                        "parent", _("its superior ends: say under which unit it stands afterwards")
                    )
                )
            into = self.goes[unit.pk]
            if left and len(into) != 1:
                names = ", ".join(each.name_vi for each in left[:3])
                facts = {"unit": unit.name_vi, "count": len(left), "names": names}
                line = self.ways[unit.code][0]
                problem = _("%(count)s units stand below %(unit)s (%(names)s …): say what becomes of each")
                self.problems.append(line.problem("was", problem % facts))
                continue
            for each in left:
                if each.code in self.places:
                    line = self.places[each.code].line or Line(0)
                    self.problems.append(line.problem("code", _("this code is used: the unit stands today")))
                    continue
                self.places[each.code] = Place(each.code, parent=into[0], made_of=[each])
                self.closed[each.pk], self.goes[each.pk] = each, [self.places[each.code]]
                waiting.append(each)

    def _find_parent(self, place: Place) -> None:
        """Under what a place stands, and what it is called where no line says so."""
        self._describe(place)
        if not place.opens or place.parent is not None:
            return
        line = place.line or Line(0)
        if line.parent:
            place.parent = self._named(line)
        elif place.made_of:
            place.parent = self._where(place.made_of[0])
        if place.parent is None:
            self.problems.append(line.problem("parent", _("name the unit it stands under")))
        elif self._stands_under_itself(place):
            self.problems.append(line.problem("parent", _("a unit cannot stand under itself")))

    def _named(self, line: Line) -> Place | None:
        known = self.places.get(line.parent)
        if known is not None:
            return known
        unit = self.standing.get(line.parent)
        if unit is None or unit.pk in self.closed:
            problem = _("this unit ends with the change") if unit else _("no unit with this code stands")
            self.problems.append(line.problem("parent", problem))
            return Place(line.parent)
        return self._staying(unit)

    def _where(self, unit: Unit) -> Place | None:
        """Where the unit's superior goes on."""
        above = self._above(unit)
        if above.pk not in self.closed:
            return self._staying(above)
        into = self.goes[above.pk]
        return into[0] if len(into) == 1 else None

    @cached_property
    def _whole_tree(self) -> dict[str, list[Unit]]:
        """Every open unit, by the path it stands under: for long lists, one question instead of thousands."""
        tree: dict[str, list[Unit]] = {}
        for unit in Unit.objects.still_open():
            tree.setdefault(unit.path[: -unit.steplen], []).append(unit)
        return tree

    @cached_property
    def _by_path(self) -> dict[str, Unit]:
        return {unit.path: unit for units in self._whole_tree.values() for unit in units}

    def _below(self, unit: Unit) -> Iterable[Unit]:
        if len(self.lines) > MANY:
            return self._whole_tree.get(unit.path, ())
        return Unit.objects.still_open().under(unit).filter(depth=unit.depth + 1)

    def _above(self, unit: Unit) -> Unit:
        path = unit.path[: -unit.steplen]
        return self._by_path[path] if len(self.lines) > MANY else Unit.objects.get(path=path)

    def _staying(self, unit: Unit) -> Place:
        if unit.code not in self.places:
            self.places[unit.code] = Place(unit.code, unit=unit)
            self._describe(self.places[unit.code])
        return self.places[unit.code]

    def _describe(self, place: Place) -> None:
        like = place.unit or next((each for each in place.made_of if each.code == place.code), None)
        like = like or (place.made_of[0] if place.made_of else None)
        line = place.line or Line(0)
        if like is None and not (place.name_vi and place.kind):
            self.problems.append(line.problem("name_vi", _("a new unit needs a name and a kind")))
        elif like is not None:
            if place.unit is None and like.code != place.code and not place.name_vi:
                self.problems.append(line.problem("name_vi", _("a new unit needs a name and a kind")))
            if not place.name_en:
                place.name_en = like.name_en if not place.name_vi or place.name_vi == like.name_vi else ""
            place.name_vi, place.kind = place.name_vi or like.name_vi, place.kind or like.kind

    @staticmethod
    def _stands_under_itself(place: Place) -> bool:
        seen, above = {id(place)}, place.parent
        while above is not None:
            if id(above) in seen:
                return True
            seen.add(id(above))
            above = above.parent
        return False

    def _found(self) -> Effects:
        openings = [each for each in self.places.values() if each.opens]
        openings.sort(key=_height)
        return Effects(
            on=self.on,
            closings=[
                Closing(unit, self.goes[unit.pk])
                for unit in sorted(self.closed.values(), key=lambda each: each.path)
            ],
            openings=openings,
            renamings=[each for each in self.places.values() if each.renamed],
            growing=[each for each in self.places.values() if each.unit is not None and each.made_of],
        )


def _height(place: Place) -> int:
    height, above = 0, place.parent
    while above is not None and above.opens:
        height, above = height + 1, above.parent
    return height
