"""Labelled mistakes, so that the quality engine has something to find and everybody can check that it did.

Three to five per cent of the reports since September 2025 carry one. Copies and outliers are put into the
figures and arrive as such; late ones only arrive late; the rest are sent wrong first, refused, and sent again
right. Every label is kept in ``demo/defects.csv``.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np

from giamsat.lib.periods import Period

from . import scenario
from .country_figures import Figures
from .figures import STOCKS, Book

LATE_SHARE = 0.033
COPIES = 60
OUTLIERS = 45
WRONG = 40  # of each kind of refused report
FEWEST_CELLS_TO_COPY = 8
CHRONIC = 0.8  # of what chronically late points and their communes send
TODAY = ("2026-9M", "2026-M09")
QUARTERS = ("2026-Q1", "2026-6M", "2026-9M")
MONTHS_WITH_PAST = ("2026-M03", "2026-M04", "2026-M05", "2026-M06", "2026-M07", "2026-M08")

Place = tuple[str, str, str]  # book, form, period


@dataclass(frozen=True, slots=True)
class Label:
    """One mistake and what must become of it: accepted late, asked to explain, or refused by a rule or code."""

    defect: str
    unit: str
    form: str
    period: str
    basis: str
    outcome: str  # late | explained | refused
    rule: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """A report to be sent wrong before it is sent right. ``spoil`` says how its figures are changed."""

    label: Label
    book: str
    row: int
    spoil: str  # sum_error | decreased | missing_child | wrong_unit
    child: int = -1


@dataclass
class Defects:
    labels: list[Label] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    late: dict[Place, set[int]] = field(default_factory=dict)

    def wrong_in(self, form: str, period: str, spoil: str) -> list[Wrong]:
        wanted = (form, period, spoil)
        return [each for each in self.wrong if (each.label.form, each.label.period, each.spoil) == wanted]


def plan(figures: Figures, forms: Mapping[str, Sequence[str]], rng: np.random.Generator) -> Defects:
    """Choose who errs, and put copies and outliers into the figures. ``forms``: cell keys by form code."""
    defects = Defects()
    free = _free_communes(figures)
    _copy(figures, forms, defects, free, rng)
    _stretch(figures, defects, _some(free, OUTLIERS, rng), rng)
    _send_wrong(figures, defects, free, rng)
    _be_late(figures, forms, defects, rng)
    return defects


def _some(among: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """So many at most, and never more than a third: a small country errs less."""
    return rng.choice(among, min(count, len(among) // 3), replace=False)


def _free_communes(figures: Figures) -> np.ndarray:
    """Communes that play no part in the scenario and are not under a perfect point."""
    taken = {
        *scenario.PERFECT_POINTS,
        *scenario.LATE_POINTS,
        scenario.BEHIND_POINT,
        scenario.OUT_OF_LINE_POINT,
    }
    taken |= {scenario.FALLING_BEHIND_POINT, *scenario.RETURNED_POINTS}
    bodies = figures.communes.bodies
    return np.flatnonzero(bodies.territorial & ~np.isin(bodies.parents, sorted(taken)))


def _copy(
    figures: Figures,
    forms: Mapping[str, Sequence[str]],
    defects: Defects,
    free: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """The third quarter repeats the second, in every form: what a tired compiler sends.

    Labelled where eight totals have grown, so that the rule must ask; thinner copies it may or may not notice.
    """
    book = figures.communes
    totals = {
        form: [key for key in keys if key in book.flows]
        for form, keys in forms.items()
        if not form.endswith("P") and form not in ("BMT", "BM01")
    }
    full = {form: _full(book, keys) for form, keys in totals.items()}
    worth = free[np.array([full[form][free] for form in full]).any(axis=0)]
    rows = rng.choice(worth, min(COPIES, len(worth)), replace=False)
    now, before = (book.bodies.months_of(2026, reach) for reach in (9, 6))
    third, second = np.setdiff1d(now, before), before[-3:]
    for flow in book.flows.values():
        flow[np.ix_(rows, third)] = flow[np.ix_(rows, second)]
    defects.labels += [
        Label("copied", book.bodies.codes[row], form, "2026-9M", "own", "explained", "R-35")
        for form in full
        for row in rows
        if full[form][row]
    ]


def _full(book: Book, totals: Sequence[str]) -> np.ndarray:
    """Whose second quarter has added something in enough of a form's totals."""
    grown = book.cells(totals, Period.parse("2026-6M")) - book.cells(totals, Period.parse("2026-Q1"))
    return (grown != 0).sum(axis=1) >= FEWEST_CELLS_TO_COPY


def _stretch(figures: Figures, defects: Defects, rows: np.ndarray, rng: np.random.Generator) -> None:
    """One month of members inspected is typed with a digit too many."""
    book = figures.communes
    for row in rows:
        period = Period.parse(MONTHS_WITH_PAST[rng.integers(len(MONTHS_WITH_PAST))])
        month = book.bodies.months.index((period.year, period.number))
        book.flows["B07"][row, month] += 15 + 4 * book.flows["B07"][row, month]
        defects.labels.append(
            Label("outlier", book.bodies.codes[row], "BMT", period.key, "own", "explained", "R-33")
        )


def _send_wrong(figures: Figures, defects: Defects, free: np.ndarray, rng: np.random.Generator) -> None:
    communes, points = figures.communes.bodies, figures.points.bodies
    for number, row in enumerate(_some(free, WRONG, rng)):
        form, period = ("BM02", "BM21")[number % 2], QUARTERS[number % 3]
        label = Label("sum_error", communes.codes[row], form, period, "own", "refused", "R-02")
        defects.wrong.append(Wrong(label, "communes", int(row), "sum_error"))
    active = free[_worked_in_each_quarter(figures, free)]  # what was nothing cannot fall
    for number, row in enumerate(_some(active, WRONG, rng)):
        form, period = (("BM02", "2026-6M"), ("BM02", "2026-9M"), ("BMT", "2026-M06"))[number % 3]
        label = Label("decreased", communes.codes[row], form, period, "own", "refused", "R-05")
        defects.wrong.append(Wrong(label, "communes", int(row), "decreased"))
    calm = [code for code in points.codes if code.isdigit() and code not in _on_stage()]
    for number, code in enumerate(_some(np.array(calm), 8, rng)):
        period = ("2025-Y", "2026-Q1", "2026-6M")[number % 3]
        child = int(rng.choice(communes.of(code)))
        label = Label("missing_child", str(code), "BM02P", period, "consolidated", "refused", "R-04")
        defects.wrong.append(Wrong(label, "points", points.place[str(code)], "missing_child", child))
    gone = sorted(set(figures.former.bodies.codes) - set(points.codes))
    for code in _some(np.array(gone), 6, rng):
        label = Label(
            "wrong_unit", f"{code} (2004-2025)", "BM02P", "2025-9M", "own", "refused", "closed_unit"
        )
        row = figures.former.bodies.place[str(code)]
        defects.wrong.append(Wrong(label, "former", row, "wrong_unit"))
    defects.labels += [each.label for each in defects.wrong]


def _worked_in_each_quarter(figures: Figures, rows: np.ndarray) -> np.ndarray:
    """Which of these communes have inspected somebody by the end of the first quarter."""
    keys = ["B02", "B07"]
    return (figures.communes.cells(keys, Period.parse("2026-Q1"))[rows] > 0).all(axis=1)


def _on_stage() -> set[str]:
    return {*scenario.PERFECT_POINTS, *scenario.LATE_POINTS, *scenario.RETURNED_POINTS}


def _be_late(
    figures: Figures, forms: Mapping[str, Sequence[str]], defects: Defects, rng: np.random.Generator
) -> None:
    """Who sends after the day: now and then anybody but the perfect, most of the time the chronic."""
    for book, form, period in _reports_since_2025(forms):
        bodies = figures.book(book).bodies
        own = np.array(bodies.codes if book == "points" else bodies.parents)
        chance = np.full(len(bodies), LATE_SHARE)
        chance[np.isin(own, scenario.PERFECT_POINTS)] = 0
        if period in TODAY:
            chance[np.isin(own, scenario.LATE_POINTS)] = 0  # theirs are not late but still out
        if book == "points":
            chance[np.isin(own, scenario.LATE_POINTS)] = CHRONIC
        rows = np.flatnonzero(rng.random(len(bodies)) < chance)
        if form == "BMT":
            rows = rows[bodies.territorial[rows]]
        late = {int(row) for row in rows}
        late |= {
            each.child for each in defects.wrong_in(f"{form}P", period, "missing_child") if book == "communes"
        }
        defects.late[book, form, period] = late
        defects.labels += [
            Label("late", bodies.codes[row], form, period, "own", "late", "due_on") for row in sorted(late)
        ]


def _reports_since_2025(forms: Iterable[str]) -> Iterable[Place]:
    months = [f"2025-M{month:02}" for month in range(9, 13)] + [f"2026-M{month:02}" for month in range(1, 10)]
    quarters = ("2025-9M", "2025-Y", *QUARTERS)
    for form in sorted(forms):
        if form == "BMT":
            yield from (("communes", form, period) for period in months)
        elif form == "BM01":
            yield from (
                (book, form, period) for book in ("communes", "points") for period in ("2025-Y", "2026-6M")
            )
        else:
            book = "points" if form.endswith("P") else "communes"
            # of nine months 2026, points are in, sent back or still out: the day as it opens says which
            yield from (
                (book, form, period) for period in quarters if (book, period) != ("points", "2026-9M")
            )


def spoiled(
    values: np.ndarray, keys: Sequence[str], spoil: str, earlier: np.ndarray | None = None
) -> np.ndarray:
    """A report's row made wrong: a total that is off, or a cumulative figure below the one before."""
    out = values.copy()
    if spoil == "sum_error":
        out[keys.index("B02" if "B02" in keys else "L01")] += 7
    if spoil == "decreased" and earlier is not None:
        fallen = [place for place, key in enumerate(keys) if "." not in key and key not in STOCKS]
        place = max(fallen, key=lambda each: earlier[each])
        out[place] = max(0.0, earlier[place] - 1)
    return out


def write(labels: Iterable[Label], file: Path) -> None:
    """The list of labels, for whoever wants to measure the checks."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [each.name for each in fields(Label)])
        writer.writeheader()
        writer.writerows(asdict(each) for each in labels)
