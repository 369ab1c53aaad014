"""Acts on the lists of a drafted definition: add, take away, move up or down. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from giamsat.front.console.design_fields import Field, Group, Many

Place = list[str]


def act_on(content: dict[str, Any], fields: Sequence[Field], act: str) -> str:
    """Do what a button says, ``add checks``, ``up checks.1``, and tell which item to look at then.

    What no longer fits the definition, as after a second click, changes nothing.
    """
    verb, _, at = act.partition(" ")
    place = at.split(".")
    if verb == "add":
        return _add(content, fields, place)
    items, index = _list_of(content, place[:-1]), place[-1]
    if items is None or not index.isdecimal() or int(index) >= len(items):
        return ""
    return _move(items, verb, ".".join(place[:-1]), int(index))


def _add(content: dict[str, Any], fields: Sequence[Field], place: Place) -> str:
    found = _field_at(fields, [step for step in place if not step.isdecimal()])
    owner = _at(content, place[:-1])
    if not isinstance(found, Many) or not isinstance(owner, dict):
        return ""
    items = owner.setdefault(place[-1], [])
    items.append({**found.blank})
    return f"{'.'.join(place)}.{len(items) - 1}"


def _move(items: list[Any], verb: str, at: str, index: int) -> str:
    if verb == "drop":
        items.pop(index)
        return f"{at}.{min(index, len(items) - 1)}" if items else at
    target = index + {"up": -1, "down": 1}.get(verb, 0)
    if not 0 <= target < len(items):
        return f"{at}.{index}"
    items[index], items[target] = items[target], items[index]
    return f"{at}.{target}"


def _field_at(fields: Iterable[Field], names: Place) -> Field | None:
    found: Field | None = None
    for name in names:
        found = next((each for each in fields if each.name == name), None)
        fields = found.fields if isinstance(found, Group | Many) else ()
    return found


def _list_of(content: Any, place: Place) -> list[Any] | None:
    found = _at(content, place)
    return found if isinstance(found, list) else None


def _at(content: Any, place: Place) -> Any:
    for step in place:
        if isinstance(content, list) and step.isdecimal() and int(step) < len(content):
            content = content[int(step)]
        elif isinstance(content, dict):
            content = content.get(step)
        else:
            return None
    return content
