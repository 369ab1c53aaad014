"""Over the pages: of two clicks at the same moment neither is answered with an error of the house."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from giamsat.intake.observations import services
from giamsat.intake.observations.models import Report
from tests.at_once.together import together
from tests.intake.house import AT, SEPTEMBER, figures, form
from tests.intake.sources.files import filled

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REASON = "Kiểm tra lại số đảng viên, lệch với danh sách"
DONE, KEPT, LATE = 302, 303, 409


@pytest.fixture
def click(people):
    """``click("head", address)``: an act that posts as that person and gives the status of the answer."""

    def _click(person, address, **fields):
        browser = Client()
        browser.force_login(people[person], backend="allauth.account.auth_backends.AuthenticationBackend")
        return lambda: browser.post(address, fields).status_code

    return _click


@pytest.fixture
def report(country, people):
    flash = form("BMT", SEPTEMBER)
    return services.receive(
        country.hua_bum, flash, SEPTEMBER, figures(flash, A04=200), by=people["compiler"], at=AT
    ).report


@pytest.mark.parametrize(("other", "answers"), [("head", [DONE, DONE]), ("deputy", [DONE, LATE])])
def test_a_submission_is_clicked_twice(click, report, other, answers):
    address = f"/reports/{report.pk}/submit/"
    clicks = [click(person, address, version=1) for person in ("head", other)]
    assert sorted(together(*clicks)) == answers


def test_one_accepts_what_another_sends_back(click, report, people):
    services.submit(report, by=people["head"], at=AT)
    outcomes = together(
        click("approver", f"/reports/{report.pk}/accept/", version=1),
        click("second", f"/reports/{report.pk}/send-back/", version=1, reason=REASON),
    )
    assert sorted(outcomes) == [DONE, LATE]


def test_a_file_is_sent_twice(click, country):
    content = filled(form("BMT", SEPTEMBER), country.hua_bum, SEPTEMBER, cells={"A04": 200})
    clicks = [
        click("compiler", "/entry/upload/", file=SimpleUploadedFile("bmt.xlsx", content)) for _ in range(2)
    ]
    assert sorted(together(*clicks)) == [DONE, KEPT]
    assert Report.objects.get().current.number == 1


def test_a_form_is_saved_twice(click):
    flash = form("BMT", SEPTEMBER)
    typed = {f"cell.{cell.ordinal}": "0" for cell in flash.cells} | {"version": "0"}
    address = f"/entry/03466/BMT/{SEPTEMBER.key}/own/"
    assert together(*[click("compiler", address, **typed) for _ in range(2)]) == [DONE, DONE]
    assert Report.objects.get().current.number == 1
