"""Every page under axe, in its two themes: WCAG 2.2 AA, no violation."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tools.screens import NOBODY, SCREENS, go

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STANDARD = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],  # of what is in order, one place is enough
}


def violations(page: Page) -> list[str]:
    """Each rule broken, with the first element that breaks it."""
    found = Axe().run(page, options=STANDARD).response["violations"]
    return [
        f"{each['id']}: {each['help']} – {each['nodes'][0]['html'][:160]} ({len(each['nodes'])} places)"
        for each in found
    ]


@pytest.mark.parametrize("name", [name for name, (account, _) in SCREENS.items() if account != NOBODY])
def test_page_can_be_used_by_everyone(visitors, address, name):
    account, way = SCREENS[name]
    page = visitors[account]
    page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is neither
    go(page, address, way)

    found = {theme: violations(in_theme(page, theme)) for theme in ("light", "dark")}
    assert found == {"light": [], "dark": []}


def in_theme(page: Page, theme: str) -> Page:
    """The page at hand in other colours, as its own switch changes them."""
    page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
    return page


@pytest.mark.parametrize("name", [name for name, (account, _) in SCREENS.items() if account == NOBODY])
def test_doors_can_be_used_by_everyone(browser, address, name):
    page = browser.new_page()
    go(page, address, SCREENS[name][1])
    assert violations(page) == []
    page.close()
