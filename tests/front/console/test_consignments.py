"""Many files sent from a page: queued at once, watched to their end, and told report by report."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from giamsat.intake.consignments import services
from giamsat.intake.consignments.models import Consignment
from tests.intake import house
from tests.intake.sources.files import csv_of, filled


def sent(client, **files):
    chosen = [SimpleUploadedFile(name, content) for name, content in files.items()]
    return client.post("/consignments/", {"chosen": chosen})


def lines(home, count, value="mười"):
    form = house.form("BMT", house.SEPTEMBER)
    units = ["03466", *(f"9999{number}" for number in range(count - 1))]
    return csv_of(form, house.SEPTEMBER, [(code, house.figures(form, D06=value)) for code in units]).encode()


def taken_in(home, content, name="x.csv", tmp_path=None):
    place = tmp_path / name
    place.write_bytes(content)
    found = services.gather([services.Found(name, place)], name=name, by=home.people["compiler"], at=house.AT)
    return services.run(found.pk, now=lambda: house.AT)


def test_files_are_queued_once_and_followed_to_their_end(browser, home):
    form = house.form("BMT", house.SEPTEMBER)
    book = filled(form, home.units.hua_bum, house.SEPTEMBER, values=house.figures(form, A04=200))
    for _click in range(2):
        answer = sent(browser("compiler"), **{"biểu.xlsx": book, "ghi chú.docx": b"PK"})
    consignment = Consignment.objects.get()
    assert answer.url == f"/consignments/{consignment.pk}/"
    [job] = ProcrastinateJob.objects.filter(task_name="consignments.run")
    assert job.args == {"number": consignment.pk}
    waiting = browser("compiler").get(answer.url).content.decode()
    assert "every 2s" in waiting
    assert "It waits for the worker" in waiting
    services.run(consignment.pk, now=lambda: house.AT)
    done = browser("compiler").get(answer.url).content.decode()
    assert "every 2s" not in done
    assert "source.no_such_kind" in done
    assert "Xã Hua Bum" in done


def test_nothing_chosen_and_an_archive_that_is_none_are_said_on_the_page(browser, home):
    assert browser("compiler").post("/consignments/").status_code == 422
    answer = sent(browser("compiler"), **{"x.zip": b"PK\x03\x04 nothing"})
    assert answer.status_code == 422
    assert "source.archive_unreadable" in answer.content.decode()
    assert not Consignment.objects.exists()


def test_a_run_cut_off_is_taken_up_again_or_given_up(browser, home):
    sent(browser("compiler"), **{"x.csv": lines(home, 1)})
    page = f"/consignments/{Consignment.objects.get().pk}/"
    ProcrastinateJob.objects.all().delete()
    assert "it was cut off" in browser("compiler").get(page).content.decode()
    browser("compiler").post(f"{page}go-on/")
    assert ProcrastinateJob.objects.filter(task_name="consignments.run").count() == 1
    browser("compiler").post(f"{page}cancel/")
    told = browser("compiler").get(page).content.decode()
    assert "Cancelled" in told
    assert browser("compiler").post(f"{page}cancel/").status_code == 409


def test_what_became_of_each_report_leaves_as_csv_and_as_a_workbook(browser, home, tmp_path):
    done = taken_in(home, lines(home, 2, value="=1+1"), tmp_path=tmp_path)
    page = f"/consignments/{done.pk}/"
    table = browser("compiler").get(f"{page}report.csv").content.decode()
    assert table.count("\n") == 3
    workbook = b"".join(browser("compiler").get(f"{page}report.xlsx").streaming_content)
    rows = list(load_workbook(io.BytesIO(workbook)).active.values)
    assert [row[2] for row in rows[1:]] == ["03466", "99990"]
    by_unit = browser("compiler").get(f"{page}?by=units").content.decode()
    assert "no unit that is known" in by_unit


@pytest.mark.parametrize("kind", ["reports", "units"])
def test_a_long_report_asks_the_database_no_more_often(
    browser, home, tmp_path, django_assert_num_queries, django_assert_max_num_queries, kind
):
    short = taken_in(home, lines(home, 1), "a.csv", tmp_path)
    long = taken_in(home, lines(home, 3), "b.csv", tmp_path)
    client = browser("compiler")
    with django_assert_max_num_queries(60) as asked:
        client.get(f"/consignments/{short.pk}/?by={kind}")
    with django_assert_num_queries(len(asked)):
        client.get(f"/consignments/{long.pk}/?by={kind}")
    with django_assert_max_num_queries(60) as asked:
        client.get("/consignments/")
    taken_in(home, lines(home, 2), "c.csv", tmp_path)
    with django_assert_num_queries(len(asked)):
        client.get("/consignments/")
