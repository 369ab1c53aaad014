"""Vietnamese text: searching without accents and sorting in the order of the alphabet.

The embedded database has no ICU, so both keys are computed here and stored beside the name.
"""

import re
import unicodedata

LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = {"": 0, "\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
LETTER_MARKS = "\u0302\u0306\u031b"
FEWEST_LETTERS_OF_A_REASON = 10


def letters_in(text: str) -> int:
    """Digits, signs and spaces are none."""
    return sum(letter.isalpha() for letter in unicodedata.normalize("NFC", text))


def is_a_reason(text: str) -> bool:
    """A word is not a reason: whoever reads it must know what to do."""
    return letters_in(text) >= FEWEST_LETTERS_OF_A_REASON


def without_accents(text: str) -> str:
    """``Điện Biên`` as ``Dien Bien``: how English texts print it."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def fold(text: str) -> str:
    """Lower case, no accents, đ as d, single spaces: what a hurried person types."""
    return re.sub(r"\s+", " ", without_accents(text.lower())).strip()


def vietnamese_key(text: str) -> str:
    """A string whose plain byte order is the Vietnamese alphabetical order of ``text``.

    Letters count first (a ă â b c d đ …), tones only between words with the same letters
    (ngang, huyền, hỏi, ngã, sắc, nặng); numbers sort by value up to eight digits.
    """
    letters, tones = [], []
    for cluster in re.findall(r"\d+|.", unicodedata.normalize("NFC", text.lower()), re.DOTALL):
        letter, tone = _letter_and_tone(cluster)
        letters.append(letter)
        tones.append(tone)
    return "".join(letters) + "\x01" + "".join(tones)


def _letter_and_tone(cluster: str) -> tuple[str, str]:
    if cluster.isdecimal():
        return f"0{int(cluster):08}", "0"
    base, *marks = list(unicodedata.normalize("NFD", cluster))
    letter = unicodedata.normalize("NFC", base + "".join(m for m in marks if m in LETTER_MARKS))
    tone = next((TONES[mark] for mark in marks if mark in TONES), 0)
    if letter in LETTERS:
        return chr(ord("A") + LETTERS.index(letter)), str(tone)
    return (" " if cluster.isspace() else "~"), str(tone)
