"""What each kind of definition asks for: how it is checked, published and read again, by the room it belongs to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from giamsat.foundation.catalogue.errors import Problem
from giamsat.foundation.catalogue.services import Loaded
from giamsat.intake.designs.choices import Kind
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services as quality_services
from giamsat.lib.periods import Period

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Published:
    """One version as published, whatever its kind."""

    kind: str
    code: str
    version: int
    content: Content
    name_vi: str
    name_en: str
    valid_from: date | None
    valid_to: date | None
    published_at: datetime | None

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


@dataclass(frozen=True, slots=True)
class Doors:
    """How one kind is worked with.

    ``governs`` says whether a version that is valid from a day decides about a period, with the day of its cut-off.
    """

    code: re.Pattern[str]
    example: str
    blank: Callable[[str], Content]
    problems: Callable[[Any], list[Problem]]
    publish: Callable[[Content, datetime], Loaded]
    published: Callable[[], list[Published]]
    as_file: Callable[[Content], Any]
    file_name: Callable[[Content], str]
    governs: Callable[[date, Period, date], bool]


def _blank_rule(code: str) -> Content:
    return {
        "code": code,
        "severity": "W",
        "name": {"vi": "", "en": ""},
        "source": {"vi": "", "en": ""},
        "each": "column",
        "sentence": {
            "vi": "{cell} là {value}, phải {relation} {expected} ({others}).",
            "en": "{cell} is {value}; it must be {relation} {expected} ({others}).",
        },
        "checks": [{"expression": ""}],
    }


def _published_rules() -> list[Published]:
    rows = quality.published_rules()
    ends = _ends_by_next([(row.code, row.valid_from) for row in rows])
    return [
        Published(
            Kind.RULE,
            row.code,
            row.version,
            row.content,
            row.name_vi,
            row.name_en,
            row.valid_from,
            row.valid_from if row.ends else end,
            row.published_at,
        )
        for row, end in zip(rows, ends, strict=True)
    ]


def _ends_by_next(begun: list[tuple[str, date]]) -> list[date | None]:
    """Where each version ends: where the next of its code begins. By code, then version."""
    following = [*begun[1:], ("", date.min)]
    return [
        after if code == next_code else None
        for (code, _), (next_code, after) in zip(begun, following, strict=True)
    ]


def _one_file(content: Content) -> str:
    return f"{content['code']}.v{content['version']}.yaml"


DOORS: dict[str, Doors] = {
    Kind.RULE: Doors(
        code=re.compile(r"R-[0-9A-Z]{2,6}"),
        example="R-50",
        blank=_blank_rule,
        problems=quality.problems_of,
        publish=lambda content, at: quality_services.publish_rule(content, at=at),
        published=_published_rules,
        as_file=lambda content: content,
        file_name=lambda content: f"rules/{_one_file(content)}",
        governs=lambda valid_from, period, _cut_off: period.ends_on >= valid_from,
    ),
}
