"""What the pages of accounts take from a person. Whether it may be done is decided by the access room."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.access import queries as access
from giamsat.foundation.access.choices import Language, Standing
from giamsat.foundation.units import queries as units
from giamsat.front.console.forms import DayField, SentFile
from giamsat.front.console.viewer import language
from giamsat.lib import clock
from giamsat.lib.refusals import Refusal

LONGEST_REASON = 300


def _control(**attributes: Any) -> dict[str, Any]:
    return {"class": "form-control", **attributes}


class UnitField(forms.CharField):
    """A unit by its code, chosen from what the picker found."""

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if not code:
            return None
        try:
            return units.unit_by_code(code)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal.message)) from None


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("Decision, letter or occasion; it stays on record."),
        widget=forms.TextInput(attrs=_control()),
    )


class OneOfMany(forms.Form):
    """A form that stands beside others on a page: its fields' ids are its own."""

    ids = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"auto_id": f"{self.ids}_%s", **options})


class WhyForm(OneOfMany):
    """Why something is ended, closed or opened again."""

    ids = "why"
    reason = _reason()


class AccountFilter(forms.Form):
    """Which accounts are looked for."""

    q = forms.CharField(label=_("Name"), required=False, max_length=80)
    unit = UnitField(label=_("Unit code"), required=False, max_length=32)
    role = forms.ChoiceField(label=_("Role"), required=False)
    standing = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Standing.choices]
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(role.code, role.name(language())) for role in access.roles().values()]
        self.fields["role"].choices = [("", _("All")), *named]  # type: ignore[attr-defined]
        for field in self.fields.values():
            kind = "select" if isinstance(field, forms.ChoiceField) else "control"
            field.widget.attrs["class"] = f"form-{kind} form-{kind}-sm"


class NewAccountForm(forms.Form):
    """Who gets an account, and where they work. Rights are given on its page."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=60,
        help_text=_("3 to 60 small letters, digits, dots or hyphens, for example laichau.tonghop"),
        widget=forms.TextInput(attrs=_control(autocapitalize="none", spellcheck="false", autocomplete="off")),
    )
    display_name = forms.CharField(
        label=_("Shown name"), max_length=150, widget=forms.TextInput(attrs=_control(autocomplete="off"))
    )
    unit = UnitField(
        label=_("Unit where they work"),
        error_messages={"required": _("Find the unit by its name or code and choose it.")},
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, widget=forms.Select(attrs={"class": "form-select"})
    )


class _Days(OneOfMany):
    """From one day to another, both included."""

    first_day = DayField(label=_("First day"), initial=clock.today)
    last_day = DayField(label=_("Last day"), required=False)
    reason = _reason()

    def clean(self) -> dict[str, Any]:
        """In the words of the access room: what holds, from a day on, to the day before another."""
        wanted = super().clean() or {}
        first, last = wanted.get("first_day"), wanted.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day comes before the first. Correct one of them."))
        kept = {name: value for name, value in wanted.items() if name not in {"first_day", "last_day"}}
        return {**kept, "valid_from": first, "valid_to": last + timedelta(days=1) if last else None}


class _OverUnit(_Days):
    """The same about a unit, with what is below it or not."""

    unit = UnitField(error_messages={"required": _("Find the unit by its name or code and choose it.")})
    subtree = forms.BooleanField(
        label=_("with everything below it"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    field_order = ("role", "unit", "subtree", "first_day", "last_day", "reason")
    about: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].label = self.about


class GrantForm(_OverUnit):
    """A role over a unit for some days."""

    ids = "right"
    about = _("Over which unit")
    role = forms.ChoiceField(label=_("Role"), widget=forms.Select(attrs={"class": "form-select"}))

    def __init__(self, *args: Any, roles: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [("", _("– choose –")), *((role.code, role.name(language())) for role in roles)]
        self.fields["role"].choices = named  # type: ignore[attr-defined]
        self.fields["last_day"].help_text = _("Leave empty for a right without an end.")


class ConflictForm(_OverUnit):
    """A unit somebody has nothing to do with, for some days."""

    ids = "conflict"
    about = _("About which unit")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subtree"].initial = True


class SubstituteForm(_Days):
    """Who stands in, for which days."""

    ids = "substitute"
    substitute: Any = forms.ModelChoiceField(
        label=_("Who stands in"),
        queryset=None,
        empty_label=_("– choose –"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    field_order = ("substitute", "first_day", "last_day", "reason")

    def __init__(self, *args: Any, principal: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        chosen = self.fields["substitute"]
        chosen.queryset = access.colleagues_of(principal)  # type: ignore[attr-defined]
        chosen.label_from_instance = lambda one: f"{one.display_name} ({one.username})"  # type: ignore[attr-defined]
        self.fields["last_day"].required = True


class ListForm(forms.Form):
    """A list of accounts to open."""

    file = SentFile(
        label=_("Filled list (Excel or CSV)"),
        widget=forms.FileInput(attrs=_control(accept=".xlsx,.csv")),
    )
