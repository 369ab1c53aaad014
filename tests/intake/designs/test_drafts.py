"""Drafts of definitions: begun, saved, withdrawn, published by another person, and read again as files."""

from datetime import timedelta

import pytest
import yaml

from giamsat.foundation.access.errors import NotAllowed
from giamsat.foundation.audit.models import Entry
from giamsat.intake.designs import queries, services
from giamsat.intake.designs.errors import (
    AlreadyDrafted,
    CodeInvalid,
    DraftChanged,
    DraftSettled,
    NotReady,
    OtherEyes,
    StaleDraft,
)
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services as quality_services
from giamsat.intake.quality.errors import RuleChanged
from tests.intake import house

HOLDS = {"name": "less", "outcome": "holds", "figures": "B02 = 5\nB04 = 4"}
FAILS = {"name": "more", "outcome": "fails", "figures": "B02 = 5\nB04 = 6"}


@pytest.fixture
def staff(country):
    """An analyst of the Centre who drafts, and two data administrators."""
    make, centre = house.make_person, country.centre
    return {
        "analyst": make("analyst", centre, ("synthesis", centre, True)),
        "first": make("keeper", centre, ("data_admin", centre, True)),
        "second": make("other", centre, ("data_admin", centre, True)),
    }


def begun(by, code="R-06", kind="rule"):
    return services.begin_draft(kind, code, by=by, at=house.AT)


def saved(draft, by, seen=None, examples=(HOLDS, FAILS), **changed):
    return services.save_draft(
        draft.pk,
        content={**draft.content, **changed},
        examples=list(examples),
        seen=draft.revision if seen is None else seen,
        by=by,
        at=house.AT + timedelta(minutes=1),
    )


def published(draft, by, seen=None):
    return services.publish_draft(draft.pk, seen=draft.revision if seen is None else seen, by=by, at=house.AT)


def test_a_draft_begins_as_the_next_version_from_a_day_that_changes_no_reported_period(staff):
    draft = begun(staff["analyst"])

    assert (draft.code, draft.version, draft.content["valid_from"]) == ("R-06", 2, "2026-11-01")
    assert draft.content["checks"] == queries.newest("rule", "R-06").content["checks"]
    assert draft.author_names == ["analyst"]


def test_a_version_is_drafted_in_one_place(staff):
    first = begun(staff["analyst"])
    with pytest.raises(AlreadyDrafted) as refused:
        begun(staff["first"])
    assert f"begun by analyst (draft {first.pk})" in refused.value.message


@pytest.mark.parametrize("code", ["r 1", "../R-06", "R-", ""])
def test_a_code_that_no_file_could_have_is_refused(staff, code):
    with pytest.raises(CodeInvalid):
        begun(staff["analyst"], code)


def test_only_who_drafts_for_the_whole_organisation_begins_one(staff, country):
    provincial = house.make_person("provincial", country.lai_chau, ("synthesis", country.lai_chau, True))
    with pytest.raises(NotAllowed):
        begun(provincial)


def test_a_draft_that_is_wrong_is_kept_and_says_where(staff):
    draft = begun(staff["analyst"])
    draft = saved(draft, staff["analyst"], checks=[{"expression": "cell(B04) <= colour(B02)"}], severity="X")

    faults = {fault.at: fault for fault in queries.problems(draft)}
    assert set(faults) == {"severity", "checks.0.expression"}
    assert faults["checks.0.expression"].position == 13
    assert "There is no colour(…)" in faults["checks.0.expression"].what


def test_who_saves_too_late_overwrites_nothing_and_is_shown_both(staff):
    draft = begun(staff["analyst"])
    saved(draft, staff["first"], severity="W")
    with pytest.raises(StaleDraft) as refused:
        saved(draft, staff["analyst"], severity="I")

    assert "keeper saved this draft after you opened it" in refused.value.message
    assert "-severity: W" in refused.value.facts["diff"]
    assert "+severity: I" in refused.value.facts["diff"]
    assert queries.draft(draft.pk).content["severity"] == "W"


def test_saving_the_same_twice_is_one_save(staff):
    draft = begun(staff["analyst"])
    assert saved(draft, staff["analyst"]).revision == 2
    assert saved(draft, staff["analyst"], seen=1).revision == 2


def test_another_person_publishes_and_the_rule_is_asked_from_its_first_day_on(staff):
    draft = saved(begun(staff["analyst"]), staff["analyst"], severity="W")
    published(draft, staff["first"])

    october, november = (house.AT.date().replace(month=month) for month in (10, 11))
    assert {rule.code: rule.severity for rule in quality.rules_on(october)}["R-06"] == "E"
    assert {rule.code: rule.severity for rule in quality.rules_on(november)}["R-06"] == "W"
    entry = Entry.objects.get(verb="definition.published")
    assert (entry.by_name, entry.facts["authors"]) == ("keeper", "analyst")


def test_whoever_wrote_in_a_draft_does_not_publish_it(staff):
    draft = saved(begun(staff["analyst"]), staff["first"])
    with pytest.raises(OtherEyes, match=r"R-06 v2 was drafted by analyst, keeper\."):
        published(draft, staff["first"])
    published(draft, staff["second"])


def test_an_analyst_drafts_and_does_not_publish(staff):
    draft = saved(begun(staff["first"]), staff["first"])
    with pytest.raises(NotAllowed):
        published(draft, staff["analyst"])


def test_what_was_changed_meanwhile_is_read_again_before_it_is_published(staff):
    draft = begun(staff["analyst"])
    seen = saved(draft, staff["analyst"]).revision
    saved(queries.draft(draft.pk), staff["analyst"], severity="W")
    with pytest.raises(DraftChanged):
        published(draft, staff["first"], seen=seen)


def test_a_second_click_on_publish_changes_nothing(staff):
    draft = saved(begun(staff["analyst"]), staff["analyst"])
    published(draft, staff["first"])
    with pytest.raises(DraftSettled, match="was published by keeper"):
        published(draft, staff["first"])
    assert sum(row.code == "R-06" for row in quality.published_rules()) == 2


def test_a_period_that_has_reports_keeps_its_version(staff, people, country):
    from giamsat.intake.observations import services as observations

    form = house.form("BMT", house.SEPTEMBER)
    observations.receive(
        country.hua_bum, form, house.SEPTEMBER, house.figures(form), by=people["compiler"], at=house.AT
    )
    draft = saved(begun(staff["analyst"]), staff["analyst"], valid_from="2026-09-01")
    with pytest.raises(NotReady) as refused:
        published(draft, staff["first"])
    assert "would change periods that have reports: 2026-M09" in refused.value.message


@pytest.mark.parametrize(
    ("examples", "why"),
    [
        ([HOLDS], "Work at least two reports by hand"),
        ([HOLDS, FAILS | {"figures": "B02 = 5\nB04 = 5"}], "Example 2: the rule answers “is found right”"),
        ([HOLDS, FAILS | {"figures": "B02 ist 5"}], "cannot be read"),
        ([HOLDS, FAILS | {"figures": "Z99 = 5"}], "no indicator Z99"),
    ],
)
def test_a_rule_answers_the_reports_worked_by_hand_before_it_is_published(staff, examples, why):
    draft = saved(begun(staff["analyst"]), staff["analyst"], examples=examples)
    with pytest.raises(NotReady) as refused:
        published(draft, staff["first"])
    assert why in refused.value.message


def test_examples_may_look_at_the_past_and_may_be_blank(staff):
    draft = begun(staff["analyst"], "R-90")
    rising = {"expression": "cell(B02) >= prev(B02)"}
    given = [
        {"name": "", "outcome": "holds", "figures": "B02 = 5\nprev(B02) = 4"},
        {"name": "", "outcome": "fails", "figures": "B02 = 3\nprev(B02) = 4"},
        {"name": "", "outcome": "blank", "figures": "B02 =\nprev(B02) = 4"},
    ]
    words = {"vi": "tăng", "en": "rises"}
    draft = saved(
        draft, staff["analyst"], examples=given, checks=[rising], name=words, source=words, severity="I"
    )
    assert [each.got for each in queries.answers(draft)] == ["holds", "fails", "blank"]
    assert queries.obstacles(draft) == []


def test_a_withdrawn_draft_is_kept_and_its_version_free_again(staff):
    draft = begun(staff["analyst"])
    services.withdraw_draft(draft.pk, why="Căn cứ đã thay đổi", by=staff["first"], at=house.AT)

    assert queries.draft(draft.pk).settled_why == "Căn cứ đã thay đổi"
    assert begun(staff["analyst"]).version == 2
    with pytest.raises(DraftSettled):
        saved(draft, staff["analyst"])


def test_the_file_of_what_was_published_adds_nothing_and_a_file_that_differs_is_refused(staff, tmp_path):
    draft = saved(begun(staff["analyst"]), staff["analyst"], severity="W")
    published(draft, staff["first"])
    content = queries.publication("rule", "R-06", 2).content
    text = queries.as_yaml("rule", content)
    file = tmp_path / "R-06.v2.yaml"

    file.write_text("# a comment may be added\n" + text, encoding="utf-8")
    assert quality_services.load_rules(tmp_path, at=house.AT).added == []
    assert queries.as_yaml("rule", yaml.safe_load(text)) == text

    file.write_text(text.replace("severity: W", "severity: I"), encoding="utf-8")
    with pytest.raises(RuleChanged) as refused:
        quality_services.load_rules(tmp_path, at=house.AT)
    assert "-severity: W" in refused.value.message
    assert "+severity: I" in refused.value.message


def test_a_version_that_ends_a_rule_is_asked_no_more(staff):
    draft = saved(begun(staff["analyst"]), staff["analyst"], ends=True)
    published(draft, staff["first"])

    assert "R-06" in {rule.code for rule in quality.rules_on(house.AT.date())}
    assert "R-06" not in {rule.code for rule in quality.rules_on(house.AT.date().replace(month=11))}
    assert "R-06" in {rule.code for rule in quality.rules_on()}


def test_figures_that_add_up_give_each_other_away_still_when_the_rule_is_asked_otherwise(staff):
    """R-14 no longer says that forms of discipline make up the total; outsiders can add all the same."""
    before = quality.identities()
    fewer = [{"expression": "cell(L01) >= cell(L02)"}]
    examples = [HOLDS | {"figures": "L01 = 5\nL02 = 4"}, FAILS | {"figures": "L01 = 5\nL02 = 6"}]
    draft = saved(begun(staff["analyst"], "R-14"), staff["analyst"], examples=examples, checks=fewer)
    published(draft, staff["first"])

    assert quality.identities() == before
    assert before.sums
