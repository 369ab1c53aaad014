"""The pages of changes of units: preparing, looking at what it means, carrying out by four eyes, taking back."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from giamsat.foundation.units import queries as units
from giamsat.foundation.units.choices import Topic
from giamsat.foundation.units.models import Change, Word
from giamsat.intake.observations import services
from giamsat.lib.periods import Period
from tests.intake import house

from .conftest import received, signed_in, words

BASIS = {"on": "01/10/2026", "decision": "30/2026/QH16", "decided_on": "15/09/2026"}
MERGER = BASIS | {
    "were": "03466, 03467", "code": "03500", "name_vi": "Xã Hua Tè", "name_en": "", "unit_kind": "commune",
}  # fmt: skip


@pytest.fixture(autouse=True)
def kinds_in_words(home):
    for place, (code, name) in enumerate({"commune": "Xã", "ward": "Phường"}.items()):
        Word.objects.create(topic=Topic.KIND, code=code, name_vi=name, name_en=code, ordinal=place)


@pytest.fixture
def second(home):
    """Another administrator of data."""
    centre = home.units.centre
    return signed_in(house.make_person("second_admin", centre, ("data_admin", centre, True)))


def prepared(client, kind="merge", **given):
    answer = client.post(f"/units/change/new/{kind}/", given or MERGER)
    assert answer.status_code == 302
    return answer["Location"]


def seen(client, address):
    return re.search(r'name="seen" value="([^"]*)"', client.get(address).content.decode()).group(1)


def test_a_merger_is_previewed_carried_out_by_another_and_taken_back(browser, second, home):
    received(home.units, home.people, D06=60, D01=2)
    address = prepared(browser("data_admin"))
    page = words(second.get(address))
    assert "03500 Hua Te Commune" in page
    assert "BMT of Xã Hua Bum, September 2026" in page
    assert "stays open under its own name and is finished by Hua Te Commune" in page
    assert "2 accounts and 2 rights at Xã Hua Bum" in page
    assert "go on in Hua Te Commune; like for like" in page

    answer = second.post(f"{address}carry-out/", {"seen": seen(second, address)})
    assert answer.status_code == 302
    assert units.unit_by_code("03500").valid_from == date(2026, 10, 1)
    assert "Carried out by" in words(browser("data_admin").get(address))

    assert second.post(f"{address}undo/", {"reason": "Quyết định bị hủy"}).status_code == 302
    assert units.unit_by_code("03466").valid_to is None
    assert "Quyết định bị hủy" in words(second.get(address))


def test_people_work_on_in_the_unit_theirs_went_into(browser, second, home):
    report = received(home.units, home.people, D06=60, D01=2)
    address = prepared(browser("data_admin"))
    second.post(f"{address}carry-out/", {"seen": seen(second, address)})
    to_do = words(browser("compiler").get("/entry/"))
    assert "Hua Te Commune" in to_do
    assert "/entry/03467/BMT/2026-M09/own/" in to_do  # what Mường Tè still owes is theirs to send now
    assert (
        browser("neighbour").get(f"/reports/{report.pk}/").status_code == 200
    )  # the other half of the merger
    assert browser("approver").get("/units/03500/").status_code == 200
    assert browser("foreign_approver").get("/units/03500/").status_code == 403


def test_who_prepared_it_is_shown_no_button_and_refused(browser):
    client = browser("data_admin")
    address = prepared(client)
    assert "carry-out" not in client.get(address).content.decode()
    answer = client.post(f"{address}carry-out/", {"seen": ""})
    assert answer.status_code == 403
    assert "Another person looks at it" in words(answer)


def test_a_report_that_came_since_the_preview_is_told_and_nothing_is_done(browser, second, home):
    address = prepared(browser("data_admin"))
    stamp = seen(second, address)
    received(home.units, home.people, D06=60, D01=2)
    answer = second.post(f"{address}carry-out/", {"seen": stamp})
    assert answer.status_code == 409
    assert "Since you looked, this has changed: Reports" in words(answer)
    assert units.unit_by_code("03466").valid_to is None


def test_what_was_typed_stays_beside_the_refusal(browser):
    answer = browser("data_admin").post("/units/change/new/merge/", MERGER | {"were": "03466 99999"})
    assert answer.status_code == 422
    assert "99999: no unit with this code stands today" in words(answer)
    assert 'value="03466 99999"' in answer.content.decode()
    assert 'value="30/2026/QH16"' in answer.content.decode()


def test_a_day_before_an_accepted_report_is_refused_naming_it(browser, second, home):
    address = prepared(browser("data_admin"), **MERGER | {"on": "01/08/2026"})  # August is accepted
    page = words(second.get(address))
    assert "It cannot be carried out like this" in page
    assert "BMT of Xã Hua Bum, August 2026" in page
    assert "choose a later day" in page
    assert second.post(f"{address}carry-out/", {"seen": ""}).status_code == 409


def test_a_report_of_the_new_unit_keeps_the_change(browser, second, home):
    address = prepared(browser("data_admin"))
    second.post(f"{address}carry-out/", {"seen": seen(second, address)})
    october, new = Period("M", 2026, 10), units.unit_by_code("03500")
    form = house.form("BMT", october)
    services.receive(
        new, form, october, house.figures(form, A04=400), by=home.people["compiler"], at=house.AT
    )
    answer = second.post(f"{address}undo/", {"reason": "too late"})
    assert answer.status_code == 409
    assert "Hua Te Commune has sent BMT for October 2026" in words(answer)
    assert units.unit_by_code("03500").valid_to is None


def test_whoever_reminded_in_a_province_reminds_in_the_one_it_went_into(browser, second, home):
    address = prepared(
        browser("data_admin"), **MERGER | {"were": "12", "code": "46", "name_vi": "", "unit_kind": ""}
    )
    assert second.post(f"{address}carry-out/", {"seen": seen(second, address)}).status_code == 302
    answer = browser("approver").post("/calendar/remind/", {"period": house.SEPTEMBER.key})
    assert "place=46" in answer["Location"]


def test_a_list_is_read_looked_at_and_refused_line_by_line(browser):
    client = browser("data_admin")
    rows = "was,code,name_vi,name_en,kind,parent\n03466,03500,Xã Hua Tè,,commune,\n03467,03500\n19774,19774,,,,12\n"

    def sent(text):
        file = SimpleUploadedFile("list.csv", text.encode())
        return client.post("/units/change/new/list/", BASIS | {"file": file})

    answer = sent(rows)
    assert answer.status_code == 302
    assert len(Change.objects.get().lines) == 3
    assert "Hua Te Commune" in client.get(f"{answer['Location']}preview.csv").content.decode()
    assert "Line 4: 777: no unit with this code stands today" in words(sent(rows + "777,\n"))
    assert "The first row names the columns" in words(sent("a,b\n1,2\n"))


@pytest.mark.parametrize(
    ("kind", "given", "code"),
    [
        ("rename", {"was": "03466", "name_vi": "Xã Hoa Ban"}, "03466"),
        ("move", {"were": "03466", "parent": "46"}, "03466"),
        ("close", {"were": "12.C1"}, "12.C1"),
        ("open", {"code": "9", "name_vi": "Xã Chín", "unit_kind": "commune", "parent": "12"}, "9"),
        (
            "split",
            {"was": "03466", "code_1": "03466", "name_vi_1": "Xã Hua Bum", "code_2": "9", "name_vi_2": "Xã Chín",
             "unit_kind_2": "commune"},
            "9",
        ),
    ],
)  # fmt: skip
def test_each_kind_has_its_form_and_its_preview(browser, kind, given, code):
    client = browser("data_admin")
    assert client.get(f"/units/change/new/{kind}/").status_code == 200
    assert code in words(client.get(prepared(client, kind, **BASIS, **given)))


def test_three_changes_are_listed_with_as_many_questions_as_one(browser):
    client, asked = browser("data_admin"), []
    for name in ("Xã Một", "Xã Hai", "Xã Ba"):
        prepared(client, "rename", **BASIS, was="03466", name_vi=name)
        with CaptureQueriesContext(connection) as queries:
            client.get("/units/change/")
        asked.append(len(queries))
    assert asked[0] == asked[2]
