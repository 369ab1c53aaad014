"""What a house of the profile holds, as its readers would be told. Run as a program; prints JSON."""

import json

import django

from tools.inspections import FLOWS

LAST_MONTHS = ("2011-M12", "2012-M12", "2013-M12", "2014-M10")


def main() -> None:
    django.setup()

    from giamsat.analysis.early_warning.models import Warning
    from giamsat.analysis.indicators import queries as indicators
    from giamsat.analysis.warehouse import queries as figures
    from giamsat.foundation.audit.models import Entry
    from giamsat.foundation.units import queries as units
    from giamsat.lib.periods import Period

    area, march = units.unit_by_code("60614"), Period("M", 2013, 3)
    country = figures.figures(FLOWS, LAST_MONTHS, level="country")
    added = indicators.increments(["FI01", "FI05"], [march], unit_ids=[area.pk])[area.pk, march.key]
    trail = Entry.objects.values_list("verb", "by_name").order_by("verb", "by_name").distinct()
    told = {
        "sums": [(each.indicator, int(each.value)) for each in country],
        "one_area": {code: int(added[code].value) for code in ("FI01", "FI05")},
        "warnings": [
            (each.unit.code, each.indicator, each.period_key, each.evidence)
            for each in Warning.objects.select_related("unit").order_by("-score", "pk")
        ],
        "trail": list(trail),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
