"""Making a house ready: tables, definitions, periods, tree, map, first account. Every step may be repeated."""

import secrets
from collections.abc import Callable

from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _

from giamsat.analysis.early_warning import services as early_warning
from giamsat.analysis.indicators import services as indicators
from giamsat.foundation.access import services as access
from giamsat.foundation.catalogue import services as catalogue
from giamsat.foundation.units import services as units
from giamsat.intake.quality import services as quality
from giamsat.intake.sources import services as sources
from giamsat.lib import clock

Say = Callable[[str], object]


def migrate(say: Say) -> None:
    say(_("Tables"))
    call_command("migrate", verbosity=0, interactive=False)


def load_definitions(say: Say) -> None:
    """Load every reviewed definition; a published version that changed is refused by its room."""
    folder, at = settings.DEFINITIONS_DIR, clock.now()
    say(_("Indicators and breakdowns"))
    catalogue.load_definitions(folder)
    say(_("Forms and reporting calendar"))
    sources.load_definitions(folder, at=at)
    say(_("Rules"))
    quality.load_rules(folder / "rules", at=at)
    say(_("Derived indicators, targets and detectors"))
    indicators.load_definitions(folder, at=at)
    early_warning.load_detectors(folder / "detectors", at=at)


def open_periods(say: Say) -> None:
    """Those of this year; the worker opens the next year's when it begins."""
    say(_("Reporting periods"))
    sources.open_periods([clock.today().year])


def load_tree(say: Say) -> None:
    say(_("Organisation tree"))
    units.load_territory(settings.DEFINITIONS_DIR / "territory")
    say(_("Schematic map"))
    units.build_schematic()


def prepare(say: Say) -> None:
    """All of it, in order."""
    migrate(say)
    load_definitions(say)
    open_periods(say)
    load_tree(say)


def first_administrator(username: str) -> str | None:
    """Make the first account when there is none; returns its one-time password, else None."""
    if access.any_account():
        return None
    password = f"{secrets.token_urlsafe(12)}-Aa1"
    access.create_first_administrator(username, password, at=clock.now())
    return password
