"""What points alone report: assets declared, directives followed, data looked after. Groups M, N and O."""

from dataclasses import dataclass

import numpy as np

from giamsat.config.demo import magnitudes as size
from giamsat.config.demo import scenario, shares
from giamsat.config.demo.draws import Draw, Increments
from giamsat.config.demo.parts import Parts, divided
from giamsat.config.demo.shares import Shares

OBLIGED, DECLARED = 0.03, 0.97  # of members; of those obliged
UNTRUE, PUNISHED = 0.033, 0.6  # of those inspected or verified; of the untrue
UNITS_VERIFIED = 21.0  # per cent in a year
TASKS_A_MONTH, BEGUN, DONE, OVERDUE, DONE_LATE = 26, 0.7, 0.22, 0.03, 0.35
DOCUMENTS_A_MONTH, TARGETS, AT_RISK = 5, 34, 0.12
ALERTS_A_MONTH, IN_TIME = 9, 0.86
REPORTS_OF_A_UNIT = 1.6  # in a month, quarterly ones among them
LATE, LATE_WHERE_CHRONIC, MISSING, RETURNED, CORRECTED = 0.027, 0.5, 0.004, 0.03, 0.008
SESSIONS_A_MONTH, INCIDENTS_A_MONTH = 2.5, 0.08


@dataclass(frozen=True)
class Oversight:
    flows: Increments
    stocks: Increments
    parts: dict[str, Parts]


def draw(one: Draw, units_below: np.ndarray) -> Oversight:
    """For points; ``units_below``: how many report to each."""
    made = Oversight({}, {}, {})
    _assets(one, made)
    _tasks(one, made)
    _targets_and_alerts(one, made)
    _reports(one, units_below, made)
    return made


def _assets(one: Draw, made: Oversight) -> None:
    rng, bodies = one.rng, one.bodies
    obliged = np.rint(bodies.members * OBLIGED).astype(np.int64)
    declared = np.zeros((len(bodies), len(bodies.months)), np.int64)
    for year in np.unique(bodies.month_years):
        here = np.flatnonzero(bodies.month_years == year)
        of_year = rng.multinomial(rng.binomial(obliged, DECLARED), shares.DECLARED_IN)
        declared[:, here] = of_year[:, bodies.month_numbers[here] - 1]
    inspected, verified = one.count("M03"), one.count("M04")
    untrue = rng.binomial(inspected + verified, UNTRUE)
    punished = rng.binomial(untrue, PUNISHED)
    made.flows.update(M02=_alone(declared), M03=inspected, M04=verified, M05=untrue, M06=punished)
    progress = np.array([sum(size.season("M")[:month]) for month in bodies.month_numbers])
    pace = rng.uniform(0.9, 1.1, len(bodies))[:, None]
    made.stocks.update(M01=obliged[:, None], M07=_alone(np.round(UNITS_VERIFIED * progress * pace, 2)))
    made.parts["M02.declaration_kind"] = divided(declared, shares.DECLARATIONS, rng)
    forms = shares.named(("KTR", "CC", "CCH", "KHT"), size.MEMBERS_DISCIPLINED["committees"])
    made.parts["M06.form"] = divided(punished.sum(axis=2), forms, rng)


def _tasks(one: Draw, made: Oversight) -> None:
    """Each task is of one kind of document and of one sector, and goes its way month after month."""
    rng, bodies = one.rng, one.bodies
    classes = np.outer(list(shares.DOCUMENTS.values()), list(shares.SECTORS.values()))
    habit = rng.gamma(12, 1 / 12, len(bodies))
    shape = (len(bodies), *classes.shape)
    idle, running, overdue, done, done_late = (np.zeros(shape, np.int64) for _ in range(5))
    history: list[tuple[np.ndarray, ...]] = []
    for _ in bodies.months:
        idle = idle + rng.poisson(TASKS_A_MONTH * habit[:, None, None] * classes)
        begun, ended = rng.binomial(idle, BEGUN), rng.binomial(running, DONE)
        missed, caught_up = rng.binomial(running - ended, OVERDUE), rng.binomial(overdue, DONE_LATE)
        idle, running = idle - begun, running + begun - ended - missed
        overdue, done, done_late = overdue + missed - caught_up, done + ended, done_late + caught_up
        history.append((done, done_late, running, overdue, idle))
    states = np.moveaxis(np.array(history), 0, 2)  # states × bodies × months × documents × sectors
    for code, figures in zip(
        ("N02", "N03", "N04", "N05", "N06", "N07"), (states.sum(axis=0), *states), strict=True
    ):
        made.stocks[code] = _alone(figures.sum(axis=(2, 3)))
        made.parts[f"{code}.doc"] = Parts(tuple(shares.DOCUMENTS), figures.sum(axis=3))
        made.parts[f"{code}.sector"] = Parts(tuple(shares.SECTORS), figures.sum(axis=2))


def _targets_and_alerts(one: Draw, made: Oversight) -> None:
    rng, bodies = one.rng, one.bodies
    shape = len(bodies), len(bodies.months)
    _keep(
        made,
        "N01",
        _growing(rng.poisson(DOCUMENTS_A_MONTH, shape), shares.DOCUMENTS, rng),
        "doc",
        made.stocks,
    )
    targets = rng.multinomial(rng.poisson(TARGETS, len(bodies)), list(shares.SECTORS.values()))
    missed = rng.binomial(targets[:, None].repeat(shape[1], axis=1), AT_RISK)
    _keep(made, "N10", Parts(tuple(shares.SECTORS), missed), "sector", made.stocks)
    _keep(made, "N09", Parts(tuple(shares.SECTORS), targets[:, None] - missed), "sector", made.stocks)
    alerts = divided(rng.poisson(ALERTS_A_MONTH, shape), shares.ALERTS, rng)
    _keep(made, "N11", alerts, "alert_kind", made.flows)
    in_time = rng.binomial(alerts.figures, IN_TIME)
    _keep(made, "N12", Parts(alerts.values, in_time), "alert_kind", made.flows)


def _reports(one: Draw, units_below: np.ndarray, made: Oversight) -> None:
    rng, bodies = one.rng, one.bodies
    shape = len(bodies), len(bodies.months)
    due = rng.poisson(np.broadcast_to(REPORTS_OF_A_UNIT * units_below[:, None], shape))
    late = np.where(np.isin(bodies.codes, scenario.LATE_POINTS), LATE_WHERE_CHRONIC, LATE)[:, None]
    missing = rng.binomial(due, MISSING)
    after = rng.binomial(due - missing, late)
    counted = {
        "O01": due,
        "O02": due - missing - after,
        "O03": after,
        "O04": missing,
        "O05": rng.binomial(due - missing, RETURNED),
        "O06": rng.binomial(due - missing, CORRECTED),
    }
    made.flows.update({code: _alone(figures) for code, figures in counted.items()})
    sessions = divided(rng.poisson(SESSIONS_A_MONTH, shape), shares.SESSIONS, rng)
    _keep(made, "O11", sessions, "session_kind", made.flows)
    incidents = divided(rng.poisson(INCIDENTS_A_MONTH, shape), shares.INCIDENTS, rng)
    _keep(made, "O12", incidents, "severity", made.flows)


def _growing(new: np.ndarray, by: Shares, rng: np.random.Generator) -> Parts:
    parts = divided(new, by, rng)
    return Parts(parts.values, parts.figures.cumsum(axis=1))


def _keep(made: Oversight, code: str, parts: Parts, dimension: str, among: Increments) -> None:
    among[code], made.parts[f"{code}.{dimension}"] = _alone(parts.figures.sum(axis=2)), parts


def _alone(figures: np.ndarray) -> np.ndarray:
    """A point acts on one level only: bodies × months × that level."""
    return figures[..., None]
