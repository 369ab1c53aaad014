"""The board of systems in use: what each part holds and shows, and whether it is up."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from giamsat.foundation.queue import queries as queue
from giamsat.front.console.components import DOWN, WEAK, components
from giamsat.front.console.viewer import viewer_of


@login_required
@require_safe
def systems(request: HttpRequest) -> HttpResponse:
    viewer = viewer_of(request)
    viewer.require_anywhere("system.read")
    parts = components(viewer.at)
    context = {
        "systems": parts,
        "down": sum(part.state == DOWN for part in parts),
        "weak": sum(part.state == WEAK for part in parts),
        "failed": queue.failed_count(),
        "looked_at": viewer.at,
    }
    return render(request, "console/systems.html", context)
