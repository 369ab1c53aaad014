"""The parts of a page that are drawn alike when it opens and when news changes them."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import override

from giamsat.front.console import waiting
from giamsat.front.console.bulletin import Changes
from giamsat.front.console.viewer import Viewer
from giamsat.lib.numbers import format_number

Drawn = Mapping[str, Any]


def drawn(viewer: Viewer, templates: Mapping[str, str], context: Drawn, **figures: Any) -> Changes:
    """Each part as the page would show it to this viewer, and the figures that stand alone.

    A part's template has one root element with ``data-part`` and its name.
    """
    with override(viewer.language):
        changes: Changes = {
            ("part", name): render_to_string(file, dict(context)) for name, file in templates.items()
        }
    changes[("as_of",)] = as_of(viewer)
    changes[("figure", "count.warnings")] = counted(
        waiting.counts(["warnings"], viewer.account, viewer.scope, at=viewer.at)["warnings"], viewer.language
    )
    changes |= {("figure", name): value for name, value in figures.items()}
    return changes


def as_of(viewer: Viewer) -> str:
    """The time at which the figures were looked up, as pages show it."""
    return f"{timezone.localtime(viewer.at):%H:%M:%S}"


def counted(count: int, language: str) -> str:
    """A number on the rail; nothing where nothing waits."""
    return format_number(count, language) if count else ""
