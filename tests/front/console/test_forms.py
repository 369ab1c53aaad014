"""What the pages take from a person before a room looks at it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from giamsat.front.console.accounts_forms import ListForm
from giamsat.front.console.forms import LARGEST_READ, AnswerForm, DayField, ReasonForm, UploadForm


@pytest.mark.parametrize("form_class", [UploadForm, ListForm])
@pytest.mark.parametrize(("over", "taken"), [(0, True), (1, False)])
def test_a_file_that_would_fill_the_memory_is_not_read(form_class, over, taken):
    file = SimpleUploadedFile("bieu.xlsx", b"x")
    file.size = LARGEST_READ + over
    form = form_class({}, {"file": file})
    assert form.is_valid() == taken
    assert taken or "was not read" in form.errors["file"][0]


@pytest.mark.parametrize("typed", ["25/10/2026", " 25/10/2026 ", "25-10-2026", "25.10.2026", "2026-10-25"])
def test_a_day_is_taken_as_people_and_programs_write_it(typed):
    assert DayField().clean(typed) == date(2026, 10, 25)


def test_day_comes_before_month_whatever_the_country_of_the_browser():
    field = DayField()
    assert field.clean("5/10/2026") == date(2026, 10, 5)
    assert 'value="05/10/2026"' in field.widget.render("due_on", date(2026, 10, 5))
    with pytest.raises(ValidationError, match="day/month/year"):
        field.clean("10/25/2026")


@pytest.mark.parametrize(
    ("form_class", "field", "sentence"),
    [
        (ReasonForm, "reason", "Say why in at least 10 letters; the unit reads it."),
        (AnswerForm, "text", "Say it in at least 10 letters."),
    ],
)
def test_a_reason_is_counted_in_letters_as_the_rooms_count_it(form_class, field, sentence):
    assert form_class({field: "2026: 12 345 678 (?)"}).errors[field] == [sentence]
    assert form_class({field: "Nhầm số hội nghị"}).is_valid()
