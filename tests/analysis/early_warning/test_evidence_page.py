"""The page of a warning that a real scan raised, of both detectors."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from giamsat.analysis.early_warning import services
from giamsat.intake.quality.models import ReportScore
from giamsat.lib import clock

from .house import AT

pytestmark = pytest.mark.slow
FOUND = [("out_of_line", "P05", "C05"), ("target_behind", "P08", "C08")]


@pytest.fixture
def page_of(published, people, monkeypatch):
    """The page of the warning on a province, as the leader reads it."""
    monkeypatch.setenv(clock.SHIFT_VARIABLE, str((AT - datetime.now(UTC)) / timedelta(seconds=1)))
    for *_, commune in FOUND:
        ReportScore.objects.create(
            unit=published[commune], form_code="BMT", period_key="2026-M09", basis="own", scored_at=AT,
            correct_score=97, complete_score=100, clean_score=88, live_score=None, expected_cells=40, parts={},
            correct_assessed=40, complete_assessed=40, clean_assessed=80,
        )  # fmt: skip
    people.leader.password_changed_at = AT
    people.leader.save()
    client = Client()
    client.force_login(people.leader, backend="allauth.account.auth_backends.AuthenticationBackend")
    raised = {(each.detector, published.name(each.unit_id)): each for each in services.scan(AT)}

    def read(detector, province, language="en"):
        client.cookies["django_language"] = language
        return client.get(f"/warnings/{raised[detector, province].pk}/").content.decode()

    return read


@pytest.mark.parametrize(("detector", "province", "_commune"), FOUND)
def test_the_state_and_the_scores_of_the_data_under_it_are_shown(page_of, detector, province, _commune):
    page = page_of(detector, province)
    assert "reports in, provisional" in page
    assert "state not known" not in page
    shown = re.findall(r"<div><span>(\w+)</span>.*?(?:<b>([\d.]+)</b>|not assessed)", page)
    assert shown == [("Correct", "97.0"), ("Complete", "100.0"), ("Clean", "88.0"), ("Live", "")]


@pytest.mark.parametrize(("detector", "province", "_commune"), FOUND)
def test_the_month_warned_about_comes_first_in_its_own_history(page_of, detector, province, _commune):
    [head] = re.findall(r'class="table gs-history".*?<tr>(.*?)</tr>', page_of(detector, province), re.S)
    periods = re.findall(r'<th class="num[^"]*">(.*?)</th>', head)
    assert periods[:2] == ["September 2026", "August 2026"]


@pytest.mark.parametrize(
    ("language", "note", "head"),
    [
        ("en", r"September 2026 alone; [\d,]+ since the beginning of the year", "what each month added"),
        ("vi", r"riêng tháng 9/2026; lũy kế từ đầu năm [\d.]+", "số phát sinh trong từng tháng"),
    ],
)
def test_what_a_month_added_is_told_apart_from_the_year_so_far(page_of, language, note, head):
    page = page_of("out_of_line", "P05", language)
    assert re.search(rf'data-part="value-note">{note}<', page)
    assert re.search(rf"<caption>[^<]+: {head}</caption>", page)
    assert "value-note" not in page_of("target_behind", "P08", language)
