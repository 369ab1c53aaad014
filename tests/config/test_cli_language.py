"""A command refuses in the language of who types it."""

import pytest
from django.utils import translation

from giamsat.config.cli.surroundings import language_of
from giamsat.foundation.access import queries as access
from giamsat.foundation.access.errors import AccountNotFound


@pytest.mark.parametrize(
    ("surroundings", "language"),
    [
        ({"GIAMSAT_LANGUAGE": "en", "LANG": "vi_VN.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LC_ALL": "vi_VN.UTF-8", "LANG": "en_US.UTF-8"}, "vi"),
        ({"LANG": "C.UTF-8"}, "vi"),
        ({"LANG": "fr_FR.UTF-8"}, "vi"),
        ({}, "vi"),
    ],
)
def test_the_language_is_chosen_else_the_terminals_else_the_houses(settings, surroundings, language):
    settings.LANGUAGE_CODE = "vi"
    assert language_of(surroundings) == language


@pytest.mark.parametrize(
    ("language", "begins"), [("vi", "Không có tài khoản"), ("en", "There is no account")]
)
def test_a_refusal_is_said_in_it(db, language, begins):
    with translation.override(language), pytest.raises(AccountNotFound) as refusal:
        access.account("ai-do")
    assert refusal.value.message.startswith(begins)
