"""What the pages themselves refuse."""

from datetime import date
from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.front.console.viewer import language
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal


class DeliveryNotFound(Refusal):
    code = "console.delivery_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _(
                "There is no delivery %(number)s that you may open: only its sender, its unit and the level above do."
            )
            % {"number": number},
            number=number,
        )


class NoUnitToReport(Refusal):
    code = "console.no_unit_to_report"
    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            _(
                "You compile or submit reports for no unit. If this is your work, ask the person who manages "
                "accounts in your unit for the right."
            )
        )


class NothingToConsolidate(Refusal):
    code = "console.nothing_to_consolidate"
    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your unit adds up the reports of no other unit, or you have no part in that. If it is your work, "
                "ask the person who manages accounts in your unit for the right."
            )
        )


class NoVersionNamed(Refusal):
    """A decision that does not say which figures its maker had before their eyes."""

    code = "console.no_version_named"

    def __init__(self) -> None:
        super().__init__(
            _(
                "It was not said which version of the report you looked at. Nothing was done; open the report "
                "again, look at its figures and decide there."
            )
        )


class NoActsNamed(Refusal):
    """The same of a warning or a request: which of its acts the page told of was not said."""

    code = "console.no_acts_named"

    def __init__(self) -> None:
        super().__init__(
            _(
                "It was not said how far this had come when you opened it. Nothing was done; open it again, "
                "read what happened and decide there."
            )
        )


class NotText(Refusal):
    """No keyboard types it; whoever sends it tries what happens."""

    code = "console.not_text"
    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__(
            _("What was sent holds a character that no text has (NUL). Nothing was done; write it anew.")
        )


class NotADay(Refusal):
    code = "console.not_a_day"

    def __init__(self, typed: str, today: date) -> None:
        super().__init__(
            _("“%(typed)s” is not a day up to today. Write it as %(today)s, today or earlier.")
            % {"typed": typed[:40], "today": f"{today:%d/%m/%Y}"},
            typed=typed[:40],
        )


class PeriodNotKept(Refusal):
    code = "console.period_not_kept"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, asked: str, *, oldest: Period, newest: Period) -> None:
        super().__init__(
            _(
                "There are no figures to show for the period “%(asked)s”. Choose one that has been cut off, from "
                "%(oldest)s to %(newest)s."
            )
            % {
                "asked": asked[:20],
                "oldest": oldest.label(language()),
                "newest": newest.label(language()),
            },
            asked=asked[:20],
            oldest=oldest.key,
            newest=newest.key,
        )


class NotOffered(Refusal):
    """An address asks for what its page does not have; another thing in its place would mislead."""

    code = "console.not_offered"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, asked: str, what: str) -> None:
        super().__init__(
            _(
                "“%(asked)s” is none of the %(what)s to choose from here. Open the page without it and choose there."
            )
            % {"asked": asked[:40], "what": what},
            asked=asked[:40],
        )


class FilterNotRead(Refusal):
    """A list to take away would hold more than was asked for, and nobody would see it."""

    code = "console.filter_not_read"

    def __init__(self, problems: str) -> None:
        super().__init__(
            _("The filter cannot be read, so no list was made. %(problems)s") % {"problems": problems},
            problems=problems,
        )


class NothingToShow(Refusal):
    """A draft that is wrong has no form to download yet."""

    code = "console.nothing_to_show"

    def __init__(self) -> None:
        super().__init__(
            _("There is no form to download yet. Mend what is marked in the draft, save it, and try again.")
        )
