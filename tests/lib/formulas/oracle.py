"""The reference: slow, plain, exact, and written from the handbook rather than from the compiler.

A report is a dictionary {(code, breakdown): Decimal}; a blank is absent. ``holds`` answers True, False,
or None for "not assessed".
"""

from decimal import Decimal, localcontext
from statistics import median

from giamsat.lib.formulas.language import Node, Number, Operation, Term, walk


class Blank(Exception):
    """A blank figure: nothing can be said."""


class Report:
    """All that may be known of one report, in dictionaries."""

    def __init__(self, cells, current, *, past=(), peers=None, about=None, **frames):
        self.cells = cells
        self.frames = {"cell": current, **frames}
        self.past = past
        self.peers = peers or {}
        self.about = about or {}

    def figure(self, term: Term, place: tuple[str, str]):
        if term.code is None:
            return self.whole(term.word)
        code = place[0] if term.code == "this" else term.code
        breakdown = place[1] if term.breakdown is None else term.breakdown
        key = (code, breakdown)
        if term.word == "required":
            return key in self.frames["cell"]
        if term.word == "is_round":
            return self.round(key)
        if term.word in ("breakdown_sum", "breakdown_max"):
            return self.parts(code, term)
        if term.word == "rest":
            return self.rest(code, breakdown)
        known = [period[key] for period in self.past if key in period]
        if term.word == "history_count":
            return Decimal(len(known))
        if term.word in ("median", "mad"):
            return self.spread(known, term.word)
        of_peers = term.word in ("peer_pct", "peer_share")
        frame = self.peers.get(term.argument, {}) if of_peers else self.frames[term.word]
        if key not in frame:
            raise Blank
        return frame[key]

    def whole(self, word):
        """What is known of the unit; nothing where it is not."""
        if self.about.get(word) is None:
            raise Blank
        return Decimal(self.about[word])

    def round(self, key):
        """A whole figure whose last digit is 0 or 5."""
        if key not in self.frames["cell"]:
            raise Blank
        text = f"{self.frames['cell'][key]:f}"
        whole, _, rest = text.partition(".")
        return whole[-1] in "05" and not rest.strip("0")

    def parts(self, code, term):
        columns = [key for key in self.cells if key[0] == code and key[1].startswith(f"{term.argument}=")]
        if any(key not in self.frames["cell"] for key in columns):
            raise Blank
        figures = [self.frames["cell"][key] for key in columns]
        return sum(figures, Decimal(0)) if term.word == "breakdown_sum" else max(figures)

    def rest(self, code, breakdown):
        reported = self.frames["cell"]
        if (code, "") not in reported or (code, breakdown) not in reported:
            raise Blank
        whole = reported[code, ""]
        return whole - reported[code, breakdown] if breakdown else whole

    def spread(self, known, word):
        if not known:
            raise Blank
        middle = median(known)
        return middle if word == "median" else median([abs(figure - middle) for figure in known])


def holds(tree: Node, report: Report, place: tuple[str, str]) -> bool | None:
    """Every figure is looked at, so that a blank anywhere decides nothing."""
    with localcontext() as context:
        context.prec = 60
        try:
            for node in walk(tree):
                if isinstance(node, Term):
                    report.figure(node, place)
            return work_out(tree, report, place)
        except Blank:
            return None


def work_out(node: Node, report: Report, place: tuple[str, str]):
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Term):
        return report.figure(node, place)
    parts = [work_out(part, report, place) for part in node.parts]
    return apply(node, parts)


def apply(node: Operation, parts: list):
    if len(parts) == 1:
        return {"neg": lambda x: -x, "abs": abs, "not": lambda x: not x}[node.sign](*parts)
    if node.sign in ("greatest", "least"):
        return max(parts) if node.sign == "greatest" else min(parts)
    left, right = parts
    return {
        "+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right,
        "=": lambda: left == right, "<>": lambda: left != right, "<": lambda: left < right,
        "<=": lambda: left <= right, ">": lambda: left > right, ">=": lambda: left >= right,
        "and": lambda: left and right, "or": lambda: left or right,
    }[node.sign]()  # fmt: skip
