"""What the pages take from a person before a room looks at it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from giamsat.front.console.accounts_forms import ListForm
from giamsat.front.console.forms import LARGEST_READ, UploadForm


@pytest.mark.parametrize("form_class", [UploadForm, ListForm])
@pytest.mark.parametrize(("over", "taken"), [(0, True), (1, False)])
def test_a_file_that_would_fill_the_memory_is_not_read(form_class, over, taken):
    file = SimpleUploadedFile("bieu.xlsx", b"x")
    file.size = LARGEST_READ + over
    form = form_class({}, {"file": file})
    assert form.is_valid() == taken
    assert taken or "was not read" in form.errors["file"][0]
