"""About rights: held, given and ended."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from giamsat.foundation.access.choices import Action
from giamsat.lib import clock
from giamsat.lib.refusals import Refusal


class NotAllowed(Refusal):
    code = "access.not_allowed"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, action: str, unit: Any) -> None:
        what = Action(action).label
        super().__init__(
            _(
                "You may not %(what)s of %(unit)s: none of your present rights covers it. If this is your work, ask "
                "your account administrator."
            )
            % {"what": what, "unit": _named(unit)},
            action=action,
            unit=str(unit),
        )


class UnknownRole(Refusal):
    code = "access.unknown_role"

    def __init__(self, role: str) -> None:
        super().__init__(
            _("There is no role %(role)s. See the list of roles.") % {"role": role or "–"}, role=role
        )


class OutsideYourSubtree(Refusal):
    code = "access.outside_your_subtree"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, unit: Any) -> None:
        super().__init__(
            _(
                "%(unit)s is outside the part of the tree whose accounts you manage. Ask the administrator above you."
            )
            % {"unit": _named(unit)},
            unit=str(unit),
        )


class RoleNotYours(Refusal):
    code = "access.role_not_yours_to_give"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, role: Any) -> None:
        super().__init__(
            _("The role “%(role)s” is above what you may give. Ask the administrator above you.")
            % {"role": _said(role)},
            role=role.code,
        )


class MoreThanYours(Refusal):
    code = "access.more_than_yours"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, what: str) -> None:
        super().__init__(
            _("You cannot give more than you have: %(what)s. Narrow the grant to your own.") % {"what": what},
            what=what,
        )


class NotToYourself(Refusal):
    code = "access.not_to_yourself"
    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(_("Nobody gives rights to themselves. Another administrator must do it."))


class RoleStandsAlone(Refusal):
    code = "access.role_stands_alone"

    def __init__(self, role: Any, other: Any) -> None:
        super().__init__(
            _(
                "One person does not hold “%(role)s” and “%(other)s” at the same time: administration and audit are "
                "kept apart from each other and from the work. Use another account, or end the other right first."
            )
            % {"role": _said(role), "other": _said(other)},
            role=role.code,
            other=other.code,
        )


class AlreadyHeld(Refusal):
    code = "access.already_held"

    def __init__(self, role: Any, unit: Any) -> None:
        super().__init__(
            _(
                "This account holds “%(role)s” over %(unit)s on those days already. To change it, end the right it "
                "has and give the new one."
            )
            % {"role": _said(role), "unit": _named(unit)},
            role=role.code,
            unit=str(unit),
        )


class RoleBelongsToTheCentre(Refusal):
    code = "access.role_belongs_to_the_centre"

    def __init__(self, role: Any, unit: Any) -> None:
        super().__init__(
            _(
                "The role “%(role)s” is held over the whole tree only, not over %(unit)s. Give it at the centre."
            )
            % {"role": _said(role), "unit": _named(unit)},
            role=role.code,
            unit=str(unit),
        )


class CeilingAboveDeployment(Refusal):
    code = "access.ceiling_above_deployment"

    def __init__(self, ceiling: str, deployment: str) -> None:
        super().__init__(
            _(
                "This installation holds nothing above “%(deployment)s”, so no grant may reach “%(ceiling)s”. Material "
                "above it goes by the lawful channel, not here."
            )
            % {"ceiling": ceiling, "deployment": deployment},
            ceiling=ceiling,
            deployment=deployment,
        )


class DatesOutOfOrder(Refusal):
    code = "access.dates_out_of_order"

    def __init__(self, valid_from: Any, valid_to: Any) -> None:
        super().__init__(
            _(
                "Rights from %(valid_from)s must end after that day, not before %(valid_to)s. Correct one of the days."
            )
            % {"valid_from": f"{valid_from:%d/%m/%Y}", "valid_to": f"{valid_to:%d/%m/%Y}"},
            valid_from=valid_from,
            valid_to=valid_to,
        )


class ReasonMissing(Refusal):
    code = "access.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("Say why: every change of rights is kept with its reason."))


class AlreadyWithdrawn(Refusal):
    code = "access.already_withdrawn"

    def __init__(self, at: datetime) -> None:
        super().__init__(
            _("This was already withdrawn on %(at)s. Nothing needs to be done.")
            % {"at": f"{clock.day_of(at):%d/%m/%Y}"},
            at=at,
        )


def _said(role: Any) -> str:
    """The name of a role in the language of the sentence."""
    name: str = role.name((get_language() or "vi")[:2])
    return name


def _named(unit: Any) -> str:
    """Its code, and its name in the language of whoever is refused."""
    return f"{unit.code} {unit.name(get_language() or 'vi')}"
