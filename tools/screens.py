"""Photograph every screen of the practice country: light and dark, Vietnamese and English, desk and phone.

Usage: python tools/screens.py [FOLDER] [--address URL]. Pictures go to screens/; with an address a running country is
photographed, else one is started over data/demo. Prints what a browser complained of.
"""

import argparse
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from tools.browser import chromium, sign_in
from tools.practice import PASSWORD, practice_country

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
WALL = (1920, 1080)
THEMES = ("light", "dark")
LANGUAGES = ("vi", "en")
SCREENS = {  # account, address, or the link to follow from there
    "overview": ("leader", "/"),
    "map": ("leader", "/map/"),
    "units": ("leader", "/units/"),
    "unit-province": ("leader", "/units/12/"),
    "unit-commune": ("approver", "/units/03460/"),
    "warnings": ("watcher", "/warnings/"),
    "warning": ("watcher", "/warnings/ >> main a[href^='/warnings/']:not([href*='.csv'])"),
    "requests": ("watcher", "/requests/"),
    "entry": ("compiler", "/entry/"),
    "entry-form": ("compiler", "/entry/ >> a[href*='/BMT/2026-M09/own/']:not([href$='.xlsx'])"),
    "inbox": ("approver", "/inbox/"),
    "report": ("approver", "/inbox/?state=TIEP_NHAN >> main a[href^='/reports/']"),
    "audit": ("auditor", "/audit/"),
    "systems": ("system-admin", "/systems/"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("screens"))
    parser.add_argument("--address")
    parser.add_argument("--only", default="", help="photograph screens whose name contains this")
    asked = parser.parse_args()
    if asked.address:
        photograph_all(asked.address, asked.folder, asked.only)
        return
    with practice_country(Path("data/demo").resolve()) as address:
        photograph_all(address, asked.folder, asked.only)


def photograph_all(address: str, folder: Path, only: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        _door(browser, address, folder)
        for account in dict.fromkeys(account for account, _ in SCREENS.values()):
            with browser.new_context() as context:
                page = context.new_page()
                page.on(
                    "console", lambda message: _complain(message.location["url"], message.text, message.type)
                )
                page.on("pageerror", lambda error: _complain("script", str(error), "error"))
                sign_in(page, address, account, PASSWORD)
                for name, (who, way) in SCREENS.items():
                    if who == account and only in name:
                        _photograph(page, address, way, folder=folder, name=name)


def _door(browser: Browser, address: str, folder: Path) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{address}/accounts/login/")
        page.screenshot(path=folder / "sign-in.png")


def _photograph(page: Page, address: str, way: str, *, folder: Path, name: str) -> None:
    for size, theme, language in product(SIZES, THEMES, LANGUAGES):
        _choose(page.context, address, theme, language)
        page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        _go(page, address, way)
        page.screenshot(path=folder / f"{name}-{size}-{theme}-{language}.png", full_page=size == "phone")
    if name == "overview":
        _choose(page.context, address, "dark", "vi")
        page.set_viewport_size({"width": WALL[0], "height": WALL[1]})
        _go(page, address, way)
        page.screenshot(path=folder / f"{name}-wall-dark-vi.png")
    print(f"{name}: {page.url}")


def _choose(context: BrowserContext, address: str, theme: str, language: str) -> None:
    context.add_cookies([
        {"name": "gs_theme", "value": theme, "url": address},
        {"name": "django_language", "value": language, "url": address},
    ])  # fmt: skip


def _go(page: Page, address: str, way: str) -> None:
    start, _, link = way.partition(" >> ")
    page.goto(f"{address}{start}", wait_until="load")
    if link:
        target = page.locator(link).first.get_attribute("href")
        page.goto(f"{address}{target}", wait_until="load")
    page.wait_for_timeout(1200)  # maps and charts draw after the page has loaded


def _complain(where: str, text: str, kind: str) -> None:
    if kind in {"error", "warning"}:
        print(f"  {where}: {kind}: {text}")


if __name__ == "__main__":
    main()
