"""The Vietnamese catalogue says all that code and pages say; English comes from the source itself."""

import re
import shutil

import polib
import pytest
from django.utils import translation

from tools.extract_messages import CATALOGUE, extracted

PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0]*[\d.]*[a-z]|%[sd]\b|%%|\{\w*\}")
VIETNAMESE_LETTER = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


@pytest.fixture
def compiled(catalogue, tmp_path, settings) -> polib.POFile:
    """The catalogue as the running system reads it, compiled apart from the checkout."""
    folder = tmp_path / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return catalogue


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))


def test_every_message_is_translated(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.translated()] == []


def test_no_translation_is_a_guess_or_a_left_over(catalogue):
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_placeholders_stand_on_both_sides(catalogue):
    torn = [
        (entry.msgid, text)
        for entry in catalogue
        for text in translations(entry)
        if placeholders(text) != placeholders(entry.msgid_plural or entry.msgid)
    ]
    assert torn == []


def test_edges_of_messages_are_kept(catalogue):
    """A message glued to another begins with its space; a list begins on its own line."""
    frayed = [
        entry.msgid
        for entry in catalogue
        for text in translations(entry)
        if (text[:1].isspace(), text[-1:].isspace())
        != (entry.msgid[:1].isspace(), entry.msgid[-1:].isspace())
    ]
    assert frayed == []


def test_the_source_speaks_english(catalogue):
    assert [entry.msgid for entry in catalogue if VIETNAMESE_LETTER.search(entry.msgid)] == []


def test_vietnamese_has_one_form_for_every_number(catalogue):
    assert catalogue.metadata["Plural-Forms"].startswith("nplurals=1;")
    assert {len(entry.msgstr_plural) for entry in catalogue if entry.msgid_plural} == {1}


def test_english_pages_come_out_in_english(compiled):
    """The default language is Vietnamese; a reader of English must not fall back to it for want of a catalogue."""
    with translation.override("en"):
        strange = [
            entry.msgid
            for entry in compiled
            if not entry.msgctxt and translation.gettext(entry.msgid) != entry.msgid
        ]
    assert strange == []


def test_the_default_language_is_vietnamese(compiled, settings):
    plain = [entry for entry in compiled if not entry.msgctxt and not entry.msgid_plural]
    with translation.override(settings.LANGUAGE_CODE):
        assert [entry.msgid for entry in plain if translation.gettext(entry.msgid) != entry.msgstr] == []
        assert translation.ngettext("%(n)d day late", "%(n)d days late", 3) % {"n": 3} == "quá hạn 3 ngày"


@pytest.mark.slow
def test_the_catalogue_holds_what_code_and_pages_say(catalogue):
    if not shutil.which("xgettext"):
        pytest.skip("xgettext is absent (package gettext): the words of code and pages were not collected")
    said = {(entry.msgctxt, entry.msgid) for entry in extracted()}
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    assert sorted(msgid for _, msgid in said - known) == [], "run: python tools/extract_messages.py"
    assert sorted(msgid for _, msgid in known - said) == [], "run: python tools/extract_messages.py"
