"""Small cells at publication: what outsiders are shown of reports and sums, and what they can make of it."""

import random
import shutil
from datetime import date

import duckdb
import pytest
from django.conf import settings

from giamsat.analysis.warehouse import queries, services
from giamsat.analysis.warehouse.models import Veil
from tests.analysis.warehouse.country import AT
from tests.analysis.warehouse.outsider import VIOLATIONS, Outsider

pytestmark = pytest.mark.slow

HIDDEN = ("D08", "D09", "D10")


@pytest.fixture
def wide(country, tmp_path):
    """The same country with six communes in each of two provinces, and the rules that say what adds up to what."""
    from giamsat.foundation.units.models import Unit
    from giamsat.intake.quality import services as quality

    rules = tmp_path / "rules"
    rules.mkdir()
    for name in ("R-02.v2", "R-13.v1", "R-14.v1", "R-15.v1"):
        shutil.copy(settings.DEFINITIONS_DIR / "rules" / f"{name}.yaml", rules)
    quality.load_rules(rules, at=AT)
    for province in ("1", "2"):
        for number in range(1, 7):
            name = f"C{province}{number}"
            if name in country.units:
                continue
            path = ["0001", f"000{province}", f"000{number}"]
            country.units[name] = Unit.objects.create(
                path="".join(path), depth=3, vintage="2025-07", code=name, name_vi=name, name_en=name,
                folded=name, sort_key=name, level=2, kind="commune", region="", commission_kind="ubkt",
                valid_from=date(2025, 7, 1),
            )  # fmt: skip
    return country


def communes(province):
    return [f"C{province}{number}" for number in range(1, 7)]


def disciplined(chance, *, largest=9, grown=None):
    """Group L as the rules ask: forms and deciders add up to the total, and levels to each."""
    cells = {}
    for part in ("XA", "CS"):
        before = (grown or {}).get
        forms = [
            chance.choice([0, 0, 1, 2, largest]) + (before(f"L0{each}_{part}", 0) if grown else 0)
            for each in (2, 3, 4, 5)
        ]
        whole = sum(forms)
        first = (before(f"L06_{part}", 0) if grown else 0) + 0
        second = before(f"L07_{part}", 0) if grown else 0
        split = [first, second, whole - first - second]
        for code, value in zip(
            ["L01", "L02", "L03", "L04", "L05", "L06", "L07", "L08"], [whole, *forms, *split], strict=True
        ):
            cells[f"{code}_{part}"] = value
    codes = {key.split("_")[0] for key in cells}
    cells |= {code: cells[f"{code}_XA"] + cells[f"{code}_CS"] for code in codes}
    return cells | by_position(chance, cells["L01"], grown) | by_content(chance, cells["L01"], grown)


def by_position(chance, members, grown):
    """Each has one."""
    found = {
        f"L01.pos={each}": (grown or {}).get(f"L01.pos={each}", 0) for each in ("XA", "CS", "CB", "KHONG")
    }
    for _ in range(members - sum(found.values())):
        found[chance.choice(["L01.pos=CB", "L01.pos=KHONG", "L01.pos=KHONG", "L01.pos=XA"])] += 1
    seated = members - found["L01.pos=KHONG"]
    return dict.fromkeys(("L01.pos=TW", "L01.pos=TINH"), 0) | found | {"L09": seated}


def by_content(chance, members, grown):
    """Each has one at the least, and often all have the same."""
    found = {f"L01.{each}": (grown or {}).get(f"L01.{each}", 0) for each in VIOLATIONS}
    usual = chance.sample(VIOLATIONS[:4], chance.choice([1, 1, 2, 3]))
    for number in range(members - (grown or {}).get("L01", 0)):
        for each in {usual[number % len(usual)], chance.choice(usual)}:
            found[f"L01.{each}"] += 1
    return found


def totals_of(cells):
    """What the monthly form asks."""
    return {code: value for code, value in cells.items() if "_" not in code and "=" not in code}


def shown(country, name, code, period="2026-9M"):
    """One cell of a report as an outsider reads it: a number, or None where it is veiled."""
    figure = country.figure(name, code, period, for_outsiders=True)
    return None if figure.veiled else figure.outside


def shown_part(country, name, breakdown, code="L01"):
    """The same of a part."""
    figure = country.figure(name, code, for_outsiders=True, breakdown=breakdown)
    return None if figure.veiled else figure.outside


def told(country, code, place="P1", period="2026-9M"):
    """A sum as an outsider reads it."""
    level = "point" if place else "country"
    figure = country.figure(place, code, period, level=level, for_outsiders=True)
    return figure and figure.outside


def test_a_lone_report_with_a_small_cell_is_not_shown_and_changes_no_sum(wide):
    wide.accept("C11", D01=4, D06=19, D08=3)
    wide.publish()

    assert [shown(wide, "C11", code) for code in ("D06", "D08")] == [None, None]
    assert told(wide, "D06") is None
    assert told(wide, "D01") == 4
    assert wide.value("P1", "D06", level="point") == 19


@pytest.mark.slow
def test_three_units_are_shown_together(wide):
    for name, few in [("C11", 3), ("C12", 2), ("C13", 4)]:
        assert told(wide, "D08") is None if wide.publish() else True
        wide.accept(name, D06=19, D08=few)
    wide.publish()

    assert told(wide, "D08") == 9
    assert told(wide, "D06") == 57
    assert told(wide, "D06", place="") == 57
    assert [shown(wide, "C12", code) for code in ("D06", "D08")] == [19, None]


def test_a_report_without_small_cells_is_shown_at_once(wide):
    wide.accept("C11", D06=19, D07=0, D08=8)
    wide.publish()

    assert shown(wide, "C11", "D06") == 19
    assert told(wide, "D06") == 19


def test_what_counts_no_persons_never_waits(wide):
    wide.accept("C11", D01=2, D06=3)
    wide.publish()

    assert told(wide, "D01") == shown(wide, "C11", "D01") == 2


@pytest.mark.slow
def test_the_only_small_cell_of_a_batch_has_company_in_another_unit(wide):
    for name, value in [("C11", 3), ("C12", 30), ("C13", 8), ("C14", 50)]:
        wide.accept(name, D08=value)
    wide.publish()

    assert [shown(wide, name, "D08") for name in ("C11", "C12", "C13", "C14")] == [None, 30, None, 50]
    assert told(wide, "D08") == 91


@pytest.mark.slow
def test_what_was_shown_stays_shown_and_what_was_hidden_stays_hidden(wide):
    for name, value in [("C11", 3), ("C12", 30), ("C13", 8)]:
        wide.accept(name, D08=value)
    wide.publish()
    for name in ("C14", "C15", "C16"):
        wide.accept(name, D08=6)
    wide.publish()
    services.rebuild(at=AT)

    values = [shown(wide, name, "D08") for name in communes(1)]
    assert values == [None, 30, None, 6, 6, 6]


@pytest.mark.slow
def test_one_or_two_stragglers_are_waited_for(wide):
    """Seven owe it: were five let in, the last two would stand alone."""
    for name in communes(1)[:5]:
        wide.accept(name, D08=3)
    wide.publish()
    assert told(wide, "D08") == 12

    wide.accept("C16", D08=3)
    wide.accept("P1", form="BM05P", D08=2)
    wide.publish()
    assert told(wide, "D08") == 20


@pytest.mark.slow
def test_a_correction_by_a_few_persons_waits_and_the_old_sum_stands(wide):
    for name in communes(1)[:3]:
        wide.accept(name, D08=3, D06=40)
    wide.publish()
    wide.accept("C11", D08=4, D06=40)
    wide.publish()

    assert told(wide, "D08") == 9
    assert wide.value("P1", "D08", level="point") == 10
    assert shown(wide, "C11", "D06") is None  # the new version as a whole is not out yet

    wide.accept("C12", D08=5, D06=40)
    wide.accept("C13", D08=2, D06=40)
    wide.publish()
    assert told(wide, "D08") == 11
    assert shown(wide, "C11", "D06") == 40


def test_a_small_cell_is_not_told_by_its_own_correction(wide):
    """Ten instead of three: the sum would grow by seven, and the new figure is open."""
    for name in communes(1)[:3]:
        wide.accept(name, D08=3)
    wide.publish()
    wide.accept("C11", D08=10)
    wide.publish()

    assert (told(wide, "D08"), shown(wide, "C11", "D08")) == (9, None)


def test_a_correction_that_takes_a_companion_away_puts_another_in_its_place(wide):
    """The sum in force would hold three persons and three open figures."""
    for name, value in [("C11", 3), ("C12", 8), ("C13", 50)]:
        wide.accept(name, D08=value)
    wide.publish()
    assert [shown(wide, name, "D08") for name in communes(1)[:3]] == [None, None, 50]

    for name, value in [("C12", 20), ("C13", 60), ("C14", 70)]:
        wide.accept(name, D08=value)
    wide.publish()
    assert told(wide, "D08") == 3 + 20 + 60 + 70
    assert [shown(wide, name, "D08") for name in communes(1)[1:4]] == [None, 60, 70]


def test_a_figure_that_grew_by_a_few_is_not_shown_beside_the_one_before(wide):
    for period, values in [("2026-6M", (7, 20, 9)), ("2026-9M", (9, 26, 9))]:
        for name, value in zip(communes(1), values, strict=False):
            wide.accept(name, period=period, D08=value, D06=60)
    wide.publish()

    assert [shown(wide, name, "D08", "2026-6M") for name in communes(1)[:3]] == [7, 20, 9]
    assert shown(wide, "C11", "D08") is None


def test_the_month_and_the_quarter_that_end_together_hide_alike(wide):
    cells = {"L01": 10, "L02": 3, "L03": 7, "L04": 0, "L05": 0, "L06": 10, "L07": 0, "L08": 0}
    for name in communes(1)[:3]:
        wide.accept(name, form="BMT", period="2026-M09", **cells)
        wide.accept(name, form="BM21", **cells)
    wide.publish()

    for code in ("L02", "L03"):
        assert shown(wide, "C11", code, "2026-M09") is None
        assert shown(wide, "C11", code) is None
    assert shown(wide, "C11", "L01") == 10


def test_a_small_cell_waits_where_all_that_comes_with_it_is_known_from_the_quarter(wide):
    """The nine months of two others are out: what they report of the month, zero again, hides nothing."""
    none = dict.fromkeys((f"L{number:02}" for number in range(1, 9)), 0)
    for name in ("C12", "C13"):
        wide.accept(name, form="BM21", **none)
    wide.publish()
    wide.accept("C11", form="BMT", period="2026-M09", **(none | {"L01": 3, "L05": 3, "L06": 3}))
    for name in ("C12", "C13"):
        wide.accept(name, form="BMT", period="2026-M09", **none)
    wide.publish()

    values = [shown(wide, name, "L01", "2026-M09") for name in ("C11", "C12", "C13")]
    assert values == [None, 0, 0]
    assert told(wide, "L01", period="2026-M09") == 0
    assert wide.value("P1", "L01", "2026-M09", level="point") == 3


def test_a_small_sum_of_a_province_is_veiled_with_another_for_company(wide):
    for name, value in [("C11", 1), ("C12", 2), ("C13", 0), ("C21", 6), ("C22", 6), ("C23", 6)]:
        wide.accept(name, D08=value)
    wide.accept("C31", D08=70)
    wide.accept("C32", D08=70)
    wide.accept("P3", form="BM05P", D08=70)
    wide.publish()

    veiled = {
        name: wide.figure(name, "D08", level="point", for_outsiders=True).veiled
        for name in ("P1", "P2", "P3")
    }
    assert veiled == {"P1": True, "P2": True, "P3": False}


def test_a_version_nobody_decided_about_shows_no_person(wide):
    wide.accept("C11", D06=19)
    wide.publish()
    Veil.objects.all().delete()

    assert shown(wide, "C11", "D06") is None


def test_parts_whose_total_another_form_asks_are_told_to_nobody_outside(wide):
    cells = {"B07.pos=KHONG": 400, "B07.pos=CS": 30, "B07.pos=CB": 2, "B02.type=CB": 12}
    annex = wide.accept("P1", form="BM02C", period="2026-6M", basis="consolidated", **cells)
    wide.publish()

    hidden = queries.veiled_cells([annex.in_force_id])[annex.in_force_id]
    assert {"B07.pos=KHONG", "B07.pos=CS", "B07.pos=CB", "B09.vio=V14"} <= hidden
    assert "B02.type=CB" not in hidden


@pytest.mark.parametrize("largest", [7, 0], ids=["alone", "none"])
def test_a_content_that_stands_alone_is_hidden_with_its_total(wide, largest):
    """All members have one content, or there are none: who reads the content reads the total."""
    for name, members in [("C11", 3), ("C12", largest), ("C13", 60)]:
        contents = dict.fromkeys((f"L01.{each}" for each in VIOLATIONS), 0)
        contents["L01.vio=V14"], contents["L01.vio=V12"] = members, 30 if members == 60 else 0
        wide.accept(name, form="BM21", **(contents | {"L01": members}))
    wide.publish()

    veiled = [(shown(wide, name, "L01"), shown_part(wide, name, "vio=V14")) for name in ("C11", "C12", "C13")]
    assert veiled[0] == (None, None)
    assert all((total is None) == (part is None) for total, part in veiled[:2])


def test_the_export_holds_what_outsiders_are_shown(wide, tmp_path):
    for name, value in [("C11", 3), ("C12", 30), ("C13", 8)]:
        wide.accept(name, D01=2, D08=value)
    wide.accept("C14", D08=77)
    wide.accept("C15", D08=2)
    wide.publish()
    services.export_parquet(tmp_path / "open")

    rows = duckdb.sql(
        f"SELECT unit_id, hidden, value FROM '{tmp_path}/open/*/*.parquet' WHERE indicator = 'D08' ORDER BY unit_id"
    ).fetchall()
    found = {wide.name(unit): (hidden, value) for unit, hidden, value in rows}
    assert {name: hidden for name, (hidden, _) in found.items()} == {
        "C11": True, "C12": False, "C13": True, "C14": False, "C15": True,
    }  # fmt: skip
    assert all((value is None) == hidden for hidden, value in found.values())


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(6))
def test_an_outsider_who_keeps_everything_works_out_no_small_cell(wide, seed):
    """Months of reports in any order, some corrected: tables, sums, generations and times, all reckoned together."""
    chance = random.Random(seed)
    outsider = Outsider([wide[name] for name in ("P1", "P2")])
    periods = ["2026-6M", "2026-9M"]
    last = {}
    for period in periods:
        due = [*communes(1), *communes(2)]
        chance.shuffle(due)
        while due:
            for _ in range(chance.randint(2, 5)):
                if due:
                    name = due.pop()
                    last[name] = disciplined(chance, grown=last.get(name))
                    wide.accept(name, period=period, form="BM21", **last[name])
            wide.publish()
            outsider.look(periods)
    for name in chance.sample(communes(1), 4):
        last[name] = disciplined(chance, grown=last[name])
        wide.accept(name, period="2026-9M", form="BM21", **last[name])
        wide.publish()
        outsider.look(periods)

    month = "2026-M09"  # its figures are those of the nine months, known already where they were shown
    for some in (communes(1)[:3], communes(2)[:4], communes(1)[3:], communes(2)[4:]):
        for name in some:
            wide.accept(name, period=month, form="BMT", **totals_of(last[name]))
        wide.publish()
        outsider.look([*periods, month])

    assert outsider.small_cells_worked_out() == []
    assert outsider.small_changes_worked_out(*periods) == []
    assert sum(len(line) == 1 for line in outsider.lines) > 100  # something was shown, too


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seed", "batches"),
    [(3, 9), *(pytest.param(each, 14, marks=pytest.mark.soak) for each in (0, *range(10, 16)))],
)
def test_nor_from_reports_and_corrections_in_any_order(wide, seed, batches):
    """Half-years, quarters and months come and are corrected at random, by few units or many.

    Acceptances are taken back meanwhile; in the end a period is locked, and a few reports of it are opened late.
    """
    chance, doubts = random.Random(seed), random.Random(seed + 1)
    filed = {}
    outsider = Outsider([wide[name] for name in ("P1", "P2")])
    forms = {"2026-M06": "BMT", "2026-6M": "BM21", "2026-M09": "BMT", "2026-9M": "BM21"}
    last = {}
    for _ in range(batches):
        period = chance.choice(list(forms))
        reach = period[-3:].strip("-M0")
        some = chance.sample(communes(chance.choice([1, 2])), chance.randint(1, 6))
        for name in some:
            before = last.get((name, "6")) if reach == "9" else None
            if (name, reach) not in last or chance.random() < 0.3:
                last[name, reach] = disciplined(chance, grown=before)
            cells = last[name, reach]
            if forms[period] == "BMT":
                cells = totals_of(cells)
            filed[name, period] = wide.accept(name, period=period, form=forms[period], **cells)
        wide.move(filed[doubts.choice(sorted(filed))], doubts.choice(["DA_NOP", "TRA_LAI", "TIEP_NHAN"]))
        wide.publish()
        outsider.look(list(forms))
    for name in _locked(wide, filed, "2026-9M")[:2]:
        wide.move(filed[name, "2026-9M"], "TRA_LAI")
        wide.publish()
        last[name, "9"] = disciplined(doubts, grown=last.get((name, "6")))
        wide.accept(name, period="2026-9M", form="BM21", status="KHOA", **last[name, "9"])
        wide.publish()
        outsider.look(list(forms))

    assert outsider.small_cells_worked_out() == []
    assert outsider.small_changes_worked_out("2026-6M", "2026-9M") == []
    assert sum(len(line) == 1 for line in outsider.lines) > 100


def _locked(country, filed, period):
    """Lock what there is of a period; returns whose."""
    whose = sorted(name for name, reported in filed if reported == period)
    for name in whose:
        country.move(filed[name, period], "KHOA")
    country.publish()
    return whose


def test_a_sum_says_the_same_whatever_else_is_asked_for(wide):
    for name, value in [("C11", 1), ("C12", 2), ("C13", 0), ("C21", 6), ("C22", 6), ("C23", 6)]:
        wide.accept(name, D08=value, D06=value)
    wide.publish()

    def veiled(codes, **asked):
        found = queries.figures(codes, ["2026-9M"], level="point", for_outsiders=True, **asked)
        return {(each.place, each.veiled) for each in found if each.indicator == "D08"}

    whole = veiled(["D06", "D08"])
    alone = {pair for name in ("P1", "P2", "P3") for pair in veiled(["D08"], units=[wide[name].pk])}
    assert alone == whole
