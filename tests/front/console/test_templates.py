"""What a template writes into an address or an id is a number as the machine reads it."""

from django.template import Context, Template
from django.utils import translation


def test_numbers_in_ids_carry_no_thousands_separator():
    with translation.override("vi"):
        assert Template('id="finding-{{ id }}"').render(Context({"id": 1627})) == 'id="finding-1627"'


def test_figures_are_written_as_in_vietnamese():
    with translation.override("vi"):
        shown = Template("{% load desk %}{{ number|figure }}").render(Context({"number": 1627}))
    assert shown == "1.627"
