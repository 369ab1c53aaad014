"""Accounts, rights and what happened to them, as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Action, EndReason
from giamsat.foundation.audit import queries as trail
from giamsat.foundation.units import queries as units
from giamsat.front.console.templatetags.desk import named
from giamsat.front.console.verbs import fact_lines, what_was_done
from giamsat.front.console.viewer import language

ORDER = LIVE, LATER, OVER = "live", "later", "over"
MOST_EVENTS = 50
NOT_SHOWN = {"ceiling", "work_types", "assignment", "substitute_for", "username", "display_name"}
WORDS = (
    gettext_noop("command line"),
    gettext_noop("sign-in"),
    gettext_noop("first day"),
    gettext_noop("last day"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """What holds over a unit for some days: the last day is a day on which it still holds."""

    id: int
    unit: Any
    subtree: bool
    first_day: date
    last_day: date | None
    reason: str
    given_by: str
    state: str


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Right(Dated):
    """One grant as people read it."""

    role: str
    stands_in_for: str
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict(Dated):
    """A unit this person has nothing to do with, for how long and why."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an account's history."""

    at: datetime
    by_name: str
    what: str
    facts: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StandIn:
    """One naming of a substitute: the days, and the rights lent with it."""

    substitute: Any
    first_day: date
    last_day: date
    reason: str
    roles: list[str]
    state: str


def rights(grants: Iterable[Any], *, today: date) -> list[Right]:
    return _in_order(
        Right(
            role=role_name(grant.role),
            stands_in_for=grant.substitute_of.account.get_full_name() if grant.substitute_of else "",
            withdrawn_at=grant.withdrawn_at,
            **_dated(grant, today),
        )
        for grant in grants
    )


def conflicts(exclusions: Iterable[Any], *, today: date) -> list[Conflict]:
    return _in_order(Conflict(**_dated(exclusion, today)) for exclusion in exclusions)


def stand_ins(lent: Iterable[Any], *, today: date) -> list[StandIn]:
    """Rights lent in one act are one line."""
    together: dict[tuple[int, datetime], list[Any]] = {}
    for grant in lent:
        together.setdefault((grant.account_id, grant.given_at), []).append(grant)
    return [
        StandIn(
            substitute=grants[0].account,
            first_day=grants[0].valid_from,
            last_day=max(grant.valid_to for grant in grants) - timedelta(days=1),
            reason=grants[0].reason,
            roles=list(dict.fromkeys(role_name(grant.role) for grant in grants)),
            state=min((_state(grant, today) for grant in grants), key=ORDER.index),
        )
        for grants in together.values()
    ]


def history(account: Any) -> list[Event]:
    """What was done to an account, newest first; not what its holder did."""
    entries = list(trail.entries_for(None, subject=f"account:{account.pk}", with_unplaced=True)[:MOST_EVENTS])
    places = units.all_units().in_bulk({entry.unit_id for entry in entries if entry.unit_id})
    return [
        Event(
            at=entry.at,
            by_name=_actor(entry.by_name),
            what=what_was_done(entry.verb),
            facts=fact_lines(_readable(entry.facts, places.get(entry.unit_id))),
        )
        for entry in entries
    ]


def role_name(code: str) -> str:
    role = access.roles().get(code)
    return role.name(language()) if role else code


def roles_explained(roles: Iterable[Any]) -> list[tuple[str, str]]:
    """Each role and what it allows, in words."""
    return [(role.name(language()), ", ".join(_allowed(role))) for role in roles]


def _allowed(role: Any) -> list[str]:
    return [str(action.label) for action in Action if action in role.actions]


def _in_order(shown: Iterable[D]) -> list[D]:
    """Those that hold first, then those to come, then those that are over."""
    return sorted(shown, key=lambda each: ORDER.index(each.state))


def _dated(each: Any, today: date) -> dict[str, Any]:
    return {
        "id": each.pk,
        "unit": each.unit,
        "subtree": each.subtree,
        "first_day": each.valid_from,
        "last_day": _last_day(each),
        "reason": each.reason,
        "given_by": _giver(each),
        "state": _state(each, today),
    }


def _last_day(dated: Any) -> date | None:
    return dated.valid_to - timedelta(days=1) if dated.valid_to else None


def _giver(dated: Any) -> str:
    return str(dated.given_by.get_full_name()) if dated.given_by else _("command line")


def _state(grant: Any, today: date) -> str:
    if grant.withdrawn_at or (grant.valid_to and grant.valid_to <= today):
        return OVER
    return LATER if grant.valid_from > today else LIVE


def _actor(name: str) -> str:
    """Who did it; what the house itself did is said in the reader's language."""
    machine, _mark, known = name.rpartition("system:")
    return gettext(known) if known != name and not machine else name


def _readable(facts: dict[str, Any], unit: Any) -> dict[str, Any]:
    """Roles, units and days as people say them; what says nothing left out."""
    shown = {name: value for name, value in facts.items() if value and name not in NOT_SHOWN}
    if "role" in shown:
        shown["role"] = role_name(shown["role"])
    if "unit" in shown:
        shown["unit"] = named(unit)
    if "because" in shown:
        shown["because"] = str(dict(EndReason.choices).get(shown["because"], shown["because"]))
    if "valid_from" in shown:
        shown["first_day"] = f"{date.fromisoformat(shown.pop('valid_from')):%d/%m/%Y}"
    if "valid_to" in shown:
        shown["last_day"] = f"{date.fromisoformat(shown.pop('valid_to')) - timedelta(days=1):%d/%m/%Y}"
    return shown
