"""Roles as roles.yaml gives them, and who may hand on what. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from giamsat.foundation.access.choices import Action


@dataclass(frozen=True, slots=True)
class Role:
    """A named share of actions, and which roles its holder may give inside their own subtree.

    ``alone``: its holder has no other role at the same time.
    """

    code: str
    name_vi: str
    name_en: str
    actions: frozenset[str]
    gives: frozenset[str]
    central_only: bool
    lends: bool
    alone: bool = False

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_vi


def read_roles(definition: Mapping[str, Any]) -> dict[str, Role]:
    """Roles by code; a word the house does not know is a mistake in the file and stops everything."""
    roles = {code: _role(code, body) for code, body in definition["roles"].items()}
    for role in roles.values():
        if unknown := role.actions - set(Action.values):
            raise ValueError(f"roles.yaml: {role.code} has unknown actions {sorted(unknown)}")
        if unknown := role.gives - set(roles):
            raise ValueError(f"roles.yaml: {role.code} gives unknown roles {sorted(unknown)}")
    return roles


def _role(code: str, body: Mapping[str, Any]) -> Role:
    return Role(
        code=code,
        name_vi=body["name"]["vi"],
        name_en=body["name"]["en"],
        actions=frozenset(body["actions"]),
        gives=frozenset(body.get("gives", ())),
        central_only=body.get("central_only", False),
        lends=body.get("lends", False),
        alone=body.get("alone", False),
    )


def password_is_due(*, must_change: bool, changed_at: datetime | None, valid_days: int, at: datetime) -> bool:
    """Whether a new password must be chosen before anything else; zero days means it never wears out."""
    if must_change or changed_at is None:
        return True
    return bool(valid_days) and at >= changed_at + timedelta(days=valid_days)


def code_is_spent(*, expires_at: datetime | None, used_at: datetime | None, at: datetime) -> bool:
    """Whether a one-time code can no longer be used; no code is never spent."""
    return expires_at is not None and (used_at is not None or at >= expires_at)
