"""A command refuses in the language of who types it."""

import pytest
from django.utils import translation

from giamsat.config.cli import data, practice
from giamsat.config.cli.surroundings import language_of
from giamsat.config.taking_in import Outcome
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


def test_what_a_command_tells_is_in_the_language_of_its_refusals(capsys):
    outcome = Outcome(accepted=2, refused=[("source.wrong_unit", "…")])
    told = {}
    for language in ("vi", "en"):
        with translation.override(language):
            data._tell("a.csv", outcome)
        told[language] = capsys.readouterr().out

    assert "a.csv: tiếp nhận 2, đã nộp 0, đang chờ 0, từ chối 1." in told["vi"]
    assert "a.csv: 2 accepted, 0 submitted, 0 waiting, 1 refused." in told["en"]


@pytest.mark.parametrize(("language", "words"), [("vi", "Quét cảnh báo"), ("en", "Scanning")])
def test_steps_of_the_practice_country_are_told_in_the_language_of_who_looks_on(monkeypatch, language, words):
    monkeypatch.setenv("GIAMSAT_LANGUAGE", language)
    with translation.override("vi"):
        assert practice._in_words("Scanning") == words
        assert translation.get_language() == "vi"
