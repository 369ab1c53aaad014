"""A unit that stands behind the path of its target by more than chance explains."""

from typing import Any, ClassVar

import numpy as np

from giamsat.analysis.early_warning.detectors import robust
from giamsat.analysis.early_warning.detectors.base import HIGH, LOW, Detector, Outcome, Panel, Signal, Silence
from giamsat.analysis.indicators.choices import UNMET

BAND = 1.96
FEWEST_PEERS_SHOWN = 5  # an unnamed band of fewer would name them


class TargetBehind(Detector):
    """The word comes from the target's own rule; this detector only keeps chance from raising an alarm.

    A value that rests on few occurrences may lie under its path by accident: the shortfall must be rarer than
    ``chance``, with ``unlike`` for the spread between units that all keep to their path.
    """

    name: ClassVar[str] = "target_behind"
    defaults: ClassVar[dict[str, float]] = {"chance": 0.01, "unlike": 0.05, "fewest_occurrences": 10}

    def look(self, panel: Panel) -> Outcome:
        silent, signals = self.unfit(panel), []
        fit = panel.judgeable()
        if panel.due is None or not panel.status or not np.isfinite(panel.due[-1]):
            silent += [Silence(int(unit), "no_path") for unit in panel.unit_ids[fit]]
            return Outcome([], silent, 0)
        for place in map(int, np.flatnonzero(fit)):
            if (
                panel.counted is not None
                and self._expected_count(panel, place) < self.settings["fewest_occurrences"]
            ):
                silent.append(Silence(int(panel.unit_ids[place]), "too_few_occurrences"))
            elif panel.status[place] in UNMET:
                signal = self._signal(panel, place, fit)
                signals += [signal] if signal else []
        judged = int(fit.sum()) - (len(silent) - int((~fit).sum()))
        return Outcome(sorted(signals, key=lambda each: -each.score), silent, judged)

    def _expected_count(self, panel: Panel, place: int) -> float:
        """How many occurrences the unit would have had on its path.

        Where nothing was done the value cannot say; the other units' counts, for their size, can.
        """
        assert panel.counted is not None
        assert panel.due is not None
        value, due = panel.values[place, -1], panel.due[-1]
        if value > 0:
            return float(panel.counted[place, -1] * due / value)
        told = (panel.values[:, -1] > 0) & (panel.members > 0) & np.isfinite(panel.counted[:, -1])
        if not told.any():
            return 0.0
        each = panel.counted[told, -1] / panel.values[told, -1] / panel.members[told]
        return float(np.median(each) * panel.members[place] * due)

    def _signal(self, panel: Panel, place: int, fit: np.ndarray) -> Signal | None:
        assert panel.due is not None
        value, due = float(panel.values[place, -1]), float(panel.due[-1])
        z, low, high = self._distance(panel, place)
        chance = robust.two_sided(z) / 2
        if chance > self.settings["chance"]:
            return None
        return Signal(
            unit_id=int(panel.unit_ids[place]),
            direction=LOW if value < due else HIGH,
            value=value,
            expected=due,
            band=(low, high),
            score=abs(z),
            chance=chance,
            own_history=_path_so_far(panel, place),
            peers=_peers(panel, place, fit),
            facts={
                "status": panel.status[place],
                "gap": due - value,
                "final": panel.final,
                "forecast": panel.forecast[place] if panel.forecast else None,
            },
        )

    def _distance(self, panel: Panel, place: int) -> tuple[float, float, float]:
        """How many spreads from the path, and the band that chance explains around the path."""
        assert panel.due is not None
        due = float(panel.due[-1])
        if panel.counted is None or not np.isfinite(panel.counted[place, -1]):
            return 9.0, due, due  # a value with its own source is not a count: no chance in it
        on_path = self._expected_count(panel, place)
        spread = float(np.sqrt(1 + on_path * self.settings["unlike"] ** 2))
        middle = float(robust.stabilised(np.array(on_path)))
        z = (float(robust.stabilised(panel.counted[place, -1])) - middle) / spread
        ends = [float(robust.unstabilised(middle + sign * BAND * spread)) * due / on_path for sign in (-1, 1)]
        return z, ends[0], ends[1]


def _path_so_far(panel: Panel, place: int) -> dict[str, Any]:
    assert panel.due is not None
    periods = [
        {"period": key, "value": float(value), "due": float(due)}
        for key, value, due, complete in zip(
            panel.period_keys, panel.values[place], panel.due, panel.complete[place], strict=True
        )
        if complete and np.isfinite(value)
    ]
    return {"periods": periods, "n": len(periods)}


def _peers(panel: Panel, place: int, fit: np.ndarray) -> dict[str, Any] | None:
    others = fit.copy()
    others[place] = False
    if others.sum() < FEWEST_PEERS_SHOWN:
        return None
    low, middle, high = (float(each) for each in np.quantile(panel.values[others, -1], [0.05, 0.5, 0.95]))
    return {"low": low, "median": middle, "high": high, "n": int(others.sum())}
