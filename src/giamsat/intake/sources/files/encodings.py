"""Which encoding a CSV file is written in. Old Vietnamese ones are recognised, to be named, not read."""

import re
import unicodedata

# One letter for each byte; TCVN 5712:1993 (VN3) from 0xA1, VISCII (RFC 1456) from 0x80.
TCVN3_LETTERS = dict(
    zip(
        bytes.fromhex(
            "a1a2a3a4a5a6a7a8a9aaabacadae b5b6b7b8b9 bbbcbdbe c6c7c8c9cacb ccced0cfd1 d2d3d4d5d6 d7d8dcddde"
            "dfe1e2e3e4 e5e6e7e8e9 eaebecedee eff1f2f3f4 f5f6f7f8f9 fafbfcfdfe"
        ),
        "ĂÂÊÔƠƯĐăâêôơưđ" "àảãáạ" "ằẳẵắ" "ặầẩẫấậ" "èẻéẽẹ" "ềểễếệ" "ìỉĩíị"
        "òỏõóọ" "ồổỗốộ" "ờởỡớợ" "ùủũúụ" "ừửữứự" "ỳỷỹýỵ",
        strict=True,
    )
)  # fmt: skip
VISCII_LETTERS = dict(
    zip(
        [0x02, 0x05, 0x06, 0x14, 0x19, 0x1E, *range(0x80, 0x100)],
        "ẲẴẪỶỸỴ"
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
        "Õắằặấầẩậẽẹếềểễệốồổỗ" "ỠƠộờởịỰỨỪỬơớƯ"
        "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
        "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
        strict=True,
    )
)  # fmt: skip
# VNI writes some letters as one byte, all others as a plain letter and a byte for its marks; capitals lie 0x20 lower.
VNI_LETTERS = {
    0xF4: "ơ",
    0xF6: "ư",
    0xF1: "đ",
    0xED: "í",
    0xEC: "ì",
    0xE6: "ỉ",
    0xF3: "ĩ",
    0xF2: "ị",
    0xEE: "ỵ",
}
VNI_MARKS = dict(
    zip(
        bytes.fromhex("f9f8fbf5ef e2e1e0e5e3e4 eae9e8fafceb"),
        ["\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
        + ["\u0302" + tone for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")]
        + ["\u0306" + tone for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")],
        strict=True,
    )
)
VNI_BYTES = (
    VNI_MARKS
    | {byte - 0x20: marks for byte, marks in VNI_MARKS.items()}
    | VNI_LETTERS
    | {byte - 0x20: letter.upper() for byte, letter in VNI_LETTERS.items()}
)
VNI = "VNI"
WINDOWS = "Windows-1258"
LEGACY: dict[str, dict[int, str]] = {
    "TCVN3": TCVN3_LETTERS, "VISCII": VISCII_LETTERS, WINDOWS: {}, VNI: VNI_BYTES,
}  # fmt: skip
PLAUSIBLE_SHARE = 0.6
# The letters that only Vietnamese has, the most frequent first, in names of places and in prose: short files come
# out as Vietnamese syllables in several encodings, but as frequent ones in the right one alone.
FREQUENT = "ãưđờàáảôâêạệơốếịộậìóúớồợòầềấểăủíọĩửụởùặựýắứỳừữỹổẩỉũỗỏằẫéễèõẽỷẹẵỡẻỵẳ"

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SYLLABLE = re.compile(
    r"(ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(ch|ng|nh|[cmnpt])?"
)
_OLD_WORD = re.compile(rb"[A-Za-z\x02\x05\x06\x14\x19\x1e\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")


def legacy_encoding(content: bytes) -> str | None:
    """The old Vietnamese encoding in which the words come out best; None when most are Vietnamese in none."""
    words = _OLD_WORD.findall(content)[:2_000]
    if not words:
        return None
    read = {name: [_decode(word, name) for word in words] for name in LEGACY}
    best = max(read, key=lambda name: sum(map(_likeness, read[name])))
    share = sum(map(_is_vietnamese, read[best])) / len(words)
    return best if share >= PLAUSIBLE_SHARE else None


def _likeness(word: str) -> float:
    """How frequent the letters of a Vietnamese syllable are, between 0 and 1; nothing for what is none."""
    letters = [letter for letter in word.lower() if not letter.isascii()]
    if not letters or not _is_vietnamese(word):
        return 0.0
    ranks = [FREQUENT.find(letter) % len(FREQUENT) for letter in letters]
    return 1 - sum(ranks) / len(ranks) / len(FREQUENT)


def _decode(word: bytes, name: str) -> str:
    if name == WINDOWS:
        return unicodedata.normalize("NFC", word.decode("cp1258", "replace"))
    letters = LEGACY[name]
    text = "".join(letters.get(byte, chr(byte) if byte < 0x80 else "\ufffd") for byte in word)
    return unicodedata.normalize("NFC", text)


def _is_vietnamese(word: str) -> bool:
    """One syllable, one tone at most, capitals only in front or throughout (TCVN3 has no accented ones)."""
    plain = "".join(letter for letter in word if letter.isascii())
    if "\ufffd" in word or not (plain in ("", plain.lower(), plain.upper()) or plain.istitle()):
        return False
    decomposed = unicodedata.normalize("NFD", word.lower())
    if sum(mark in _TONES for mark in decomposed) > 1:
        return False
    toneless = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    return bool(_SYLLABLE.fullmatch(toneless))
