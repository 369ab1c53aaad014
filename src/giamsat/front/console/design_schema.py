"""Which fields each kind of definition has on the page."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue.choices import Additivity, GoodWhen
from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.front.console.design_fields import (
    Choice,
    Day,
    Either,
    Field,
    Group,
    Listed,
    Many,
    Several,
    Text,
    Whole,
    Words,
    YesNo,
)
from giamsat.front.console.viewer import language
from giamsat.intake.designs.choices import Kind, Outcome
from giamsat.intake.quality.choices import Effect, Severity, Stage
from giamsat.intake.sources.choices import Basis

PERIOD_KINDS = (
    ("M", _("month")),
    ("Q1", _("first quarter")),
    ("6M", _("6 months")),
    ("9M", _("9 months")),
    ("Y", _("year")),
    ("T", _("term")),
)
EACH = (
    ("cell", _("each cell: the expression calls it this")),
    ("column", _("each column in which the named cells stand")),
    ("report", _("once a report, of its totals")),
)
BASES = ((Basis.OWN.value, Basis.OWN.label), (Basis.CONSOLIDATED.value, Basis.CONSOLIDATED.label))
YES_OR_NO = (("true", _("yes")), ("false", _("no")))


def words(
    name: str, label: Words, *, needed: bool = True, rows: int = 1, help: Words = "", aside: bool = False
) -> Group:
    """The same said in each language."""
    fields = [
        Text(code, language_name, needed=needed, rows=rows)
        for code, language_name in (("vi", _("Vietnamese")), ("en", _("English")))
    ]
    return Group(
        name,
        label,
        fields=fields,
        needed=needed,
        help=help,
        kind="words",
        wide=True,
        aside=aside,
    )


def only(name: str, label: Words, *, aside: bool = False) -> Group:
    return Group(
        name,
        label,
        kind="folded",
        wide=True,
        aside=aside,
        fields=(
            Several("additivity", _("Additivity"), options=lambda: Additivity.choices),
            Either("counts_persons", _("Counts persons"), options=lambda: YES_OR_NO, blank=_("either")),
            Either("required", _("Required cell"), options=lambda: YES_OR_NO, blank=_("either")),
            Either("total", _("Total, no breakdown"), options=lambda: YES_OR_NO, blank=_("either")),
            Either("whole", _("Whole numbers"), options=lambda: YES_OR_NO, blank=_("either")),
            Listed("codes", _("These indicators alone"), help=_("Codes with commas between: B02, B04.")),
        ),
    )


VALID_FROM = Day(
    "valid_from", _("Valid from"), needed=True, help=_("Periods before it keep the version they have.")
)
ENDS = YesNo(
    "ends",
    _("Ends here"),
    help=_("From that day on nothing of it is asked any more; earlier periods keep the version before."),
)


def _formula(name: str, label: Words, help: Words, *, needed: bool = False, rows: int = 2) -> Text:
    return Text(
        name,
        label,
        help=help,
        needed=needed,
        rows=rows,
        mono=True,
        wide=True,
        kind="formula",
        aside=not needed,
    )  # type: ignore[arg-type]


CHECK = (
    _formula("expression", _("What must hold"), "", needed=True, rows=3),
    _formula("when", _("Assessed only when"), _("Where this does not hold, nothing is said.")),
    _formula("unless", _("Excused when"), _("A figure that is wrong but excused is no finding.")),
    _formula("value", _("Figure that the finding shows"), _("Without it: the left side."), rows=1),
    _formula("expected", _("Held against"), _("Without it: the right side."), rows=1),
    Choice(
        "each", _("Asked of, when other than above"), options=lambda: EACH, blank=_("as above"), aside=True
    ),
    Choice(
        "severity",
        _("Severity, when other than above"),
        options=lambda: Severity.choices,
        blank=_("as above"),
        aside=True,
    ),
    only("only", _("Narrowed for this check"), aside=True),
    words("sentence", _("Sentence of its own"), needed=False, rows=2, aside=True),
)

RULE: Sequence[Field] = (
    VALID_FROM,
    Choice("severity", _("Severity"), needed=True, options=lambda: Severity.choices),
    Choice("each", _("Asked of"), needed=True, options=lambda: EACH),
    Choice("basis", _("Reports with"), options=lambda: BASES, blank=_("own and consolidated figures")),
    Several(
        "periods", _("Kinds of period"), options=lambda: PERIOD_KINDS, help=_("None ticked: all."), wide=True
    ),
    Several(
        "runs",
        _("When it is asked"),
        options=lambda: Stage.choices,
        help=_("None ticked: as figures arrive, and what blocks when they are sent."),
        wide=True,
    ),
    Choice("effect", _("Effect"), options=lambda: Effect.choices, blank=_("none but the finding")),
    ENDS,
    words("name", _("Name")),
    words("source", _("Legal basis and source")),
    words(
        "sentence",
        _("Sentence of the finding"),
        rows=2,
        help=_("Placeholders: {cell} {cells} {others} {value} {relation} {expected} {decimals} {missing}"),
    ),
    only("only", _("Narrowed to cells")),
    Many(
        "checks", _("Checks"), fields=CHECK, noun=_("check"), needed=True, blank={"expression": ""}, wide=True
    ),
    Text("note", _("Note"), rows=3, wide=True),
)
EXAMPLES = Many(
    "examples",
    _("Reports worked by hand"),
    noun=_("report"),
    wide=True,
    needed=True,
    blank={"name": "", "outcome": Outcome.HOLDS.value, "figures": ""},
    fields=(
        Text("name", _("What it shows"), needed=True),
        Choice("outcome", _("The rule must say"), needed=True, options=lambda: Outcome.choices),
        Text(
            "figures",
            _("Figures"),
            rows=4,
            needed=True,
            wide=True,
            kind="figures",
            help=_(
                "A line each: B04 = 5, D01.lvl=XA = 2, prev(B04) = 3, same_period(1, B04) = 4; a blank: B04 ="
            ),
        ),
    ),
    help=_(
        "Before publication at least one that holds and one that does not; all must come out as said here."
    ),
)


def _breakdowns() -> list[tuple[str, str]]:
    dimensions = catalogue.dimensions()
    return [
        (
            key,
            f"{dimensions[each.dimension].name(language())}: {each.name(language())}"
            if key
            else each.name(language()),
        )
        for key, each in catalogue.breakdowns().items()
        if not key or each.dimension in dimensions
    ]


def _parts() -> list[tuple[str, str]]:
    return [each for each in _breakdowns() if each[0]]


def _indicator_name(code: str) -> str:
    known = catalogue.indicators()
    return known[code].name(language()) if code in known else ""


def _levels() -> list[tuple[str, str]]:
    return [(word.code, _of(word)) for word in catalogue.once(_level_words).values()]


def _unit_kinds() -> list[tuple[str, str]]:
    return [(word.code, _of(word)) for word in catalogue.once(_kind_words).values()]


def _level_words() -> dict[str, Any]:
    return units.words(Topic.LEVEL)


def _kind_words() -> dict[str, Any]:
    return units.words(Topic.KIND)


def _of(word: Any) -> str:
    return str(word.name_en if language() == "en" else word.name_vi)


def _groups() -> list[tuple[str, str]]:
    return [(each.code, f"{each.code} – {each.name(language())}") for each in catalogue.groups()]


def _dimensions() -> list[tuple[str, str]]:
    return [(code, each.name(language())) for code, each in catalogue.dimensions().items()]


COLUMN = (
    Choice("breakdown", _("Breakdown"), needed=True, options=_breakdowns),
    words("name", _("Heading"), help=_("Left empty: as the breakdown is called.")),
)
ROW = (
    Text("indicator", _("Indicator"), needed=True, offers="indicators", tells=_indicator_name),
    Choice("breakdown", _("Part of it"), options=_parts, blank=_("as the columns say")),
    YesNo("required", _("Required"), needed=True),
    words("help", _("Help for whoever fills it in"), needed=False),
)
SECTION = (
    words("title", _("Title of the section")),
    Many(
        "columns",
        _("Columns"),
        fields=COLUMN,
        noun=_("column"),
        needed=True,
        table=True,
        blank={"breakdown": "", "name": {"vi": "", "en": ""}},
    ),
    Many(
        "rows",
        _("Rows"),
        fields=ROW,
        noun=_("row"),
        needed=True,
        table=True,
        blank={"indicator": "", "required": True},
        help=_("Type a code or part of a name; the catalogue is offered."),
    ),
)
FORM: Sequence[Field] = (
    VALID_FROM,
    Text("legal_basis", _("Legal basis"), wide=True),
    words("name", _("Name")),
    Several("period_kinds", _("Kinds of period"), needed=True, options=lambda: PERIOD_KINDS, wide=True),
    Several("levels", _("Levels"), needed=True, numbers=True, options=_levels),
    Several("bases", _("Reports with"), needed=True, options=lambda: BASES),
    Text("family", _("Family"), help=_("Forms that ask the same of different levels share it.")),
    Listed("numbers", _("Official numbers"), needed=True, help=_("With commas: BM05, BM06.")),
    Listed("groups", _("Chapters of the catalogue"), needed=True),
    YesNo("reconstruction", _("Reconstruction"), help=_("The official text was not at hand.")),
    ENDS,
    Many(
        "sections",
        _("Sections"),
        fields=SECTION,
        noun=_("section"),
        needed=True,
        wide=True,
        blank={"title": {"vi": "", "en": ""}, "columns": [], "rows": []},
    ),
)
INDICATOR: Sequence[Field] = (
    Choice("group", _("Chapter"), needed=True, options=lambda: catalogue.once(_groups)),
    words("name", _("Name")),
    words("unit", _("Unit of measure")),
    Choice("additivity", _("Additivity"), needed=True, options=lambda: Additivity.choices),
    Choice("good_when", _("Good when"), needed=True, options=lambda: GoodWhen.choices),
    Whole("decimals", _("Decimals")),
    YesNo(
        "counts_persons", _("Counts persons"), needed=True, help=_("Numbers of 1 to 4 are then protected.")
    ),
    YesNo("core", _("Core indicator"), needed=True),
    Text(
        "layer",
        _("Layer"),
        needed=True,
        help=_("none, or where its figures stand together: inspection.members"),
    ),
    Several("dimensions", _("Broken down by"), needed=True, options=_dimensions, wide=True),
)


def _cut_off(kind: str, label: Words, *, month: bool) -> Group:
    fields = [Whole("day", _("Day"))] + ([Whole("month", _("Month"))] if month else [])
    return Group(kind, label, fields=fields)  # type: ignore[arg-type]


DUTY = (
    Several("unit_kinds", _("Units"), needed=True, options=_unit_kinds, wide=True),
    Listed("forms", _("Forms"), needed=True, wide=True),
    Several("period_kinds", _("Kinds of period"), needed=True, options=lambda: PERIOD_KINDS, wide=True),
    Choice("basis", _("Figures"), needed=True, options=lambda: BASES),
    Whole("due_working_days", _("Working days after the cut-off"), needed=True),
)
WEEKDAYS = (
    ("0", _("Monday")), ("1", _("Tuesday")), ("2", _("Wednesday")), ("3", _("Thursday")), ("4", _("Friday")),
    ("5", _("Saturday")), ("6", _("Sunday")),
)  # fmt: skip
WORKING_DAYS = (
    Several("weekend", _("Weekend"), needed=True, numbers=True, options=lambda: WEEKDAYS, wide=True),
    Listed("solar", _("Holidays of the solar year"), needed=True, help=_("Month-day: 04-30, 09-02.")),
    Listed("lunar", _("Holidays of the lunar year"), needed=True, help=_("Month-day of the lunar calendar.")),
    YesNo("lunar_new_year_eve", _("Eve of the lunar new year"), needed=True),
    Listed("days_off", _("Single days off"), needed=True, days=True, help=_("Days with commas: 05/01/2027.")),
    Listed(
        "days_on", _("Single days worked"), needed=True, days=True, help=_("Worked in lieu of a day off.")
    ),
)
CALENDAR: Sequence[Field] = (
    VALID_FROM,
    Text("legal_basis", _("Legal basis"), wide=True),
    Group(
        "cut_offs",
        _("Cut-offs"),
        kind="group",
        wide=True,
        needed=True,
        help=_("Without a month it is the last month of the period."),
        fields=[_cut_off(kind, label, month=kind != "M") for kind, label in PERIOD_KINDS],
    ),
    Group("working_days", _("Working days"), wide=True, needed=True, fields=WORKING_DAYS),
    Many(
        "obligations",
        _("Who owes what"),
        fields=DUTY,
        noun=_("duty"),
        needed=True,
        wide=True,
        blank={"unit_kinds": [], "forms": [], "basis": "own", "period_kinds": [], "due_working_days": 5},
    ),
)
SCHEMAS: dict[str, Sequence[Field]] = {
    Kind.FORM: FORM,
    Kind.INDICATOR: INDICATOR,
    Kind.RULE: RULE,
    Kind.CALENDAR: CALENDAR,
}


def offers(kind: str) -> dict[str, list[tuple[str, str]]]:
    """Lists to choose from while typing."""
    if kind != Kind.FORM:
        return {}
    return {"indicators": [(code, each.name(language())) for code, each in catalogue.indicators().items()]}


def name_columns(content: dict[str, Any]) -> None:
    """A column without a heading is called as its breakdown is."""
    known = catalogue.breakdowns()
    for section in content.get("sections", ()):
        for column in section["columns"]:
            found = known.get(column["breakdown"])
            if found and not any(column["name"].values()):
                column["name"] = {"vi": found.name_vi, "en": found.name_en}
