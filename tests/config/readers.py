"""What the readers of a house are told: figures from inside and outside, what is hidden, the map, the signed heads.

Also run as a program over another house; prints the same as JSON.
"""

import hashlib
import json
from dataclasses import asdict

import django
from django.conf import settings

PERIODS = ("2026-6M", "2026-9M")
INDICATORS = ("D01", "D06", "D08")
OF_THE_PUBLICATION = ("as_of", "generation")  # of when the copy was made, not of what it says


def told() -> dict[str, object]:
    from giamsat.analysis.warehouse import queries
    from giamsat.analysis.warehouse.models import HeldBack, Veil

    figures = [
        {name: str(value) for name, value in asdict(figure).items() if name not in OF_THE_PUBLICATION}
        for level in ("unit", "point", "region", "country")
        for breakdown in ("", "lvl=XA")
        for figure in queries.figures(
            INDICATORS, PERIODS, level=level, breakdown=breakdown, for_outsiders=True
        )
    ]
    veils = Veil.objects.order_by("version_id").values_list("version_id", "released", "hidden")
    held = HeldBack.objects.filter(dropped=None).order_by("version_id", "indicator", "breakdown", "point_id")
    return {
        "figures": figures,
        "veils": [[version, released, bytes(hidden).hex()] for version, released, hidden in veils],
        "held_back": [
            [str(word) for word in row]
            for row in held.values_list("version_id", "point_id", "period", "indicator", "breakdown", "value")
        ],
        "files": {
            str(file.relative_to(settings.DATA_DIR)): hashlib.sha256(file.read_bytes()).hexdigest()
            for folder in ("geometry", "audit")
            for file in sorted((settings.DATA_DIR / folder).rglob("*"))
            if file.is_file()
        },
    }


if __name__ == "__main__":
    django.setup()
    print(json.dumps(told()))
