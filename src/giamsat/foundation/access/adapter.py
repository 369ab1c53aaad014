"""How sign-in by allauth is held to the rules of this house."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url

from giamsat.foundation.access import services
from giamsat.foundation.access.errors import CodeSpent
from giamsat.foundation.access.models import Account
from giamsat.lib import clock


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are given, never taken: no sign-up, no e-mail; one-time codes work once."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        if username := credentials.get("username"):
            credentials["username"] = username.lower()  # one name, one count of failures
        account = super().authenticate(request, **credentials)
        if isinstance(account, Account):
            try:
                services.require_usable_code(account, at=clock.now())
            except CodeSpent as refusal:
                raise ValidationError(refusal.message, code=refusal.code) from None
        return account

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """On to the work, not back to the form that was just filled in."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        if isinstance(user, Account):
            services.change_password(user, password, at=clock.now())
