"""What an event is: a fact told after it happened, in words every room can read."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

_BY_NAME: dict[str, type["Event"]] = {}


@dataclass(frozen=True)
class Event:
    """Base of every event: a frozen dataclass of plain JSON values under a stable, dotted ``name``."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known = _BY_NAME.get(cls.name)
        if known and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"{cls.__qualname__} and {known.__qualname__} share the event name {cls.name!r}")
        if cls.name:
            _BY_NAME[cls.name] = cls

    def payload(self) -> dict[str, Any]:
        """The fields as JSON values; anything JSON cannot carry is a mistake of the announcing room."""
        return json.loads(json.dumps(asdict(self), allow_nan=False))

    @classmethod
    def from_payload(cls, payload: dict[str, Any]) -> Self:
        """Read a stored event; fields that a later release dropped are ignored."""
        own = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in payload.items() if key in own})


def event_class(name: str) -> type[Event] | None:
    """The class an event was announced as; None when its room is no longer here."""
    return _BY_NAME.get(name)
