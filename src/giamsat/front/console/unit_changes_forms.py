"""What the pages of changes of units take from a person: one form for each kind, all turned into the same lines."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from giamsat.foundation.units import queries as units
from giamsat.foundation.units import services
from giamsat.foundation.units.choices import ChangeKind, Topic
from giamsat.front.console.forms import DayField, SentFile
from giamsat.front.console.viewer import language

COLUMNS = ("was", "code", "name_vi", "name_en", "kind", "parent")
PARTS, FEWEST_PARTS = 4, 2
CODES = re.compile(r"[\s,;]+")


def _text(label: Any, longest: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=help_text, widget=widget
    )


class ChangeForm(forms.Form):
    """From when, and by whose decision; what is changed is added by each kind."""

    kind = ChangeKind.LIST
    on = DayField(
        label=gettext_lazy("Valid from"),
        help_text=gettext_lazy(
            "The first day of the new units. Periods whose cut-off lies before it are the old ones'."
        ),
    )
    decision = _text(
        gettext_lazy("Decision, number"), 120, help_text=gettext_lazy("For example 30/2026/QH16.")
    )
    decided_on = DayField(label=gettext_lazy("Decided on"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields.update(self.more_fields())
        named = [(word.code, word.name(language())) for word in units.words(Topic.KIND).values()]
        for name, field in self.fields.items():
            if name.startswith("unit_kind"):
                field.choices = [("", "—"), *named]  # type: ignore[attr-defined]

    def more_fields(self) -> dict[str, forms.Field]:
        return {}

    def lines(self) -> list[services.Line]:
        numbered = enumerate(self._lines(), start=1)
        return [services.Line(number, **line) for number, line in numbered]

    def _lines(self) -> Sequence[dict[str, str]]:
        raise NotImplementedError

    def asked(self) -> services.Asked:
        given = self.cleaned_data
        return services.Asked(self.kind, given["on"], given["decision"], given["decided_on"], self.lines())


def _codes(text: str) -> list[str]:
    return [code for code in CODES.split(text.strip()) if code]


def _kind(*, required: bool = True, label: Any = None) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    label = label or gettext_lazy("Kind of unit")
    return forms.ChoiceField(label=label, required=required, widget=widget)


SEVERAL = gettext_lazy("Codes of units that stand today, with spaces or commas between.")
AS_IT_IS = gettext_lazy("Leave blank to keep what it is.")


class MergeForm(ChangeForm):
    kind = ChangeKind.MERGE
    were = _text(gettext_lazy("Units that are merged"), 2_000, help_text=SEVERAL)
    code = _text(
        gettext_lazy("Code of the unit they become"),
        32,
        help_text=gettext_lazy(
            "A new code with a name and a kind; or the code of a unit that stands and takes the others in."
        ),
    )
    name_vi = _text(gettext_lazy("Name in Vietnamese"), 200, required=False)
    name_en = _text(gettext_lazy("Name in English"), 200, required=False)
    unit_kind = _kind(required=False)
    parent = _text(gettext_lazy("Code of its superior"), 32, required=False, help_text=AS_IT_IS)

    def _lines(self) -> Sequence[dict[str, str]]:
        given = self.cleaned_data
        described = _described(given)
        return [
            {"was": was, "code": given["code"], **(described if place == 0 else {})}
            for place, was in enumerate(_codes(given["were"]))
        ]


def _described(given: dict[str, Any]) -> dict[str, str]:
    names = {"name_vi": "name_vi", "name_en": "name_en", "unit_kind": "kind", "parent": "parent"}
    return {column: given[name] for name, column in names.items() if given.get(name)}


class SplitForm(ChangeForm):
    kind = ChangeKind.SPLIT
    was = _text(gettext_lazy("Unit that is divided"), 32)

    def more_fields(self) -> dict[str, forms.Field]:
        found: dict[str, forms.Field] = {}
        for number in range(1, PARTS + 1):
            of, needed = {"n": number}, number <= FEWEST_PARTS
            heir = _("The first part is the heir: accounts, open tasks and reports still owed go on there.")
            found[f"code_{number}"] = _text(
                _("Part %(n)s: code") % of, 32, required=needed, help_text=heir if number == 1 else ""
            )
            found[f"name_vi_{number}"] = _text(_("Part %(n)s: name in Vietnamese") % of, 200, required=needed)
            found[f"name_en_{number}"] = _text(_("Part %(n)s: name in English") % of, 200, required=False)
            found[f"unit_kind_{number}"] = _kind(required=False, label=_("Part %(n)s: kind") % of)
        return found

    def _lines(self) -> Sequence[dict[str, str]]:
        given = self.cleaned_data
        names = ("code", "name_vi", "name_en")
        return [
            {
                "was": given["was"],
                **{name: given[f"{name}_{number}"] for name in names if given[f"{name}_{number}"]},
                "kind": given[f"unit_kind_{number}"],
            }
            for number in range(1, PARTS + 1)
            if given[f"code_{number}"]
        ]


class RenameForm(ChangeForm):
    kind = ChangeKind.RENAME
    was = _text(gettext_lazy("Unit"), 32, help_text=gettext_lazy("Its code, which it keeps."))
    name_vi = _text(gettext_lazy("New name in Vietnamese"), 200)
    name_en = _text(gettext_lazy("New name in English"), 200, required=False)
    unit_kind = _kind(required=False)

    def _lines(self) -> Sequence[dict[str, str]]:
        given = self.cleaned_data
        return [{"was": given["was"], "code": given["was"], **_described(given)}]


class MoveForm(ChangeForm):
    kind = ChangeKind.MOVE
    were = _text(gettext_lazy("Units that move"), 2_000, help_text=SEVERAL)
    parent = _text(gettext_lazy("Code of the superior they move to"), 32)

    def _lines(self) -> Sequence[dict[str, str]]:
        given = self.cleaned_data
        return [
            {"was": was, "code": was, "parent": given["parent"]}
            for was in dict.fromkeys(_codes(given["were"]))
        ]


class CloseForm(ChangeForm):
    kind = ChangeKind.CLOSE
    were = _text(gettext_lazy("Units that end"), 2_000, help_text=SEVERAL)

    def _lines(self) -> Sequence[dict[str, str]]:
        return [{"was": was} for was in _codes(self.cleaned_data["were"])]


class OpenForm(ChangeForm):
    kind = ChangeKind.OPEN
    code = _text(gettext_lazy("Code"), 32)
    name_vi = _text(gettext_lazy("Name in Vietnamese"), 200)
    name_en = _text(gettext_lazy("Name in English"), 200, required=False)
    unit_kind = _kind()
    parent = _text(gettext_lazy("Code of its superior"), 32)

    def _lines(self) -> Sequence[dict[str, str]]:
        return [{"code": self.cleaned_data["code"], **_described(self.cleaned_data)}]


class ListForm(ChangeForm):
    """Many at once, as a file of lines."""

    kind = ChangeKind.LIST
    file = SentFile(
        label=gettext_lazy("List (CSV or Excel)"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".csv,.xlsx"}),
    )
    table: Sequence[Sequence[str]] = ()

    def read(self, table: Sequence[Sequence[str]]) -> None:
        """Take the rows of the file; what is wrong with its heading stands at the field."""
        heading = [cell.strip().lower() for cell in table[0]] if table else []
        unknown = [name for name in heading if name and name not in COLUMNS]
        if not {"was", "code"} <= set(heading) or unknown:
            self.add_error("file", _("The first row names the columns: %s.") % ", ".join(COLUMNS))
            return
        self.table = [dict(zip(heading, row, strict=False)) for row in table[1:]]  # type: ignore[misc]

    def _lines(self) -> Sequence[dict[str, str]]:
        rows: Any = self.table
        lines = ({name: row.get(name, "").strip() for name in COLUMNS} for row in rows)
        return [line for line in lines if any(line.values())]


class WhyForm(forms.Form):
    reason = _text(gettext_lazy("Reason"), 300, help_text=gettext_lazy("It stays on record."))


FORMS: dict[str, type[ChangeForm]] = {
    form.kind.value: form
    for form in (MergeForm, SplitForm, RenameForm, MoveForm, CloseForm, OpenForm, ListForm)
}
