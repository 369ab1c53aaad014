"""What a person reads on the page of one warning."""

import re
from dataclasses import dataclass
from functools import cached_property

from playwright.sync_api import Page, expect

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> list[float]:
    """Every figure in these words."""
    return [float(each.rstrip(",").replace(",", "")) for each in NUMBER.findall(text)]


def number(text: str) -> float:
    return numbers(text)[0]


@dataclass
class WarningPage:
    """Its evidence as a person sees it, by the words that stand there."""

    page: Page

    @classmethod
    def opened(cls, page: Page, address: str, *, unit: str, kind: str, words: str = "") -> "WarningPage":
        """From the list of one kind, the first of a unit that says these words."""
        page.goto(f"{address}/warnings/?detector={kind}")
        page.locator(".gs-warnrow", has_text=unit).filter(has_text=words).locator("a").first.click()
        expect(page.locator("h1")).to_have_text(unit)
        return cls(page)

    @cached_property
    def sentence(self) -> str:
        return self.page.locator("main .card-title").first.inner_text()

    @cached_property
    def figures(self) -> dict[str, str]:
        """Value, what was expected, peers and data under it, each with its note."""
        return self._pairs(".gs-figure", "span", "b, small")

    @cached_property
    def facts(self) -> dict[str, str]:
        """Rule, why, as of."""
        return self._pairs(".gs-facts > div", "dt", "dd")

    @cached_property
    def history(self) -> list[float]:
        """The unit's own figures, the newest first."""
        return [number(text) for text in self.page.locator(".gs-history tbody td").all_inner_texts()]

    @cached_property
    def drawn(self) -> dict[str, list[float]]:
        """The lines of the chart by their names."""
        chart = self.page.locator(".gs-evidence-chart script").evaluate("one => JSON.parse(one.textContent)")
        return {series["name"]: series["values"] for series in chart["series"]}

    def _pairs(self, each: str, name: str, value: str) -> dict[str, str]:
        found = self.page.locator(f"main {each}").evaluate_all(
            """(all, [name, value]) => all.map(one => [one.querySelector(name).textContent.trim(),
                [...one.querySelectorAll(value)].map(part => part.textContent.trim()).join(" ")])""",
            [name, value],
        )
        return dict(found)
