"""From text to a checked tree: sqlglot reads, a whitelist decides, the position of every fault is named."""

import difflib
import re
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from giamsat.lib.formulas.bands import in_band
from giamsat.lib.formulas.errors import FormulaRefused, gettext_noop
from giamsat.lib.formulas.exactness import check_types
from giamsat.lib.formulas.language import (
    BAND,
    CHOOSERS,
    COUNTER,
    PERCENTS,
    THIS,
    WORDS,
    Argument,
    Node,
    Number,
    Operation,
    Term,
)

LONGEST, MOST_NODES = 2_000, 400
SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.And: "and", exp.Or: "or", exp.Add: "+", exp.Sub: "-", exp.Mul: "*",
}  # fmt: skip
PLAIN_NUMBER = re.compile(r"\d{1,12}(\.\d{1,4})?")
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
BREAKDOWN = re.compile(r"|[A-Za-z_]\w{0,15}=[\w./ -]{1,32}")
ALLOWED = ", ".join(WORDS) + f", {COUNTER}, {BAND}, abs, greatest, least, + - *, = <> < <= > >=, and, or, not"


@lru_cache(maxsize=2_048)
def parse(text: str) -> Node:
    """Read one expression; FormulaRefused points at the character and says what is allowed."""
    text = re.sub(r"\s", " ", text).rstrip()
    if len(text) > LONGEST:
        _refuse(text, LONGEST, gettext_noop("An expression has at most %(most)s characters."), most=LONGEST)
    try:
        read = sqlglot.parse_one(text)
        tree = _Reader(text).read(read)
    except SqlglotError as error:
        raise _syntax(text, error) from None
    except RecursionError:
        raise FormulaRefused(
            gettext_noop("The expression is nested too deeply. Split it into several checks."),
            expression=text[:80], position=0,
        ) from None  # fmt: skip
    check_types(tree, text)
    return tree


def _syntax(text: str, error: SqlglotError) -> FormulaRefused:
    """sqlglot's first fault, in our words."""
    faults = getattr(error, "errors", None) or [{}]
    position = (faults[0].get("col") or 1) - len(faults[0].get("highlight") or " ")
    return FormulaRefused(
        gettext_noop("This is not an expression."), expression=text, position=position, allowed=ALLOWED
    )


def _refuse(text: str, position: int, problem: str, **words: Any) -> NoReturn:
    raise FormulaRefused(problem, expression=text, position=position, **words)


class _Reader:
    """Turns sqlglot's tree into ours, node by node; what is not named here is refused."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.nodes = 0

    def read(self, node: exp.Expr) -> Node:  # noqa: PLR0911 - a case for each kind of node
        self.nodes += 1
        if self.nodes > MOST_NODES:
            most = gettext_noop("An expression has at most %(most)s parts; split it.")
            _refuse(self.text, self.at(node), most, most=MOST_NODES)
        if isinstance(node, exp.Paren):
            return self.read(node.this)
        if type(node) in SIGNS:
            parts = (self.read(node.this), self.read(node.expression))
            return Operation(SIGNS[type(node)], parts, self.at(node))
        if isinstance(node, exp.Neg | exp.Not):
            sign = "neg" if isinstance(node, exp.Neg) else "not"
            return Operation(sign, (self.read(node.this),), self.at(node))
        if isinstance(node, exp.Literal) and not node.is_string:
            return self.number(node)
        if isinstance(node, exp.Column):
            return self.bare(node)
        if isinstance(node, exp.Func):
            return self.function(node)
        if isinstance(node, exp.Div):
            self.refuse(
                node, gettext_noop("Division is not exact. Write a >= 0.6 * b instead of a / b >= 0.6.")
            )
        unknown = gettext_noop("%(found)s is not part of the rule language.")
        return self.refuse(node, unknown, found=repr(node.sql()[:40]), allowed=ALLOWED)

    def number(self, node: exp.Literal) -> Number:
        if not PLAIN_NUMBER.fullmatch(node.this):
            self.refuse(
                node, gettext_noop("A number has at most 12 digits and 4 decimals, like 0.6 or 1000.")
            )
        return Number(Decimal(node.this), self.at(node))

    def bare(self, node: exp.Column) -> Term:
        if node.sql() != THIS:
            written = gettext_noop(
                "A figure is written cell(%(code)s), prev(%(code)s) …; only 'this' stands alone."
            )
            self.refuse(node, written, code=node.name)
        return Term("cell", THIS, None, None, self.at(node))

    def function(self, node: exp.Func) -> Node:
        name = self.name(node)
        arguments = _arguments(node)
        if name == BAND:
            return self.in_band(node, arguments)
        if name == "abs" or name in CHOOSERS or name == COUNTER:
            least = 2 if name in CHOOSERS else 1
            if len(arguments) < least or (least == 1 and len(arguments) > 1):
                several = gettext_noop("%(name)s(…) takes two or more figures.")
                one = gettext_noop("%(name)s(…) takes one part.")
                self.refuse(node, several if least == 2 else one, name=name)
            return Operation(name, tuple(map(self.read, arguments)), self.at(node))
        if name not in WORDS:
            if near := _nearest(name):
                meant = gettext_noop("There is no %(name)s(…). Do you mean %(near)s(…)?")
                self.refuse(node, meant, name=name, near=near, allowed=ALLOWED)
            self.refuse(node, gettext_noop("There is no %(name)s(…)."), name=name, allowed=ALLOWED)
        return self.term(node, name, arguments)

    def in_band(self, node: exp.Func, arguments: list[exp.Expr]) -> Node:
        if len(arguments) != 3:
            written = gettext_noop("in_band(…) is written in_band(increment(B04), low end, high end).")
            self.refuse(node, written)
        figure, low, high = map(self.read, arguments)
        return in_band(figure, low, high, self.at(node))

    def term(self, node: exp.Func, name: str, arguments: list[exp.Expr]) -> Term:
        parameters = [parameter.rstrip("?") for parameter in WORDS[name].parameters]
        needed = len([p for p in WORDS[name].parameters if not p.endswith("?")])
        if not needed <= len(arguments) <= len(parameters):
            written = gettext_noop("%(name)s(…) is written %(help)s.")
            self.refuse(node, written, name=name, help=WORDS[name].help)
        given = dict(zip(parameters, arguments, strict=False))
        breakdown = self.breakdown(given["breakdown"]) if "breakdown" in given else None
        argument: Argument = None
        if "back" in given:
            argument = self.whole(given["back"], range(1, 9), gettext_noop("1 to 8 periods back"))
        elif "percent" in given:
            argument = self.whole(given["percent"], PERCENTS, ", ".join(map(str, PERCENTS)))
            if "of" in given:
                argument = (self.code(given["of"]), argument)
        elif "dimension" in given:
            argument = self.string(given["dimension"], gettext_noop("a dimension in quotes, like 'lvl'"))
        code = self.code(given["code"]) if "code" in given else None
        if code == THIS and breakdown is not None:
            self.refuse(given["breakdown"], gettext_noop("'this' already has its breakdown."))
        return Term(name, code, breakdown, argument, self.at(node))

    def code(self, node: exp.Expr) -> str:
        if not isinstance(node, exp.Column) or node.args.get("table") or not CODE.fullmatch(node.name):
            self.refuse(node, gettext_noop("Here stands an indicator code such as B04, or this."))
        return node.name

    def breakdown(self, node: exp.Expr) -> str:
        value = self.string(node, gettext_noop("a breakdown in quotes, like 'lvl=XA', or '' for the total"))
        if not BREAKDOWN.fullmatch(value):
            self.refuse(node, gettext_noop("A breakdown is written 'dimension=value', like 'lvl=XA'."))
        return value

    def string(self, node: exp.Expr, wanted: str) -> str:
        if not (isinstance(node, exp.Literal) and node.is_string):
            self.refuse(node, gettext_noop("Here stands %(wanted)s."), wanted=wanted)
        return str(node.this)

    def whole(self, node: exp.Expr, allowed: "range | tuple[int, ...]", wanted: str) -> int:
        if not (isinstance(node, exp.Literal) and str(node.this).isdecimal() and int(node.this) in allowed):
            self.refuse(node, gettext_noop("Here stands a number written out: %(wanted)s."), wanted=wanted)
        return int(node.this)

    def name(self, node: exp.Func) -> str:
        """The word as written: sqlglot renames functions it knows."""
        if isinstance(node, exp.Anonymous):
            return str(node.this).lower()
        start, end = node.meta.get("start"), node.meta.get("end")
        if start is None or end is None:
            return str(node.sql_name()).lower()
        return self.text[start : end + 1].lower()

    def at(self, node: exp.Expr) -> int:
        """Where a node begins; operators carry no position, their first operand does."""
        starts = [part.meta["start"] for part in node.walk() if "start" in part.meta]
        return min(starts, default=0)

    def refuse(self, node: exp.Expr, problem: str, **words: Any) -> NoReturn:
        _refuse(self.text, self.at(node), problem, **words)


def _nearest(name: str) -> str:
    """The word that was perhaps meant."""
    found = difflib.get_close_matches(name, [*WORDS, *CHOOSERS, COUNTER, BAND, "abs"], n=1)
    return found[0] if found else ""


def _arguments(node: exp.Func) -> list[exp.Expr]:
    """What stands between the brackets, whatever sqlglot made of the function."""
    parts: list[exp.Expr] = []
    for value in node.args.values():
        if isinstance(value, exp.Expr):
            parts.append(value)
        elif isinstance(value, list):
            parts.extend(part for part in value if isinstance(part, exp.Expr))
    return parts
