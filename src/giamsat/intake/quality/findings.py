"""A finding in words: which cells, what was found, what would be right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from giamsat.intake.quality.choices import Severity
from giamsat.lib.numbers import MARKS, format_number

RELATIONS = {
    "vi": {"=": "bằng", "<>": "khác", "<": "nhỏ hơn", "<=": "nhỏ hơn hoặc bằng", ">": "lớn hơn",
           ">=": "lớn hơn hoặc bằng"},
    "en": {"=": "equal to", "<>": "other than", "<": "less than", "<=": "at most", ">": "more than",
           ">=": "at least"},
}  # fmt: skip
BLANK = {"vi": "để trống", "en": "blank"}
MOST = Decimal("999999999999.9999")
# What a rule says of a text that is no number, where the text itself tells more.
UNREADABLE = {
    "too_large": {
        "vi": "{cell} ghi {value}: con số quá lớn, nhiều nhất là {most}. Kiểm tra đơn vị tính rồi nhập lại.",
        "en": "{cell} holds {value}: too large, at most {most}. Check the unit of measure and enter it again.",
    },
    "decimals": {
        "vi": "{cell} ghi {value}: quá nhiều chữ số thập phân, chỉ được có tối đa {decimals}. Làm tròn rồi nhập lại.",
        "en": "{cell} holds {value}: too many decimals, at most {decimals}. Round it and enter it again.",
    },
    "not_whole": {
        "vi": "{cell} ghi {value}: phải là số nguyên. Làm tròn rồi nhập lại.",
        "en": "{cell} holds {value}: it must be a whole number. Round it and enter it again.",
    },
    "two_ways": {
        "vi": "{cell} ghi {value}: có thể hiểu là hai con số khác nhau. Viết {whole}, hoặc {fraction} "
        "nếu là số thập phân.",
        "en": "{cell} holds {value}, which can mean two different numbers. Write {whole}, or {fraction} for a decimal.",
    },
    "sheet_error": {
        "vi": "{cell} ghi {value}: đây là báo lỗi của Excel, không phải số liệu. Nhập số, không có thì nhập 0.",
        "en": "{cell} holds {value}, which is an Excel error and no figure. Enter a number; enter 0 if there is none.",
    },
}
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
PLACEHOLDER = re.compile(r"\{(\w+)\}")
Label = Callable[[str, str], str]


@dataclass(frozen=True)
class Finding:
    """One rule that does not hold in one place of a report."""

    rule: str
    version: int
    severity: str
    effect: str
    check: str
    cell_keys: tuple[str, ...]
    values: tuple[Decimal | str | None, ...]
    value: Decimal | str | None
    relation: str
    expected: Decimal | None
    template: dict[str, str]
    label: Label
    more: dict[str, Any]
    assessed: bool = True

    @property
    def blocks(self) -> bool:
        return self.severity == Severity.ERROR

    @property
    def needs_explanation(self) -> bool:
        return self.severity == Severity.WARNING

    def sentence(self, language: str) -> str:
        """What is wrong and what would be right, in the reader's language."""
        return _filled(self.facts, language, self.label)

    @property
    def facts(self) -> dict[str, Any]:
        """Everything the sentence is built from, as JSON; ``sentence_from`` reads it again."""
        return {
            "check": self.check,
            "cells": list(self.cell_keys),
            "values": [_text(value) for value in self.values],
            "value": _text(self.value),
            "relation": self.relation,
            "expected": _text(self.expected),
            "template": self.template,
            **self.more,
        }


def sentence_from(facts: dict[str, Any], language: str, label: Label) -> str:
    """The sentence of a finding kept as facts."""
    return _filled(facts, language, label)


def _filled(facts: dict[str, Any], language: str, label: Label) -> str:
    language = "vi" if language.startswith("vi") else "en"
    words = _words(facts, language, label)
    template = UNREADABLE.get(_unreadable(facts), facts["template"])[language]
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), template)


def _unreadable(facts: dict[str, Any]) -> str:
    """Why a text is no figure; of too many decimals where none is allowed people say that it is no whole number."""
    why: str = facts.get("unreadable", "")
    return "not_whole" if why == "decimals" and not facts["decimals"] else why


def _words(facts: dict[str, Any], language: str, label: Label) -> dict[str, str]:
    """What each placeholder stands for."""
    cells = list(zip(facts["cells"], facts["values"], strict=True))
    first = facts["cells"][0] if facts["cells"] else ""
    shown = _as_written if "unreadable" in facts else _shown
    named = [f"{key} = {shown(value, language)}" for key, value in cells]
    told = {key: value for key, value in facts.items() if key not in ("template", "cells", "values")}
    more = {key: _more(value, language) for key, value in told.items()}
    return {
        **more,
        "cell": f"{label(first, language)} ({first})" if first else "",
        "cells": "; ".join(named),
        "others": "; ".join(named[1:]),
        "value": shown(facts["value"], language),
        "most": format_number(MOST, language),
        "whole": re.sub("[.,]", "", facts["value"] or ""),
        "fraction": re.sub("[.,]", MARKS[language][1], facts["value"] or "") + "0",
        "expected": _shown(facts["expected"], language),
        "relation": RELATIONS[language][facts["relation"]],
    }


def _more(value: Any, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(_more(each, language) for each in value)
    return str(value[language] if isinstance(value, dict) else value)


def _text(value: Decimal | str | None) -> str | None:
    return None if value is None else str(value) if isinstance(value, str) else f"{value:f}"


def _as_written(value: str | None, language: str) -> str:
    return BLANK[language] if value is None else f"“{value}”"


def _shown(value: str | None, language: str) -> str:
    if value is None:
        return BLANK[language]
    try:
        if NUMBER.fullmatch(value):  # Decimal itself reads “NaN”, “1e5” and “1_000” too
            return format_number(Decimal(value), language)
    except ArithmeticError:
        pass
    return f"“{value}”"
