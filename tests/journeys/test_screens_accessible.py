"""Every page under axe, in its two themes: WCAG 2.2 AA, no violation."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tools.screens import NOBODY, SCREENS, go

from .painted import REPEATED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# all that a theme changes, and most of what axe takes time for
COLOURS = ["color-contrast", "link-in-text-block"]
ALL_BUT_COLOURS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {colour: {"enabled": False} for colour in COLOURS},
    "resultTypes": ["violations"],  # of what is in order, one place is enough
}
IN_COLOURS = {"runOnly": {"type": "rule", "values": COLOURS}, "resultTypes": ["violations"]}
LOOK = f"""async ([everything, colours, themes]) => {{
    const found = {{ "any theme": (await axe.run(everything)).violations }};
    const exclude = ({REPEATED})();
    for (const theme of themes) {{
        document.documentElement.dataset.bsTheme = theme;  // as the page's own switch changes it
        found[theme] = (await axe.run({{ exclude }}, colours)).violations;
    }}
    return found;
}}"""


def violations(page: Page) -> list[str]:
    """Each rule broken, with the first element that breaks it."""
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate(LOOK, [ALL_BUT_COLOURS, IN_COLOURS, ["light", "dark"]])
    return [
        f"{each['id']}, {theme}: {each['help']} – {each['nodes'][0]['html'][:160]} ({len(each['nodes'])} places)"
        for theme, broken in found.items()
        for each in broken
    ]


@pytest.mark.parametrize("name", [name for name, (account, _) in SCREENS.items() if account != NOBODY])
def test_page_can_be_used_by_everyone(visitors, address, name):
    account, way = SCREENS[name]
    page = visitors[account]
    page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is neither
    go(page, address, way)
    assert violations(page) == []


@pytest.mark.parametrize("name", [name for name, (account, _) in SCREENS.items() if account == NOBODY])
def test_doors_can_be_used_by_everyone(browser, address, name):
    page = browser.new_page()
    go(page, address, SCREENS[name][1])
    assert violations(page) == []
    page.close()


def test_a_row_painted_otherwise_is_looked_at_among_many(browser):
    """Of a hundred rows painted alike a few are looked at, and each that a style or its place tells from them."""
    page = browser.new_page()
    page.set_content(A_LONG_TABLE)
    assert [each.partition(":")[0] for each in violations(page)] == ["color-contrast, light"]
    assert page.evaluate(f"({REPEATED})().length") > 190
    page.close()


A_LONG_TABLE = f"""<!DOCTYPE html><html lang="en"><head><title>Rows</title><style>
    a {{ display: block; height: 2rem }}
    [data-tone=pale] {{ color: #eee; background: #fff }}
    [data-bs-theme=dark] [data-tone=pale] {{ color: #000 }}
</style></head><body><main><h1>Rows</h1><table><tr><th>Kept</th></tr>
{"".join(f"<tr><td><a href='/{row}'>row {row}</a></td></tr>" for row in range(100))}
<tr><td data-tone="pale">pale</td></tr>
{"".join(f"<tr><td><a href='/{row}'>row {row}</a></td></tr>" for row in range(100))}
</table></main></body></html>"""
