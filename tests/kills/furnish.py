"""Make a small house in the database and folder of the surroundings, and say who works there.

Run as a program by the household of these tests; prints what they need to know as JSON.
"""

import json

import django

# Whoever holds this lock alone stops every transaction below at the moment of its commit.
COMMIT_GATE = 4711
STOP_AT_COMMIT = f"""
CREATE FUNCTION stop_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_advisory_xact_lock_shared({COMMIT_GATE}); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER stop_at_commit AFTER INSERT OR UPDATE ON observations_report
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stop_at_commit();
CREATE CONSTRAINT TRIGGER stop_at_commit AFTER INSERT ON warehouse_generation
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stop_at_commit();
"""


def main() -> None:
    django.setup()

    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)

    from django.db import connection

    from giamsat.foundation.units.models import Unit
    from giamsat.intake.sources.files.sheet import Sheet
    from tests.intake import house

    house.load_everything()
    country = house.make_country()
    for number in range(1, 61):
        house.unit(country.lai_chau, f"9{number:04}", f"Xã số {number}", 2, "commune")
    province = country.lai_chau
    people = {
        "compiler": house.make_person(
            "compiler", province, ("compiler", province, True), ("head", province, True)
        ),
        "approver": house.make_person("approver", province, ("approver", province, True)),
    }
    with connection.cursor() as cursor:
        cursor.execute(STOP_AT_COMMIT)
    flash = house.form("BMT", house.SEPTEMBER)
    communes = Unit.objects.filter(code__startswith="9").order_by("code")
    print(
        json.dumps(
            {
                "cells": {cell.key: Sheet(flash).coordinate(cell) for cell in flash.cells},
                "communes": {unit.code: unit.pk for unit in communes},
                "cookies": {name: cookie_of(person) for name, person in people.items()},
            }
        )
    )


def cookie_of(person) -> str:
    from django.test import Client

    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    main()
