"""How the house connects to its database."""

import psycopg
import pytest
from django.db import connection

from giamsat.config import environment
from giamsat.config import settings as house
from giamsat.config.cli.surroundings import APPLICATION_ROLE


@pytest.fixture
def serving(monkeypatch):
    monkeypatch.setenv("GIAMSAT_DATABASE_ROLE", APPLICATION_ROLE)


@pytest.mark.django_db
def test_what_serves_connects_as_the_application_and_cannot_change_the_trail(serving):
    known = connection.settings_dict
    address = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"
    made = house._database(address)
    with psycopg.connect(address, options=made["OPTIONS"]["options"]) as line:
        assert line.execute("SELECT current_user").fetchone() == (APPLICATION_ROLE,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="audit_entry"):
            line.execute("DELETE FROM audit_entry")


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", "-c role=giamsat_app"),
        ("?options=-c%20search_path%3Dpublic", "-c search_path=public -c role=giamsat_app"),
    ],
)
def test_the_role_stands_beside_the_options_of_the_address(serving, query, options):
    made = house._database(f"postgresql://user@host:5432/giamsat{query}")
    assert made["OPTIONS"]["options"] == options


def test_what_makes_tables_connects_as_their_owner(monkeypatch):
    monkeypatch.delenv("GIAMSAT_DATABASE_ROLE", raising=False)
    assert "options" not in house._database("postgresql://user@host:5432/giamsat")["OPTIONS"]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        (
            "smtp://me:a%40b@mail.example?from=a@b.vn",
            ("mail.example", 587, "me", "a@b", True, False, "a@b.vn"),
        ),
        ("smtps://mail.example", ("mail.example", 465, "", "", False, True, "giamsat@mail.example")),
        ("smtp+plain://localhost:2525", ("localhost", 2525, "", "", False, False, "giamsat@localhost")),
    ],
)
def test_a_mail_server_is_read_from_its_address(url, told):
    assert environment.mail(url)[1:] == told


def test_another_kind_of_mail_server_is_refused():
    with pytest.raises(ValueError, match="smtp"):
        environment.mail("imap://mail.example")
