"""What each kind of definition asks for: how it is checked, published and read again, by the room it belongs to."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue import services as catalogue_services
from giamsat.foundation.catalogue.errors import Problem
from giamsat.foundation.catalogue.services import Loaded
from giamsat.intake.designs.choices import Kind
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services as quality_services
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
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
    governs: Callable[[date, Period, date], bool] = lambda valid_from, period, _cut_off: (
        period.ends_on >= valid_from
    )


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


def _blank_form(code: str) -> Content:
    return {
        "code": code,
        "family": code,
        "name": {"vi": "", "en": ""},
        "numbers": [],
        "legal_basis": "",
        "groups": [],
        "period_kinds": ["Q1", "6M", "9M", "Y"],
        "levels": [2],
        "bases": ["own"],
        "sections": [
            {
                "title": {"vi": "", "en": ""},
                "columns": [{"breakdown": "", "name": {"vi": "Tổng số", "en": "Total"}}],
                "rows": [{"indicator": "", "required": True}],
            }
        ],
    }


def _published_forms() -> list[Published]:
    return [
        Published(
            Kind.FORM, row.code, row.version, row.content, row.name_vi, row.name_en, row.valid_from, row.valid_to,
            row.published_at,
        )
        for row in sources.forms()
    ]  # fmt: skip


def _blank_indicator(code: str) -> Content:
    return {
        "code": code,
        "group": code[:1],
        "name": {"vi": "", "en": ""},
        "unit": {"vi": "", "en": ""},
        "additivity": "F",
        "dimensions": [],
        "core": False,
        "counts_persons": False,
        "good_when": "none",
        "layer": "none",
        "decimals": 0,
    }


def _problems_of_indicator(content: Content) -> list[Problem]:
    group, entry = _apart(content)
    known = {each.code for each in catalogue.groups()}
    if group not in known:
        return [
            Problem("group", _("There is no chapter %(code)s in the catalogue.") % {"code": group or "–"})
        ]
    earlier = catalogue.indicators().get(content["code"])
    before = earlier.content if earlier and earlier.version < content["version"] else None
    return catalogue.problems_of_indicator(group, entry, dimensions=catalogue.dimensions(), before=before)


def _apart(content: Content) -> tuple[str, Content]:
    """The chapter, and the indicator as its file says it there."""
    return content.get("group", ""), {name: value for name, value in content.items() if name != "group"}


def _publish_indicator(content: Content, _at: datetime) -> Loaded:
    return catalogue_services.publish_indicator(*_apart(content))


def _published_indicators() -> list[Published]:
    return [
        Published(
            Kind.INDICATOR, row.code, row.version, {**row.content, "group": row.group_id}, row.name_vi, row.name_en,
            None, None, None,
        )
        for row in catalogue.indicator_versions()
    ]  # fmt: skip


def _indicator_file(content: Content) -> Any:
    group, entry = _apart(content)
    titles = {each.code: {"vi": each.name_vi, "en": each.name_en} for each in catalogue.groups()}
    return {"group": {"code": group, "name": titles.get(group, {})}, "indicators": [entry]}


def _blank_calendar(code: str) -> Content:
    return {"code": code, "cut_offs": {}, "working_days": {}, "obligations": []}


def _published_calendars() -> list[Published]:
    rows = sources.calendars()
    ends = [row.valid_from for row in rows[1:]]
    return [
        Published(
            Kind.CALENDAR, row.code, row.version, row.content, row.code, row.code, row.valid_from, end, None
        )
        for row, end in zip(rows, [*ends, None], strict=True)
    ]


def _calendar_file(content: Content) -> Any:
    """All versions stand in one file, below the days of reminders, which are part of none."""
    told = sources.reminders()
    reminders = {"before": [*told.before], "after": [*told.after]}
    others = [row.content for row in sources.calendars()]
    others = [
        each for each in others if (each["code"], each["version"]) != (content["code"], content["version"])
    ]
    return {
        "reminders": reminders,
        "calendars": sorted([*others, content], key=lambda each: (each["code"], each["version"])),
    }


DOORS: dict[str, Doors] = {
    Kind.FORM: Doors(
        code=re.compile(r"BM[0-9A-Z]{1,8}"),
        example="BM30",
        blank=_blank_form,
        problems=sources.problems_of_form,
        publish=lambda content, at: sources_services.publish_form(content, at=at),
        published=_published_forms,
        as_file=lambda content: content,
        file_name=lambda content: f"forms/{_one_file(content)}",
        governs=lambda valid_from, _period, cut_off: cut_off >= valid_from,
    ),
    Kind.INDICATOR: Doors(
        code=re.compile(r"[A-Z]{1,2}[0-9]{2,3}"),
        example="D14",
        blank=_blank_indicator,
        problems=_problems_of_indicator,
        publish=_publish_indicator,
        published=_published_indicators,
        as_file=_indicator_file,
        file_name=lambda content: f"indicators/{_one_file(content)}",
    ),
    Kind.RULE: Doors(
        code=re.compile(r"R-[0-9A-Z]{2,6}"),
        example="R-50",
        blank=_blank_rule,
        problems=quality.problems_of,
        publish=lambda content, at: quality_services.publish_rule(content, at=at),
        published=_published_rules,
        as_file=lambda content: content,
        file_name=lambda content: f"rules/{_one_file(content)}",
    ),
    Kind.CALENDAR: Doors(
        code=re.compile(r"[a-z][a-z_]{1,30}"),
        example="statistics",
        blank=_blank_calendar,
        problems=sources.problems_of_calendar,
        publish=lambda content, _at: sources_services.publish_calendar(content),
        published=_published_calendars,
        as_file=_calendar_file,
        file_name=lambda _content: "calendar.yaml",
    ),
}
