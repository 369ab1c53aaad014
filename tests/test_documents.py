"""What the documents point at is there, and what can be set or typed is told in them."""

import re
from pathlib import Path

import typer

from giamsat.config.cli import app

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *REPOSITORY.glob("*.md"),
    *(REPOSITORY / "docs").rglob("*.md"),
    *(REPOSITORY / "definitions").rglob("*.md"),
    *(REPOSITORY / "src" / "giamsat").rglob("README.md"),
]
DECISIONS = REPOSITORY / "docs" / "decisions"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
VARIABLE = re.compile(r"\"((?:GIAMSAT_(?!TEST_)|DATABASE_|OPENBLAS_)[A-Z_]+)\"")
COMMAND = re.compile(r"(?:^|`)giamsat ((?:(?:accounts|audit|period) )?[a-z]+)", re.MULTILINE)
TARGET = re.compile(r"(?:^|`)make ([a-z-]+)", re.MULTILINE)


def test_every_link_leads_somewhere():
    broken = [
        f"{document.relative_to(REPOSITORY)}: {target}"
        for document in DOCUMENTS
        for target in LINK.findall(document.read_text())
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_every_decision_is_listed_and_says_what_was_rejected():
    listed = set(LINK.findall((DECISIONS / "README.md").read_text()))
    decisions = {path.name: path.read_text() for path in DECISIONS.glob("0*.md")}
    assert listed == set(decisions)
    assert [name for name, text in decisions.items() if "Rejected" not in text] == []


def test_every_variable_that_is_read_is_a_setting_that_is_told():
    read = {
        name
        for file in (REPOSITORY / "src" / "giamsat").rglob("*.py")
        for name in VARIABLE.findall(file.read_text())
    }
    told = set(
        re.findall(r"^\| `([A-Z_]+)`", (REPOSITORY / "docs" / "settings.md").read_text(), re.MULTILINE)
    )
    assert read == told


def test_every_command_a_document_names_can_be_typed():
    there = set(_commands(typer.main.get_command(app)))
    named = {
        (document.name, command)
        for document in DOCUMENTS
        for command in COMMAND.findall(document.read_text())
    }
    assert {(document, command) for document, command in named if command not in there} == set()


def test_every_make_target_a_document_names_is_there():
    makefile = (REPOSITORY / "Makefile").read_text()
    there = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    there |= {f"bench-{file.stem.replace('_', '-')}" for file in (REPOSITORY / "bench").glob("*.py")}
    named = {target for document in DOCUMENTS for target in TARGET.findall(document.read_text())}
    assert named - there - {"bench-"} == set()


def _commands(group, above=""):
    for name, command in group.commands.items():
        yield above + name
        if hasattr(command, "commands"):
            yield from _commands(command, f"{above}{name} ")
