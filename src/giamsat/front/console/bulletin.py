"""What a stream is sent: what differs on a page, written once for all who see it alike.

A change is named by a tuple that says what it is: ``("as_of",)``, ``("figure", key)``, ``("part", name)``,
``("layer", within, layer)``, ``("area", within, layer, code)``.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Changes = dict[tuple[str, ...], Any]


@dataclass(frozen=True)
class Bulletin:
    """Changes under the number of the newest event they hold."""

    changes: Changes
    number: int

    def after(self, older: "Bulletin | None") -> "Bulletin":
        """This news with what a slow reader has not had yet; of each thing only the newest state."""
        return self if older is None else Bulletin({**older.changes, **self.changes}, self.number)

    @cached_property
    def text(self) -> str:
        """As it goes over the line."""
        figures = {
            "figures": {key[1]: value for key, value in self._of("figure")},
            "parts": {key[1]: value for key, value in self._of("part")},
            "as_of": self.changes.get(("as_of",), ""),
        }
        return message("figures", figures, self.number) + "".join(
            message("map", {"within": within, "layers": layers}, self.number)
            for within, layers in self._maps().items()
        )

    def _maps(self) -> dict[str, dict[str, dict[str, Any]]]:
        """By the place whose map it is and by layer: what became of the layer as a whole, and its areas."""
        maps: dict[str, dict[str, dict[str, Any]]] = {}
        for (_kind, within, layer), whole in self._of("layer"):
            maps.setdefault(within, {}).setdefault(layer, {"areas": {}}).update(whole)
        for (_kind, within, layer, code), area in self._of("area"):
            maps.setdefault(within, {}).setdefault(layer, {"areas": {}})["areas"][code] = area
        return maps

    def _of(self, kind: str) -> Iterable[tuple[tuple[str, ...], Any]]:
        return ((key, value) for key, value in self.changes.items() if key[0] == kind)


def differing(before: Changes | None, after: Changes) -> Changes:
    """What a reader of ``before`` must be told."""
    if before is None:
        return after
    return {key: value for key, value in after.items() if before.get(key) != value}


def message(event: str, content: Any, number: int | None = None) -> str:
    """One server-sent event."""
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {event}\ndata: {json.dumps(content, ensure_ascii=False)}\n\n"
