"""Writes of this room: accounts, grants, lists of accounts, sessions."""

from giamsat.foundation.access.services.accounts import (
    any_account,
    change_password,
    choose_language,
    create_first_administrator,
    open_account,
    open_practice_account,
    require_usable_code,
    reset_password,
)
from giamsat.foundation.access.services.grants import (
    exclude,
    give_grant,
    lift_exclusion,
    withdraw_grant,
)
from giamsat.foundation.access.services.imports import (
    NewAccount,
    check_accounts,
    import_accounts,
    model_table,
)
from giamsat.foundation.access.services.sessions import (
    begin_session,
    end_sessions,
    forget_old_sign_ins,
    session_stands,
)
from giamsat.foundation.access.services.standing import (
    close_account,
    end_sessions_of,
    reopen_account,
    unlock_account,
)
from giamsat.foundation.access.services.substitutes import name_substitute, recall_substitute

__all__ = [
    "NewAccount",
    "any_account",
    "begin_session",
    "change_password",
    "check_accounts",
    "choose_language",
    "close_account",
    "create_first_administrator",
    "end_sessions",
    "end_sessions_of",
    "exclude",
    "forget_old_sign_ins",
    "give_grant",
    "import_accounts",
    "lift_exclusion",
    "model_table",
    "name_substitute",
    "open_account",
    "open_practice_account",
    "recall_substitute",
    "reopen_account",
    "require_usable_code",
    "reset_password",
    "session_stands",
    "unlock_account",
    "withdraw_grant",
]
