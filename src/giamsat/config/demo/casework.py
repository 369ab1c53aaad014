"""Inspection of duties and finances, denunciations and complaints: groups E, F, H and I.

What comes in is drawn; each case then waits until it is settled, some past their time, some past the year's end. So
what is to be settled, settled, overdue and in progress agree whatever two periods are compared.
"""

from dataclasses import dataclass

import numpy as np

from giamsat.config.demo import magnitudes as size
from giamsat.config.demo import shares
from giamsat.config.demo.draws import Draw, Increments
from giamsat.config.demo.parts import Parts, divided, kinds

AT_ONCE, AFTER_WAITING, LATE_NOW, LATE_SETTLED = 0.55, 0.45, 0.04, 0.5  # of cases in a month


@dataclass(frozen=True)
class Casework:
    """Flows and stocks by level, parts of them by what they divide into, and who of the flows feeds group L."""

    flows: Increments
    stocks: Increments
    parts: dict[str, Parts]
    disciplined: np.ndarray


@dataclass(frozen=True)
class Course:
    """How cases went: bodies × months × levels × classes."""

    to_settle: (
        np.ndarray
    )  # new in the month; in January also those carried over, where a year begins with them
    settled: np.ndarray
    waiting: np.ndarray
    late: np.ndarray


def draw(one: Draw, known: Increments) -> Casework:
    """``known``: the letters and denunciations received, which are drawn with the rest of the country's work."""
    flows: Increments = {}
    for base in ("E01", "E03", "E04", "F01", "F03", "F05"):
        flows[base] = one.count(base)
    one.shares(flows, "EF")
    flows["F07"] = one.amounts(flows["F02"] + flows["F04"] + flows["F06"], with_money=0.6)
    for part, whole in (("F08", "F07"), ("F09", "F08")):
        flows[part] = one.rng.binomial(flows[whole], size.RECOVERED[part])
    parts = {
        f"{code}.type": divided(flows[code].sum(axis=2), shares.TYPES[one.bodies.name], one.rng)
        for code in ("E01", "E03", "F01", "F03")
    }
    parts |= _letters(one, known, flows)
    denunciations, disciplined = _denunciations(one, known["H02"], flows, parts)
    complaints = _complaints(one, flows, parts)
    overdue, waiting = complaints.late.sum(axis=3), complaints.waiting.sum(axis=3)
    stocks = {"H19": denunciations.late.sum(axis=3), "I08": waiting + overdue, "I09": overdue}
    return Casework(flows, stocks, parts, disciplined)


def _letters(one: Draw, known: Increments, flows: Increments) -> dict[str, Parts]:
    """What the letters are, and which are set aside."""
    received = {code: known[code] for code in ("H01", "H02")}
    one.remainders(received, "H")
    aside = one.rng.multinomial(known["H01"], [*size.LETTERS_SET_ASIDE, 1 - sum(size.LETTERS_SET_ASIDE)])
    flows |= {"H03": received["H03"], "H04": received["H04"]}
    flows |= {code: aside[..., place] for place, code in enumerate(("H05", "H06", "H07"))}
    return {"H01.channel": divided(known["H01"].sum(axis=2), shares.LETTERS_BY_CHANNEL, one.rng)}


def _denunciations(
    one: Draw, received: np.ndarray, flows: Increments, parts: dict[str, Parts]
) -> tuple[Course, np.ndarray]:
    """Classes: organisations, then members by position. Returns also the members disciplined after one."""
    rng, positions = one.rng, shares.DENOUNCED[one.bodies.name]
    by_class = [size.OF_ORGANISATIONS, *((1 - size.OF_ORGANISATIONS) * each for each in positions.values())]
    new = rng.multinomial(rng.binomial(received, size.TO_BE_SETTLED), by_class)
    course = _settle(one, new, carried_over=True)
    for (organisations, members), figures in (
        (("H08", "H10"), course.to_settle),
        (("H09", "H11"), course.settled),
    ):
        flows |= {organisations: figures[..., 0], members: figures[..., 1:].sum(axis=3)}
        parts[f"{members}.pos"] = Parts(tuple(positions), figures[..., 1:].sum(axis=2))
    found = rng.multinomial(np.stack([flows["H09"], flows["H11"]], axis=-1), size.FOUND)
    by_subject = {code: found[..., place] for place, code in enumerate(("H12", "H13", "H14", "H15"))}
    left = by_subject["H12"] + by_subject["H13"]
    for code, share in size.SETTLED.items():
        left = by_subject[code] = rng.binomial(left, share)
    _keep_by_subject(by_subject, flows, parts)
    parts["H18.form"] = _by_form(by_subject["H18"].sum(axis=2), rng)
    return course, by_subject["H18"][..., 1]


def _complaints(one: Draw, flows: Increments, parts: dict[str, Parts]) -> Course:
    rng = one.rng
    new = np.stack([one.count("I01"), one.count("I02")], axis=-1)
    course = _settle(one, new, carried_over=False)
    flows |= {"I01": new[..., 0], "I02": new[..., 1]}
    outcomes = rng.multinomial(course.settled, size.COMPLAINTS)
    by_subject = {"I03": course.settled}
    by_subject |= {code: outcomes[..., place] for place, code in enumerate(("I04", "I05", "I06", "I07"))}
    by_subject["I10"] = rng.binomial(by_subject["I07"], size.RESTORED)
    _keep_by_subject(by_subject, flows, parts)
    return course


def _settle(one: Draw, new: np.ndarray, *, carried_over: bool) -> Course:
    """Month after month: some are settled at once, some later, some late."""
    rng, due = one.rng, new.copy()
    settled, waits, lates = np.zeros_like(new), np.zeros_like(new), np.zeros_like(new)
    waiting, late = np.zeros_like(new[:, 0]), np.zeros_like(new[:, 0])
    for month, number in enumerate(one.bodies.month_numbers):
        if carried_over and number == 1:
            due[:, month] += waiting + late
        at_once = rng.binomial(new[:, month], AT_ONCE)
        waited = rng.binomial(waiting, AFTER_WAITING)
        ended = rng.binomial(late, LATE_SETTLED)
        settled[:, month] = at_once + waited + ended
        waiting = waiting - waited + new[:, month] - at_once
        overdue = rng.binomial(waiting, LATE_NOW)
        waiting, late = waiting - overdue, late - ended + overdue
        waits[:, month], lates[:, month] = waiting, late
    return Course(due, settled, waits, lates)


def _keep_by_subject(figures: Increments, flows: Increments, parts: dict[str, Parts]) -> None:
    for code, both in figures.items():
        flows[code] = both.sum(axis=3)
        parts[f"{code}.subj"] = kinds(ORG=both[..., 0].sum(axis=2), MEMBER=both[..., 1].sum(axis=2))


def _by_form(disciplined: np.ndarray, rng: np.random.Generator) -> Parts:
    """Organisations and members have forms of their own, of which two are named alike."""
    reprimand, warning, dissolved = np.moveaxis(
        rng.multinomial(disciplined[..., 0], size.ORGANISATIONS_DISCIPLINED), -1, 0
    )
    members = np.moveaxis(rng.multinomial(disciplined[..., 1], size.MEMBERS_DISCIPLINED["committees"]), -1, 0)
    return kinds(
        KTR=reprimand + members[0], CC=warning + members[1], CCH=members[2], KHT=members[3], GT=dissolved
    )
