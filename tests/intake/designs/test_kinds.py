"""Forms, indicators and calendars: published from drafts as their files would be, old periods untouched."""

from datetime import date

import pytest

from giamsat.foundation.catalogue import queries as catalogue
from giamsat.foundation.catalogue import services as catalogue_services
from giamsat.foundation.catalogue.errors import DefinitionChanged
from giamsat.intake.designs import queries, services
from giamsat.intake.designs.errors import NotReady
from giamsat.intake.quality import services as quality_services
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_services
from giamsat.lib.periods import Period
from tests.intake import house

NEXT_YEAR = Period("Q1", 2027)


@pytest.fixture
def staff(country):
    make, centre = house.make_person, country.centre
    return make("analyst", centre, ("synthesis", centre, True)), make(
        "keeper", centre, ("data_admin", centre, True)
    )


def changed(staff, kind, code, change, **more):
    """A draft begun and changed by the analyst."""
    draft = services.begin_draft(kind, code, by=staff[0], at=house.AT)
    change(draft.content)
    content = {**draft.content, **more}
    return services.save_draft(draft.pk, content=content, examples=[], seen=1, by=staff[0], at=house.AT)


def publish(staff, draft):
    return services.publish_draft(draft.pk, seen=draft.revision, by=staff[1], at=house.AT)


def without_the_last_row(content):
    content["sections"][0]["rows"].pop()


def test_a_form_published_from_a_draft_counts_from_its_day_on(staff):
    publish(staff, changed(staff, "form", "BM19", without_the_last_row))

    assert sources.form_for("BM19", Period("9M", 2026)).version == 1
    after = sources.form_for("BM19", NEXT_YEAR)
    assert after.version == 2
    assert len(after.cells) < len(sources.form("BM19", 1).cells)
    assert sources.form("BM19", 1).valid_to == after.valid_from == date(2026, 11, 1)


def test_a_form_ends_by_a_version_when_nobody_owes_it_any_more(staff):
    draft = changed(staff, "form", "BM19", lambda _content: None, ends=True)
    with pytest.raises(NotReady, match="calendar still says who owes it"):
        publish(staff, draft)

    def unowed(content):
        for duty in content["obligations"]:
            duty["forms"] = [form for form in duty["forms"] if form != "BM19"]

    publish(staff, changed(staff, "calendar", "statistics", unowed))
    publish(staff, draft)
    assert "BM19" not in {form.code for form in sources.forms(date(2027, 3, 15))}
    assert "BM19" in {form.code for form in sources.forms(date(2026, 9, 15))}


def test_a_cell_that_another_form_asks_is_refused_before_publication(staff):
    draft = changed(staff, "form", "BM19", lambda content: content.update(code="BM90"))
    other = services.begin_draft("form", "BM90", by=staff[0], at=house.AT)
    content = {**draft.content, "family": "BM90"}
    other = services.save_draft(other.pk, content=content, examples=[], seen=1, by=staff[0], at=house.AT)
    assert any("BM19" in each.what for each in queries.obstacles(other))


def test_a_calendar_published_from_a_draft_moves_the_cut_offs_of_periods_to_come_alone(staff):
    def earlier(content):
        content["cut_offs"]["M"]["day"] = 18

    publish(staff, changed(staff, "calendar", "statistics", earlier))
    days = {key: sources.reporting_period(key).cut_off_on.day for key in ("2026-M09", "2026-M10", "2026-M11")}
    assert days == {"2026-M09": 20, "2026-M10": 20, "2026-M11": 18}
    assert sources.cut_off_on(Period("M", 2026, 12)).day == 18


def renamed(content):
    content["name"] = {"vi": "Tên mới", "en": "A new name"}


def test_an_indicator_is_renamed_and_forms_keep_the_version_they_pin(staff):
    publish(staff, changed(staff, "indicator", "K01", renamed))
    assert catalogue.indicator("K01").name_en == "A new name"
    pinned = sources.form_for("BM19", Period("9M", 2026)).layout["sections"][0]["rows"][0]
    assert (pinned["indicator_version"], pinned["name"]["en"] != "A new name") == (1, True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"additivity": "S"}, "would not add up"),
        ({"unit": {"vi": "người", "en": "persons"}}, "counts persons"),
        ({"good_when": "high"}, "neither good nor bad"),
        ({"dimensions": ["colour"]}, "no such dimension: colour"),
        ({"group": "ZZ"}, "no chapter ZZ"),
    ],
)
def test_an_indicator_that_cannot_be_is_refused_with_the_reason(staff, change, why):
    draft = changed(staff, "indicator", "K01", lambda content: content.update(change))
    assert any(why in each.what for each in queries.problems(draft))


def test_all_files_loaded_again_add_nothing_and_come_out_by_the_same_bytes(staff, tmp_path):
    publish(staff, changed(staff, "indicator", "K01", renamed))
    publish(staff, changed(staff, "form", "BM19", without_the_last_row))
    files = queries.as_files()
    assert files["calendar.yaml"].startswith("reminders:")
    for name, text in files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    added = catalogue_services.load_definitions(tmp_path)
    added += sources_services.load_definitions(tmp_path, at=house.AT)
    added += quality_services.load_rules(tmp_path / "rules", at=house.AT)
    assert added.added == []
    assert queries.as_files() == files

    file = tmp_path / "forms" / "BM19.v2.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("K02", "K06"), encoding="utf-8")
    with pytest.raises(DefinitionChanged, match="BM19 version 2 is already published with other content"):
        sources_services.load_definitions(tmp_path, at=house.AT)
