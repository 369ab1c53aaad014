"""Who opens a delivery: it holds every figure, so it is read as far as the version it gave is."""

import pytest

from giamsat.foundation.access.errors import NotAllowed
from giamsat.intake.observations import services
from giamsat.intake.sources.models import Delivery
from giamsat.lib.actors import Actor
from tests.intake import house
from tests.intake.sources.files import csv_of


@pytest.fixture
def typed(home):
    """September as the compiler typed it, waiting for the head; and its delivery."""
    form = house.form("BMT", house.SEPTEMBER)
    texts = {cell.key: "0" for cell in form.cells} | {"A04": "200", "D06": "7", "D01": "2"}
    receipt = services.receive_typed(
        home.units.hua_bum, form, house.SEPTEMBER, texts, by=home.people["compiler"], at=house.AT
    )
    return receipt.report, Delivery.objects.latest("pk").pk


def opens(browser, name, number):
    pages = [browser(name).get(f"/deliveries/{number}/{end}").status_code for end in ("", "file")]
    assert pages[0] == pages[1]
    return pages[0] == 200


@pytest.mark.parametrize(("name", "drafts", "sent"), [
    ("compiler", True, True), ("head", True, True), ("approver", False, True), ("leader", False, False),
])  # fmt: skip
def test_the_level_above_opens_no_draft(browser, home, typed, name, drafts, sent):
    report, number = typed
    assert opens(browser, name, number) is drafts
    services.submit(report, by=home.people["head"], at=house.AT)
    assert opens(browser, name, number) is sent


def test_a_draft_that_was_replaced_before_it_was_sent_stays_one(browser, home, typed):
    _report, number = typed
    form = house.form("BMT", house.SEPTEMBER)
    figures = house.figures(form, A04=200, D06=8, D01=2)
    again = services.receive(
        home.units.hua_bum, form, house.SEPTEMBER, figures, by=home.people["compiler"], at=house.AT
    ).report
    services.submit(again, by=home.people["head"], at=house.AT)
    assert opens(browser, "head", number)
    assert not opens(browser, "approver", number)


@pytest.mark.slow
def test_what_came_under_anothers_code_is_its_senders_alone(browser, home):
    """The compiler of Hua Bum wrote Mường Tè's code: the figures are Hua Bum's all the same."""
    form = house.form("BMT", house.SEPTEMBER)
    content = csv_of(
        form, house.SEPTEMBER, [(home.units.muong_te.code, house.figures(form, A04=200, D06=7, D01=2))]
    )
    [receipt] = services.receive_file(
        content.encode(), filename="bieu.csv", by=home.people["compiler"], at=house.AT
    )
    assert isinstance(receipt.refusal, NotAllowed)
    kept = Delivery.objects.get(filename="bieu.csv#2")
    assert kept.unit is None
    assert opens(browser, "compiler", kept.pk)
    for name in ("neighbour", "approver", "leader"):
        assert not opens(browser, name, kept.pk)


@pytest.mark.slow
def test_a_file_that_a_province_sent_for_communes_is_not_for_the_level_above_it(browser, home):
    """The Centre stands directly above the province, not above the communes whose small cells the file holds."""
    report, kept = listed(home, sender_unit=home.units.lai_chau)
    services.submit(report, by=home.people["head"], at=house.AT)
    services.accept(report, by=home.people["approver"], at=house.AT)

    found = {name: opens(browser, name, kept.pk) for name in ("approver", "compiler", "leader", "watcher")}
    assert found == {"approver": True, "compiler": True, "leader": False, "watcher": False}
    for name, opened in found.items():  # and a report's page leads nobody to a closed door
        page = browser(name).get(f"/reports/{report.pk}/").content.decode()
        assert (f'href="/deliveries/{kept.pk}/"' in page) is opened
    assert taken(browser, "approver", kept) == bytes(kept.content)


@pytest.mark.slow
def test_of_a_list_each_unit_opens_its_own_lines_alone(browser, home):
    report, kept = listed(home)
    heading, own, other = bytes(kept.content).splitlines(keepends=True)
    assert taken(browser, "head", kept) == heading + own
    assert taken(browser, "neighbour", kept) == heading + other
    assert not opens(browser, "approver", kept.pk)  # drafts, both of them
    page = browser("head").get(f"/deliveries/{kept.pk}/").content.decode()
    assert "This is a list for many units" in page
    assert home.units.muong_te.name_vi not in page

    services.submit(report, by=home.people["head"], at=house.AT)
    assert taken(browser, "approver", kept) == heading + own
    assert not opens(browser, "leader", kept.pk)
    assert f'href="/deliveries/{kept.pk}/"' in browser("head").get(f"/reports/{report.pk}/").content.decode()


def listed(home, sender_unit=None):
    """One file for two communes, taken in; the report of the first, and the file."""
    form = house.form("BMT", house.SEPTEMBER)
    figures = house.figures(form, A04=200, D06=7, D01=2)
    content = csv_of(
        form, house.SEPTEMBER, [(each.code, figures) for each in (home.units.hua_bum, home.units.muong_te)]
    )
    first, _second = services.receive_file(
        content.encode(), filename="12.csv", by=Actor.system("sender"), at=house.AT
    )
    Delivery.objects.filter(filename="12.csv").update(unit=sender_unit)
    return first.report, Delivery.objects.get(filename="12.csv")


def taken(browser, name, kept):
    return browser(name).get(f"/deliveries/{kept.pk}/file").content


@pytest.mark.parametrize("written", ["1e30", "9" * 60, "NaN"])
def test_a_number_too_long_to_reckon_with_is_shown_as_it_was_written(browser, home, written):
    form = house.form("BMT", house.SEPTEMBER)
    row = house.figures(form, A04=200)
    row[form.cell_by_key["D01"].ordinal] = written
    content = csv_of(form, house.SEPTEMBER, [(home.units.hua_bum.code, row)])
    services.receive_file(content.encode(), filename="bieu.csv", by=home.people["compiler"], at=house.AT)
    page = browser("compiler").get(f"/deliveries/{Delivery.objects.latest('pk').pk}/")
    assert f"“{written}”" in page.content.decode()
