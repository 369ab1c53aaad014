"""A filled file sent from the entry page: kept as it arrived, and its sender led to the page of what became of it."""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from giamsat.foundation.audit import services as trail
from giamsat.front.console.entry import own_units
from giamsat.front.console.forms import UploadForm
from giamsat.front.console.middleware import explain, wants_json
from giamsat.front.console.viewer import Viewer, viewer_of
from giamsat.front.console.worklist import duties, grouped
from giamsat.intake.observations import services
from giamsat.intake.sources import queries as sources
from giamsat.lib.refusals import Refusal

SEE_OTHER = 303


@login_required
@require_POST
def entry_upload(request: HttpRequest) -> HttpResponse:
    """Taken in or refused, the answer is an address: looking at it again sends nothing again."""
    viewer = viewer_of(request)
    mine = own_units(viewer)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        context = {"upload": form, "units": mine[:3], "may_write": True, "groups": grouped(duties(viewer, mine)),
                   "today": viewer.today}  # fmt: skip
        return render(request, "console/entry.html", context, status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    try:
        receipts = services.receive_file(content, filename=file.name, by=viewer.account, at=viewer.at)
    except Refusal as refusal:
        if wants_json(request):
            return explain(request, refusal)
        return _to_delivery(_kept(viewer, content, file.name))
    if len(receipts) == 1 and receipts[0].report is not None:
        return redirect("console:report", receipts[0].report.pk)
    kept = _kept(viewer, content, file.name)
    facts = {
        "filename": kept.filename,
        "reports": len(receipts),
        "refused": sum(each.refused for each in receipts),
    }
    trail.record(
        "delivery.taken_in", subject=f"delivery:{kept.pk}", by=viewer.actor, at=viewer.at, facts=facts
    )
    return _to_delivery(kept)


def _kept(viewer: Viewer, content: bytes, filename: str) -> Any:
    """What this person has just sent: the newest with these bytes and this name."""
    sent = sources.deliveries_known_to(viewer.account.pk, []).filter(by_id=viewer.account.pk)
    return sent.filter(sha256=hashlib.sha256(content).hexdigest(), filename=filename[:255])[0]


def _to_delivery(kept: Any) -> HttpResponse:
    answer = redirect("console:delivery", kept.pk)
    answer.status_code = SEE_OTHER
    return answer
