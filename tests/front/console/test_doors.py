"""Pages before the house and at its threshold wear our own clothes."""

from tests.intake import house


def test_a_closed_account_is_told_so_and_what_to_do(client, db):
    client.cookies["django_language"] = "en"
    page = client.get("/accounts/inactive/").content.decode()
    assert "This account is closed" in page
    assert "gs-door-card" in page


def test_a_person_confirms_who_they_are_on_our_page(browser, home):
    page = browser("leader").get("/accounts/reauthenticate/").content.decode()
    assert "Confirm it is you" in page
    assert "gs-door-card" in page


def test_what_is_asked_of_a_password_is_said_before_it_is_typed(browser, home, settings):
    page = browser("leader").get("/accounts/password/change/").content.decode()
    length = settings.AUTH_PASSWORD_VALIDATORS[0]["OPTIONS"]["min_length"]
    assert f"At least {length} characters of three kinds" in page


def test_signing_in_leaves_no_message_on_the_first_page(client, home):
    person = house.make_person("visitor", home.units.centre)
    person.set_password("Thuc-hanh-2026!")
    person.must_change_password = False
    person.save()
    answer = client.post(
        "/accounts/login/", {"login": person.username, "password": "Thuc-hanh-2026!"}, follow=True
    )
    assert answer.redirect_chain
    assert 'class="alert' not in answer.content.decode()
