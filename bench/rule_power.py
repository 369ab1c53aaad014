"""How many honest reports do the rules doubt, and how many wrong ones do they catch?

Practice countries of seeds that nothing was tuned on (``--training`` takes the seeds that thresholds were chosen on),
on the real tree and forms, without a database. Three questions: how many clean reports are faulted, by rule; how many
of the mistakes that the practice country is given with a label are found; and how many errors put into known cells, by
kind of error and size. Writes bench/results/rule_power.json. Some ninety seconds of processor time:

    make bench-rule-power
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from bench import country
from bench.batches import OF_MEMBERS, Batch, Numbers, batches, faulted, faulted_cells
from giamsat.config.demo import defects
from giamsat.config.demo.country_figures import Figures
from giamsat.config.demo.defects import Label, Wrong, spoiled
from giamsat.intake.quality.definition import Rule
from giamsat.lib.periods import Period
from tools import definitions

TRAINING, HELD_OUT = (1, 2, 3), (11, 12, 13)
OF_FIGURE = ("1 to 4", "5 to 19", "20 to 99", "100 and more")
INJECTED = {"BMT": ("2026-M02", "2026-M08")}
INJECTED.update(dict.fromkeys(country.FAMILIES, ("2026-Q1", "2026-9M")))
STOCKS = "BM01"
INJECTED[STOCKS] = ("2026-6M",)  # its first of the kind: only the peers know what is usual
PLACES = {"BMT": "BMT", STOCKS: "stocks"}
Counts = dict[tuple[str, ...], list[int]]

# What a figure becomes, from the cumulative figure and what the period added to it.
ERRORS: dict[str, Callable[[Numbers, Numbers], Numbers]] = {
    "the period's work three times": lambda figure, added: figure + 2 * added,
    "the period's work ten times": lambda figure, added: figure + 9 * added,
    "a digit too many": lambda figure, added: figure * 10,
    "a digit missing": lambda figure, added: figure // 10,
    "last two digits swapped": lambda figure, added: np.where(
        figure < 10, figure, figure // 100 * 100 + figure % 10 * 10 + figure % 100 // 10
    ),
    "thousands for units": lambda figure, added: figure * 1_000,
}


def alone() -> Rule:
    """The handbook's R-33 by itself: own past only, nothing excused."""
    (rule,) = (rule for rule in definitions.all_rules() if rule.code == "R-33")
    check = replace(rule.checks[0], unless=None)
    return replace(rule, code="R-33 alone", checks=(check,), sentences=rule.sentences[:1])


def tally(counts: Counts, key: tuple[str, ...], hit: Numbers | bool, of: Numbers | int = 1) -> None:
    entry = counts[key]
    entry[0] += int(np.sum(hit))
    entry[1] += int(np.sum(of))


def clean(figures: Figures, counts: Counts, worst: dict[str, float]) -> None:
    """How many honest reports are faulted, by rule."""
    rules = [*definitions.all_rules(), alone()]
    for batch in batches(figures):
        checked = batch.check(rules=rules)
        asks = np.zeros(checked.reports, bool)
        for rule in rules:
            fails = faulted(checked, rule.code)
            if rule.severity in ("E", "W"):
                tally(counts, ("clean", rule.severity, rule.code), fails, checked.reports)
                tally(counts, ("clean", batch.group, batch.form, rule.code), fails, checked.reports)
            asks |= fails if rule.severity == "W" and rule.code != "R-33 alone" else False
        tally(counts, ("clean", "any E"), checked.blocked, checked.reports)
        tally(counts, ("clean", "any W"), asks, checked.reports)
        worst[batch.name] = max(worst.get(batch.name, 0.0), float(asks.mean()))


def labelled(seed: int, counts: Counts) -> None:
    """The mistakes that the practice country knows of, and how many other reports are faulted beside them."""
    figures = country.draw.__wrapped__(seed)
    keys = {
        form: [cell.key for cell in definitions.form(f"{form}.v1")]
        for form in ("BMT", "BM01", *country.FAMILIES)
    }
    keys |= {f"{form}P": [cell.key for cell in definitions.form(f"{form}P.v2")] for form in country.FAMILIES}
    planned = defects.plan(figures, keys, np.random.default_rng(seed + 1))
    by_report: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for label in planned.labels:
        if label.defect in ("copied", "outlier"):
            by_report[label.form, label.period].append(label)
    place = figures.communes.bodies.place
    erring = sorted({place[label.unit] for labels in by_report.values() for label in labels})
    for (form, period), labels in by_report.items():
        _explained(Batch(figures, "communes", form, Period.parse(period)), labels, erring, counts)
    refused: dict[tuple[str, str], list[Wrong]] = defaultdict(list)
    for wrong in planned.wrong:
        if wrong.spoil in ("sum_error", "decreased"):
            refused[wrong.label.form, wrong.label.period].append(wrong)
    for (form, period), wrongs in refused.items():
        _refused(Batch(figures, "communes", form, Period.parse(period)), wrongs, counts)


def _explained(batch: Batch, labels: Iterable[Label], erring: Sequence[int], counts: Counts) -> None:
    checked = batch.check()
    place = batch.figures.communes.bodies.place
    for label in labels:
        tally(counts, ("labelled", label.defect), faulted(checked, label.rule)[place[label.unit]])
    honest = np.ones(checked.reports, bool)
    honest[erring] = False
    tally(counts, ("labelled", "honest reports doubted beside them"), checked.has("W") & honest, honest)


def _refused(batch: Batch, wrongs: Iterable[Wrong], counts: Counts) -> None:
    before = batch.period.previous_cumulative()
    earlier = batch.history[before].scaled / 10_000 if before in batch.history else None
    values, keys = batch.values.copy(), [cell.key for cell in batch.cells]
    for wrong in wrongs:
        was = None if earlier is None else earlier[wrong.row]
        values[wrong.row] = spoiled(values[wrong.row], keys, wrong.spoil, was)
    checked = batch.check(values)
    for wrong in wrongs:
        tally(counts, ("labelled", wrong.label.defect), faulted(checked, wrong.label.rule)[wrong.row])


def injected(figures: Figures, seed: int, counts: Counts) -> None:
    """One error in one known cell of every commune's report, alone or carried into its total."""
    rng = np.random.default_rng(seed)
    for form, keys in INJECTED.items():
        for key in keys:
            batch = Batch(figures, "communes", form, Period.parse(key))
            before = batch.check()
            doubted = before.blocked | before.has("W")
            for way in ("alone",) if form in PLACES else ("alone", "carried into the total"):
                _one_error_each(batch, way, rng, doubted, counts)


def _one_error_each(
    batch: Batch, way: str, rng: np.random.Generator, doubted: Numbers, counts: Counts
) -> None:
    additivity = "S" if batch.form == STOCKS else "F"
    whole = np.array([cell.additivity == additivity and not cell.decimals for cell in batch.cells])
    total = np.array([not cell.breakdown for cell in batch.cells])
    eligible = (batch.added >= 1) & whole & (total if way == "alone" else ~total)
    draw = np.where(eligible, rng.random(eligible.shape), -1)
    rows, column = np.arange(len(draw)), draw.argmax(axis=1)
    figure, added = batch.values[rows, column], np.nan_to_num(batch.added[rows, column])
    kind = rng.integers(0, len(ERRORS), len(rows))
    wrong = np.choose(kind, [change(figure, added) for change in ERRORS.values()])
    changed = eligible.any(axis=1) & (wrong != figure) & ~doubted
    values = batch.values.copy()
    values[rows, column] = np.where(changed, wrong, figure)
    if way != "alone":
        places = {cell.key: at for at, cell in enumerate(batch.cells)}
        sums = np.array([places[cell.indicator] for cell in batch.cells])[column]
        values[rows, sums] += np.where(changed, wrong - figure, 0)
    checked = batch.check(values)
    found, named = checked.blocked | checked.has("W"), faulted_cells(checked, "R-33")[rows, column]
    sizes = np.searchsorted([5, 20, 100], added, "right")
    where = PLACES.get(batch.form, "quarterly forms")
    for number, error in enumerate(ERRORS):
        for size, words in enumerate(OF_FIGURE):
            chosen = changed & (kind == number) & (sizes == size)
            tally(counts, ("injected", where, way, error, words, "any rule"), found & chosen, chosen)
            tally(counts, ("injected", where, way, error, words, "R-33"), named & chosen, chosen)
        for size, words in enumerate(OF_MEMBERS):
            chosen = changed & (kind == number) & (batch.sizes == size)
            tally(counts, ("injected by members", way, error, words, "any rule"), found & chosen, chosen)


def copied(figures: Figures, counts: Counts) -> None:
    """Every commune sends its second quarter once more as its third: who is asked?"""
    half, first, nine = (Period.parse(f"2026-{kind}") for kind in ("6M", "Q1", "9M"))
    (rule,) = (rule for rule in definitions.all_rules() if rule.code == "R-35")
    for form in country.FAMILIES:
        batch = Batch(figures, "communes", form, nine)
        flow = np.array([cell.additivity == "F" for cell in batch.cells])
        book, keys = figures.communes, [cell.key for cell in batch.cells]
        until_june = book.cells(keys, half)
        grown = np.where(flow, until_june - book.cells(keys, first), 0)
        asked = faulted(batch.check(until_june + grown, [rule]), "R-35")
        tally(counts, ("copied", form, "every copy"), asked, np.ones(len(asked)))
        enough = (grown != 0).sum(axis=1) >= 8
        tally(counts, ("copied", form, "eight cells or more"), asked & enough, enough)


def rows_of(counts: Counts, worst: dict[str, float]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"what": ", ".join(key), "value": round(hit / of, 5), "unit": "share", "hit": hit, "of": of}
        for key, (hit, of) in counts.items()
        if of
    ]
    ordered = sorted(worst.items(), key=lambda each: -each[1])[:10]
    return rows + [
        {"what": f"most doubted, {name}", "value": round(share, 5), "unit": "share"}
        for name, share in ordered
    ]


def measure(seeds: Sequence[int]) -> tuple[Counts, dict[str, float]]:
    counts: Counts = defaultdict(lambda: [0, 0])
    worst: dict[str, float] = {}
    for seed in seeds:
        figures = country.draw(seed)
        clean(figures, counts, worst)
        injected(figures, seed, counts)
        copied(figures, counts)
        labelled(seed, counts)
    return counts, worst


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--training", action="store_true", help="the seeds that thresholds were chosen on")
    training = arguments.parse_args().training
    seeds, began = TRAINING if training else HELD_OUT, time.perf_counter()
    counts, worst = measure(seeds)
    rows = rows_of(counts, worst)
    for row in rows:
        print(f"{row['what']:100} {100 * float(str(row['value'])):7.2f} %  of {row.get('of', '')}")
    print(f"seeds {seeds}, {time.perf_counter() - began:.0f} s")
    if not training:
        lines = ",\n".join(json.dumps(row) for row in rows)
        results = country.RESULTS / "rule_power.json"
        results.write_text(f'{{"seeds": {json.dumps(seeds)}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
