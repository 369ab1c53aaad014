"""Which fields each kind of definition has on the page."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from giamsat.foundation.catalogue.choices import Additivity
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
    YesNo,
)
from giamsat.intake.designs.choices import Kind, Outcome
from giamsat.intake.quality.choices import Effect, Severity
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
    name: str, label: object, *, needed: bool = True, rows: int = 1, help: object = "", third: bool = False
) -> Group:
    """The same said in each language."""
    languages = [("vi", _("Vietnamese")), ("en", _("English")), *([("th", _("Thai"))] if third else [])]
    fields = [
        Text(code, language, needed=needed and code != "th", rows=rows, wide=True)
        for code, language in languages
    ]
    return Group(name, label, fields=fields, needed=needed, help=help, kind="words", wide=True)  # type: ignore[arg-type]


def only(name: str, label: object) -> Group:
    return Group(
        name,
        label,  # type: ignore[arg-type]
        kind="folded",
        wide=True,
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


def _formula(name: str, label: object, help: object, *, needed: bool = False, rows: int = 2) -> Text:
    return Text(name, label, help=help, needed=needed, rows=rows, mono=True, wide=True, kind="formula")  # type: ignore[arg-type]


CHECK = (
    _formula("expression", _("What must hold"), "", needed=True, rows=3),
    _formula("when", _("Assessed only when"), _("Where this does not hold, nothing is said.")),
    _formula("unless", _("Excused when"), _("A figure that is wrong but excused is no finding.")),
    _formula("value", _("Figure that the finding shows"), _("Without it: the left side."), rows=1),
    _formula("expected", _("Held against"), _("Without it: the right side."), rows=1),
    Choice("each", _("Asked of, when other than above"), options=lambda: EACH, blank=_("as above")),
    only("only", _("Narrowed for this check")),
    words("sentence", _("Sentence of its own"), needed=False, rows=2),
)

RULE: Sequence[Field] = (
    VALID_FROM,
    Choice("severity", _("Severity"), needed=True, options=lambda: Severity.choices),
    Choice("each", _("Asked of"), needed=True, options=lambda: EACH),
    Choice("basis", _("Reports with"), options=lambda: BASES, blank=_("own and consolidated figures")),
    Several("periods", _("Kinds of period"), options=lambda: PERIOD_KINDS, help=_("None ticked: all.")),
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
SCHEMAS: dict[str, Sequence[Field]] = {Kind.RULE: RULE}
