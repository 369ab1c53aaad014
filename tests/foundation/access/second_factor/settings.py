"""The product's settings and what ADR 0016 names for a second factor; one room, as in the tests of signing in."""

from pathlib import Path

from giamsat.config.settings import *  # noqa: F403
from giamsat.config.settings import INSTALLED_APPS, MIDDLEWARE, TEMPLATES

INSTALLED_APPS = [*INSTALLED_APPS, "allauth.mfa"]
ROOT_URLCONF = "tests.foundation.access.second_factor.urls"
MFA_TOTP_TOLERANCE = 1  # a code of half a minute ago is good, however slow the test
TEMPLATES = [{**TEMPLATES[0], "DIRS": [Path(__file__).parents[1] / "templates"]}]
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("giamsat.front")]
PASSWORD_HASHERS = ["tests.foundation.access.quick.QuickArgon2"]
