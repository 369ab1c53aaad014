"""What the screens call things that each house calls by a word of its own."""

import pytest
from django.conf import settings as django_settings

from giamsat.front.console import screens

PROFILES = {"": ("điểm cầu", "members"), "profiles/inspectorate": ("khu", "size")}


@pytest.mark.parametrize("profile", PROFILES)
def test_words_are_those_of_the_definitions(settings, profile):
    settings.DEFINITIONS_DIR = django_settings.DEFINITIONS_DIR / profile
    points, members = PROFILES[profile]
    assert screens.word("points", "vi") == points
    assert screens.word("members", "en") == members


def test_nothing_is_counted_per_member_where_nobody_knows_the_members(settings):
    settings.DEFINITIONS_DIR = django_settings.DEFINITIONS_DIR / "profiles/inspectorate"
    assert [layer.per for layer in screens.layers({"FI01"})] == [0]
