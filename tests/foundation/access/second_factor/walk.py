"""Somebody with a second factor and somebody without sign in; everything is told as JSON and undone.

A process of its own, because an app can be added only before Django wakes.
"""

import json
from datetime import date

import django

django.setup()

from allauth.mfa.totp.internal import auth  # noqa: E402 - Django first
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from giamsat.foundation.access import queries, services  # noqa: E402
from giamsat.foundation.access.models import Account  # noqa: E402
from giamsat.foundation.audit.models import Entry  # noqa: E402
from giamsat.foundation.units.models import Unit  # noqa: E402
from giamsat.lib import clock  # noqa: E402

PASSWORD, SECRET = "Sông-Đà-2026-mùa", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIRST_DOOR, SECOND_DOOR = "/accounts/login/", "/accounts/2fa/authenticate/"


def account(name: str, unit: Unit) -> Account:
    return services.open_practice_account(name, PASSWORD, display_name=name, unit=unit, at=clock.now())


def code_now() -> str:
    counters = list(auth.yield_hotp_counters_from_time())
    return auth.format_hotp_value(auth.hotp_value(SECRET, counters[len(counters) // 2]))


def told(client: Client, who: Account, address: str, given: dict[str, str]) -> dict[str, object]:
    """One step at a door: where it leads, and what the house knows afterwards."""
    answer = client.post(address, given)
    return {
        "leads_to": answer.headers.get("Location", ""),
        "signed_in": "_auth_user_id" in client.session,
        "sessions": queries.open_sign_ins(who).count(),
        "on_record": Entry.objects.filter(verb="session.began", by_id=who.pk).count(),
    }


def walk() -> dict[str, dict[str, object]]:
    call_command("migrate", "mfa", verbosity=0)
    unit = Unit.objects.create(
        path="0001", depth=1, code="00", name_vi="Trung ương", name_en="Centre", level=0, kind="centre",
        vintage="2025-07", commission_kind="ubkt", valid_from=date(2025, 7, 1),
    )  # fmt: skip
    careful, other = account("careful", unit), account("other", unit)
    auth.TOTP.activate(careful, SECRET)
    first = {"login": "careful", "password": PASSWORD}
    client, stranger = Client(), Client()
    return {
        "password": told(client, careful, FIRST_DOOR, first),
        "wrong code": told(client, careful, SECOND_DOOR, {"code": "000000"}),
        "code": told(client, careful, SECOND_DOOR, {"code": code_now()}),
        "code without password": told(stranger, careful, SECOND_DOOR, {"code": code_now()})
        | {"signed_in": "_auth_user_id" in stranger.session},
        "no second factor": told(Client(), other, FIRST_DOOR, first | {"login": "other"}),
    }


if __name__ == "__main__":
    setup_test_environment()
    with transaction.atomic():
        print(json.dumps(walk()))
        transaction.set_rollback(True)
