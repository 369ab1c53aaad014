"""Signing in through the real pages: what a person at the door notices."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from giamsat.foundation.access import queries, services
from giamsat.foundation.access.middleware import SEEN_AT
from giamsat.foundation.audit.models import Entry
from giamsat.lib import clock
from tests.foundation.access.conftest import AT

PASSWORD = "Sông-Đà-2026-mùa"
LOGIN, CHANGE = "/accounts/login/", "/accounts/password/change/"
HOME = "/"


@pytest.fixture(autouse=True)
def a_house_of_one_room(settings):
    settings.ROOT_URLCONF = "tests.foundation.access.urls"
    settings.LANGUAGE_CODE = "en"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("giamsat.front")]


@pytest.fixture
def officer(country):
    return services.open_practice_account(
        "officer", PASSWORD, display_name="Officer", unit=country.hua_bum, at=clock.now()
    )


@pytest.fixture
def newcomer(country):
    return services.open_account(
        "newcomer", display_name="Newcomer", unit=country.hua_bum, by=None, at=clock.now()
    )


def sign_in(client, username, password):
    return client.post(LOGIN, {"login": username, "password": password})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def verbs():
    return list(
        Entry.objects.filter(verb__startswith="session.").order_by("id").values_list("verb", flat=True)
    )


def test_the_right_password_opens_the_door_and_is_on_record(client, officer):
    assert sign_in(client, "officer", PASSWORD).status_code == 302

    assert is_signed_in(client)
    assert queries.open_sign_ins(officer).get().address == "127.0.0.1"
    assert verbs() == ["session.began"]


def test_a_wrong_password_does_not_and_is_on_record_without_the_password(client, officer):
    assert sign_in(client, "officer", "wrong").status_code == 200

    assert not is_signed_in(client)
    entry = Entry.objects.get(verb="session.refused")
    assert (entry.subject, entry.facts) == (f"account:{officer.pk}", {"address": "127.0.0.1"})


def test_a_name_that_does_not_exist_is_not_written_down(client, db):
    sign_in(client, "my-secret-typed-in-the-wrong-field", "x")

    assert Entry.objects.get(verb="session.refused").subject == "account:unknown"


@pytest.mark.parametrize("spelling", ["officer", "OFFICER", "Officer"])
def test_five_wrong_tries_lock_the_account_for_everybody(client, officer, spelling):
    for number in range(5):
        response = client.post(
            LOGIN, {"login": spelling, "password": "wrong"}, REMOTE_ADDR=f"10.0.0.{number}"
        )
    assert response.status_code == 429

    assert sign_in(client, "officer", PASSWORD).status_code == 429
    assert not is_signed_in(client)
    assert Entry.objects.filter(verb="account.locked", subject=f"account:{officer.pk}").exists()


def test_four_wrong_tries_do_not(client, officer):
    for _ in range(4):
        sign_in(client, "officer", "wrong")

    assert sign_in(client, "officer", PASSWORD).status_code == 302


def test_the_lock_opens_after_a_quarter_of_an_hour_or_by_an_administrator(client, officer, settings):
    for _ in range(5):
        sign_in(client, "officer", "wrong")
    assert timedelta(minutes=15) == settings.AXES_COOLOFF_TIME

    services.unlock_account(officer, by=None, at=AT)

    assert sign_in(client, "officer", PASSWORD).status_code == 302
    assert Entry.objects.filter(verb="account.unlocked").exists()


def test_a_one_time_code_leads_to_choosing_a_password_and_nowhere_else(client, newcomer):
    _account, code = newcomer
    sign_in(client, "newcomer", code)

    response = client.get(HOME)

    assert (response.status_code, response["Location"]) == (302, CHANGE)


def test_htmx_and_live_pages_are_turned_away_in_their_own_way(client, newcomer):
    sign_in(client, "newcomer", newcomer[1])

    fragment = client.get(HOME, headers={"HX-Request": "true"})
    stream = client.get(HOME, headers={"Accept": "text/event-stream"})

    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, CHANGE)
    assert stream.status_code == 401


def choose(client, old, new):
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new})


def test_after_choosing_the_house_is_open_and_the_code_is_dead(client, newcomer):
    account, code = newcomer
    sign_in(client, "newcomer", code)

    answer = choose(client, code, PASSWORD)
    assert (answer.status_code, answer["Location"]) == (302, HOME)

    account.refresh_from_db()
    assert not account.must_change_password
    assert account.check_password(PASSWORD)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "weak", ["short-A1", "onlysmallletters", "Newcomer-A12", "Password1234"],
)  # fmt: skip
def test_a_weak_password_is_not_taken(client, newcomer, weak):
    account, code = newcomer
    sign_in(client, "newcomer", code)

    response = choose(client, code, weak)

    assert response.status_code == 200
    account.refresh_from_db()
    assert account.must_change_password


def test_the_code_itself_is_not_taken_as_a_password(client, newcomer):
    account, code = newcomer
    sign_in(client, "newcomer", code)
    choose(client, code, code)

    account.refresh_from_db()
    assert account.must_change_password


def test_a_one_time_code_opens_the_door_once(client, newcomer):
    _account, code = newcomer
    sign_in(client, "newcomer", code)
    client.logout()

    response = sign_in(client, "newcomer", code)

    assert not is_signed_in(client)
    assert "This one-time code has been used or has expired." in response.content.decode()


def test_a_worn_out_password_must_be_changed(client, officer):
    sign_in(client, "officer", PASSWORD)
    officer.password_changed_at = clock.now() - timedelta(days=91)
    officer.save()

    assert client.get(HOME)["Location"] == CHANGE


def test_a_session_nobody_uses_ends(client, officer, settings):
    sign_in(client, "officer", PASSWORD)
    session = client.session
    session[SEEN_AT] -= settings.SESSION_IDLE_SECONDS + 1
    session.save()

    response = client.get(HOME)

    assert response["Location"].startswith(LOGIN)
    assert not is_signed_in(client)
    assert officer.sign_ins.get().ended_because == "idle"


def test_listening_is_not_use(client, officer, settings):
    sign_in(client, "officer", PASSWORD)
    session = client.session
    session[SEEN_AT] -= 120
    session.save()
    before = client.session[SEEN_AT]

    client.get(CHANGE, headers={"Accept": "text/event-stream"})
    assert client.session[SEEN_AT] == before

    client.get(CHANGE)
    assert client.session[SEEN_AT] > before


def test_a_session_too_many_ends_the_oldest(client, officer, settings, django_user_model):
    settings.SESSIONS_PER_ACCOUNT = 1
    sign_in(client, "officer", PASSWORD)
    other = type(client)()
    sign_in(other, "officer", PASSWORD)

    assert not is_signed_in(client)
    assert is_signed_in(other)


def test_signing_out_ends_the_session_on_record(client, officer):
    sign_in(client, "officer", PASSWORD)
    client.post("/accounts/logout/")

    assert officer.sign_ins.get().ended_because == "signed_out"
    assert verbs() == ["session.began", "session.ended"]


def test_a_reset_ends_every_session(client, officer):
    sign_in(client, "officer", PASSWORD)
    services.reset_password(officer, by=None, at=clock.now())

    assert not is_signed_in(client)


def test_a_new_password_ends_the_other_sessions(client, officer):
    other = type(client)()
    sign_in(other, "officer", PASSWORD)
    sign_in(client, "officer", PASSWORD)

    choose(client, PASSWORD, PASSWORD + "!")

    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_a_closed_account_stays_outside(client, officer):
    services.close_account(officer, reason="left", by=None, at=clock.now())
    sign_in(client, "officer", PASSWORD)

    assert not is_signed_in(client)


@pytest.mark.parametrize("address", ["signup/", "email/", "password/reset/", "password/set/", "login/code/"])
def test_nobody_signs_up_or_resets_by_mail(client, db, address):
    assert client.get(f"/accounts/{address}").status_code == 404


def test_passwords_are_kept_by_argon2id(officer, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    officer.set_password(PASSWORD)

    assert officer.password.startswith("argon2$argon2id$")
    assert reverse("account_login") == LOGIN
