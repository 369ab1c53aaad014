"""Writes of this room: accounts, grants, lists of accounts, sessions."""

from giamsat.foundation.access.services.accounts import (
    any_account,
    change_password,
    choose_language,
    close_account,
    create_first_administrator,
    open_account,
    open_practice_account,
    require_usable_code,
    reset_password,
    unlock_account,
)
from giamsat.foundation.access.services.grants import (
    exclude,
    give_grant,
    lift_exclusion,
    name_substitute,
    withdraw_grant,
)
from giamsat.foundation.access.services.imports import NewAccount, import_accounts
from giamsat.foundation.access.services.sessions import begin_session, end_sessions, forget_old_sign_ins

__all__ = [
    "NewAccount",
    "any_account",
    "begin_session",
    "change_password",
    "choose_language",
    "close_account",
    "create_first_administrator",
    "end_sessions",
    "exclude",
    "forget_old_sign_ins",
    "give_grant",
    "import_accounts",
    "lift_exclusion",
    "name_substitute",
    "open_account",
    "open_practice_account",
    "require_usable_code",
    "reset_password",
    "unlock_account",
    "withdraw_grant",
]
