"""Collect the words of code and pages and bring the Vietnamese catalogue into line with them.

Sorted by the English text, without places in the code, so that a change of words is all a diff shows. English needs no
catalogue: it is the language of the source. Needs xgettext (package gettext); compiling does not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

REPOSITORY = Path(__file__).resolve().parents[1]
PACKAGE = REPOSITORY / "src" / "giamsat"
CATALOGUE = PACKAGE / "locale" / "vi" / "LC_MESSAGES" / "django.po"
LEFT_OUT = shutil.ignore_patterns("locale", "dist", "__pycache__", "migrations")
HEADER = {
    "Project-Id-Version": "Giamsat",
    "Language": "vi",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def extracted() -> polib.POFile:
    """Every message of code and pages, untranslated. Works on a copy: Django writes its files beside the pages."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "giamsat"
        shutil.copytree(PACKAGE, package, ignore=LEFT_OUT)
        (package / "locale").mkdir()
        surroundings = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "-l",
                "vi",
                "--no-location",
                "--no-wrap",
                "-v",
                "0",
            ],
            cwd=package,
            env=surroundings,
            check=True,
        )
        return polib.pofile(str(package / "locale" / "vi" / "LC_MESSAGES" / "django.po"), wrapwidth=0)


def merged(found: polib.POFile, before: polib.POFile) -> polib.POFile:
    """What was found, with the translations there already are; what nobody says any more is dropped."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = dict(HEADER)
    known = {(entry.msgctxt, entry.msgid): entry for entry in before if not entry.obsolete}
    for entry in sorted(found, key=lambda entry: (entry.msgid, entry.msgctxt or "")):
        old = known.get((entry.msgctxt, entry.msgid))
        if old and bool(old.msgid_plural) == bool(entry.msgid_plural):
            entry.msgstr, entry.msgstr_plural = old.msgstr, old.msgstr_plural
        catalogue.append(entry)
    return catalogue


def main() -> None:
    before = polib.pofile(str(CATALOGUE), wrapwidth=0)
    catalogue = merged(extracted(), before)
    catalogue.save(str(CATALOGUE))
    missing = [entry.msgid for entry in catalogue.untranslated_entries()]
    print(f"{len(catalogue)} messages, {len(missing)} without a translation")
    for msgid in missing:
        print(f"  {msgid!r}")


if __name__ == "__main__":
    main()
