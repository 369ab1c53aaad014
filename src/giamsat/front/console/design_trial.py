"""The tester of rules: on which reports of the past a draft is tried, and what came out, as one person may see it."""

from typing import Any

from django.http import HttpRequest

from giamsat.analysis.warehouse import queries as warehouse
from giamsat.foundation.units import queries as units
from giamsat.front.console.viewer import Viewer
from giamsat.intake.designs import queries as designs
from giamsat.intake.designs import services
from giamsat.intake.observations import queries as observations
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources.choices import Basis
from giamsat.lib.numbers import format_number

PERIODS_OFFERED, PERIODS_TICKED = 24, 3


def choices_of(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """The forms, periods and kinds of figures that a rule can be tried on."""
    keys = observations.reported_periods()
    periods = [row.key for row in sources.reporting_periods() if row.key in keys][:PERIODS_OFFERED]
    forms = {form.code: form.name(viewer.language) for form in sources.forms()}
    chosen = request.POST.getlist("period") or periods[:PERIODS_TICKED]
    return {
        "forms_offered": [(code, name, code == request.POST.get("form")) for code, name in forms.items()],
        "periods_offered": [(key, key in chosen) for key in periods],
        "bases_offered": [(key, label, key == request.POST.get("basis")) for key, label in Basis.choices],
        "most_periods": designs.MOST_PERIODS,
    }


def trial_asked(request: HttpRequest, viewer: Viewer, draft: Any) -> dict[str, Any]:
    """Run it, and lay it out: counts for everybody who drafts, reports for whoever may read them."""
    readable = viewer.scope.unit_ids
    asked = services.Asked(
        form_code=request.POST.get("form", ""),
        period_keys=request.POST.getlist("period"),
        basis=request.POST.get("basis", Basis.OWN.value),
        readable=readable,
    )
    sight = services.Sight(viewer.scope.small_cell_unit_ids, warehouse.veiled_cells)
    trial = services.try_rule(draft.pk, asked, sight=sight, by=viewer.account, at=viewer.at)
    named = units.all_units().in_bulk([each.unit_id for each in trial.failing])
    return {
        "result": trial,
        "form": asked.form_code,
        "rows": [_row(each, viewer.language) for each in [*trial.periods, trial.total]],
        "failing": [{"report": each, "unit": named[each.unit_id]} for each in trial.failing],
        "reads_some": bool(readable),
    }


def _row(tried: designs.PeriodTried, language: str) -> dict[str, Any]:
    share = "–" if tried.share is None else f"{format_number(tried.share, language, 1)} %"
    return {"tried": tried, "share": share}
