"""Every address of the house answers every person as access_matrix.py declares, judged by what is in the answer."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import get_resolver

from giamsat.analysis.early_warning import services as early_warning
from giamsat.intake.observations import services as observations
from giamsat.intake.observations.errors import ReportRefused
from giamsat.intake.quality import queries as quality
from giamsat.intake.sources import queries as sources
from giamsat.lib.periods import Period
from tests.front.console import access_matrix
from tests.front.console.access_matrix import ELSEWHERE, EVERYONE, MATRIX, SIGNED_IN, Rule
from tests.front.console.conftest import accepted, received, signed_in, submitted
from tests.front.console.warned import asked, warning_of
from tests.intake import house

REFUSED = {401, 403, 404}


def addresses(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_address_has_a_declared_rule():
    assert sorted(set(addresses()) - set(MATRIX) - set(ELSEWHERE) - set(SIGNED_IN)) == []


def test_no_rule_is_left_of_an_address_that_is_gone():
    assert sorted((set(MATRIX) | set(ELSEWHERE) | set(SIGNED_IN)) - set(addresses())) == []


@pytest.fixture(scope="module")
def stage(furnished, django_db_blocker):
    """One of everything that belongs to Hua Bum, and a signed-in browser for each person; made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_everything(furnished), {name: signed_in(one) for name, one in furnished.people.items()}
        transaction.set_rollback(True)


@pytest.fixture
def numbers(stage, db):
    """What addresses are made of; what a test changes is undone."""
    return stage[0]


def make_everything(home) -> dict[str, int]:
    for month in range(2, 8):
        accepted(home.units, home.people, Period("M", 2026, month), D06=month - 1, D01=2)
    draft = received(home.units, home.people, D06=60, D01=2)
    [finding] = quality.unexplained(draft.current_id)
    report = submitted(home.units, home.people, Period("M", 2025, 10), D06=30, D08=3, D01=6)
    request = asked(home, warning_of(home.units.hua_bum, period="2026-M08"))
    answer = early_warning.answer(
        request, text="Kiểm tra chuyên đề tại sáu chi bộ", by=home.people["head"], at=house.AT,
        filename="bien-ban.pdf", content=b"%PDF-1.7 bien ban",
    )  # fmt: skip
    return {
        "report": report.pk, "draft": draft.pk, "finding": finding.pk, "delivery": refused_delivery(home),
        "warning": warning_of(home.units.hua_bum).pk, "request": request.pk, "answer": answer.pk,
        "account": home.people["compiler"].pk, "colleague": home.people["head"].pk,
        "grant": home.people["compiler"].grants.get().pk,
    }  # fmt: skip


def refused_delivery(home) -> int:
    """A form typed with a word in a number's cell."""
    form = house.form("BMT", house.SEPTEMBER)
    typed = {cell.key: "mười" if cell.key == "D06" else "0" for cell in form.cells}
    with pytest.raises(ReportRefused):
        observations.receive_typed(
            home.units.hua_bum, form, house.SEPTEMBER, typed, by=home.people["compiler"], at=house.AT
        )
    return sources.refused_deliveries_of([home.units.hua_bum.pk])[0].pk


def ask(client, rule: Rule, numbers):
    address = rule.address.format(**numbers)
    if not rule.act:
        return client.get(address)
    data = {name: value.format(**numbers) for name, value in rule.data.items()}
    return client.post(address, data, headers={"accept": "text/html"})


def text_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_person_gets_what_is_declared(name, numbers, stage):
    rule = MATRIX[name]
    marker = rule.marker.format(**numbers)
    wrong = []
    cache.clear()
    for person in sorted(
        EVERYONE, key=lambda who: (who in rule.full, who)
    ):  # acts change things: served last
        answer = ask(stage[1][person], rule, numbers)
        text = text_of(answer)
        seen = {
            "status": answer.status_code,
            "marker": bool(marker) and marker in text,
            "mask": rule.mask in text,
        }
        if not as_declared(rule, person, seen):
            wrong.append((person, seen))
    assert wrong == []


def as_declared(rule: Rule, person: str, seen) -> bool:
    refused = seen["status"] in REFUSED
    if person in rule.full:
        return not refused and (seen["marker"] or rule.act or not rule.marker)
    if person in rule.masked:
        return not refused and seen["mask"] and not seen["marker"]
    if person in rule.empty:
        return not refused and not seen["marker"]
    if rule.act and seen["status"] == 422:
        return not seen["marker"]  # shown on the page they may read: nothing was done, and why
    return refused and not seen["marker"]


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_nobody_gets_anything_without_signing_in(name, numbers):
    rule = MATRIX[name]
    answer = ask(Client(), rule, numbers)
    assert answer.status_code in {302, 401, 403}
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", sorted(SIGNED_IN))
def test_what_all_may_see_still_needs_a_sign_in(name, db):
    assert Client().get(SIGNED_IN[name]).status_code in {204, 302, 401, 403}


def test_everyone_in_the_matrix_is_a_standing_person(home):
    assert set(home.people) == EVERYONE
    assert access_matrix.OWN <= EVERYONE
