"""Refusals of this room."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class NoticeNotFound(Refusal):
    code = "notices.not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _("There is no notice %(number)s for you. See the list of your notices.") % {"number": number},
            number=number,
        )


class NotAnAddress(Refusal):
    code = "notices.not_an_address"

    def __init__(self, typed: str) -> None:
        super().__init__(
            _("“%(typed)s” is not an e-mail address. Write it like ten@coquan.vn.") % {"typed": typed[:60]},
            typed=typed[:60],
        )
