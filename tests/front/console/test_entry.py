"""A unit's own work: the list, the typed form, the check while typing, the template and the upload."""

import io
import json
import re

import openpyxl
import pytest

from giamsat.foundation.access.queries import SUPPRESSED
from giamsat.foundation.audit.models import Entry
from giamsat.front.console.entry import lock_of
from giamsat.intake.sources.models import Delivery
from tests.front.console.conftest import accepted, received, signed_in
from tests.intake import house
from tests.intake.sources.files import csv_of

FORM = "/entry/03466/BMT/2026-M09/own/"


def cells(**given):
    """What a browser sends for the September form: every cell typed, 0 unless given."""
    form = house.form("BMT", house.SEPTEMBER)
    return {f"cell.{cell.ordinal}": str(given.get(cell.key, 0)) for cell in form.cells}


def reports_of(home):
    from giamsat.intake.observations import queries

    return list(queries.reports_of([home.units.hua_bum.pk], ["2026-M09"]).select_related("current"))


def test_the_list_shows_what_is_due_and_how_late(browser):
    page = browser("compiler").get("/entry/").content.decode()
    assert FORM in page
    assert "6 days late" in page


def test_a_head_sees_the_list_but_types_nothing(browser):
    assert FORM not in browser("head").get("/entry/").content.decode()


def test_one_who_reports_for_no_unit_is_told_so(browser):
    answer = browser("auditor").get("/entry/")
    assert answer.status_code == 403
    assert "You compile or submit reports for no unit." in answer.content.decode()


def test_what_does_not_pass_comes_back_as_typed_with_its_findings(browser, home):
    answer = browser("compiler").post(FORM, cells(D01=3, D02=9, D06="mười") | {"version": "0"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="mười"' in page
    assert 'value="9"' in page
    assert "R-10" in page
    assert "R-01" in page
    assert reports_of(home) == []
    assert Delivery.objects.filter(unit=home.units.hua_bum, status="refused").count() == 1


def test_a_form_that_passes_is_stored_and_a_second_click_changes_nothing(browser, home):
    client = browser("compiler")
    typed = cells(A04=200, D06=7, D01=2) | {"version": "0"}
    first, second = client.post(FORM, typed), client.post(FORM, typed)
    [report] = reports_of(home)
    assert first.headers["Location"] == second.headers["Location"] == f"/reports/{report.pk}/"
    assert report.current.number == 1


def test_what_can_no_longer_be_changed_is_shown_and_not_offered_for_typing(browser, home):
    report = accepted(home.units, home.people, D06=7, D01=2)
    page = browser("compiler").get(FORM).content.decode()
    assert "is accepted and takes no other figures. Ask the level above" in page
    assert page.count(" readonly") == len(cells())
    assert "Check and save" not in page
    assert "<gs-entry" not in page
    assert f'href="/reports/{report.pk}/"' in page


def test_figures_of_two_compilers_do_not_overwrite_each_other(browser, home):
    client = browser("compiler")
    client.post(FORM, cells(A04=200, D06=7, D01=2) | {"version": "0"})
    answer = client.post(FORM, cells(A04=200, D06=8, D01=2) | {"version": "0"})
    assert answer.status_code == 422
    assert "version 1 has arrived since" in answer.content.decode()
    assert 'value="8"' in answer.content.decode()


@pytest.mark.parametrize("seen", [None, "", "x", "-1"])
def test_a_form_that_does_not_say_which_version_it_corrects_is_given_back(browser, home, seen):
    client = browser("compiler")
    said = {} if seen is None else {"version": seen}
    answer = client.post(FORM, cells(A04=200, D06=8, D01=2) | said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "It was not said which version of the report you looked at" in page
    assert 'value="8"' in page
    assert reports_of(home) == []
    assert 'name="version" value="0"' in page


def test_the_check_while_typing_runs_the_same_rules_and_keeps_nothing(browser, home):
    answer = browser("compiler").post(f"{FORM}check/", cells(D01=3, D02=9))
    told = json.loads(answer.content)["findings"]
    assert ["E", "R-10"] in [[each["severity"], each["rule"]] for each in told]
    assert reports_of(home) == []
    assert not Delivery.objects.filter(unit=home.units.hua_bum, status="refused").exists()


def test_what_is_kept_on_a_device_is_locked_for_one_account_and_a_refused_page_says_so(browser, home):
    def locks(name):
        return re.findall(r'owner="(\d+)" lock="([^"]{44})"', browser(name).get(FORM).content.decode())

    [(owner, lock)] = locks("compiler")
    assert owner == str(home.people["compiler"].pk)
    assert locks("compiler") == [(owner, lock)]
    other = lock_of(home.people["neighbour"])
    assert other != lock
    refused = browser("compiler").post(FORM, {"version": "0", "cell.0": "mười"}).content.decode()
    assert re.search(r"<gs-entry [^>]*\brefused\b", refused)
    assert not re.search(r"<gs-entry [^>]*\brefused\b", browser("compiler").get(FORM).content.decode())


def test_the_check_is_refused_to_a_neighbour_in_json(browser):
    answer = browser("neighbour").post(f"{FORM}check/", cells(), headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert json.loads(answer.content)["code"] == "access.not_allowed"


def test_the_template_is_filled_sent_and_taken_in(browser, home):
    client = browser("compiler")
    answer = upload(client, filled(client, A04=200, D06=7, D01=2))
    [report] = reports_of(home)
    assert answer.headers["Location"] == f"/reports/{report.pk}/"
    assert report.current.delivery.channel == "excel"


@pytest.mark.slow
def test_a_wrong_file_is_refused_cell_by_cell_and_kept_as_it_arrived(browser, home):
    client = browser("compiler")
    content = filled(client, D01=3, D02=9, D06="mười")
    kept = kept_by(upload(client, content))
    page = client.get(f"/deliveries/{kept.pk}/").content.decode()
    assert "Refused: nothing was stored" in page
    assert "Biểu" in page
    assert place_of("D02") in page
    assert "“mười”" in page
    assert (kept.unit, kept.status) == (home.units.hua_bum, "refused")
    assert client.get(f"/deliveries/{kept.pk}/file").content == content
    assert reports_of(home) == []


def test_a_refusal_is_read_in_the_language_of_whoever_reads_it(browser):
    client = browser("compiler")
    kept = kept_by(upload(client, filled(client, D01=3, D02=9)))
    client.cookies["django_language"] = "vi"
    assert kept.refusal["message"] not in client.get(f"/deliveries/{kept.pk}/").content.decode()


def test_a_file_that_is_no_workbook_is_explained(browser):
    client = browser("compiler")
    answer = upload(client, b"not a workbook")
    assert kept_by(answer).refusal["code"] == "source.corrupt_workbook"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "not a readable Excel workbook" in page
    assert "Correct these cells" not in page


def test_to_look_at_a_refusal_again_sends_nothing_again(browser):
    client = browser("compiler")
    place = upload(client, b"not a workbook").headers["Location"]
    for _ in range(2):
        assert client.get(place).status_code == 200
    assert Delivery.objects.filter(filename="bieu.xlsx").count() == 1


def test_a_program_is_told_of_a_refused_file_in_json(browser):
    answer = upload(browser("compiler"), b"not a workbook", headers={"accept": "application/json"})
    assert answer.status_code == 422
    assert json.loads(answer.content)["code"] == "source.corrupt_workbook"


def test_a_list_leads_to_a_page_of_its_lines(browser, home):
    form = house.form("BMT", house.SEPTEMBER)
    rows = [("03466", house.figures(form, A04=200, D06=7, D01=2)), ("03467", house.figures(form))]
    client = browser("compiler")
    answer = upload(client, csv_of(form, house.SEPTEMBER, rows).encode(), name="list.csv")
    kept = kept_by(answer)
    assert (kept.filename, kept.status) == ("list.csv", "accepted")
    page = client.get(answer.headers["Location"]).content.decode()
    [report] = reports_of(home)
    assert f"/reports/{report.pk}/" in page
    refused = Delivery.objects.get(filename="list.csv#3")
    assert f"/deliveries/{refused.pk}/" in page
    assert refused.refusal["code"] in page


def test_a_file_is_on_record_under_its_number_whatever_it_is_called(browser):
    """A name is its sender's to choose, and ``report:1`` would stand in another's history."""
    form = house.form("BMT", house.SEPTEMBER)
    rows = [("03466", house.figures(form, A04=200, D06=7, D01=2)), ("03467", house.figures(form))]
    kept = kept_by(
        upload(browser("compiler"), csv_of(form, house.SEPTEMBER, rows).encode(), name="report:1.csv")
    )
    entry = Entry.objects.get(verb="delivery.taken_in")
    assert entry.subject == f"delivery:{kept.pk}"
    assert entry.facts == {"filename": "report:1.csv", "reports": 2, "refused": 1}


def test_without_a_file_nothing_is_sent(browser):
    answer = browser("compiler").post("/entry/upload/")
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


@pytest.mark.parametrize("person", ["neighbour", "foreign_approver", "leader"])
def test_a_delivery_is_closed_to_those_who_may_not_see_small_figures(browser, home, person):
    received(home.units, home.people, D06=7, D01=2)
    client = browser("compiler")
    upload(client, filled(client, D01=3, D02=9))
    kept = Delivery.objects.get(unit=home.units.hua_bum, status="refused")
    assert browser(person).get(f"/deliveries/{kept.pk}/").status_code == 404


@pytest.mark.parametrize(("person", "august"), [("compiler", 7), ("compiles_from_above", SUPPRESSED.text)])
def test_the_template_shows_of_last_period_what_the_form_in_the_browser_shows(browser, home, person, august):
    compiles_from_above = house.make_person(
        "compiles_from_above", home.units.centre, ("compiler", home.units.hua_bum, False)
    )
    client = signed_in(compiles_from_above) if person == "compiles_from_above" else browser(person)
    row = client.get(FORM).content.decode().split('<span class="gs-code">D06</span>')[1].split("</tr>")[0]
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{FORM}template.xlsx").content))["Biểu"]
    assert f">{august}<" in row
    assert sheet[place_of("D06")].offset(column=1).value == august


def filled(client, **given):
    """The downloaded template with some cells filled in, 0 elsewhere, saved as Excel would."""
    workbook = openpyxl.load_workbook(io.BytesIO(client.get(f"{FORM}template.xlsx").content))
    sheet = workbook["Biểu"]
    for cell in house.form("BMT", house.SEPTEMBER).cells:
        sheet[place_of(cell.key)] = given.get(cell.key, 0)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def place_of(key):
    from giamsat.intake.sources.files.sheet import Sheet

    form = house.form("BMT", house.SEPTEMBER)
    return Sheet(form).coordinate(form.cell_by_key[key])


def upload(client, content, *, name="bieu.xlsx", **how):
    file = io.BytesIO(content)
    file.name = name
    return client.post("/entry/upload/", {"file": file}, **how)


def kept_by(answer):
    """The delivery to whose page the sender is led."""
    assert answer.status_code == 303, answer.content.decode()[:500]
    return Delivery.objects.get(pk=int(answer.headers["Location"].strip("/").rpartition("/")[2]))
