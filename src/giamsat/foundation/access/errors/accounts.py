"""About accounts themselves."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from giamsat.lib.refusals import Refusal


class OwnAccount(Refusal):
    code = "access.own_account"
    status = HTTPStatus.FORBIDDEN

    def __init__(self) -> None:
        super().__init__(
            _(
                "This is your own account. Choose your password and end your sessions on your own page; anything "
                "else another administrator must do."
            )
        )


class AccountNotFound(Refusal):
    code = "access.account_not_found"
    status = HTTPStatus.NOT_FOUND

    def __init__(self, username: str) -> None:
        super().__init__(
            _("There is no account %(username)s, or you do not manage it. Check the spelling.")
            % {"username": username},
            username=username,
        )


class UsernameTaken(Refusal):
    code = "access.username_taken"

    def __init__(self, username: str) -> None:
        super().__init__(
            _("The user name %(username)s is in use. Choose another.") % {"username": username},
            username=username,
        )


class UsernameInvalid(Refusal):
    code = "access.username_invalid"

    def __init__(self, username: str) -> None:
        super().__init__(
            _("%(username)s cannot be a user name. Use 3 to 60 small letters, digits, dots or hyphens.")
            % {"username": username or "–"},
            username=username,
        )


class AccountClosed(Refusal):
    code = "access.account_closed"

    def __init__(self, username: str) -> None:
        super().__init__(
            _("The account %(username)s is closed and takes no new rights. Open it again first.")
            % {"username": username},
            username=username,
        )


class AccountNotClosed(Refusal):
    code = "access.account_not_closed"

    def __init__(self, username: str) -> None:
        super().__init__(
            _("The account %(username)s is open. Nothing needs to be done.") % {"username": username},
            username=username,
        )


class CodeSpent(Refusal):
    code = "access.code_spent"

    def __init__(self) -> None:
        super().__init__(
            _("This one-time code has been used or has expired. Ask your administrator for a new one.")
        )
