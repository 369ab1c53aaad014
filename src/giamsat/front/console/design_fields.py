"""A definition as fields of a page: what each part is, how it is shown, and how it is read back from what was typed.

Every part has a path, ``checks.0.expression``: the name of its input, and the place where a fault is told. A part
left empty is left out of the definition, as in a file.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise

Words = str | Promise
Options = Callable[[], Sequence[tuple[str, Words]]]
MOST_ITEMS = 400
WHOLE = re.compile(r"-?[0-9]{1,9}")
ABSENT = object()


@dataclass(frozen=True)
class Field:
    """One part of a definition. ``needed`` ones stand in it even when empty."""

    name: str
    label: Words
    help: Words = ""
    needed: bool = False
    kind: str = "text"
    wide: bool = False
    aside: bool = False  # seldom needed: folded away while it says nothing

    def read(self, posted: QueryDict, at: str) -> Any:
        text = _text(posted, at)
        return text if text or self.needed else ABSENT

    def shown(self, value: Any) -> dict[str, Any]:
        """What the template needs beside the label: the value as it stands in the input."""
        return {"value": "" if value is None else value}


@dataclass(frozen=True)
class Text(Field):
    """A line of text, or several; ``offers`` names a list to choose from while typing, ``tells`` what a text means."""

    rows: int = 1
    mono: bool = False
    offers: str = ""
    tells: Callable[[str], str] | None = None

    def read(self, posted: QueryDict, at: str) -> Any:
        text = " ".join(_text(posted, at).split()) if self.rows == 1 or self.mono else _text(posted, at)
        return text if text or self.needed else ABSENT

    def shown(self, value: Any) -> dict[str, Any]:
        text = "" if value is None else str(value)
        return {"value": text, "told": self.tells(text) if self.tells else ""}


@dataclass(frozen=True)
class Day(Field):
    kind: str = "day"

    def read(self, posted: QueryDict, at: str) -> Any:
        """ISO as the definition keeps it; what is no day stays as typed, and the check says so."""
        text = _text(posted, at)
        day, _, rest = text.partition("/")
        month, _, year = rest.partition("/")
        if day.isdecimal() and month.isdecimal() and len(year) == 4:
            text = f"{year}-{int(month):02}-{int(day):02}"
        return text if text or self.needed else ABSENT

    def shown(self, value: Any) -> dict[str, Any]:
        parts = str(value or "").split("-")
        return {"value": "/".join(reversed(parts)) if len(parts) == 3 else value or ""}


@dataclass(frozen=True)
class Whole(Field):
    kind: str = "number"

    def read(self, posted: QueryDict, at: str) -> Any:
        text = _text(posted, at)
        number = int(text) if WHOLE.fullmatch(text) else text
        return number if text or self.needed else ABSENT


@dataclass(frozen=True)
class YesNo(Field):
    """``otherwise``: what its absence means; said outright all the same."""

    kind: str = "yes_no"

    def read(self, posted: QueryDict, at: str) -> Any:
        told = bool(_text(posted, at))
        return told if told or self.needed else ABSENT


@dataclass(frozen=True)
class Choice(Field):
    kind: str = "choice"
    options: Options = tuple
    numbers: bool = False
    blank: Words = ""

    def read(self, posted: QueryDict, at: str) -> Any:
        text = _text(posted, at)
        return text if text or self.needed else ABSENT

    def shown(self, value: Any) -> dict[str, Any]:
        chosen = "" if value is None else str(value)
        offered = [{"value": key, "label": label, "on": key == chosen} for key, label in self.options()]
        if chosen and not any(each["on"] for each in offered):
            offered.insert(0, {"value": chosen, "label": chosen, "on": True})
        return {"value": chosen, "options": offered, "blank": self.blank}


@dataclass(frozen=True)
class Either(Choice):
    """Yes, no, or not asked."""

    kind: str = "choice"

    def read(self, posted: QueryDict, at: str) -> Any:
        text = _text(posted, at)
        return {"true": True, "false": False}.get(text, ABSENT)

    def shown(self, value: Any) -> dict[str, Any]:
        return super().shown(None if value is None else str(value).lower())


@dataclass(frozen=True)
class Several(Field):
    """Any of some words. Those that stand in the definition come first, in its order, which is kept."""

    kind: str = "several"
    options: Options = tuple
    numbers: bool = False

    def read(self, posted: QueryDict, at: str) -> Any:
        chosen = dict.fromkeys(posted.getlist(f"f.{at}"))
        values = [int(each) if self.numbers and each.isdecimal() else each for each in chosen]
        return values if values or self.needed else ABSENT

    def shown(self, value: Any) -> dict[str, Any]:
        labels = dict(self.options())
        chosen = [str(each) for each in value or ()]
        order = [*chosen, *(key for key in labels if key not in chosen)]
        return {
            "options": [{"value": key, "label": labels.get(key, key), "on": key in chosen} for key in order]
        }


@dataclass(frozen=True)
class Listed(Field):
    """Words with commas between them; of ``days`` each as people write it."""

    days: bool = False
    offers: str = ""
    kind: str = "text"

    def read(self, posted: QueryDict, at: str) -> Any:
        words = [each.strip() for each in _text(posted, at).replace(";", ",").split(",") if each.strip()]
        if self.days:
            words = ["-".join(reversed(each.split("/"))) if each.count("/") == 2 else each for each in words]
        return words if words or self.needed else ABSENT

    def shown(self, value: Any) -> dict[str, Any]:
        words = [str(each) for each in value or ()]
        if self.days:
            words = ["/".join(reversed(each.split("-"))) if each.count("-") == 2 else each for each in words]
        return {"value": ", ".join(words)}


@dataclass(frozen=True)
class Group(Field):
    """Fields that stand together under one name."""

    kind: str = "group"
    fields: Sequence[Field] = ()

    def read(self, posted: QueryDict, at: str) -> Any:
        found = _read_all(self.fields, posted, at)
        return found if found or self.needed else ABSENT


@dataclass(frozen=True)
class Many(Field):
    """A list whose items have the same fields; ``table`` shows an item as a row. ``noun`` is what one is called."""

    kind: str = "many"
    fields: Sequence[Field] = ()
    noun: Words = ""
    table: bool = False
    blank: Mapping[str, Any] = field(default_factory=dict)

    def read(self, posted: QueryDict, at: str) -> Any:
        count = _text(posted, at, prefix="n")
        number = min(int(count), MOST_ITEMS) if WHOLE.fullmatch(count) else 0
        items = [_read_all(self.fields, posted, f"{at}.{place}") for place in range(number)]
        return items if items or self.needed else ABSENT


@dataclass(frozen=True)
class Node:
    """One field with its value and faults, ready for the template."""

    field: Field
    at: str
    shown: Mapping[str, Any]
    faults: Sequence[Any]
    children: Sequence[Any] = ()  # nodes of a group; of a list, a row of nodes for each item

    @property
    def id(self) -> str:
        return "f-" + self.at.replace(".", "-")

    @property
    def filled(self) -> bool:
        """Whether it says anything."""
        return bool(self.shown.get("value") or _ticked(self) or any(each.filled for each in self.children))


@dataclass(frozen=True)
class Item:
    """One item of a list."""

    at: str
    number: int
    nodes: Sequence[Node]
    first: bool
    last: bool
    faults: Sequence[Any]

    @property
    def id(self) -> str:
        return "i-" + self.at.replace(".", "-")

    @property
    def usual(self) -> list[Node]:
        """Fields that are always shown: those that are asked for, say something or are wrong."""
        return [node for node in self.nodes if not node.field.aside or node.filled or node.faults]

    @property
    def more(self) -> list[Node]:
        """Fields folded away."""
        usual = self.usual
        return [node for node in self.nodes if node not in usual]


def read_all(fields: Iterable[Field], posted: QueryDict) -> dict[str, Any]:
    """The definition as it stands in the fields."""
    return _read_all(fields, posted, "")


def bind(
    fields: Iterable[Field], content: Mapping[str, Any], problems: Sequence[Any], at: str = ""
) -> list[Node]:
    """The fields of a definition with what it says and what is wrong there."""
    return [_bind(each, content.get(each.name), problems, _path(at, each.name)) for each in fields]


def _bind(part: Field, value: Any, problems: Sequence[Any], at: str) -> Node:
    faults = [each for each in problems if each.at == at]
    if isinstance(part, Group):
        return Node(part, at, {}, faults, bind(part.fields, value or {}, problems, at))
    if isinstance(part, Many):
        values = value or []
        items = [
            Item(
                f"{at}.{place}",
                place + 1,
                bind(part.fields, each, problems, f"{at}.{place}"),
                place == 0,
                place == len(values) - 1,
                [fault for fault in problems if fault.at == f"{at}.{place}"],
            )
            for place, each in enumerate(values)
        ]
        return Node(part, at, {"count": len(items)}, faults, items)
    return Node(part, at, part.shown(value), faults)


def unplaced(problems: Sequence[Any], nodes: Sequence[Node]) -> list[Any]:
    """Faults that belong to no field that is shown: told above the fields."""
    places = set(_places(nodes))
    return [each for each in problems if each.at not in places]


def _places(nodes: Iterable[Node | Item]) -> Iterable[str]:
    for node in nodes:
        yield node.at
        yield from _places(node.nodes if isinstance(node, Item) else node.children)


def _ticked(node: Node) -> bool:
    return any(option["on"] for option in node.shown.get("options", ()))


def _read_all(fields: Iterable[Field], posted: QueryDict, at: str) -> dict[str, Any]:
    found = {part.name: part.read(posted, _path(at, part.name)) for part in fields}
    return {name: value for name, value in found.items() if value is not ABSENT}


def _path(at: str, name: str) -> str:
    return f"{at}.{name}" if at else name


def _text(posted: QueryDict, at: str, prefix: str = "f") -> str:
    return posted.get(f"{prefix}.{at}", "").replace("\r\n", "\n").strip()
