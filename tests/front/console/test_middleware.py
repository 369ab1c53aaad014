import json
from datetime import date
from http import HTTPStatus
from types import SimpleNamespace

import pytest

from giamsat.foundation.units import queries as units
from giamsat.front.console.middleware import ExplainRefusals, wants_json, way_back, what_was_typed
from giamsat.lib.refusals import Refusal


class TooLate(Refusal):
    code = "test.too_late"
    status = HTTPStatus.CONFLICT


@pytest.fixture
def refused():
    """What a person gets when a view refuses."""
    middleware = ExplainRefusals(lambda request: None)

    def answer(request):
        return middleware.process_exception(
            request, TooLate("The period closed on 20/09/2026.", closed_on=date(2026, 9, 20), units=[1, 2])
        )

    return answer


def test_a_program_gets_code_sentence_and_facts(refused, rf):
    response = refused(rf.post("/x/", {"a": 1}, headers={"accept": "application/json"}))
    assert response.status_code == 409
    assert json.loads(response.content) == {
        "code": "test.too_late",
        "message": "The period closed on 20/09/2026.",
        "facts": {"closed_on": "2026-09-20", "units": [1, 2]},
    }


def test_htmx_gets_the_sentence_where_the_form_wants_it(refused, rf):
    response = refused(rf.post("/x/", {"refusal_at": "#answer-12"}, headers={"hx-request": "true"}))
    assert response.status_code == 422  # the one refusal status that htmx swaps
    assert response["HX-Retarget"] == "#answer-12"
    assert "The period closed on 20/09/2026." in response.content.decode()


def test_a_place_that_is_no_plain_id_is_not_followed(refused, rf):
    response = refused(rf.post("/x/", {"refusal_at": "body, #x"}, headers={"hx-request": "true"}))
    assert response["HX-Retarget"] == "#refusal"


def test_other_faults_are_left_to_crash(rf):
    assert ExplainRefusals(lambda request: None).process_exception(rf.get("/x/"), KeyError("bug")) is None


def test_what_was_typed_is_given_back_without_secrets(rf):
    request = rf.post(
        "/x/", {"text": "we recounted", "password": "s", "csrfmiddlewaretoken": "t", "empty": " "}
    )
    assert what_was_typed(request) == [("text", "we recounted")]


@pytest.mark.parametrize(
    ("headers", "json_wanted"),
    [
        ({"accept": "application/json"}, True),
        ({"accept": "text/html,application/json"}, False),
        ({"accept": "*/*"}, False),
        ({"accept": "application/json", "hx-request": "true"}, False),
    ],
)
def test_only_programs_are_answered_in_json(rf, headers, json_wanted):
    assert wants_json(rf.get("/x/", headers=headers)) is json_wanted


def test_the_way_back_never_leaves_the_house(rf):
    request = rf.post(
        "/x/", {"back_to": "https://elsewhere.example/"}, headers={"referer": "http://testserver/entry/"}
    )
    assert way_back(request) == "http://testserver/entry/"


@pytest.mark.parametrize(
    ("method", "address", "sent"),
    [
        ("get", "/units/a%00/", {}),
        ("get", "/units/suggest/", {"q": "Hà\x00"}),
        ("get", "/live/overview/", {"place": "\x00"}),
        ("post", "/accounts/login/", {"login": "a\x00", "password": "b"}),
    ],
)
def test_what_no_text_holds_is_refused_in_words(browser, method, address, sent):
    answer = getattr(browser("leader"), method)(address, sent)
    assert answer.status_code == 400
    assert "a character that no text has (NUL)" in answer.content.decode()


@pytest.mark.parametrize("address", ["/me/", "/entry/", "/units/suggest/?q=hua", "/units/none/"])
def test_what_a_signed_in_person_was_shown_is_kept_by_no_browser(browser, address):
    assert browser("head").get(address)["Cache-Control"] == "private, no-store"


def test_what_says_itself_how_it_is_kept_stays_so(browser, monkeypatch):
    facts = SimpleNamespace(stamp="a", kind="schematic")
    monkeypatch.setattr(units, "map_facts", lambda: facts)
    answer = browser("head").get("/geometry/shapes.json", headers={"if-none-match": '"a-en"'})
    assert answer.status_code == HTTPStatus.NOT_MODIFIED
    assert "Cache-Control" not in answer.headers
