"""The engine cannot leave its room, answers exactly, and stops in time."""

import threading
from decimal import Decimal

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from giamsat.lib.formulas import (
    CellFact,
    Check,
    FormulasTooSlow,
    Frames,
    Grid,
    Layout,
    Only,
    compile_form,
    engine,
    run,
)

NOTHING: dict[str, pa.Table] = {}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "COPY (SELECT 1) TO 'out.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "SET lock_configuration = false",
        "SELECT * FROM somebody_elses_variable",
    ],
)
def test_even_raw_sql_reaches_no_file_no_network_and_no_setting(sql):
    somebody_elses_variable = pa.table({"secret": [1]})

    with pytest.raises(duckdb.Error):
        engine.run(sql, NOTHING)
    assert somebody_elses_variable.num_rows == 1


def test_a_run_that_takes_too_long_is_stopped_and_the_next_one_works():
    endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range * b.range = -1"

    with pytest.raises(FormulasTooSlow) as refused:
        engine.run(endless, NOTHING, seconds=0.05)

    assert refused.value.message.startswith("The rules did not finish within 0.05 s and were stopped.")
    assert engine.run("SELECT 1 AS one", NOTHING)["one"].to_pylist() == [1]


def test_many_threads_share_the_pool():
    answers, threads = [], []
    for number in range(12):
        table = {"t": pa.table({"n": [number]})}
        threads.append(
            threading.Thread(
                target=lambda t=table: answers.append(engine.run("SELECT n FROM t", t)["n"][0].as_py())
            )
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == list(range(12))


def one(expression: str, *rows, each: str = "column", **frames):
    """States of one check over reports given as {code: figure}."""
    codes = list(dict.fromkeys(code for row in rows for code in row))
    layout = Layout(tuple(CellFact(code, decimals=4) for code in codes))
    grid = Grid.of([[row.get(code) for code in codes] for row in rows])
    given = Frames(grid, **frames)
    outcomes = run(compile_form(layout, [Check("R", each, expression)], given.offered), given)
    states = outcomes.columns if each != "cell" else outcomes.cells
    return states[:, 0, 0].tolist()


def test_tenths_add_up_exactly():
    assert one(
        "cell(A) + cell(B) = cell(C)", {"A": Decimal("0.1"), "B": Decimal("0.2"), "C": Decimal("0.3")}
    ) == [1]


def test_the_largest_figures_multiply_without_overflow():
    largest = Decimal("999999999999.9999")

    assert one("cell(A) * cell(B) > cell(A)", {"A": largest, "B": largest}) == [1]
    assert one("cell(A) * cell(B) - cell(A) * cell(B) = 0.0001", {"A": largest, "B": largest}) == [0]


def test_a_blank_decides_nothing_even_where_sql_would():
    blank = {"A": None, "B": Decimal(5)}

    assert one("cell(A) > 9 and cell(B) > 9", blank) == [2]
    assert one("cell(A) > 9 or cell(B) > 1", blank) == [2]
    assert one("greatest(cell(A), cell(B)) > 1", blank) == [2]
    assert one("cell(A) <= cell(B)", blank) == [2]


def test_required_is_the_only_question_a_blank_answers():
    assert one("required(A)", {"A": None}, {"A": 0}, {"A": "text"}) == [0, 1, 1]
    assert one("is_number(A)", {"A": None}, {"A": 0}, {"A": "text"}) == [2, 1, 0]


def test_rest_is_what_a_part_leaves_of_its_total_and_all_of_a_total():
    layout = Layout(
        (CellFact("A"), CellFact("A", "lvl=XA"), CellFact("A", "lvl=CS"), CellFact("B", "lvl=XA"))
    )
    frames = Frames(Grid.of([[5, 5, 0, 1], [5, 2, None, 1], [None, 2, 3, 1]]))
    outcomes = run(compile_form(layout, [Check("R", "cell", "rest(this) > 0")], frames.offered), frames)

    assert outcomes.cells[:, :, 0].tolist() == [[1, 0, 1, 2], [1, 1, 2, 2], [2, 2, 2, 2]]


def test_where_the_condition_does_not_hold_the_check_is_not_assessed():
    layout = Layout((CellFact("A"),))
    grid = Grid.of([[1], [9]])
    check = Check("R", "cell", "this > 100", when="this > 5")
    outcomes = run(compile_form(layout, [check], Frames(grid).offered), Frames(grid))

    assert outcomes.cells[:, 0, 0].tolist() == [2, 0]


def test_what_is_excused_is_no_finding_and_a_blank_excuses_nothing():
    layout = Layout((CellFact("A"),))
    check = Check("R", "cell", "this > 100", unless="this >= peer_pct(this, 5)")
    grid = Grid.of([[1], [9], [9]])
    peers = Frames(grid, peers={5: Grid.of([[5], [5], [None]])})
    alone = Frames(grid)

    assert run(compile_form(layout, [check], peers.offered), peers).cells[:, 0, 0].tolist() == [0, 1, 0]
    assert run(compile_form(layout, [check], alone.offered), alone).cells[:, 0, 0].tolist() == [0, 0, 0]


def test_a_check_is_not_asked_where_its_cells_do_not_stand():
    layout = Layout((CellFact("A"), CellFact("A", "lvl=XA"), CellFact("B")))
    frames = Frames(Grid.of([[1, 2, 3]]))
    outcomes = run(compile_form(layout, [Check("R", "column", "cell(A) < cell(B)")], frames.offered), frames)

    assert outcomes.columns[0, :, 0].tolist() == [1, 3]


def test_cells_where_counts_only_the_cells_asked_and_known():
    layout = Layout((CellFact("A"), CellFact("B"), CellFact("S", additivity="S")))
    frames = Frames(Grid.of([[7, 8, 9], [7, None, 9], [None, None, 9]]))
    check = Check("R", "report", "cells_where(this > 5) >= 2", Only(additivity=("F",)))
    outcomes = run(compile_form(layout, [check], frames.offered), frames)

    assert outcomes.columns[:, 0, 0].tolist() == [1, 0, 2]
    assert [failure.value for failure in outcomes.failures(1)] == [Decimal(1)]


def test_sibling_forms_serve_where_the_form_at_hand_names_one_of_the_cells():
    layout = Layout((CellFact("K"),), siblings=(CellFact("B"),))
    check = Check("R", "report", "cell(K) >= cell(B)")
    frames = Frames(Grid.of([[1], [1]]), siblings=Grid.of([[2], [None]]))
    outcomes = run(compile_form(layout, [check], frames.offered), frames)

    assert outcomes.columns[:, 0, 0].tolist() == [0, 2]
    assert next(outcomes.failures(0)).cells == (0, 1)
    assert not Check("R", "report", "cell(B) >= 0").applies(layout).any()


def test_what_is_no_storable_number_is_kept_as_text():
    grid = Grid.of([["12a", Decimal("NaN"), Decimal(10) ** 12, Decimal("1.00001"), True, Decimal("1.5")]])

    assert grid.texts == {
        (0, 0): "12a",
        (0, 1): "NaN",
        (0, 2): "1000000000000",
        (0, 3): "1.00001",
        (0, 4): "True",
    }
    assert grid.value(0, 5) == Decimal("1.5")


def test_the_fast_and_the_careful_way_to_read_rows_agree():
    rows = [[Decimal(n) / 4, None, -n, Decimal("0.0001")] for n in range(600)]
    fast = Grid.of(rows)
    careful = [Grid.of([row]) for row in rows]

    assert np.array_equal(fast.scaled, np.vstack([grid.scaled for grid in careful]))
    assert np.array_equal(fast.present, np.vstack([grid.present for grid in careful]))


@pytest.mark.parametrize("past", [[3], [3, 4], [1, 9, 2], [4, 4, 7, 1], [0, 0, 0, 0, 9]])
def test_median_and_its_distance_are_exact(past):
    """By hand: the middle one, or halfway between the two in the middle."""
    ordered = sorted(past)
    middle = Decimal(ordered[(len(past) - 1) // 2] + ordered[len(past) // 2]) / 2
    states = one(
        f"median(this) = {middle}", {"A": 1}, each="cell", past_increments=[Grid.of([[n]]) for n in past]
    )

    assert states == [1]


@pytest.mark.parametrize(
    ("figure", "low", "high", "within"),
    [
        (6, 2, 4, True),  # half of 4 above it
        (8, 2, 4, True),  # 4 above, twice the root of 5 is 4.47
        (9, 2, 4, False),
        (150, 20, 100, True),
        (151, 20, 100, False),
        (10, 20, 100, True),  # half of 20
        (9, 20, 100, False),  # 11 below, twice the root of 21 is 9.2
        (0, 4, 100, True),  # 4 below, twice the root of 5 is 4.47
    ],
)
def test_a_band_is_widened_by_half_its_end_or_by_chance(figure, low, high, within):
    assert one("in_band(cell(A), cell(B), cell(C))", {"A": figure, "B": low, "C": high}) == [int(within)]


def test_a_round_figure_ends_in_nought_or_five():
    figures = [{"A": figure} for figure in (0, 5, 12, 120, Decimal("5.5"), -15)]

    assert one("is_round(A)", *figures, {"A": None}) == [1, 1, 0, 1, 0, 1, 2]


def test_what_is_not_known_of_a_unit_is_not_assessed():
    assert one("members() > 300", *[{"A": 1}] * 3, about={"members": np.array([301, 300, -1])}) == [1, 0, 2]


def test_the_past_of_sibling_forms_is_read_beside_that_of_the_form_at_hand():
    layout = Layout((CellFact("K"),), siblings=(CellFact("B"),))
    check = Check("R", "report", "prev(K) + prev(B) = 7")
    frames = Frames(
        Grid.of([[1]]),
        previous=Grid.of([[3]]),
        siblings=Grid.of([[2]]),
        siblings_past={"prev": Grid.of([[4]])},
    )
    alone = Frames(Grid.of([[1]]), previous=Grid.of([[3]]), siblings=Grid.of([[2]]))

    assert run(compile_form(layout, [check], frames.offered), frames).columns[:, 0, 0].tolist() == [1]
    assert run(compile_form(layout, [check], alone.offered), alone).columns[:, 0, 0].tolist() == [2]
