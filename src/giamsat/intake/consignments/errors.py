"""Refusals of this room."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class ConsignmentNotFound(Refusal):
    code = "consignment.not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, number: int) -> None:
        super().__init__(
            _(
                "There is no consignment %(number)s of yours. Those you sent stand on the page of consignments."
            )
            % {"number": number},
            number=number,
        )


class RunsAlready(Refusal):
    code = "consignment.runs_already"
    status = HTTPStatus.CONFLICT

    def __init__(self, name: str, done: int, parcels: int) -> None:
        super().__init__(
            _(
                "%(name)s is being taken in at this moment: %(done)s of %(all)s parts are done. Nothing was started a "
                "second time; wait until it has ended."
            )
            % {"name": name, "done": done, "all": parcels},
            name=name,
        )


class Ended(Refusal):
    code = "consignment.ended"
    status = HTTPStatus.CONFLICT

    def __init__(self, name: str, state: str) -> None:
        super().__init__(
            _("%(name)s has ended (%(state)s). To take in more, send the files that are left.")
            % {"name": name, "state": state},
            name=name,
            state=state,
        )


class SenderGone(Refusal):
    code = "consignment.sender_gone"
    status = HTTPStatus.FORBIDDEN

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "The account of %(name)s is closed; nobody answers for the files that wait. Somebody else sends them."
            )
            % {"name": name},
            name=name,
        )


class GivenUp(Refusal):
    code = "consignment.given_up"

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "The consignment %(name)s was cancelled before this file's turn came. Nothing of it was stored."
            )
            % {"name": name},
            name=name,
        )
