"""What the documents point at is there."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    *REPOSITORY.glob("*.md"),
    *(REPOSITORY / "docs").rglob("*.md"),
    *(REPOSITORY / "definitions").rglob("*.md"),
    *(REPOSITORY / "src" / "giamsat").rglob("README.md"),
]
DECISIONS = REPOSITORY / "docs" / "decisions"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")


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
