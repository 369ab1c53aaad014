"""Definitions that cannot be computed, or must not be aimed at, are refused."""

import pytest
import yaml

from giamsat.analysis.indicators import services
from giamsat.analysis.indicators.errors import ExpressionInvalid, QuotaOnViolations
from giamsat.analysis.indicators.models import Definition
from giamsat.foundation.catalogue.errors import DefinitionChanged, IndicatorUnknown
from tests.analysis.early_warning.house import AT

TARGET = {
    "code": "T90", "version": 1, "name": {"vi": "x", "en": "x"}, "sector": "health", "source": "a plan",
    "unit": {"vi": "%", "en": "%"}, "direction": "up", "shape": "level", "levels": [1], "period_kinds": ["Y"],
    "finals": {"2026": 10},
}  # fmt: skip
DERIVED = {
    "code": "x_rate", "version": 1, "name": {"vi": "x", "en": "x"}, "numerator": "B02", "denominator": "B01",
    "unit": {"vi": "%", "en": "%"}, "good_when": "none", "why": {"vi": "x", "en": "x"},
}  # fmt: skip


def load(folder, *, targets=(), derived=()):
    for place, key, entries in (
        ("targets", "targets", targets),
        ("indicators/derived", "indicators", derived),
    ):
        (folder / place).mkdir(parents=True, exist_ok=True)
        (folder / place / "x.yaml").write_text(yaml.safe_dump({key: list(entries)}, allow_unicode=True))
    return services.load_definitions(folder, at=AT)


@pytest.mark.parametrize(
    "indicator", ["disciplined_per_1000", "violation_rate_members", "denunciations_found_true"]
)
def test_nobody_may_aim_at_violations_or_discipline(country, tmp_path, indicator):
    with pytest.raises(QuotaOnViolations) as refusal:
        load(tmp_path, targets=[TARGET | {"indicator": indicator}])
    assert refusal.value.facts == {"target": "T90", "indicator": indicator}
    assert not Definition.objects.filter(code="T90").exists()


def test_an_indicator_over_a_code_nobody_defined_is_refused(country, tmp_path):
    with pytest.raises(IndicatorUnknown):
        load(tmp_path, derived=[DERIVED | {"numerator": "Z99"}])


def test_an_expression_that_is_a_program_is_refused(country, tmp_path):
    with pytest.raises(ExpressionInvalid):
        load(tmp_path, derived=[DERIVED | {"numerator": "open('/etc/passwd')"}])


def test_a_published_version_with_other_content_is_refused_with_the_difference(country, tmp_path):
    load(tmp_path, derived=[DERIVED])
    with pytest.raises(DefinitionChanged) as refusal:
        load(tmp_path, derived=[DERIVED | {"numerator": "B03"}])
    assert "-numerator: B02" in refusal.value.facts["diff"]
    assert "+numerator: B03" in refusal.value.facts["diff"]
    assert load(tmp_path, derived=[DERIVED, DERIVED | {"version": 2, "numerator": "B03"}]).added == [
        "x_rate v2"
    ]
