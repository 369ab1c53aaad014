"""Warnings as a scan would have raised them."""

from tests.intake import house

MONTHS = [f"2026-M{month:02}" for month in range(1, 9)]


def warning_of(
    unit, *, indicator="B07", value=412, score=7.1, period="2026-M09", small_cell=False, **changed
):
    from giamsat.analysis.early_warning.models import Warning

    evidence = {
        "value": value,
        "expected": 131.4,
        "band": {"low": 88.2, "high": 176.9},
        "direction": "high",
        "own_history": {
            "periods": [{"period": key, "value": 100 + place} for place, key in enumerate(MONTHS)], "n": 8,
        },
        "peers": {"low": 40, "median": 80, "high": 150, "n": 33, "expected": 90},
        "facts": {"based_on": "own_and_peers"},
        "rule": {"detector": "out_of_line", "version": 1, "class": "out_of_line", "settings": {},
                 "subject": indicator, "peer_kinds": ["province"], "exposure": "A04", "chance": 0.0001, "score": score},
        "quality": {"reported": 36, "expected": 40, "state": 1,
                    "scores": {"correct": 97.5, "complete": 100.0, "clean": 88.0}},
        "as_of": "2026-10-01T01:20:00+00:00",
        "generation": 12,
    }  # fmt: skip
    return Warning.objects.create(
        detector="out_of_line", detector_version=1, unit=unit, subject_kind="indicator", indicator=indicator,
        period_key=period, direction="high", score=score, raised_at=house.AT, small_cell=small_cell,
        evidence=evidence | changed,
    )  # fmt: skip


def asked(home, warning, *, by="watcher", due="2026-10-08"):
    from datetime import date

    from giamsat.analysis.early_warning import services

    return services.request_explanation(
        warning, due_on=date.fromisoformat(due), text="Đề nghị giải trình số đảng viên được kiểm tra",
        by=home.people[by], at=house.AT,
    )  # fmt: skip
