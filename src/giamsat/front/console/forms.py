"""What the working pages take from a person. Limits are on the text; meaning is checked by the rooms."""

from datetime import date, timedelta
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.errors import UnitNotFound
from giamsat.front.console.errors import FilterNotRead
from giamsat.front.console.verbs import verb_choices
from giamsat.intake.quality.choices import ObjectionState
from giamsat.lib import attachments, clock
from giamsat.lib.text import FEWEST_LETTERS_OF_A_REASON, letters_in

LONGEST_TEXT = 4_000
LARGEST_READ = 100_000_000  # bytes


class DayInput(forms.DateInput):
    """Written as the house writes days, whatever the browser's country; ``<gs-day>`` adds the calendar."""

    def __init__(self) -> None:
        written = {"class": "form-control", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(format="%d/%m/%Y", attrs={**written, "placeholder": _("dd/mm/yyyy")})

    def render(self, *args: Any, **options: Any) -> SafeString:
        return format_html("<gs-day>{}</gs-day>", super().render(*args, **options))


class DayField(forms.DateField):
    """A day as people write it, 25/10/2026, with any of the usual marks between; or as programs do."""

    widget = DayInput
    default_error_messages = {"invalid": _("Write the day as day/month/year, for example 25/10/2026.")}

    def __init__(self, **options: Any) -> None:
        in_reach = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))]
        written = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]
        super().__init__(input_formats=written, validators=in_reach, **options)


class SentFile(forms.FileField):
    """A file whose room says what is wrong with it, its size included; what would fill the memory is not read."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if (file.size or 0) > LARGEST_READ:
            raise forms.ValidationError(
                _("The file is larger than 100 MB and was not read. Send the filled form alone.")
            )
        return file


def _words(rows: int = 3, **attributes: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control", **attributes})


class EnoughLetters(MinLengthValidator):
    """Counted as the rooms count them."""

    message = _("Say it in at least %(limit_value)d letters.")

    def clean(self, x: Any) -> int:
        return letters_in(x)


class ReasonField(forms.CharField):
    """Words that somebody else must understand."""

    def __init__(self, **options: Any) -> None:
        enough = EnoughLetters(FEWEST_LETTERS_OF_A_REASON)
        super().__init__(max_length=LONGEST_TEXT, validators=[enough], **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "minlength": str(FEWEST_LETTERS_OF_A_REASON)}


class LateOpeningForm(forms.Form):
    """Until when, and why."""

    until = DayField(label=_("Open until the end of"))
    reason = ReasonField(
        label=_("Reason"),
        widget=_words(),
        help_text=_("The unit reads it, and it stays in the trail."),
    )


class ReasonForm(forms.Form):
    """Why: for sending back, dismissing, returning. The unit reads it, so one word is not enough."""

    reason = ReasonField(
        label=_("Reason"),
        widget=_words(),
        error_messages={"min_length": _("Say why in at least %(limit_value)d letters; the unit reads it.")},
    )


class ExplanationForm(forms.Form):
    """A unit's explanation of a finding that asks for one."""

    text = ReasonField(label=_("Explanation"), widget=_words(2))


class AskForm(forms.Form):
    """A request for explanation: what is asked, and by when."""

    text = ReasonField(label=_("What is to be explained"), widget=_words())
    due_on = DayField(label=_("Answer by"))

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on <= clock.today():
            raise forms.ValidationError(_("Choose a day after today, so that the unit has time to answer."))
        return due_on

    @staticmethod
    def usual_due_on() -> date:
        return clock.today() + timedelta(days=7)


class AttachedFile(forms.FileField):
    """A document beside what people write, of the kinds that are taken."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.FileInput(attrs={"class": "form-control"}), **options)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > attachments.LARGEST:
            raise forms.ValidationError(_("The document is larger than 10 MB. Send a smaller one."))
        if PurePath(file.name or "").suffix.lower() not in attachments.ENDINGS:
            raise forms.ValidationError(
                _("This kind of file is not taken. Send one of: %(endings)s."),
                params={"endings": ", ".join(sorted(attachments.ENDINGS))},
            )
        return file


class AnswerForm(forms.Form):
    """The unit's answer: words, and a document when there is one."""

    text = ReasonField(label=_("Answer"), widget=_words(6))
    file = AttachedFile(label=_("Document (optional)"))


class ObjectionForm(forms.Form):
    """A unit's objection to one part of a score; ``seen``: the share that was looked at."""

    part = forms.CharField(max_length=12, widget=forms.HiddenInput)
    seen = forms.DecimalField(max_digits=7, decimal_places=6, widget=forms.HiddenInput)
    reason = ReasonField(label=_("What is wrong with this assessment, and why"), widget=_words(3))
    file = AttachedFile(label=_("Document (optional)"))


class ObjectionAnswerForm(forms.Form):
    """The answer of the level above: upheld, or corrected to a share."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (ObjectionState.UPHELD.value, _("Uphold the assessment")),
            (ObjectionState.CORRECTED.value, _("Correct the assessment")),
        ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )
    share = forms.DecimalField(
        label=_("Right value of the part, 0 to 100; empty: leave the part out of the score"),
        required=False,
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "any"}),
    )
    answer = ReasonField(label=_("Reason"), widget=_words(4))


class UploadForm(forms.Form):
    """A filled Excel template."""

    file = SentFile(
        label=_("Filled Excel template"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".xlsx,.xls,.xlsm,.csv"}),
    )


def _verbs() -> list[tuple[str, Any]]:
    return [("", _("All")), *verb_choices()]


class TrailFilter(forms.Form):
    """Which part of the audit trail to read. What cannot be read as a filter is left out and said so."""

    since = DayField(label=_("From day"), required=False)
    until = DayField(label=_("To day"), required=False)
    who = forms.CharField(label=_("Who"), required=False, max_length=100)
    verb = forms.ChoiceField(label=_("What was done"), required=False, choices=_verbs)
    subject = forms.CharField(label=_("On what"), required=False, max_length=200)
    unit = forms.CharField(label=_("Unit code"), required=False, max_length=32)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = f"form-{'select' if name == 'verb' else 'control'} form-control-sm"

    def clean_unit(self) -> str:
        code: str = self.cleaned_data["unit"]
        if code and not units.all_units().filter(code=code).exists():
            raise forms.ValidationError(str(UnitNotFound(code)))
        return code


def require_read(chosen: forms.Form) -> None:
    """A page says beside a field what it could not read; a list that is taken away could not."""
    if not chosen.is_valid():
        told = [
            f"{chosen[name].label}: {' '.join(map(str, errors))}" for name, errors in chosen.errors.items()
        ]
        raise FilterNotRead(" ".join(told))
