"""Published definitions stay in memory, and what is worked out from them, until there is another one."""

import pytest

from giamsat.foundation.catalogue import queries
from giamsat.foundation.catalogue.models import Breakdown

asked = []


@pytest.fixture(autouse=True)
def nothing_asked(db):
    asked.clear()
    queries.forget()


def names(rows):
    asked.append("names")
    return [row.name_en for row in rows]


def answer():
    asked.append("answer")
    return len(asked)


def test_what_is_worked_out_from_definitions_is_kept_with_them():
    Breakdown.objects.create(id=901, dimension="pace", value="A", name_vi="A", name_en="slow")
    first = queries.kept_as(names, Breakdown, "id")
    assert first is queries.kept_as(names, Breakdown, "id")
    assert asked == ["names"]

    Breakdown.objects.create(id=902, dimension="pace", value="B", name_vi="B", name_en="fast")
    assert queries.kept_as(names, Breakdown, "id") == [*first, "fast"]


def test_inside_one_look_a_question_is_asked_once():
    with queries.one_look():
        assert queries.once(answer) == queries.once(answer) == 1
    with queries.one_look():
        assert queries.once(answer) == 2
    assert (queries.once(answer), queries.once(answer)) == (3, 4)
