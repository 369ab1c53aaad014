import pytest

pytestmark = pytest.mark.django_db


def test_a_page_speaks_vietnamese_whatever_the_browser_prefers(client):
    page = client.get("/accounts/login/", headers={"accept-language": "en-US,en"})
    assert page.headers["Content-Language"] == "vi"


def test_a_choice_is_kept_in_a_cookie(client):
    client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/login/"})
    assert client.get("/accounts/login/").headers["Content-Language"] == "en"


def test_an_unknown_choice_changes_nothing(client):
    client.cookies["django_language"] = "xx"
    assert client.get("/accounts/login/").headers["Content-Language"] == "vi"
