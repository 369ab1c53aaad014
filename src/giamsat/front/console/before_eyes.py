"""What somebody who acts had before their eyes. A page says it; without it nobody could tell what came since."""

from django.http import HttpRequest

from giamsat.front.console.errors import NoActsNamed, NoVersionNamed
from giamsat.lib.numbers import counting_number


def version_seen(request: HttpRequest) -> int:
    """The version of a report that its page or its form showed; 0 before the first."""
    version = counting_number(request.POST.get("version", ""))
    if version is None:
        raise NoVersionNamed
    return version


def acts_seen(request: HttpRequest) -> int:
    """How many acts on a warning its page, or that of its request, told of."""
    acts = counting_number(request.POST.get("seen", ""))
    if acts is None:
        raise NoActsNamed
    return acts
