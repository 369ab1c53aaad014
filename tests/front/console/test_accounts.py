"""Accounts as an administrator keeps them: the list, one account, acts on it, what is refused and where."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services
from giamsat.foundation.audit.models import Entry
from giamsat.lib import clock
from tests.intake import house

from .conftest import words

LIST = "/administration/accounts/"
RIGHT = {
    "role": "watcher",
    "unit": "03466",
    "first_day": "2026-10-01",
    "last_day": "2026-10-31",
    "reason": "QĐ 12",
}


@pytest.fixture
def client(browser):
    """The administrator of Lai Châu."""
    return browser("province_admin")


def address(person, act=""):
    return f"{LIST}{person.pk}/{act}"


def test_an_administrator_sees_the_accounts_of_their_own_part(client, home):
    page = words(client.get(LIST))
    assert "5 accounts of your part of the tree" in page
    for name in ("compiler", "head", "neighbour", "approver"):
        assert f">{name}</span>" in page
    for name in ("foreign_approver", "leader", "nobody"):
        assert f">{name}</span>" not in page


def test_an_account_elsewhere_does_not_exist(client, home):
    answer = client.get(address(home.people["leader"]))
    assert answer.status_code == 404
    assert "There is no account" in words(answer)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=COMP", {"compiler"}),
        ("unit=03466", {"compiler", "head"}),
        ("role=head", {"head", "neighbour"}),
        ("standing=closed", set()),
        ("q=head&unit=03467", set()),
    ],
)
def test_accounts_are_found_by_name_unit_role_and_state(client, home, asked, found):
    page = words(client.get(f"{LIST}?{asked}"))
    names = {name for name in ("compiler", "head", "neighbour", "approver") if f">{name}</span>" in page}
    assert names == found


def test_a_unit_that_does_not_exist_says_so_at_its_field(client, home):
    assert "99999" in words(client.get(f"{LIST}?unit=99999"))


def test_the_list_is_taken_away_with_what_is_shown_and_on_record(client, home):
    lines = client.get(f"{LIST}accounts.csv?role=head").content.decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["head", "neighbour"]
    assert Entry.objects.filter(verb="accounts.exported").latest("id").facts["rows"] == 2


def test_a_new_account_shows_its_code_once_and_its_page_never(client, home):
    answer = client.post(
        f"{LIST}new/",
        {"username": "hb.moi", "display_name": "Cán bộ mới", "unit": "03466", "language": "vi"},
    )
    code = re.search(r'id="one-time-code">([^<]+)<', answer.content.decode())[1]
    account = access.account("hb.moi")
    assert account.check_password(code)
    assert answer["Cache-Control"] == "no-store"
    assert code not in words(client.get(address(account)))
    assert "No right yet" in words(client.get(address(account)))


def test_a_name_that_is_taken_is_said_there_and_nothing_typed_is_lost(client, home):
    answer = client.post(
        f"{LIST}new/", {"username": "head", "display_name": "Trưởng ban", "unit": "03466", "language": "vi"}
    )
    assert answer.status_code == 422
    page = words(answer)
    assert "The user name head is in use" in page
    assert 'value="Trưởng ban"' in page
    assert 'value="03466" checked' in page


def test_a_unit_elsewhere_is_refused(client, home):
    answer = client.post(
        f"{LIST}new/", {"username": "hue.1", "display_name": "X", "unit": "46", "language": "vi"}
    )
    assert answer.status_code == 422
    assert "outside the part of the tree whose accounts you manage" in words(answer)


def test_a_right_is_given_shown_with_its_last_day_and_withdrawn_with_a_reason(client, home):
    person = home.people["head"]
    assert client.post(address(person, "grants/"), RIGHT).status_code == 302
    page = words(client.get(address(person)))
    assert "Territorial watcher" in page
    assert "31/10/2026" in page
    grant = person.grants.get(role="watcher")

    unsaid = client.post(address(person, f"grants/{grant.pk}/withdraw/"), {"reason": ""})
    assert unsaid.status_code == 422
    [opened] = re.findall(r'<details class="gs-more" open>.*?</details>', words(unsaid), re.DOTALL)
    assert f'id="withdraw-{grant.pk}"' in opened
    assert "This field is required" in opened
    client.post(address(person, f"grants/{grant.pk}/withdraw/"), {"reason": "Chuyển công tác"})

    page = words(client.get(address(person)))
    assert "withdrawn 01/10/2026" in page
    assert "Chuyển công tác" in page


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"unit": "46"}, 403, "outside the part of the tree whose accounts you manage"),
        ({"role": "auditor"}, 422, "held over the whole tree only"),
        ({"role": "security_admin"}, 422, "One person does not hold"),
        ({"role": "head"}, 422, "holds “Head of the reporting unit” over"),
        ({"last_day": "2026-09-30"}, 422, "The last day comes before the first"),
        ({"unit": ""}, 422, "Find the unit by its name or code"),
    ],
)
def test_a_right_that_may_not_be_given_is_refused_at_the_form(client, home, changed, status, sentence):
    person = home.people["head"]
    answer = client.post(address(person, "grants/"), {**RIGHT, **changed})
    assert answer.status_code == status
    page = words(answer)
    assert sentence in page
    assert 'value="QĐ 12"' in page
    assert person.grants.count() == 1


def test_another_provinces_right_keeps_an_account_out_of_reach(client, home):
    person = home.people["head"]
    services.give_grant(
        person, role="watcher", unit=home.units.hue, subtree=True, valid_from=clock.today(), reason="work",
        by=None, at=house.AT,
    )  # fmt: skip
    answer = client.post(address(person, "reset/"))
    assert answer.status_code == 403
    assert "outside the part of the tree" in words(answer)


def test_a_closed_account_is_opened_again_with_a_code(client, home):
    person = home.people["compiler"]
    assert client.post(address(person, "close/"), {"reason": ""}).status_code == 422
    client.post(address(person, "close/"), {"reason": "Nghỉ việc"})
    page = words(client.get(address(person)))
    assert "Closed: nobody signs in with it" in page
    assert "Nghỉ việc" in page

    answer = client.post(address(person, "reopen/"), {"reason": "Trở lại"})

    assert 'id="one-time-code"' in answer.content.decode()
    assert access.account("compiler").is_active


def test_sessions_are_ended_and_the_person_is_out(client, home, browser):
    person = home.people["head"]
    other = browser("head")
    services.begin_session(person, other.session.session_key, address="10.1.2.3", at=clock.now())
    client.post(address(person, "end-sessions/"))
    assert other.get("/me/").status_code == 302
    assert "A session ended" in words(client.get(address(person)))


@pytest.mark.slow
def test_nobody_changes_their_own_account(client, home):
    me = home.people["province_admin"]
    page = words(client.get(address(me)))
    assert "another administrator must change it" in page
    assert f"{address(me)}reset/" not in page
    assert client.post(address(me, "close/"), {"reason": "x"}).status_code == 403
    assert client.post(address(me, "grants/"), RIGHT).status_code == 403


@pytest.mark.slow
def test_an_administrator_names_a_substitute_and_ends_it(client, home):
    head, compiler = home.people["head"], home.people["compiler"]
    absence = {
        "substitute": compiler.pk,
        "first_day": "2026-10-01",
        "last_day": "2026-10-03",
        "reason": "Đi học",
    }
    client.post(address(head, "substitutes/"), absence)

    def may(days):
        at = clock.now() + timedelta(days=days)
        return access.scope_for(compiler, at=at).may("report.submit", home.units.hua_bum)

    assert [may(days) for days in (0, 2, 3)] == [True, True, False]
    assert "stands in now" in words(client.get(address(head)))
    assert client.post(address(head, "substitutes/"), absence).status_code == 422
    client.post(address(head, f"substitutes/{compiler.pk}/end/"))
    assert not may(0)


@pytest.mark.slow
def test_a_conflict_of_interest_keeps_a_person_away_until_it_is_lifted_by_another(client, home):
    head = home.people["head"]
    noted = {"unit": "03466", "subtree": "on", "first_day": "2026-10-01", "reason": "Vợ là bí thư"}

    def may():
        return access.scope_for(head, at=clock.now()).may("report.submit", home.units.hua_bum)

    assert may()
    assert client.post(address(head, "conflicts/"), {**noted, "unit": ""}).status_code == 422
    assert client.post(address(head, "conflicts/"), noted).status_code == 302
    page = words(client.get(address(head)))
    assert "kept away" in page
    assert "Vợ là bí thư" in page
    assert not may()

    [conflict] = head.exclusions.all()
    lifted = address(head, f"conflicts/{conflict.pk}/lift/")
    assert client.post(lifted, {"reason": ""}).status_code == 422
    assert client.post(lifted, {"reason": "Vợ đã chuyển công tác"}).status_code == 302
    assert may()
    again = client.post(lifted, {"reason": "Vợ đã chuyển công tác"})
    assert again.status_code == 422
    assert "kept away" not in words(client.get(address(head)))


def test_nobody_notes_a_conflict_of_their_own(client, home):
    me = home.people["province_admin"]
    noted = {"unit": "03466", "first_day": "2026-10-01", "reason": "Vợ là bí thư"}
    assert client.post(address(me, "conflicts/"), noted).status_code == 403
    assert not me.exclusions.exists()


def test_the_history_of_an_account_tells_roles_by_name(client, home):
    page = words(client.get(address(home.people["head"])))
    assert "Gave a right" in page
    assert "<dd>Head of the reporting unit</dd>" in page


def test_as_many_questions_for_three_accounts_as_for_one(client, home):
    counts = []
    for asked in ("q=compiler", "unit=03466&q="):
        client.get(f"{LIST}?{asked}")
        with CaptureQueriesContext(connection) as questions:
            client.get(f"{LIST}?{asked}")
        counts.append(len(questions))
    services.open_account("hb.ba", display_name="Ba", unit=home.units.hua_bum, by=None, at=house.AT)
    with CaptureQueriesContext(connection) as questions:
        client.get(f"{LIST}?unit=03466")
    counts.append(len(questions))
    assert counts[1] == counts[2]
    assert counts[1] == counts[0] + 1  # the unit of the filter is looked up


@pytest.mark.slow
def test_a_locked_account_says_so_and_is_unlocked(client, home):
    person = home.people["head"]
    for _ in range(5):
        answer = Client().post("/accounts/login/", {"login": "head", "password": "wrong"})
    assert answer.status_code == 429
    assert ">head</span>" in words(client.get(f"{LIST}?standing=locked"))
    assert "Locked after five wrong passwords." in words(client.get(address(person)))

    client.post(address(person, "unlock/"))

    page = words(client.get(address(person)))
    assert "Locked after five wrong passwords." not in page
    assert "Unlocked an account" in page
