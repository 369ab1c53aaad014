"""One draft: its fields, what stands against it, how it differs from the version before; save, withdraw, publish."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.units import queries as units
from giamsat.front.console import design_fields
from giamsat.front.console.before_eyes import version_seen
from giamsat.front.console.design import YAML, changed_lines, may, writer_of
from giamsat.front.console.design_acts import act_on
from giamsat.front.console.design_preview import preview_of
from giamsat.front.console.design_schema import EXAMPLES, SCHEMAS, name_columns, offers
from giamsat.front.console.design_trial import choices_of, trial_asked
from giamsat.front.console.exports import download
from giamsat.front.console.viewer import Viewer
from giamsat.intake.designs import queries as designs
from giamsat.intake.designs import services
from giamsat.intake.designs.choices import Kind
from giamsat.lib.refusals import Refusal


@dataclass
class Typed:
    """A draft's text as it stands in the fields, saved or not."""

    content: dict[str, Any]
    examples: list[dict[str, Any]]

    def as_draft(self, draft: Any) -> Any:
        """The draft as if it were saved so; it is not."""
        draft.content = {**self.content, "code": draft.code, "version": draft.version}
        draft.examples = self.examples
        return draft


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def design_draft(request: HttpRequest, number: int) -> HttpResponse:
    """A draft and its fields. A save that comes too late keeps both texts: theirs stored, this one in the fields."""
    viewer = writer_of(request)
    draft = designs.draft(number)
    if request.method != "POST":
        return page(request, viewer, draft)
    viewer.require("definition.draft", units.centre())
    typed, focus = _typed(request, draft)
    try:
        saved = services.save_draft(
            number,
            content=typed.content,
            examples=typed.examples,
            seen=version_seen(request),
            by=viewer.account,
            at=viewer.at,
        )
    except Refusal as refusal:
        return page(request, viewer, typed.as_draft(draft), refusal=refusal)
    if not focus:
        messages.success(request, _("Saved. Below is what still stands against publication, if anything."))
    address = reverse("console:design_draft", args=[saved.pk])
    return redirect(f"{address}?at={focus}#i-{focus.replace('.', '-')}" if focus else address)


@login_required
@require_POST
def design_try(request: HttpRequest, number: int) -> HttpResponse:
    """Put the rule, as it was saved, to reports of the past."""
    viewer = writer_of(request)
    draft = designs.draft(number)
    try:
        trial = trial_asked(request, viewer, draft)
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        return page(request, viewer, draft, trial={"refusal": refusal})
    return page(request, viewer, draft, trial=trial)


@login_required
@require_POST
def design_withdraw(request: HttpRequest, number: int) -> HttpResponse:
    viewer = writer_of(request)
    try:
        draft = services.withdraw_draft(
            number, why=request.POST.get("reason", ""), by=viewer.account, at=viewer.at
        )
    except Refusal as refusal:
        if refusal.status == 403:
            raise
        return page(request, viewer, designs.draft(number), act_refusal=refusal)
    messages.success(request, _("Draft %(name)s is withdrawn.") % {"name": draft})
    return redirect("console:design")


@login_required
@require_POST
def design_publish(request: HttpRequest, number: int) -> HttpResponse:
    """Another person than its authors makes it a version."""
    viewer = writer_of(request)
    try:
        draft = services.publish_draft(number, seen=version_seen(request), by=viewer.account, at=viewer.at)
    except Refusal as refusal:
        if isinstance(refusal, NotAllowed):
            raise
        return page(request, viewer, designs.draft(number), act_refusal=refusal)
    messages.success(request, _("%(name)s is published.") % {"name": draft})
    return redirect("console:design_published", draft.kind, draft.code, draft.version)


@login_required
@require_safe
def design_yaml(request: HttpRequest, number: int) -> HttpResponse:
    """The draft as a file, to be reviewed with others before it is published anywhere."""
    writer_of(request)
    draft = designs.draft(number)
    name = designs.file_name(draft.kind, draft.content).rpartition("/")[2]
    return download(designs.as_yaml(draft.kind, draft.content).encode(), name, YAML)


def page(
    request: HttpRequest,
    viewer: Viewer,
    draft: Any,
    *,
    refusal: Refusal | None = None,
    act_refusal: Refusal | None = None,
    trial: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page of a draft, with what was refused where it was done."""
    problems = designs.problems(draft)
    before = designs.newest(draft.kind, draft.code)
    has_examples = draft.kind == Kind.RULE
    faults = [*problems, *designs.readable_examples(draft.examples)]
    nodes = design_fields.bind(SCHEMAS[draft.kind], draft.content, faults)
    examples = (
        design_fields.bind([EXAMPLES], {"examples": draft.examples}, faults)[0] if has_examples else None
    )
    context = {
        "draft": draft,
        "name": draft.name(viewer.language),
        "kind": Kind(draft.kind),
        "nodes": nodes,
        "examples": examples,
        "answers": designs.answers(draft) if has_examples and not problems else [],
        "elsewhere": design_fields.unplaced(faults, [*nodes, *([examples] if examples else [])]),
        "obstacles": designs.obstacles(draft) if draft.is_open else [],
        "before": before,
        "lines": changed_lines(designs.difference(before.content, draft.content)) if before else [],
        "writable": draft.is_open and may(viewer, "definition.draft"),
        "may_publish": draft.is_open and may(viewer, "definition.publish"),
        "own": viewer.account.pk in draft.authors,
        "focus": request.GET.get("at", ""),
        "seen": draft.revision,
        "refusal": refusal,
        "act_refusal": act_refusal,
        "their_lines": changed_lines(refusal.facts.get("diff", "")) if refusal else [],
        "words": designs.vocabulary() if has_examples else (),
        "trial": trial,
        "offers": offers(draft.kind),
        **({} if problems else preview_of(draft, before, viewer)),
        **(choices_of(request, viewer) if has_examples else {}),
    }
    told = refusal or act_refusal or (trial or {}).get("refusal")
    return render(request, "console/design_draft.html", context, status=told.status if told else 200)


def _typed(request: HttpRequest, draft: Any) -> tuple[Typed, str]:
    """What stands in the fields, after the act of the button that was pressed; and the item it was about."""
    schema = SCHEMAS[draft.kind]
    content = design_fields.read_all(schema, request.POST)
    examples = (
        design_fields.read_all([EXAMPLES], request.POST) if draft.kind == Kind.RULE else {"examples": []}
    )
    name_columns(content)
    act = request.POST.get("act", "")
    focus = ""
    if act:
        whole = {**content, **examples}
        focus = act_on(whole, [*schema, EXAMPLES], act)
        examples = {"examples": whole.pop("examples")}
        content = whole
    return Typed(content, examples["examples"]), focus
