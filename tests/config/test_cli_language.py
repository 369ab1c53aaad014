"""A command refuses in the language of who types it."""

import json
import os
import socket
import subprocess
import sys

import pytest
from django.utils import translation

from giamsat.config.cli import data, practice
from giamsat.config.cli.surroundings import language_of
from giamsat.config.spoken import HOUSE_LANGUAGE, LANGUAGES, said
from giamsat.config.taking_in import Outcome
from giamsat.foundation.access import queries as access
from giamsat.foundation.access.errors import AccountNotFound

pytestmark = pytest.mark.slow


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
        assert said("Scanning") == words
        assert translation.get_language() == "vi"


def test_commands_speak_the_languages_that_pages_do(settings):
    assert set(LANGUAGES) == {code for code, _name in settings.LANGUAGES}
    assert settings.LANGUAGE_CODE == HOUSE_LANGUAGE


def typed(*arguments, language, **surroundings):
    """A command in a process of its own, as a terminal starts it: exit code, what it told, what it complained of."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "LC_"))}
    done = subprocess.run(
        [sys.executable, "-m", "giamsat.config", *map(str, arguments)],
        env={**bare, "PYTHONPATH": "src", "GIAMSAT_LANGUAGE": language, "COLUMNS": "300", **surroundings},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, " ".join(done.stdout.split()), " ".join(done.stderr.split())


@pytest.fixture
def taken_port():
    """A port on which another program answers."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


@pytest.mark.parametrize(
    ("language", "said_by_serve", "said_by_demo"),
    [("vi", "Đã có chương trình trả lời", "Một chương trình khác đang trả lời"),
     ("en", "Something already answers", "Another program already answers")],
)  # fmt: skip
def test_a_taken_port_is_told_before_anything_begins(
    taken_port, tmp_path, language, said_by_serve, said_by_demo
):
    folder = tmp_path / "house"
    for command, words in (("serve", said_by_serve), ("demo", said_by_demo)):
        code, told, _ = typed(command, "--port", taken_port, language=language, GIAMSAT_DATA_DIR=str(folder))
        assert (code, told.startswith(words)) == (2, True), told
        assert f"http://127.0.0.1:{taken_port}" in told
    assert not any(folder.iterdir())


@pytest.mark.parametrize(("language", "words"), [("vi", "đang chạy"), ("en", "is already running")])
def test_a_practice_country_that_runs_already_is_told(tmp_path, language, words):
    note = {"pid": os.getpid(), "address": "http://127.0.0.1:8000"}
    (tmp_path / practice.LOCK).write_text(json.dumps(note))
    code, told, _ = typed("demo", language=language, GIAMSAT_DATA_DIR=str(tmp_path))
    assert code == 0
    assert words in told
    assert note["address"] in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nosuch"], "Không có lệnh nosuch. Xem: giamsat --help"),
        (["serve", "--prt", "1"], "Không có tùy chọn --prt. Xem: giamsat serve --help"),
        (["serve", "--port"], "Tùy chọn --port cần có giá trị."),
        (["serve", "--port", "x"], "--port phải là số nguyên. Xem: giamsat serve --help"),
        (["serve", "--port", "99999"], "--port nhiều nhất là 65535. Xem: giamsat serve --help"),
        (["serve", "--port", "0"], "--port ít nhất là 1. Xem: giamsat serve --help"),
        (["serve", "more"], "Thừa: more. Xem: giamsat serve --help"),
        (["accounts", "code"], "Thiếu username. Xem: giamsat accounts code --help"),
        (["period", "open", "2026"], "Thiếu --by. Xem: giamsat period open --help"),
        (["import", "no.csv", "--by", "x"], "files: không có no.csv. Xem: giamsat import --help"),
        (["import", "README.md", "--by", "x", "--accept-by", "y"],
         "Báo cáo chưa ai nộp thì không thể tiếp nhận: hãy nêu cả --submit-by."),
    ],
)  # fmt: skip
def test_a_command_that_is_mistyped_is_answered_in_the_language_of_who_types(arguments, words):
    code, told, complained = typed(*arguments, language="vi")
    assert (code, told) == (2, "")
    assert complained.startswith(words)


def test_one_who_reads_english_is_answered_in_english():
    code, _, complained = typed("serve", "--prt", "1", language="en")
    assert code == 2
    assert complained.startswith("No such option: --prt")
    assert complained.endswith("See: giamsat serve --help")


def test_help_is_no_mistake(capsys):
    code, told, complained = typed("accounts", language="vi")
    assert "import" in told
    assert complained == ""
    assert code == 2
