"""The engine agrees with the plain-Python reference on generated tables and generated expressions."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from giamsat.lib.formulas import (
    HOLDS,
    NOT_ASSESSED,
    CellFact,
    Check,
    FormulaRefused,
    Frames,
    Grid,
    Layout,
    compile_form,
    run,
)
from tests.lib.formulas.oracle import Report, holds

pytestmark = pytest.mark.slow

CODES = ("B01", "B02", "B03")
COLUMNS = ("", "lvl=XA", "lvl=CS")
KEYS = [(code, column) for code in CODES for column in COLUMNS]
SHARE = ("B01", 95)
ABOUT = ("members", "units_below", "silent_for")
LAYOUT = Layout(tuple(CellFact(code, column, decimals=4) for code, column in KEYS))

figures = st.one_of(
    st.integers(0, 6).map(Decimal),
    st.decimals(min_value=-1000, max_value=10**11, places=4, allow_nan=False),
)
tables = st.dictionaries(st.sampled_from(KEYS), figures)
literals = st.sampled_from(["0", "1", "4", "0.5", "2.25", "10"])


def expressions(figure):
    """Conditions over figures, nested as deep as hypothesis likes."""
    numbers = st.recursive(
        st.one_of(figure, literals),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-"), inner).map(lambda parts: "({} {} {})".format(*parts)),
            st.tuples(literals, inner).map(lambda parts: "({} * {})".format(*parts)),
            inner.map(lambda part: f"abs({part})"),
            inner.map(lambda part: f"(-{part})"),
            st.tuples(st.sampled_from(["greatest", "least"]), inner, inner).map(
                lambda p: "{}({}, {})".format(*p)
            ),
        ),
        max_leaves=4,
    )
    signs = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
    comparisons = st.tuples(numbers, signs, numbers).map(lambda parts: "{} {} {}".format(*parts))
    bands = st.tuples(figure, figure, figure).map(lambda parts: "in_band({}, {}, {})".format(*parts))
    round_ones = figure.filter(lambda each: each == "this" or each.startswith("cell")).map(
        lambda each: f"is_round({each.removeprefix('cell(').rstrip(')')})"
    )
    return st.recursive(
        st.one_of(comparisons, comparisons, comparisons, bands, round_ones),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: "({}) {} ({})".format(*p)),
            inner.map(lambda part: f"not ({part})"),
        ),
        max_leaves=3,
    )


named = st.sampled_from(
    [f"cell({code})" for code in CODES]
    + ["prev(B01)", "cell(B02, 'lvl=XA')", "children_sum(B03)", "opening(B02)", "year_opening(B01)"]
    + ["predecessors_sum(B03)", "peer_share(B02, B01, 95)", "members()", "units_below()", "silent_for()"]
)
this = st.sampled_from(
    [
        "this",
        "prev(this)",
        "median(this)",
        "mad(this)",
        "history_count(this)",
        "peer_pct(this, 95)",
        "children_sum(this)",
        "rest(this)",
        "opening(this)",
        "year_opening(this)",
        "predecessors_sum(this)",
    ]
)


def grid(*rows):
    return Grid.of([[row.get(key) for key in KEYS] for row in rows])


def check_agreement(check, rows):
    """Run the check over the reports by engine and by reference."""
    reports = [
        Report(
            KEYS, row[0], prev=row[1], past=row[2:4], children_sum=row[4], peers={95: row[5], SHARE: row[1]},
            opening=row[2], year_opening=row[3], predecessors_sum=row[5], about=row[6],
        )
        for row in rows
    ]  # fmt: skip
    tables = [grid(*[row[at] for row in rows]) for at in range(6)]
    known = {word: [row[6][word] for row in rows] for word in ABOUT}
    frames = Frames(
        tables[0],
        previous=tables[1],
        past_increments=tables[2:4],
        children=tables[4],
        peers={95: tables[5], SHARE: tables[1]},
        opening=tables[2],
        year_opening=tables[3],
        predecessors=tables[5],
        about={word: np.array([-1 if n is None else n for n in given]) for word, given in known.items()},
    )
    try:
        outcomes = run(compile_form(LAYOUT, [check], frames.offered), frames)
    except FormulaRefused:
        return  # too wide for exact numbers: refused beforehand, never wrong
    places = KEYS if check.each == "cell" else [("", column) for column in COLUMNS]
    for number, report in enumerate(reports):
        for at, place in enumerate(places):
            expected = holds(check.tree, report, place)
            state = (outcomes.cells if check.each == "cell" else outcomes.columns)[number, at, 0]
            assert state == {True: HOLDS, False: 0, None: NOT_ASSESSED}[expected], (check.expression, place)


known_of_units = st.fixed_dictionaries({word: st.none() | st.integers(0, 9) for word in ABOUT})
rows = st.lists(st.tuples(*[tables] * 6, known_of_units), min_size=1, max_size=3)
often = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@often
@given(expressions(this), rows)
def test_checks_of_each_cell_agree_with_the_reference(expression, tables):
    check_agreement(Check("any", "cell", expression), tables)


@often
@given(expressions(named), rows)
def test_checks_of_each_column_agree_with_the_reference(expression, tables):
    check_agreement(Check("any", "column", expression), tables)


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(expressions(this).map(lambda e: ("cell", e)), expressions(named).map(lambda e: ("column", e))),
    rows,
)
def test_long_agreement_with_the_reference(question, tables):
    check_agreement(Check("any", *question), tables)
