"""What may be written, and how a refusal helps."""

import pytest

from giamsat.lib.formulas import Check, FormulaRefused, parse


def refusal(text: str) -> FormulaRefused:
    with pytest.raises(FormulaRefused) as refused:
        parse(text)
    return refused.value


@pytest.mark.parametrize(
    "expression",
    [
        "cell(B04) <= cell(B02)",
        "cell(B04, 'lvl=XA') = 0",
        "this = breakdown_sum(this, 'lvl')",
        "abs(increment(this) - median(this)) <= greatest(3 * mad(this), 4.9999)",
        "greatest(this, 1) >= least(prev(this), 2) and not required(this)",
        "same_period(1, D01) > 0 or peer_pct(D01, 95) < 0.5",
        "cells_where(increment(this) <> 0) < 8",
    ],
)
def test_the_vocabulary_is_read(expression):
    assert parse(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "(select 1)",
        "read_csv('/etc/passwd')",
        "read_csv('/etc/passwd') = 1",
        "cell(B04)::int = 1",
        "cell(B04) = 1; drop table cells",
        "exists(select 1 from cells)",
        "case when 1 then 2 end = 2",
        "cell(B04) in (1, 2)",
        "cell(B04) = ?",
        "cell(B04) = $1",
        "cells.f0 = 1",
        "f0 = 1",
        "current_date = 1",
        "system('ls') = 1",
        "getenv('HOME') = 'x'",
        "cell(*) = 1",
        "cell(distinct B04) = 1",
        "median(this) over () = 1",
        "median(this) filter (where 1 = 1) = 1",
        "cell(B04) = 'x'",
        "{a: 1} = 1",
        "true",
        "1 is null",
        "",
        "   ",
        "cell(B04) <=",
        "cell(B04) @@ 3",
        "x'41' = 1",
    ],
)
def test_anything_else_is_refused(expression):
    assert refusal(expression).code == "formula.refused"


def test_a_refusal_points_at_the_character_and_says_what_is_allowed():
    refused = refusal("cell(B04) <= colour(B02)")

    assert refused.position == 13
    assert refused.facts["position"] == 13
    assert refused.message.startswith(
        "There is no colour(…). Allowed are numbers, this, cell, prev, same_period"
    )
    assert refused.message.endswith("\n  cell(B04) <= colour(B02)\n               ^ character 14")


def test_division_is_refused_with_the_way_to_write_it():
    refused = refusal("cell(B04) / cell(B02) <= 0.6")

    assert refused.problem == "Division is not exact. Write a >= 0.6 * b instead of a / b >= 0.6."


@pytest.mark.parametrize(
    ("expression", "position", "problem"),
    [
        ("cell(B01) <= prev(B01) <= 3", 0, "Here stands a number, but this is a yes/no."),
        ("cell(B01) and cell(B02)", 0, "Here stands a yes/no, but this is a number."),
        ("1 + required(B01) = 2", 4, "Here stands a number, but this is a yes/no."),
        ("this * this * this * this > 1", 0, "This could pass 38 digits; multiply fewer figures together."),
        ("peer_pct(B01, 17) = 1", 14, "Here stands a number written out: 5, 25, 50, 75, 95."),
        ("cell(B01, lvl) = 1", 10, "Here stands a breakdown in quotes, like 'lvl=XA', or '' for the total."),
        ("cell() = 1", 0, "cell(…) is written cell(B04) or cell(B04, 'lvl=XA'): the figure reported."),
        ("cell(B01) = 1e9", 12, "A number has at most 12 digits and 4 decimals, like 0.6 or 1000."),
        ("B01 = 1", 0, "A figure is written cell(B01), prev(B01) …; only 'this' stands alone."),
    ],
)  # fmt: skip
def test_each_misuse_is_named_where_it_stands(expression, position, problem):
    refused = refusal(expression)

    assert (refused.problem, refused.position) == (problem, position)


@pytest.mark.parametrize(
    "hostile", ["(" * 900 + "1" + ")" * 900, "not " * 480 + "required(B01)", "-" * 1900 + "1"]
)
def test_deep_nesting_is_refused_not_crashed(hostile):
    assert refusal(hostile).code == "formula.refused"


def test_long_expressions_are_refused():
    assert refusal("1 + " * 500 + "1 = 1").problem == "An expression has at most 2000 characters."
    assert refusal("1+" * 300 + "1=1").problem == "An expression has at most 400 parts; split it."


@pytest.mark.parametrize(
    ("each", "expression", "problem"),
    [
        ("cell", "cell(B01) = 1", "A check of each cell speaks of 'this' only; for named codes use each: column."),
        ("column", "this = 1", "'this' is a single cell: use each: cell, or cells_where(…)."),
        ("cell", "cells_where(this = 1) = 1", "cells_where(…) counts over a report: use each: report."),
        ("report", "cell(B01) + 1", "A yes/no is needed here, but this gives a number."),
    ],
)  # fmt: skip
def test_a_check_stays_within_what_it_is_asked_of(each, expression, problem):
    with pytest.raises(FormulaRefused) as refused:
        Check("R", each, expression).tree  # noqa: B018 - reading it parses it

    assert refused.value.problem == problem


def test_a_refusal_is_told_in_the_words_of_whoever_shows_it():
    refused = refusal("cell(B04) <= colour(B02)")
    known = {"There is no %(name)s(…).": "Không có %(name)s(…).", "character": "ký tự thứ"}
    said = refused.told(lambda words: known.get(words, words))
    assert said.startswith("Không có colour(…).")
    assert said.endswith(" " * 15 + "^ ký tự thứ 14")
