"""Every address of the house answers every person as access_matrix.py declares, judged by what is in the answer."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import get_resolver, resolve

from giamsat.analysis.early_warning import services as early_warning
from giamsat.foundation.access import queries as access
from giamsat.foundation.access import services as access_room
from giamsat.foundation.notices import services as notices
from giamsat.foundation.units import services as units_room
from giamsat.foundation.units.choices import ChangeKind
from giamsat.front.console import inbox, overview, units, warnings
from giamsat.front.console.viewer import Viewer
from giamsat.intake.consignments import services as consignments
from giamsat.intake.designs import services as designs
from giamsat.intake.observations import services as observations
from giamsat.intake.observations.errors import ReportRefused
from giamsat.intake.quality import queries as quality
from giamsat.intake.quality import services as quality_room
from giamsat.intake.sources import queries as sources
from giamsat.intake.sources import services as sources_room
from giamsat.lib.periods import Period
from giamsat.lib.refusals import Refusal
from tests.foundation.queue.failing import failed_job
from tests.front.console import access_matrix
from tests.front.console.access_matrix import ELSEWHERE, EVERYONE, MATRIX, OUTLINES, STREAMS, Rule
from tests.front.console.conftest import accepted, opened_by, received, submitted
from tests.front.console.papers import written_in
from tests.front.console.warned import asked, warning_of
from tests.intake import house

OUTLINE_WORDS = {"code", "name_vi", "name_en", "kind", "seat"}
REFUSED = {401, 403, 404}
DECLARED = {*MATRIX, *ELSEWHERE, *STREAMS, *OUTLINES}


def addresses(resolver=None, namespace=""):
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}"


def test_every_address_has_a_declared_rule():
    assert sorted(set(addresses()) - DECLARED) == []


def test_no_rule_is_left_of_an_address_that_is_gone():
    assert sorted(DECLARED - set(addresses())) == []


@pytest.fixture(scope="module")
def stage(furnished, django_db_blocker):
    """One of everything that belongs to Hua Bum, and a signed-in browser for each person; made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_everything(furnished), {name: opened_by(key) for name, key in furnished.cookies.items()}
        transaction.set_rollback(True)


@pytest.fixture
def numbers(stage, db):
    """What addresses are made of; what a test changes is undone."""
    return stage[0]


def make_everything(home) -> dict[str, int]:
    for month in range(2, 8):
        accepted(home.units, home.people, Period("M", 2026, month), D06=month - 1, D01=2)
    draft = received(home.units, home.people, D06=60, D01=2)
    [finding] = quality.unexplained(draft.current_id)
    report = submitted(home.units, home.people, Period("M", 2025, 10), D06=30, D08=3, D01=6)
    request = asked(home, warning_of(home.units.hua_bum, period="2026-M08"))
    answer = early_warning.answer(
        request, text="Kiểm tra chuyên đề tại sáu chi bộ", by=home.people["head"], at=house.AT,
        filename="bien-ban.pdf", content=b"%PDF-1.7 bien ban",
    )  # fmt: skip
    return {
        "change": prepared_change(),
        "report": report.pk, "draft": draft.pk, "finding": finding.pk, "delivery": refused_delivery(home),
        "warning": warning_of(home.units.hua_bum).pk, "request": request.pk, "answer": answer.pk,
        "account": home.people["compiler"].pk, "colleague": home.people["head"].pk,
        "grant": home.people["compiler"].grants.get().pk, "job": failed_job(),
        "objection": objected(home, report),
        "design": drafted(home), "form_draft": drafted(home, "form", "BM19"),
        "consignment": sent_together(home),
        "notice": told_notice(home), "conflict": noted_conflict(home),
        "opening": asked_opening(home), "estimate": set_estimate(home),
    }  # fmt: skip


def sent_together(home) -> int:
    """A list that waits, and a file of no kind, which was refused at once."""
    with TemporaryDirectory() as folder:
        found = [consignments.Found(name, Path(folder) / name) for name in ("cả xã.csv", "ghi chú.docx")]
        for file in found:
            file.path.write_bytes(b"form")
        sent = consignments.gather(found, name="cả xã.csv", by=home.people["compiler"], at=house.AT)
    return sent.pk


def prepared_change() -> int:
    """By somebody else than the standing persons, so that only rights decide who carries it out."""
    line = units_room.Line(1, was="12.C1")
    asked_for = units_room.Asked(ChangeKind.CLOSE, house.AT.date(), "1/NQ", house.AT.date(), [line])
    return units_room.prepare_change(asked_for, by=house.SYSTEM, at=house.AT).pk


def objected(home, report) -> int:
    """The head of Hua Bum finds that this report was not late."""
    score = quality.score_of(report.unit_id, report.form_code, report.period_key)
    return quality_room.object_to(
        score, "timeliness", seen=Decimal(0), reason="Máy chủ của tỉnh dừng", by=home.people["head"], at=house.AT,
        filename="phieu.pdf", content=b"%PDF-1.7 phieu",
    ).pk  # fmt: skip


def drafted(home, kind="rule", code="R-06") -> int:
    """A definition that an analyst of the Centre is changing."""
    return designs.begin_draft(kind, code, by=home.people["synthesis"], at=house.AT).pk


def noted_conflict(home) -> int:
    """About a unit that the compiler has no right for anyway."""
    return access_room.exclude(
        home.people["compiler"], unit=home.units.hue, valid_from=house.AT.date(), reason="Vợ là bí thư",
        by=None, at=house.AT,
    ).pk  # fmt: skip


def asked_opening(home) -> int:
    """July is closed, and another approver has opened it for Hua Bum."""
    july = Period("M", 2026, 7)
    sources_room.close_period(july.key, by=house.SYSTEM, at=house.AT)
    return observations.open_late(
        home.units.hua_bum, "BMT", july, "own", until=house.AT.date(), reason="Bổ sung số liệu còn thiếu",
        by=house.SYSTEM, at=house.AT,
    ).pk  # fmt: skip


def set_estimate(home) -> int:
    """In the place of Hua Bum's nine months, by a compiler of Lai Châu who is none of the people here."""
    nine_months = Period("9M", 2026)
    values = house.figures(house.form("BM05", nine_months))
    return observations.estimate(
        home.units.lai_chau, "BM05P", nine_months, home.units.hua_bum, way="typed", values=values,
        reason="Chưa có báo cáo của xã", by=house.SYSTEM, at=house.AT,
    ).pk  # fmt: skip


def told_notice(home) -> int:
    """The compiler alone was told of this report."""
    compiler = home.people["compiler"]
    notices.tell(
        [compiler],
        key="told",
        words=lambda language: "Sent back",
        page="entry",
        about=[home.units.hua_bum],
        at=house.AT,
    )
    return compiler.notices.get(key="told").pk


def refused_delivery(home) -> int:
    """A form typed with a word in a number's cell."""
    form = house.form("BMT", house.SEPTEMBER)
    typed = {cell.key: "mười" if cell.key == "D06" else "0" for cell in form.cells}
    with pytest.raises(ReportRefused):
        observations.receive_typed(
            home.units.hua_bum, form, house.SEPTEMBER, typed, by=home.people["compiler"], at=house.AT
        )
    return sources.deliveries_known_to(home.people["compiler"].pk, [])[0].pk


def ask(client, rule: Rule, numbers):
    address = rule.address.format(**numbers)
    if not rule.act:
        return client.get(address)
    data = {name: value.format(**numbers) for name, value in rule.data.items()}
    return client.post(address, data, headers={"accept": "text/html"})


def text_of(answer) -> str:
    """Everything that can be read in an answer, also inside a document."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") + written_in(content)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_person_gets_what_is_declared(name, numbers, stage):
    rule = MATRIX[name]
    marker = rule.marker.format(**numbers)
    wrong = []
    for person in sorted(
        EVERYONE, key=lambda who: (who in rule.full, who)
    ):  # acts change things: served last
        answer = ask(stage[1][person], rule, numbers)
        text = text_of(answer)
        seen = {
            "status": answer.status_code,
            "marker": bool(marker) and marker in text,
            "mask": rule.mask in text,
        }
        if not as_declared(rule, person, seen):
            wrong.append((person, seen))
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), [each for each, times in Counter(ids).items() if times > 1]
    assert wrong == []


def as_declared(rule: Rule, person: str, seen) -> bool:
    refused = seen["status"] in REFUSED
    if person in rule.full:
        return not refused and (seen["marker"] or rule.act or not rule.marker)
    if person in rule.masked:
        return not refused and seen["mask"] and not seen["marker"]
    if person in rule.empty:
        return not refused and not seen["marker"]
    if rule.act and seen["status"] == 422:
        return not seen["marker"]  # shown on the page they may read: nothing was done, and why
    return refused and not seen["marker"]


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_nobody_gets_anything_without_signing_in(name, numbers):
    rule = MATRIX[name]
    answer = ask(Client(), rule, numbers)
    assert answer.status_code in {302, 401, 403}
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(STREAMS))
def test_each_person_is_told_by_an_open_page_what_is_declared(name, numbers, stage, furnished):
    rule = STREAMS[name]
    marker = rule.marker.format(**numbers)
    wrong = []
    for person in sorted(EVERYONE):
        text = told(rule.address, furnished.people[person])
        seen = {"status": 403, "marker": False, "mask": False}
        if text is not None:
            seen = {"status": 200, "marker": marker in text, "mask": rule.mask in text}
        if not as_declared(rule, person, seen):
            wrong.append((person, seen))
    assert wrong == []


def told(address: str, account) -> str | None:
    """Everything the stream of an open page would tell this person; None where it tells nothing at all."""
    asked = urlsplit(address)
    match = resolve(asked.path)
    follow = {
        "overview_stream": overview.watch,
        "unit_stream": units.watch,
        "inbox_stream": inbox.watch,
        "warnings_stream": warnings.watch,
    }[match.url_name]
    viewer = Viewer(account, house.AT, access.scope_for(account, at=house.AT), "en")
    try:
        watch = follow(viewer, QueryDict(asked.query), **match.kwargs)
    except Refusal:
        return None
    return "\n".join(f"{key} {value}" for key, value in watch.reckon().items()) if watch else None


@pytest.mark.parametrize("name", sorted({*STREAMS, *OUTLINES}))
def test_what_goes_over_the_line_needs_a_sign_in(name, db):
    address = STREAMS[name].address if name in STREAMS else OUTLINES[name].format(within="")
    assert Client().get(address).status_code in {204, 302, 401, 403}


@pytest.fixture
def drawn(furnished, db, settings, tmp_path):
    """A map of one commune, and of the two archipelagos that every map names."""
    settings.DATA_DIR = tmp_path
    country = furnished.units
    zones = [house.unit(country.hue, code, code, 2, "special_zone") for code in ("20333", "22736")]
    seats = dict.fromkeys((country.lai_chau, country.hua_bum), (22.05, 103.05))
    for unit, (lat, lon) in {
        **seats,
        country.hue: (16.5, 111.6),
        zones[0]: (16.5, 111.6),
        zones[1]: (8.6, 111.9),
    }.items():
        type(unit).objects.filter(pk=unit.pk).update(seat_lat=lat, seat_lon=lon)
    ring = [[103.0, 22.0], [103.1, 22.0], [103.1, 22.1], [103.0, 22.1], [103.0, 22.0]]
    feature = {
        "type": "Feature",
        "properties": {"code": "03466", "members": 1234},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "outlines.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    units_room.import_boundaries(file)


@pytest.mark.slow
@pytest.mark.parametrize("within", ["", "12"])
def test_outlines_are_the_same_for_everyone_and_nothing_but_outlines(within, drawn, stage, numbers):
    address = OUTLINES["console:shapes"].format(within=within)
    answers = {text_of(stage[1][person].get(address)) for person in EVERYONE}
    assert len(answers) == 1
    [drawing] = json.loads(answers.pop())["map"]["objects"].values()
    shapes = [shape["properties"] for shape in drawing["geometries"]]
    assert {shape["code"] for shape in shapes} == ({"03466"} if within else {"12", "46"})
    assert set().union(*shapes) <= OUTLINE_WORDS


def test_everyone_in_the_matrix_is_a_standing_person(home):
    assert set(home.people) == EVERYONE
    assert access_matrix.OWN <= EVERYONE
