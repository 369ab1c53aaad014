"""One's own page: rights and their days, substitutes, sessions, language."""

import pytest

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services
from giamsat.lib import clock

from .conftest import signed_in, words

ABSENCE = {"first_day": "2026-10-01", "last_day": "2026-10-03", "reason": "Đi học"}


def test_everyone_sees_their_own_rights_and_days(browser, home):
    page = words(browser("head").get("/me/"))
    assert "Head of the reporting unit" in page
    assert "01/01/2026" in page
    assert "no end" in page


def test_the_first_line_of_who_has_no_right_says_what_to_do(browser, home):
    page = words(browser("nobody").get("/me/"))
    assert "You have no right yet. Ask the person who manages accounts in your unit." in page
    assert "name a substitute" not in page


def test_a_head_names_a_colleague_for_three_days_who_then_sees_it_too(browser, home):
    compiler = home.people["compiler"]
    head = browser("head")
    assert head.post("/me/substitutes/", {**ABSENCE, "substitute": compiler.pk}).status_code == 302
    assert "03/10/2026" in words(head.get("/me/"))
    assert access.scope_for(compiler, at=clock.now()).may("report.submit", home.units.hua_bum)
    assert "stands in for head" in words(browser("compiler").get("/me/"))

    head.post(f"/me/substitutes/{compiler.pk}/end/")

    assert not access.scope_for(compiler, at=clock.now()).may("report.submit", home.units.hua_bum)


@pytest.mark.parametrize("stranger", ["head", "neighbour", "approver"])
def test_only_a_colleague_stands_in(browser, home, stranger):
    answer = browser("head").post("/me/substitutes/", {**ABSENCE, "substitute": home.people[stranger].pk})
    assert answer.status_code == 422
    assert 'value="Đi học"' in words(answer)


def test_administration_is_not_lent(browser, home):
    assert "name a substitute" not in words(browser("security_admin").get("/me/"))
    answer = browser("security_admin").post(
        "/me/substitutes/", {**ABSENCE, "substitute": home.people["leader"].pk}
    )
    assert answer.status_code == 422
    assert "holds no right that a substitute could take over" in words(answer)


def test_the_other_sessions_are_ended_and_this_one_stays(home):
    here, elsewhere = signed_in(home.people["head"]), signed_in(home.people["head"])
    for client in (here, elsewhere):
        services.begin_session(
            home.people["head"], client.session.session_key, address="10.0.0.1", at=clock.now()
        )
    assert "this one" in words(here.get("/me/"))

    here.post("/me/end-sessions/")

    assert here.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302


def test_the_language_stays_with_the_account(browser, home):
    client = browser("head")
    client.post("/me/language/", {"language": "vi"})
    page = client.get("/me/").content.decode()
    assert 'lang="vi"' in page
    assert access.account("head").language == "vi"
    client.post("/me/language/", {"language": "fr"})
    assert access.account("head").language == "vi"
