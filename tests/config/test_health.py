"""What the house tells about itself, and to whom."""

import psycopg
import pytest
from django.db import connection
from django.utils.translation import override

from giamsat.config import health

pytestmark = pytest.mark.django_db


def test_figures_are_told_to_this_machine(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b'giamsat_check_ok{check="database"} 1.0' in answer.content


@pytest.mark.parametrize(
    "from_elsewhere",
    [
        {"REMOTE_ADDR": "10.0.0.7"},
        {"headers": {"X-Forwarded-For": "10.0.0.7"}},
        {"headers": {"X-Forwarded-Proto": "https"}},
    ],
)
def test_figures_are_not_told_to_others_nor_through_a_proxy(client, from_elsewhere):
    assert client.get("/metrics", **from_elsewhere).status_code == 404


def test_a_stranger_learns_only_that_it_is_up(client):
    assert client.get("/healthz").json() == {"ok": True}


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_with_its_server_is_not_handed_out_again():
    def own_process() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return cursor.fetchone()[0]

    known = connection.settings_dict
    before = own_process()
    connection.close()
    with psycopg.connect(f"host={known['HOST']} dbname={known['NAME']} user={known['USER']}") as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [before])

    assert own_process() != before


@pytest.mark.parametrize(("language", "words"), [("vi", "đơn vị"), ("en", "units")])
def test_the_doctor_speaks_the_language_of_who_asks(language, words):
    with override(language):
        found = {check.name: check for check in health.examine()}
    assert found["units"].finding.endswith(words)


def test_every_check_has_a_name_for_people():
    assert health.NAMES.keys() == health.CHECKS.keys()
