"""The designers: every published definition passes through their fields unchanged; what people see and may do."""

import re

import pytest
from django.http import QueryDict

from giamsat.foundation.audit.models import Entry
from giamsat.front.console import design_fields
from giamsat.front.console.design_acts import act_on
from giamsat.front.console.design_schema import EXAMPLES, SCHEMAS
from giamsat.intake.designs import queries as designs
from giamsat.intake.designs.models import Draft
from tests.front.console.conftest import words

FIELD = re.compile(r'name="((?:f|n)\.[^"]+)"')


def posted(nodes) -> QueryDict:
    """What a browser would send of these fields."""
    sent = QueryDict(mutable=True)
    _fill(sent, nodes)
    return sent


def _fill(sent, nodes):
    for node in nodes:
        if isinstance(node, design_fields.Item):
            _fill(sent, node.nodes)
        elif "count" in node.shown:
            sent[f"n.{node.at}"] = str(node.shown["count"])
            _fill(sent, node.children)
        elif node.field.kind in ("group", "words", "folded"):
            _fill(sent, node.children)
        elif node.field.kind == "several":
            sent.setlist(f"f.{node.at}", [each["value"] for each in node.shown["options"] if each["on"]])
        elif node.field.kind == "yes_no":
            sent.update({f"f.{node.at}": "1"} if node.shown["value"] else {})
        else:
            sent[f"f.{node.at}"] = str(node.shown["value"])


@pytest.mark.parametrize("kind", designs.KINDS)
def test_every_published_definition_passes_through_the_fields_unchanged(home, kind):
    for found in designs.published(kind):
        nodes = design_fields.bind(SCHEMAS[kind], found.content, [])
        read = design_fields.read_all(SCHEMAS[kind], posted(nodes))
        assert {**read, "code": found.code, "version": found.version} == found.content, found.code


@pytest.mark.parametrize(
    ("act", "left", "focus"),
    [
        ("up checks.1", "ba", "checks.0"),
        ("down checks.0", "ba", "checks.1"),
        ("up checks.0", "ab", "checks.0"),
        ("drop checks.0", "b", "checks.0"),
        ("drop checks.7", "ab", ""),
        ("add checks", "ab ", "checks.2"),
        ("add nothing", "ab", ""),
    ],
)
def test_items_move_by_buttons(act, left, focus):
    content = {"checks": [{"expression": "a"}, {"expression": "b"}]}
    assert act_on(content, SCHEMAS["rule"], act) == focus
    assert "".join(check["expression"] or " " for check in content["checks"]) == left


def begin(browser, person="synthesis", code="R-06", kind="rule") -> Draft:
    browser(person).post("/design/begin/", {"kind": kind, "code": code})
    return Draft.objects.get(kind=kind, code=code)


def sent(draft, **changed) -> dict[str, object]:
    nodes = design_fields.bind(SCHEMAS[draft.kind], draft.content, [])
    nodes += design_fields.bind([EXAMPLES], {"examples": draft.examples}, []) if draft.kind == "rule" else []
    fields = posted(nodes)
    data = {name: fields.getlist(name) for name in fields}
    return {**data, "version": draft.revision, **changed}


def save(browser, draft, person="synthesis", **changed):
    answer = browser(person).post(f"/design/{draft.pk}/", sent(draft, **changed))
    draft.refresh_from_db()
    return answer


def test_a_rule_is_drafted_saved_and_shown_with_its_fault_at_the_character(browser):
    draft = begin(browser)
    answer = save(browser, draft, **{"f.checks.0.expression": "cell(B04) <= colour(B02)"})
    assert answer.status_code == 302

    page = words(browser("synthesis").get(f"/design/{draft.pk}/"))
    assert "There is no colour(…)" in page
    assert "^ character 14" in page
    assert "Still against publication" in page


def test_what_is_no_number_is_kept_as_typed_and_told_at_its_field(browser):
    draft = begin(browser, code="K01", kind="indicator")
    assert save(browser, draft, **{"f.decimals": "--5"}).status_code == 302
    assert draft.content["decimals"] == "--5"
    assert {fault.at for fault in designs.problems(draft)} == {"decimals"}


@pytest.mark.parametrize(
    ("kind", "code", "field"),
    [
        ("form", "BM19", "name.vi"),
        ("form", "BM19", "legal_basis"),
        ("rule", "R-06", "name.en"),
        ("indicator", "K01", "unit.vi"),
    ],
)
def test_what_is_longer_than_is_kept_is_told_at_its_field(browser, kind, code, field):
    draft = begin(browser, code=code, kind=kind)
    save(browser, draft, **{f"f.{field}": "x" * 301})
    assert {fault.at for fault in designs.problems(draft)} == {field.partition(".")[0]}


def test_an_example_that_says_nothing_the_rule_could_answer_is_told(browser):
    draft = begin(browser)
    example = {"n.examples": "1", "f.examples.0.outcome": "perhaps", "f.examples.0.figures": "B04 = 1"}
    save(browser, draft, **example)
    assert "Choose what the rule must say of it" in words(browser("synthesis").get(f"/design/{draft.pk}/"))


def test_a_save_that_comes_too_late_keeps_both_texts(browser):
    draft = begin(browser)
    late = sent(draft, **{"f.note": "of mine"})
    save(browser, draft, "data_admin", **{"f.note": "of theirs"})

    answer = browser("synthesis").post(f"/design/{draft.pk}/", late)
    page = words(answer)
    assert answer.status_code == 409
    assert "of mine</textarea>" in page
    assert "-note: of theirs" in page
    draft.refresh_from_db()
    assert draft.content["note"] == "of theirs"


def test_a_button_adds_a_check_and_keeps_what_was_typed(browser):
    draft = begin(browser)
    answer = save(browser, draft, act="add checks", **{"f.note": "kept"})
    assert answer.url == f"/design/{draft.pk}/?at=checks.3#i-checks-3"
    assert (len(draft.content["checks"]), draft.content["note"]) == (4, "kept")


def test_one_drafts_another_publishes_and_everybody_reads_it(browser):
    draft = begin(browser)
    draft.examples = [
        {"name": "", "outcome": "holds", "figures": "B02 = 5\nB04 = 4"},
        {"name": "", "outcome": "fails", "figures": "B02 = 5\nB04 = 6"},
    ]
    save(browser, draft, **{"f.severity": "W"})
    assert "another data administrator publishes" not in words(
        browser("data_admin").get(f"/design/{draft.pk}/")
    )

    answer = browser("data_admin").post(f"/design/{draft.pk}/publish/", {"version": draft.revision})
    assert answer.url == "/design/rule/R-06/v2/"
    page = words(browser("compiler").get("/design/rule/R-06/v2/"))
    assert "data_admin" in page
    assert "synthesis" in page
    assert "severity: W" in page
    file = browser("compiler").get("/design/rule/R-06/v2.yaml")
    assert file.content.decode() == designs.as_yaml("rule", designs.publication("rule", "R-06", 2).content)


def tried(browser, draft, person="synthesis", periods=("2026-M08",)):
    return browser(person).post(
        f"/design/{draft.pk}/try/", {"form": "BMT", "basis": "own", "period": list(periods)}
    )


def flawed(browser) -> Draft:
    """R-06 with a figure of organisations that August does not reach: D06 was 7."""
    draft = begin(browser)
    changed = {"f.checks.0.expression": "cell(D06) >= 8", "f.each": "report"}
    save(browser, draft, **changed)
    return draft


def test_a_draft_is_tried_on_accepted_reports_and_names_those_that_the_viewer_may_read(published, browser):
    draft = flawed(browser)
    page = words(tried(browser, draft))
    assert "Xã Hua Bum" in page
    assert "it must be at least 8" in page
    assert re.search(r"All of these</th><td class=\"num\">1</td><td class=\"num\">1</td>", page)


def test_an_administrator_without_rights_to_figures_sees_counts_only(published, browser):
    draft = flawed(browser)
    page = words(tried(browser, draft, "data_admin"))
    assert "1 report found wrong is not listed" in page
    assert "Hua Bum" not in page


def test_a_figure_of_few_persons_is_not_found_out_by_trying(home, browser):
    """D08 counts persons and its report was published to nobody: whatever is asked of it is not assessed."""
    draft = begin(browser)
    save(browser, draft, **{"f.checks.0.expression": "cell(D08) = 3", "f.each": "report"})
    for person in ("synthesis", "data_admin"):
        page = words(tried(browser, draft, person))
        assert re.search(r"All of these</th><td class=\"num\">1</td><td class=\"num\">0</td>", page)
        assert "closed to you" in page


def test_the_trail_tells_which_reports_a_trial_picked_out(published, browser):
    draft = begin(browser)
    save(browser, draft, **{"f.checks.0.when": "members() = 812", "f.checks.0.expression": "cell(D06) >= 8"})
    tried(browser, draft, "data_admin")
    facts = Entry.objects.get(verb="definition.tried").facts
    assert facts["checks"][:2] == ["members() = 812", "cell(D06) >= 8"]


def test_trying_nothing_is_refused_in_words(home, browser):
    answer = tried(browser, flawed(browser), periods=["2026-M03"])
    assert answer.status_code == 422
    assert "No report of form BMT was accepted" in words(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_draft_as_for_three(
    home, browser, count, django_assert_num_queries
):
    for code in ("R-06", "R-07", "R-08")[:count]:
        begin(browser, code=code)
    open_page = browser("data_admin")
    open_page.get("/design/")
    with django_assert_num_queries(11):
        assert open_page.get("/design/").status_code == 200


def sections(*rows, columns=("",)):
    return [
        {
            "title": {"vi": "Mục", "en": "Section"},
            "columns": [{"breakdown": each, "name": {"vi": "", "en": ""}} for each in columns],
            "rows": [{"indicator": row, "required": True} for row in rows],
        }
    ]


def drafted_form(browser, person="synthesis", **changed):
    draft = begin(browser, person, "BM19", "form")
    draft.content |= changed
    save(browser, draft, person)
    return draft


def test_a_form_is_shown_as_units_will_fill_it_in_with_what_changes(browser):
    draft = drafted_form(browser)
    rows = draft.content["sections"][0]["rows"]
    rows[0], rows[1] = rows[1], rows[0]
    gone = rows.pop()["indicator"]
    save(browser, draft)

    page = words(browser("synthesis").get(f"/design/{draft.pk}/"))
    assert "As units will fill it in" in page
    assert f'data-cell="{rows[0]["indicator"]}"' in page
    assert re.search(rf"Cells dropped</dt><dd>\d+ <span class=\"gs-code\">{gone}", page)
    assert "Cells moved" in page


def test_faults_of_a_form_stand_at_their_fields(browser):
    draft = drafted_form(browser, sections=sections("K01", "K01", "Z99", columns=("", "lvl=XX")))
    faults = {fault.at for fault in designs.problems(draft)}
    assert faults == {
        "sections.0.columns.1.name",
        "sections.0.columns.1.breakdown",
        "sections.0.rows.2.indicator",
    }
    page = words(browser("synthesis").get(f"/design/{draft.pk}/"))
    assert "There is no indicator Z99" in page
    assert "As units will fill it in" not in page
    assert browser("synthesis").get(f"/design/{draft.pk}/template.xlsx").status_code == 422


def test_a_column_left_without_a_heading_is_called_as_its_breakdown(browser):
    draft = drafted_form(browser, sections=sections("K01", columns=("", "lvl=XA")))
    names = [each["name"]["en"] for each in draft.content["sections"][0]["columns"]]
    assert names == ["Total", "Commune level"]


def test_the_draft_of_a_form_is_downloaded_as_a_template_that_says_its_version(browser):
    draft = drafted_form(browser)
    answer = browser("synthesis").get(f"/design/{draft.pk}/template.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="BM19_v2.xlsx"'
    assert answer.content.startswith(b"PK")


def test_a_calendar_shows_its_due_days_and_the_duties_that_appear_and_disappear(browser):
    draft = begin(browser, code="statistics", kind="calendar")
    draft.content["cut_offs"]["M"]["day"] = 18
    draft.content["obligations"][0]["forms"] = ["BM19"]
    save(browser, draft)
    page = words(browser("synthesis").get(f"/design/{draft.pk}/"))
    assert "18/11/2026" in page
    assert re.search(r"Duties that appear \([1-9]", page)
    assert re.search(r"Duties that disappear \([1-9]", page)


def test_praise_for_counting_discipline_is_refused_with_the_reason(browser):
    draft = begin(browser, code="K01", kind="indicator")
    save(browser, draft, **{"f.good_when": "low"})
    assert "has nobody to discipline has done nothing wrong" in words(
        browser("synthesis").get(f"/design/{draft.pk}/")
    )
