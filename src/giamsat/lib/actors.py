"""Who did it, for rooms that stand below the accounts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person by account number and shown name, or the system by the name of the service that acted."""

    id: int | None
    name: str

    @classmethod
    def system(cls, service: str) -> "Actor":
        return cls(id=None, name=f"system:{service}")
