"""What a password must be, beside Django's own rules."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from giamsat.foundation.access.models import Account

FEWEST_CLASSES = 3


class CharacterClasses:
    """At least three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: Account | None = None) -> None:
        tests = (str.islower, str.isupper, str.isdigit, lambda letter: not letter.isalnum())
        classes = sum(any(test(letter) for letter in password) for test in tests)
        if classes < FEWEST_CLASSES:
            raise ValidationError(self.get_help_text(), code="password_of_few_classes")

    def get_help_text(self) -> str:
        return _("Mix at least three of: small letters, capitals, digits, other signs.")


class NotTheOldOne:
    """A forced change must change something."""

    def validate(self, password: str, user: Account | None = None) -> None:
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_is_the_old_one")

    def get_help_text(self) -> str:
        return _("Choose a password other than the present one.")
