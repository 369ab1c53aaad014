"""A count that departs both from the unit's own habit and from what its peers did in the same period."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from giamsat.analysis.early_warning.detectors import robust
from giamsat.analysis.early_warning.detectors.base import HIGH, LOW, Detector, Outcome, Panel, Signal, Silence

BAND = 2.576  # 99 % of what chance and unlike bodies explain


@dataclass(frozen=True, slots=True)
class View:
    """What one way of looking expected of every unit, on the stabilised scale."""

    expected: np.ndarray
    spread: np.ndarray
    z: np.ndarray
    known: np.ndarray

    def band(self, place: int) -> tuple[float, float]:
        middle = robust.stabilised(self.expected[place])
        low, high = (robust.unstabilised(middle + sign * BAND * self.spread[place]) for sign in (-1, 1))
        return float(low), float(high)


class OutOfLine(Detector):
    """Own habit and peers must agree, or there is no signal.

    Peers carry the season and lend their spread, so four periods of own history are enough. With fewer,
    peers alone may speak, ten times more strictly. With too few peers nothing is said. The allowed chance is
    divided by the number of units that could have spoken (a figure may have grown into the judged ones only by
    being wrong), so that a panel without anything wrong seldom gives one signal.
    """

    name: ClassVar[str] = "out_of_line"
    defaults: ClassVar[dict[str, float]] = {
        "chance": 0.05,
        "fewest_own_periods": 4,
        "fewest_peers": 8,
        "fewest_occurrences": 30,
        "least_change": 0.5,
        "peers_alone_stricter": 10,
    }

    def look(self, panel: Panel) -> Outcome:
        silent = self.unfit(panel)
        fit = panel.judgeable()
        if fit.sum() <= self.settings["fewest_peers"]:
            silent += [Silence(int(unit), "too_few_peers") for unit in panel.unit_ids[fit]]
            return Outcome([], silent, 0)
        peers, own = self._peers(panel, fit), self._own(panel, fit)
        signals, judged = [], []
        for place in map(int, np.flatnonzero(fit)):
            if self._small(panel.values[place, -1], peers.expected[place]):
                silent.append(Silence(int(panel.unit_ids[place]), "too_few_occurrences"))
            else:
                judged.append(place)
        for place in judged:
            signal = self._signal(panel, place, (own, peers), among=int(fit.sum()))
            signals += [signal] if signal else []
        return Outcome(sorted(signals, key=lambda each: -each.score), silent, len(judged))

    def _small(self, value: float, expected: float) -> bool:
        return max(value, expected) < self.settings["fewest_occurrences"]

    def _peers(self, panel: Panel, fit: np.ndarray) -> View:
        """What others of the same kind did this period, member for member."""
        now, size = panel.values[:, -1], panel.members.astype(float)
        expected = np.full(len(panel), np.nan)
        expected[fit] = robust.medians_without_self(now[fit] / size[fit]) * size[fit]
        away = robust.stabilised(now) - robust.stabilised(expected)
        unlike = robust.relative_spread(away[fit], expected[fit])
        spread = np.sqrt(1 + np.nan_to_num(expected) * unlike)
        return View(expected, spread, away / spread, fit)

    def _own(self, panel: Panel, fit: np.ndarray) -> View:
        """The unit's own habit against the peers' season, leant towards the peers when history is thin."""
        past = np.where(panel.complete[:, :-1], panel.values[:, :-1], np.nan)
        usual = _median_rates(past, panel.members, int(self.settings["fewest_peers"]))
        peers_past = usual[None, :] * panel.members[:, None]
        known = np.isfinite(past) & np.isfinite(peers_past)
        across = robust.stabilised(past) - robust.stabilised(peers_past)
        unlike = max(robust.relative_spread(across[known], peers_past[known]), 1e-4)
        habit, weight = _habits(past, peers_past, known, prior=1 / unlike)
        within = robust.stabilised(past) - robust.stabilised(habit[:, None] * peers_past)
        wander = robust.relative_spread(within[known], (habit[:, None] * peers_past)[known])
        now_rate = np.median(panel.values[fit, -1] / panel.members[fit])
        expected = habit * now_rate * panel.members
        spread = np.sqrt(1 + expected * (wander + 1 / np.maximum(weight, 1e-9)))
        away = robust.stabilised(panel.values[:, -1]) - robust.stabilised(expected)
        enough = known.sum(axis=1) >= self.settings["fewest_own_periods"]
        return View(expected, spread, away / spread, fit & enough)

    def _signal(self, panel: Panel, place: int, both: tuple[View, View], *, among: int) -> Signal | None:
        own, peers = both
        allowed = self.settings["chance"] / among
        views = [own, peers] if own.known[place] else [peers]
        if len(views) == 1:
            allowed /= self.settings["peers_alone_stricter"]
        z = [float(view.z[place]) for view in views]
        chance = max(robust.two_sided(each) for each in z)
        value = float(panel.values[place, -1])
        changes = [abs(value - view.expected[place]) / max(view.expected[place], 1.0) for view in views]
        if (
            chance > allowed
            or len({each > 0 for each in z}) > 1
            or min(changes) < self.settings["least_change"]
        ):
            return None
        nearest = min(zip(z, views, strict=True), key=lambda pair: abs(pair[0]))
        return Signal(
            unit_id=int(panel.unit_ids[place]),
            direction=HIGH if z[0] > 0 else LOW,
            value=value,
            expected=float(views[0].expected[place]),
            band=views[0].band(place),
            score=abs(nearest[0]),
            chance=chance,
            own_history=_own_story(panel, place, own) if own.known[place] else None,
            peers=_peer_story(panel, place, peers),
            facts={"based_on": "own_and_peers" if len(views) == 2 else "peers_only", "among": among},
        )


def _median_rates(past: np.ndarray, members: np.ndarray, fewest: int) -> np.ndarray:
    """Each period's median rate; unknown where too few units had one."""
    rates = past / np.maximum(members, 1)[:, None]
    out = np.full(past.shape[1], np.nan)
    for column in range(past.shape[1]):
        known = rates[np.isfinite(rates[:, column]), column]
        if len(known) > fewest:
            out[column] = np.median(known)
    return out


def _habits(
    past: np.ndarray, usual: np.ndarray, known: np.ndarray, *, prior: float
) -> tuple[np.ndarray, np.ndarray]:
    """How much of the usual each unit does, its oddest past period left out; and how much that rests on."""
    seen, due = np.where(known, past, 0.0), np.where(known, usual, 0.0)
    habit = (seen.sum(axis=1) + prior) / (due.sum(axis=1) + prior)
    if known.shape[1] > 1:
        odd = np.where(known, np.abs(robust.stabilised(seen) - robust.stabilised(habit[:, None] * due)), -1.0)
        worst = odd.argmax(axis=1)
        rows = np.flatnonzero((odd.max(axis=1) > 3) & (known.sum(axis=1) > 2))
        seen[rows, worst[rows]] = due[rows, worst[rows]] = 0.0
        habit = (seen.sum(axis=1) + prior) / (due.sum(axis=1) + prior)
    return habit, seen.sum(axis=1) + prior


def _own_story(panel: Panel, place: int, own: View) -> dict[str, Any]:
    past = [
        {"period": key, "value": float(value)}
        for key, value, complete in zip(
            panel.period_keys[:-1], panel.values[place, :-1], panel.complete[place, :-1], strict=True
        )
        if complete and np.isfinite(value)
    ]
    low, high = own.band(place)
    return {"periods": past, "expected": float(own.expected[place]), "low": low, "high": high, "n": len(past)}


def _peer_story(panel: Panel, place: int, peers: View) -> dict[str, Any]:
    """An unnamed band: what the middle nine tenths of the others did, at this unit's size."""
    others = peers.known.copy()
    others[place] = False
    rates = panel.values[others, -1] / panel.members[others] * panel.members[place]
    low, middle, high = (float(each) for each in np.quantile(rates, [0.05, 0.5, 0.95]))
    return {"low": low, "median": middle, "high": high, "n": int(others.sum()),
            "expected": float(peers.expected[place])}  # fmt: skip
