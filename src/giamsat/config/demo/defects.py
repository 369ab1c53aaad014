"""Labelled mistakes, so that the quality engine has something to find and everybody can check that it did.

Three to five per cent of the reports since September 2025 carry one, and near one in a hundred another than being
late. Copies and outliers are put into the figures and arrive as such; late ones only arrive late; the rest are sent
wrong first, refused, and sent again right. Every label is kept in ``demo/defects.csv``.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import numpy as np

from giamsat.config.demo import scenario
from giamsat.config.demo.country_figures import Figures
from giamsat.config.demo.figures import STOCKS, Book
from giamsat.lib.periods import Period

FLASH = "BMT"
QUARTERLY = ("BM02", "BM04", "BM05", "BM11", "BM19", "BM21")
QUARTERS = ("2025-9M", "2025-Y", "2026-Q1", "2026-6M", "2026-9M")
MONTHS = tuple(f"2025-M{n:02}" for n in range(9, 13)) + tuple(f"2026-M{n:02}" for n in range(1, 10))
TODAY = ("2026-9M", "2026-M09")
AFTER_THE_MERGER, CONSOLIDATED = QUARTERS[:2], QUARTERS[1:4]

LATE_SHARE = 0.027
CHRONIC = 0.8  # of what chronically late points and their communes send
COPIED = QUARTERLY[1:]
COPIED_GROUPS = "CDGKL"
COPIES = (("2026-6M", "2026-Q1", 60), ("2026-9M", "2026-6M", 170))  # how many communes repeat which quarter
FEWEST_CELLS_TO_COPY = 8
WITH_PAST = {
    "BMT": MONTHS[6:12],
    "BM02": QUARTERS[1:4],
    "BM11": QUARTERS[1:4],
}  # what is usual is known by then
OUTLIERS = {
    ("BMT", "B07"): 20,
    ("BMT", "H01"): 3,
    ("BM02", "B02"): 5,
    ("BM11", "G04"): 20,
    ("BM11", "G16"): 8,
}
MISTYPED = (2, 3)  # becomes twenty or thirty
WRONG = 13  # sums, and figures that fall, in each form and period
MISSING, WRONG_UNITS = 4, 5  # points and former provinces, in each form and period

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
    copying = _copy(figures, forms, defects, free, rng)
    _mistype(figures, forms, defects, np.setdiff1d(free, copying), rng)
    _send_wrong_figures(figures, forms, defects, free, rng)
    _miss_children(figures, forms, defects, rng)
    _go_by_old_names(figures, forms, defects, rng)
    defects.labels += [each.label for each in defects.wrong]
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
) -> np.ndarray:
    """A quarter repeats the one before, in all forms but of group B: what a tired compiler sends. Returns who does.

    Labelled where eight cells have grown, so that the rule must ask; thinner copies it may or may not notice.
    Group B is left alone because a target is measured by it, and who is behind is said by the scenario; letters,
    denunciations and complaints, because what was settled would not have been there to settle.
    """
    book, everyone = figures.communes, np.array([], dtype=int)
    for period, before, count in COPIES:
        now, earlier = (_quarter(book, Period.parse(key)) for key in (period, before))
        full = {form: _full(book, forms[form], Period.parse(before)) for form in COPIED if form in forms}
        worth = np.any(list(full.values()), axis=0) & _punished_nobody_on_duty(book, now)
        rows = _some(np.setdiff1d(free[worth[free]], everyone), count, rng)
        for code, flow in book.flows.items():
            if code[0] in COPIED_GROUPS:
                flow[np.ix_(rows, now)] = flow[np.ix_(rows, earlier)]
        for name, parts in book.parts.items():
            if name[0] in COPIED_GROUPS:
                parts.figures[np.ix_(rows, now)] = parts.figures[np.ix_(rows, earlier)]
        defects.labels += [
            Label("copied", book.bodies.codes[row], form, period, "own", "explained", "R-35")
            for form in full
            for row in rows
            if full[form][row]
        ]
        everyone = np.union1d(everyone, rows)
    return everyone


def _full(book: Book, keys: Sequence[str], period: Period) -> np.ndarray:
    """Whose quarter has added something in enough cells of a form, not counting parts that are all of their total."""
    flows = [key for key in keys if key.partition(".")[0] in book.flows]
    grown = book.cells(flows, period) - _cells_before(book, flows, period)
    whole = [flows.index(key.partition(".")[0]) for key in flows]
    says = (grown != 0) & ((grown != grown[:, whole]) | (np.array(whole) == np.arange(len(flows))))
    return says.sum(axis=1) >= FEWEST_CELLS_TO_COPY


def _punished_nobody_on_duty(book: Book, months: np.ndarray) -> np.ndarray:
    """Who has no B06 and no B11 in these months: all discipline includes them, and would not if only it were copied."""
    parts = book.flows["B06"][:, months] + book.flows["B11"][:, months]
    return parts.sum(axis=(1, 2)) == 0


def _quarter(book: Book, period: Period) -> np.ndarray:
    """Places of the last three months of a cumulative period."""
    return book.bodies.months_of(period.year, period.reach)[-3:]


def _cells_before(book: Book, keys: Sequence[str], period: Period) -> np.ndarray | float:
    before = period.previous_cumulative()
    return book.cells(keys, before) if before else 0.0


def _mistype(
    figures: Figures,
    forms: Mapping[str, Sequence[str]],
    defects: Defects,
    left: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """What a month or a quarter has added is typed with a zero too many, by units that usually have little."""
    book = figures.communes
    small = book.bodies.members <= np.median(book.bodies.members)
    for (form, code), count in OUTLIERS.items():
        flow = book.flows[code]
        for key in WITH_PAST[form] if form in forms else ():
            period = Period.parse(key)
            span = _quarter(book, period)[-1 if period.kind == "M" else 0 :]
            added = flow[:, span].sum(axis=(1, 2))
            rows = _some(left[np.isin(added[left], MISTYPED) & small[left]], count, rng)
            for row in rows:
                month, level = np.unravel_index(flow[row, span].argmax(), flow[row, span].shape)
                flow[row, span[month], level] += 9 * added[row]
                for name, parts in book.parts.items():
                    if name.startswith(f"{code}."):
                        parts.figures[row, span[month], parts.figures[row].sum(axis=0).argmax()] += (
                            9 * added[row]
                        )
            defects.labels += [
                Label("outlier", book.bodies.codes[row], form, key, "own", "explained", "R-33")
                for row in rows
            ]
            left = np.setdiff1d(left, rows)


def _send_wrong_figures(
    figures: Figures,
    forms: Mapping[str, Sequence[str]],
    defects: Defects,
    free: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """Sums that are off, in forms that have parts; figures below those of the period before, where there is one."""
    book = figures.communes
    for form, period in _places(forms):
        taken = _some(free, WRONG, rng) if form != FLASH else free[:0]
        wrong = [("sum_error", "R-02", row) for row in taken]
        before = Period.parse(period).previous_cumulative()
        if before and before.key in (*MONTHS, *QUARTERS):
            totals = _flow_totals(forms[form])
            grown = book.cells([forms[form][place] for place in totals], before).max(axis=1) > 0
            active = np.setdiff1d(free[grown[free]], taken)  # what was nothing cannot fall
            wrong += [("decreased", "R-05", row) for row in _some(active, WRONG, rng)]
        for spoil, rule, row in wrong:
            label = Label(spoil, book.bodies.codes[row], form, period, "own", "refused", rule)
            defects.wrong.append(Wrong(label, "communes", int(row), spoil))


def _places(forms: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Forms of communes, but for the half-yearly one, with each period they are sent for."""
    for form in (*QUARTERLY, FLASH):
        for period in MONTHS if form == FLASH else QUARTERS:
            if form in forms:
                yield form, period


def _flow_totals(keys: Sequence[str]) -> list[int]:
    """Which cells are totals of what was done, not of what there is."""
    return [place for place, key in enumerate(keys) if "." not in key and key not in STOCKS]


def _miss_children(
    figures: Figures, forms: Mapping[str, Sequence[str]], defects: Defects, rng: np.random.Generator
) -> None:
    """A point sums up before one of its communes has sent: refused until that one is in."""
    communes, points = figures.communes.bodies, figures.points.bodies
    calm = np.array([code for code in points.codes if code.isdigit() and code not in _on_stage()])
    for code, form, period in _some_points(calm, MISSING, forms, CONSOLIDATED, rng):
        label = Label("missing_child", code, form, period, "consolidated", "refused", "R-04")
        child = int(rng.choice(communes.of(code)))
        defects.wrong.append(Wrong(label, "points", points.place[code], "missing_child", child))


def _go_by_old_names(
    figures: Figures, forms: Mapping[str, Sequence[str]], defects: Defects, rng: np.random.Generator
) -> None:
    """A province that was merged in July 2025 goes on sending under the code it had."""
    former = figures.former.bodies
    gone = np.array(sorted(set(former.codes) - set(figures.points.bodies.codes)))
    for code, form, period in _some_points(gone, WRONG_UNITS, forms, AFTER_THE_MERGER, rng):
        label = Label("wrong_unit", f"{code} (2004-2025)", form, period, "own", "refused", "closed_unit")
        defects.wrong.append(Wrong(label, "former", former.place[code], "wrong_unit"))


def _some_points(
    among: np.ndarray,
    count: int,
    forms: Mapping[str, Sequence[str]],
    periods: Sequence[str],
    rng: np.random.Generator,
) -> Iterator[tuple[str, str, str]]:
    """So many points with each of their forms and each of these periods."""
    for form, period in _places(forms):
        if form != FLASH and period in periods:
            for code in map(str, _some(among, count, rng)):
                yield code, f"{form}P", period


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
        if form == FLASH:
            rows = rows[bodies.territorial[rows]]
        late = {int(row) for row in rows}
        late |= {
            each.child for each in defects.wrong_in(f"{form}P", period, "missing_child") if book == "communes"
        }
        defects.late[book, form, period] = late
        defects.labels += [
            Label("late", bodies.codes[row], form, period, "own", "late", "due_on") for row in sorted(late)
        ]


def _reports_since_2025(forms: Iterable[str]) -> Iterator[Place]:
    for form in sorted(forms):
        if form == FLASH:
            yield from (("communes", form, period) for period in MONTHS)
        elif form == "BM01":
            yield from (
                (book, form, period) for book in ("communes", "points") for period in ("2025-Y", "2026-6M")
            )
        else:
            book = "points" if form.endswith("P") else "communes"
            # of nine months 2026, points are in, sent back or still out: the day as it opens says which
            yield from (
                (book, form, period) for period in QUARTERS if (book, period) != ("points", "2026-9M")
            )


def spoiled(
    values: np.ndarray, keys: Sequence[str], spoil: str, earlier: np.ndarray | None = None
) -> np.ndarray:
    """A report's row made wrong: a total that is off, or a cumulative figure below the one before."""
    out, totals = values.copy(), _flow_totals(keys)
    if spoil == "sum_error":
        out[totals[0]] += 7
    if spoil == "decreased" and earlier is not None:
        place = max(totals, key=lambda each: earlier[each])
        out[place] = max(0.0, earlier[place] - 1)
    return out


def write(labels: Iterable[Label], file: Path) -> None:
    """The list of labels, for whoever wants to measure the checks."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [each.name for each in fields(Label)])
        writer.writeheader()
        writer.writerows(asdict(each) for each in labels)
