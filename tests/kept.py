"""Rows made once in a process and laid out again for whoever asks: to make them takes longer than most tests."""

from collections.abc import Iterable
from itertools import groupby

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Model

# The next number of a table lies above what was laid out: emptying a table may have begun its numbers anew.
GO_ON = """
    SELECT setval(pg_get_serial_sequence(%s, %s), greatest(%s, nextval(pg_get_serial_sequence(%s, %s))))
"""


def rows_of(*rooms: str) -> tuple[Model, ...]:
    """Everything some rooms keep in the database."""
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    return tuple(row for model in models for row in model._default_manager.order_by("pk"))


def lay_out(rows: Iterable[Model]) -> None:
    """Put rows back as they were, by the numbers they had."""
    with connection.cursor() as cursor:
        for model, alike in groupby(rows, type):
            some = list(alike)
            model._default_manager.bulk_create(some)
            number = model._meta.pk
            if isinstance(number, AutoField):
                place = [f'"{model._meta.db_table}"', number.column]
                cursor.execute(GO_ON, [*place, max(row.pk for row in some), *place])
