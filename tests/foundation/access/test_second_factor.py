"""A second factor is not switched on; switched on by settings alone, our sign-in waits for it (ADR 0016)."""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db  # so that there is a database
WALK = "tests.foundation.access.second_factor"


@pytest.fixture(scope="module")
def steps(django_db_setup):
    """Signing in step by step in a house with the second door, over the same database."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{settings.DATABASES['default']['NAME']}")
    surroundings = {"DATABASE_URL": database.geturl(), "DJANGO_SETTINGS_MODULE": f"{WALK}.settings"}
    done = subprocess.run(
        [sys.executable, "-m", f"{WALK}.walk"],
        env=os.environ | surroundings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_after_the_right_password_nobody_is_signed_in_until_the_code_is_given(steps):
    waiting = {"signed_in": False, "sessions": 0, "on_record": 0}
    assert steps["password"] == {"leads_to": "/accounts/2fa/authenticate/", **waiting}
    assert steps["wrong code"] == {"leads_to": "", **waiting}
    assert steps["code"] == {"leads_to": "/", "signed_in": True, "sessions": 1, "on_record": 1}


@pytest.mark.slow
def test_a_code_without_the_password_leads_back_to_the_first_door(steps):
    assert steps["code without password"]["leads_to"].startswith("/accounts/login/")
    assert not steps["code without password"]["signed_in"]


@pytest.mark.slow
def test_whoever_has_no_second_factor_signs_in_as_before(steps):
    assert steps["no second factor"] == {"leads_to": "/", "signed_in": True, "sessions": 1, "on_record": 1}


def test_the_product_as_it_is_asks_for_none():
    assert "allauth.mfa" not in settings.INSTALLED_APPS
