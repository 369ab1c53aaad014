"""Outlines for the map: the units under the root, or those of one of them."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.errors import MapNotBuilt
from giamsat.front.console.templatetags.desk import named
from giamsat.front.console.viewer import language

KEPT_SECONDS = 3600


@login_required
@require_GET
def shapes(request: HttpRequest) -> HttpResponse:
    """TopoJSON, the archipelagos to name, and what kind of map it is. Outlines are no secret, figures are."""
    facts = units.map_facts()
    if facts is None:
        raise MapNotBuilt(_("the country"))
    stamp = f'"{facts.stamp}-{language()}"'
    if request.headers.get("If-None-Match") == stamp:
        return HttpResponseNotModified()
    within = request.GET.get("within", "")
    content = {
        "map": units.commune_shapes(within) if within else units.province_shapes(),
        "named": {"type": "FeatureCollection", "features": [] if within else _archipelagos()},
        "kind": _("schematic map") if facts.kind == "schematic" else _("official boundaries"),
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    response["ETag"] = stamp
    response["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


def _archipelagos() -> list[dict[str, Any]]:
    """Each with its name, and the unit and the province it belongs to."""
    found = []
    for each in units.labelled_features()["features"]:
        properties = each["properties"]
        unit = units.unit_by_code(properties["unit"])
        above = units.direct_superior(unit)
        found.append(
            {
                **each,
                "properties": {
                    "unit": unit.code,
                    "province": above.code if above else "",
                    "name": properties[f"name_{language()}"],
                    "parent": named(above),
                },
            }
        )
    return found
