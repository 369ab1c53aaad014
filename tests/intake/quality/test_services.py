"""Rules are published once, findings are kept and explained, scores are recorded and rolled up."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.db import connection

from giamsat.intake.quality import queries, services
from giamsat.intake.quality.errors import (
    ExplanationMissing,
    FindingNotFound,
    NotAShare,
    NothingToExplain,
    RuleChanged,
    RuleInvalid,
    ScoreNotFound,
)
from giamsat.intake.quality.models import ASSESSED_FIELDS, ReportScore, RuleVersion
from giamsat.intake.quality.services import Evidence, Explanation, ScoredReport
from giamsat.lib.actors import Actor
from giamsat.lib.formulas import Grid
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal
from tests.intake.house import AT, LOADED_AT, SEPTEMBER, make_person
from tests.intake.quality.helpers import cells_of
from tools.definitions import DEFINITIONS

COMPILER = Actor(7, "compiler")
RULE = (DEFINITIONS / "rules" / "R-07.v1.yaml").read_text(encoding="utf-8").replace("R-07", "R-97")


def load(folder, text, name="R-97.v1.yaml"):
    (folder / name).write_text(text, encoding="utf-8")
    return services.load_rules(folder, at=AT)


def test_loading_adds_versions_and_loading_again_changes_nothing(db, tmp_path):
    assert load(tmp_path, RULE).added == ["R-97 v1"]
    assert load(tmp_path, RULE).unchanged == 1


def test_the_same_version_with_other_content_is_refused_with_the_difference(db, tmp_path):
    load(tmp_path, RULE)

    with pytest.raises(RuleChanged) as refused:
        load(tmp_path, RULE.replace("severity: E", "severity: W"))

    assert refused.value.message == (
        "Rule R-97 version 1 is already published with other content. A published version never changes: put "
        "the old text back and add the new one as version 2.\n--- published\n+++ arriving\n@@ -11,3 +11,3 @@\n"
        "   vi: '{cell} là {value}, phải {relation} {expected} ({others}).'\n-severity: E\n+severity: W\n source:"
    )
    assert RuleVersion.objects.get(code="R-97").severity == "E"


def test_a_newer_version_counts_from_its_day_on(db, tmp_path):
    newer = (
        RULE.replace("version: 1", "version: 2")
        .replace("2021-01-01", "2026-07-01")
        .replace("severity: E", "severity: W")
    )
    load(tmp_path, RULE)
    load(tmp_path, newer, "R-97.v2.yaml")

    assert [rule.severity for rule in queries.rules_on(Period.parse("2026-6M").ends_on)] == ["E"]
    assert [rule.severity for rule in queries.rules_on(Period.parse("2026-9M").ends_on)] == ["W"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("cell(B05) <= cell(B04)", "cell(B05) <= colour(B04)", "There is no colour(…)."),
        ("severity: E", "severity: X", "severity is one of E, W, I, not 'X'."),
        ("each: column", "each: row", "each is one of cell, column, report, not 'row'."),
        ("each: column", "each: cell", "A check of each cell speaks of 'this' only"),
        ("severity: E\n", "", "A rule lacks severity."),
        (
            "severity: E",
            "severity: E\ncolour: red",
            "A rule has no colour; allowed are basis, checks, code, each",
        ),
        ('  en: "{cell}', '  th: "{cell}', "sentence: both vi and en are needed."),
        ("code: R-97", "code: [", "while parsing a flow sequence"),
    ],
)
def test_a_rule_file_that_is_wrong_is_refused_when_it_is_loaded(db, tmp_path, old, new, problem):
    assert old in RULE
    with pytest.raises(Refusal) as refused:
        load(tmp_path, RULE.replace(old, new))

    assert problem in refused.value.message
    assert "R-97.v1.yaml" in refused.value.message
    assert not RuleVersion.objects.filter(code="R-97").exists()


def test_a_wrong_expression_is_refused_with_its_position(db, tmp_path):
    with pytest.raises(RuleInvalid) as refused:
        load(tmp_path, RULE.replace("cell(B05) <= cell(B04)", "cell(B05) <= colour(B04)"))

    assert refused.value.facts["position"] == 13


@pytest.mark.parametrize(
    ("expression", "position", "problem"),
    [
        ("cell(B05) <= cell(B040)", 18, "There is no indicator B040. Do you mean B04?"),
        ("increment(B05) <= peer_share(B05, B99, 95)", 34, "There is no indicator B99."),
        ("cell(B05, 'lvll=XA') = 0", 11, "B05 has no dimension lvll. Do you mean lvl? Allowed are lvl, vio."),
        (
            "cell(B05, 'lvl=XX') = 0",
            15,
            "Dimension lvl has no value XX. Do you mean XA? Allowed are TW, TINH",
        ),
        ("breakdown_sum(B05, 'pos') = 0", 20, "B05 has no dimension pos."),
        ("cel(B05) = 0", 0, "There is no cel(…). Do you mean cell(…)?"),
    ],
)
def test_a_name_nobody_knows_is_told_where_it_stands_with_the_nearest_there_is(
    country, tmp_path, expression, position, problem
):
    with pytest.raises(RuleInvalid) as refused:
        load(tmp_path, RULE.replace("cell(B05) <= cell(B04)", expression))

    assert refused.value.facts["position"] == position
    assert problem in refused.value.message


def checked(cells, row):
    return services.check_many(cells, Grid.of([row]), period=SEPTEMBER)


def test_the_published_rules_check_a_report_and_name_its_cells(country):
    cells = cells_of("B02", "B04")

    findings = checked(cells, [5, 7]).findings()

    assert [finding.sentence("vi") for finding in findings] == [
        "Số tổ chức đảng có vi phạm, khuyết điểm (B04) là 7, phải nhỏ hơn hoặc bằng 5 (B02 = 5)."
    ]
    assert [finding.sentence("en") for finding in findings] == [
        "Organisations with violations or shortcomings (B04) is 7; it must be at most 5 (B02 = 5)."
    ]
    assert (findings[0].rule, findings[0].severity, findings[0].cell_keys) == ("R-06", "E", ("B04", "B02"))
    assert (findings[0].value, findings[0].expected, findings[0].relation) == (7, 5, "<=")


def test_one_batch_says_the_same_as_each_report_by_itself(country):
    cells = cells_of("B02", "B04", "B07", "B08", "B09")
    rows = [[5, 7, 3, 1, 0], [5, 5, 0, 0, 0], [5, None, 3, 9, 4], ["x", 1, 2, 3, 4]]

    batch = services.check_many(cells, Grid.of(rows), period=SEPTEMBER)

    for number, row in enumerate(rows):
        alone = checked(cells, row).findings()
        assert [each.facts for each in batch.findings(number)] == [each.facts for each in alone]
    assert batch.blocked.tolist() == [True, False, True, True]


def carried_over(country):
    """One finding that asks for an explanation: three disciplined of two."""
    return checked(cells_of("B05", "B06"), [2, 3]).findings()


def test_a_kept_finding_says_the_same_as_the_fresh_one(country):
    fresh = carried_over(country)
    kept = services.keep_findings(41, fresh)[0]

    stored = queries.finding(kept.pk, 41)
    assert stored.sentence("vi", queries.labels()) == fresh[0].sentence("vi")
    assert stored.needs_explanation
    assert list(queries.unexplained(41)) == [stored]


def test_what_only_informs_is_not_kept(country):
    findings = checked(cells_of("B07"), [3]).findings()

    assert [finding.rule for finding in findings] == ["R-43"]
    assert services.keep_findings(41, findings) == []


def test_an_explanation_is_kept_with_time_and_person(country):
    kept = services.keep_findings(41, carried_over(country))[0]

    services.explain(kept.pk, text=" Hai vụ chuyển từ năm trước. ", by=COMPILER, at=AT, report_version_id=41)

    stored = queries.finding(kept.pk)
    assert (stored.explanation, stored.explained_at, stored.explained_by_name) == (
        "Hai vụ chuyển từ năm trước.", AT, "compiler",
    )  # fmt: skip
    assert not queries.unexplained(41).exists()


def test_findings_that_come_in_explained_are_kept_so(country):
    explained = Explanation("Nhập từ hệ thống cũ.", COMPILER, AT)

    kept = services.keep_findings_of_many({41: carried_over(country)}, explained=explained)

    assert [each.explanation for each in kept] == ["Nhập từ hệ thống cũ."]
    assert not queries.unexplained(41).exists()


def test_explaining_nothing_or_what_blocks_is_refused(country):
    kept = services.keep_findings(41, carried_over(country))[0]
    blocks = services.keep_findings(41, checked(cells_of("B02", "B04"), [5, 7]).findings())[0]

    with pytest.raises(ExplanationMissing) as empty:
        services.explain(kept.pk, text="  ", by=COMPILER, at=AT)
    with pytest.raises(NothingToExplain) as blocking:
        services.explain(blocks.pk, text="It is right.", by=COMPILER, at=AT)
    with pytest.raises(FindingNotFound) as elsewhere:
        services.explain(kept.pk, text="It is right.", by=COMPILER, at=AT, report_version_id=42)

    assert empty.value.message == (
        "The explanation of rule R-08 is empty. Say in a sentence why the figures are right."
    )
    assert blocking.value.message == (
        "The finding of rule R-06 asks for no explanation. Correct the figures if they are wrong."
    )
    assert elsewhere.value.message == (
        f"There is no finding {kept.pk}. Open the report again; its figures may have changed."
    )


def score(unit, row=(5, 7), **more):
    """B04 above B02: of 3 rules assessed (R-00, R-01, R-06) two hold."""
    result = checked(cells_of("B02", "B04"), row)
    reports = {0: ScoredReport(unit.pk, **more)}
    services.record_scores(result, reports, form_code="BMT", period=SEPTEMBER, at=AT)
    return queries.score_of(unit.pk, "BMT", SEPTEMBER.key)


def test_a_score_opens_to_the_cells_that_fail(country):
    scored = score(country.hua_bum, days_late=2)

    assert scored.four == {
        "correct": Decimal("66.7"), "complete": Decimal("100.0"), "clean": Decimal("100.0"), "live": Decimal("80.0"),
    }  # fmt: skip
    kept = queries.score_of(country.hua_bum.pk, "BMT", SEPTEMBER.key)
    assert queries.failed_of(kept, "correct") == ["B02", "B04"]
    assert queries.parts_of(kept, "correct")["samples"] == (20, Evidence(None))


def test_later_evidence_is_weighed_in_and_kept_when_the_report_is_scored_again(country):
    """(40 × 2/3 + 30 × 0.5) / 70 = 59.5; corrected, (40 + 15) / 70 = 78.6."""
    score(country.hua_bum)

    half = Evidence(Decimal("0.5"), ("B04",))
    services.hand_evidence(country.hua_bum.pk, "BMT", SEPTEMBER, "register", half, at=AT)
    first = queries.score_of(country.hua_bum.pk, "BMT", SEPTEMBER.key)
    second = score(country.hua_bum, row=(7, 7))

    assert (first.correct_score, second.correct_score) == (Decimal("59.5"), Decimal("78.6"))
    assert ReportScore.objects.count() == 1


def test_evidence_that_is_no_share_is_refused(country):
    score(country.hua_bum)

    with pytest.raises(NotAShare) as refused:
        services.hand_evidence(country.hua_bum.pk, "BMT", SEPTEMBER, "use", Evidence(Decimal(2)), at=AT)
    with pytest.raises(ScoreNotFound) as missing:
        services.hand_evidence(country.hua_bum.pk, "BM09", SEPTEMBER, "use", Evidence(Decimal(1)), at=AT)

    assert refused.value.message == "The evidence for use is 2; it must be a share between 0 and 1."
    assert missing.value.message == (
        f"Form BM09 of unit {country.hua_bum.pk} has no score for September 2026: its report has not come yet."
    )


def test_scores_roll_up_by_child_and_form(country):
    score(country.hua_bum)
    score(country.muong_te, row=(7, 7))
    score(country.phu_xuan, row=(7, 7))

    by_child = queries.scores_by_child(country.centre, SEPTEMBER.key)
    assert {path: rolled.correct for path, rolled in by_child.items()} == {
        country.lai_chau.path: Decimal("83.4"), country.hue.path: Decimal("100.0"),
    }  # fmt: skip
    assert queries.scores_by_form(country.hua_bum, SEPTEMBER.key)["BMT"].correct == Decimal("66.7")
    assert queries.rolled_up(ReportScore.objects.all()).correct == Decimal("88.9")
    assert queries.rolled_up(ReportScore.objects.all()).live is None


def test_a_roll_up_tells_the_weight_its_reports_rest_on(country):
    """Two reports of two cells each; one agrees with the register (30 of 100) beside its rules (40)."""
    score(country.hua_bum)
    score(country.muong_te, more={"register": Evidence(Decimal(1))})

    rolled = queries.rolled_up(ReportScore.objects.all())

    assert rolled.assessed == {"correct": 55, "complete": 40, "clean": 20}


def test_scores_of_before_are_given_the_weight_they_rest_on(country):
    scored = score(country.hua_bum, days_late=2, more={"register": Evidence(None)})
    known = [scored.correct_assessed, scored.complete_assessed, scored.clean_assessed, scored.live_assessed]
    ReportScore.objects.update(**dict.fromkeys(ASSESSED_FIELDS, 1))

    with connection.cursor() as cursor:
        cursor.execute(import_module("giamsat.intake.quality.migrations.0002_weight_assessed").RECKON)

    assert list(ReportScore.objects.values_list(*ASSESSED_FIELDS)) == [tuple(known)] == [(40, 40, 20, 40)]


def test_single_scores_show_only_to_those_who_may_open_the_report(country):
    score(country.hua_bum)
    score(country.phu_xuan)
    watcher = make_person("watcher", country.lai_chau, ("watcher", country.lai_chau, True))

    assert [each.unit for each in queries.scores_for(watcher, AT)] == [country.hua_bum]


@pytest.mark.parametrize("reports", [1, 3])
def test_scoring_asks_the_database_as_often_however_many_reports(country, django_assert_num_queries, reports):
    units = [country.hua_bum, country.muong_te, country.phu_xuan][:reports]
    checked = services.check_many(cells_of("B02"), Grid.of([[1]] * reports), period=SEPTEMBER)
    scored = {number: ScoredReport(unit.pk) for number, unit in enumerate(units)}

    with django_assert_num_queries(5):  # savepoint, what stands, the write, drafts overtaken, release
        services.record_scores(checked, scored, form_code="BMT", period=SEPTEMBER, at=LOADED_AT)
