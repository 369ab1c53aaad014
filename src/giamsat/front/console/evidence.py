"""A warning's evidence as a person reads it: figures, band, history, peers, rule, and the data under it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from giamsat.analysis.early_warning import queries as early_warning
from giamsat.analysis.early_warning.choices import SubjectKind
from giamsat.analysis.indicators import queries as indicators
from giamsat.analysis.warehouse.choices import State
from giamsat.foundation.catalogue import queries as catalogue
from giamsat.front.console import scores
from giamsat.front.console.figures import in_the_figure
from giamsat.front.console.viewer import Viewer
from giamsat.lib.clock import stamp
from giamsat.lib.numbers import format_number
from giamsat.lib.periods import Period

FAR_OUT, OUT = 6.0, 4.0
URGENCY_ICONS = {"red": "alert", "amber": "warnings", "blue": "info"}
WHOLE_FROM = 20


@dataclass(frozen=True)
class Subjects:
    """The names of everything a warning can be about, asked for once."""

    indicators: Mapping[str, Any]
    targets: Mapping[str, Any]

    @classmethod
    def now(cls) -> "Subjects":
        return cls(catalogue.indicators(), indicators.targets())

    def name(self, warning: Any, language: str) -> str:
        if warning.subject_kind == SubjectKind.TARGET:
            target = self.targets.get(warning.indicator)
            return target.name[language] if target else warning.indicator
        indicator = self.indicators.get(warning.indicator)
        return indicator.name(language) if indicator else warning.indicator

    def measure(self, warning: Any, language: str) -> str:
        """In what it is counted."""
        if warning.subject_kind == SubjectKind.TARGET:
            target = self.targets.get(warning.indicator)
            unit = getattr(target, "unit", "")
            return unit.get(language, "") if isinstance(unit, Mapping) else unit
        indicator = self.indicators.get(warning.indicator)
        return indicator.unit_name(language) if indicator else ""

    def counts_persons(self, warning: Any) -> bool:
        indicator = self.indicators.get(warning.indicator)
        return warning.subject_kind == SubjectKind.INDICATOR and bool(indicator and indicator.counts_persons)

    def in_words(self, warning: Any, language: str) -> str:
        return early_warning.sentence(
            warning.evidence,
            subject=self.name(warning, language),
            period=Period.parse(warning.period_key),
            language=language,
            measure=self.measure(warning, language),
            added=self.added(warning),
        )

    def added(self, warning: Any) -> bool:
        """Whether its figures are what each period added."""
        return early_warning.tells_what_was_added(warning, self.indicators)


@dataclass(frozen=True)
class Evidence:
    """Everything the page of one warning shows, through the viewer's lens."""

    viewer: Viewer
    warning: Any
    subjects: Subjects

    @classmethod
    def of(cls, viewer: Viewer, warning: Any, subjects: Subjects) -> "Evidence":
        return cls(viewer, warning, subjects)

    def as_context(self) -> dict[str, Any]:
        language, facts = self.viewer.language, self.warning.evidence
        watching = early_warning.detector_version(self.warning.detector, self.warning.detector_version)
        history = self.history()
        return {
            "sentence": self.subjects.in_words(self.warning, language),
            "indicator_name": self.subjects.name(self.warning, language),
            "unit_of_measure": self.subjects.measure(self.warning, language),
            "value": self.show(facts.get("value")),
            "value_note": self.value_note(),
            "history_note": self.history_note(),
            "band_text": self._span(facts.get("band") or {}),
            "peers_text": self._span(facts.get("peers") or {}),
            "peers_note": _peers_note(facts.get("peers")),
            "quality_text": _reported(facts.get("quality") or {}, language),
            "quality_note": _settled(facts.get("quality") or {}),
            "scores": scores.shown_of_evidence((facts.get("quality") or {}).get("scores"), language),
            "newest_first": history[::-1],
            "chart": self.chart(history),
            "rule_name": watching.name.get(language, self.warning.detector),
            "rule_words": watching.why.get(language, ""),
            "as_of": _as_of(facts),
        }

    def show(self, value: Any) -> Any:
        """A figure of the warning's unit, through the lens; a change counts like a count."""
        shown = self.viewer.lens.show(
            value, unit_id=self.warning.unit_id, counts_persons=self.subjects.counts_persons(self.warning)
        )
        return shown if shown.hidden or shown.value is None else _rounded(shown.value)

    def value_note(self) -> str:
        """That a figure is what its period added, and what the year so far is: that one is shown elsewhere."""
        if not self.subjects.added(self.warning):
            return ""
        language, so_far = self.viewer.language, self.warning.evidence.get("year_so_far")
        shown = self.show(so_far)
        known = so_far is not None and not getattr(shown, "hidden", False)
        text = format_number(shown, language) if known else ""
        return early_warning.what_was_added(self.warning, language, year_so_far=text)

    def history_note(self) -> str:
        if not self.subjects.added(self.warning):
            return ""
        monthly = Period.parse(self.warning.period_key).kind == "M"
        return _("what each month added") if monthly else _("what each quarter added")

    def history(self) -> list[dict[str, Any]]:
        """The unit's own earlier figures and this one, oldest first."""
        told = (self.warning.evidence.get("own_history") or {}).get("periods", [])
        points = [each for each in told if each["period"] != self.warning.period_key]
        points.append({"period": self.warning.period_key, "value": self.warning.evidence.get("value")})
        added, language = self.subjects.added(self.warning), self.viewer.language
        periods = {each["period"]: Period.parse(each["period"]) for each in points}
        return [
            {
                "label": periods[each["period"]].label_of_added(language)
                if added
                else periods[each["period"]].label(language),
                "value": self.show(each["value"]),
                "due": each.get("due"),
            }
            for each in points
        ]

    def chart(self, history: list[dict[str, Any]]) -> dict[str, Any] | None:
        """What gs-chart draws: the history, the band expected of this period, the path of a target."""
        if len(history) < 2:
            return None
        band = self.warning.evidence.get("band") or {}
        named = (self.subjects.name(self.warning, self.viewer.language), self.history_note())
        series = [{"name": _("own figures"), "kind": "main", "values": [_plain(p["value"]) for p in history]}]
        dues = [point["due"] for point in history]
        if any(due is not None for due in dues):
            dues[-1] = dues[-1] if dues[-1] is not None else self.warning.evidence.get("expected")
            series.append({"name": _("path of the target"), "kind": "target", "values": dues})
        chart: dict[str, Any] = {
            "x": [point["label"] for point in history],
            "series": series,
            "unit": self.subjects.measure(self.warning, self.viewer.language),
            "caption": ", ".join(filter(None, named)),
        }
        if band.get("low") is not None and band.get("high") is not None:
            count = len(history)
            chart["band"] = {
                "name": _("expected now"),
                "low": [max(0, band["low"])] * count,
                "high": [band["high"]] * count,
            }
        return chart

    def _span(self, band: Mapping[str, Any]) -> str:
        low, high = band.get("low"), band.get("high")
        if low is None or high is None:
            return "–"
        decimals = 0 if high >= WHOLE_FROM else 1
        ends = [format_number(end, self.viewer.language, decimals) for end in (max(0, low), high)]
        return "–".join(dict.fromkeys(ends))


def urgency_of(warning: Any) -> str:
    """How loud a warning is shown: by how far the figure is out, not by what it counts."""
    return "red" if warning.score >= FAR_OUT else "amber" if warning.score >= OUT else "blue"


def spark_of(warning: Any) -> str:
    """The history and the figure as the small line's attribute."""
    told = (warning.evidence.get("own_history") or {}).get("periods", [])
    values = [each["value"] for each in told if each["period"] != warning.period_key]
    return ",".join(_spark_number(value) for value in [*values, warning.evidence.get("value")])


def band_of(warning: Any) -> str:
    band = warning.evidence.get("band") or {}
    if band.get("low") is None or band.get("high") is None:
        return ""
    return f"{_spark_number(max(0, band['low']))},{_spark_number(band['high'])}"


def _spark_number(value: Any) -> str:
    return "" if value is None else f"{float(value):.4g}"


def _plain(value: Any) -> Any:
    """A shown figure as a chart takes it: a hidden one is a gap."""
    return None if getattr(value, "hidden", False) else float(value) if value is not None else None


def _rounded(value: Any) -> Any:
    number = float(value)
    if number == int(number):
        return int(number)
    return round(number) if abs(number) >= 100 else round(number, 1)


def _peers_note(peers: Mapping[str, Any] | None) -> str:
    if not peers or not peers.get("n"):
        return _("too few to compare")
    return ngettext("%(n)d unit of its kind, unnamed", "%(n)d units of its kind, unnamed", peers["n"]) % {
        "n": peers["n"]
    }


def _reported(quality: Mapping[str, Any], language: str) -> str:
    """How many reports are in the figure, and how many wait to be; or whose figure it is when no report is."""
    if quality.get("expected"):
        return in_the_figure(
            quality.get("reported", 0), quality["expected"], quality.get("waiting", 0), language
        )
    return _("Own source") if quality.get("source") else "–"


def _settled(quality: Mapping[str, Any]) -> str:
    if not quality.get("expected"):
        return str(quality.get("source") or "")
    state = quality.get("state")
    known = State(state).label if state in State.values else _("state not known")
    return _("reports in, %(state)s") % {"state": known}


def _as_of(facts: Mapping[str, Any]) -> str:
    at = parse_datetime(str(facts.get("as_of") or ""))
    when = stamp(at) if at else str(facts.get("as_of") or "–")
    generation = facts.get("generation")
    return _("%(when)s, generation %(number)s") % {"when": when, "number": generation} if generation else when
