"""About who stands in for whom."""

from typing import Any

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class SubstituteNeedsAnEnd(Refusal):
    code = "access.substitute_needs_an_end"

    def __init__(self) -> None:
        super().__init__(_("A substitute stands in for a time. Give the day on which the absence ends."))


class SubstituteFromElsewhere(Refusal):
    code = "access.substitute_from_elsewhere"

    def __init__(self, substitute: str, unit: Any) -> None:
        super().__init__(
            _(
                "%(substitute)s does not work at %(unit)s. Name a colleague of the same unit, or ask an administrator."
            )
            % {"substitute": substitute, "unit": unit},
            substitute=substitute,
            unit=str(unit),
        )


class AlreadyStandsIn(Refusal):
    code = "access.already_stands_in"

    def __init__(self, substitute: str, valid_from: Any, last_day: Any) -> None:
        super().__init__(
            _(
                "%(substitute)s already stands in from %(valid_from)s to %(last_day)s. End that first, or choose other "
                "days."
            )
            % {
                "substitute": substitute,
                "valid_from": f"{valid_from:%d/%m/%Y}",
                "last_day": f"{last_day:%d/%m/%Y}",
            },
            substitute=substitute,
            valid_from=valid_from,
            last_day=last_day,
        )


class NobodyStandsIn(Refusal):
    code = "access.nobody_stands_in"

    def __init__(self, substitute: str) -> None:
        super().__init__(
            _("%(substitute)s does not stand in for this account any more. Nothing needs to be done.")
            % {"substitute": substitute},
            substitute=substitute,
        )


class NothingToLend(Refusal):
    code = "access.nothing_to_lend"

    def __init__(self, principal: str) -> None:
        super().__init__(
            _("%(principal)s holds no right that a substitute could take over on those days.")
            % {"principal": principal},
            principal=principal,
        )
