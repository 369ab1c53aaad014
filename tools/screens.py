"""Photograph every screen of the practice country: light and dark, Vietnamese and English, desk and phone.

Usage: python tools/screens.py [FOLDER] [--address URL]. Pictures go to screens/; with an address a running country is
photographed, else one is started over data/demo. Prints what a browser complained of.
"""

import argparse
from collections.abc import Callable
from itertools import product
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from tools.browser import chromium, sign_in
from tools.practice import PASSWORD, practice_country
from tools.ways import (
    drafted_calendar,
    drafted_form,
    drafted_rule,
    drilled_map,
    explained_warning,
    follow,
    known_before,
    refused_workbook,
    typed_with_findings,
)

SIZES = {"desk": (1440, 900), "phone": (390, 844)}
WALLS = {"wall": (1920, 1080), "wide": (2560, 1080)}
THEMES = ("light", "dark")
LANGUAGES = ("vi", "en")
Way = str | Callable[[Page, str], None]
NOBODY = ""
# Maps draw after the page has loaded, charts when they are about to be seen.
DRAWN = """async () => {
    const due = (one) => !one.dataset.ready && one.checkVisibility()
        && one.getBoundingClientRect().top < innerHeight + 200;
    const until = performance.now() + 20_000;
    while ([...document.querySelectorAll("gs-map, gs-chart:not([kind=spark])")].some(due)) {
        if (performance.now() > until) throw new Error("a map or chart was not drawn within 20 s");
        await new Promise(requestAnimationFrame);
    }
}"""
SCREENS: dict[
    str, tuple[str, Way]
] = {  # account, and an address, the link to follow from there, or what to do
    "sign-in": (NOBODY, "/accounts/login/"),
    "inactive": (NOBODY, "/accounts/inactive/"),
    "overview": ("leader", "/"),
    "overview-watcher": ("watcher", "/"),
    "overview-province": ("approver", "/"),
    "overview-month": ("approver", "/?period=2026-M09"),
    "overview-commune": ("compiler", "/"),
    "overview-duty": ("duty-officer", "/"),
    "reference": ("leader", "/reference/"),
    "rules": ("leader", "/rules/"),
    "map": ("leader", "/map/"),
    "map-province": ("leader", drilled_map),
    "units": ("leader", "/units/"),
    "targets": ("leader", "/targets/"),
    "calendar": ("leader", "/calendar/"),
    "calendar-province": ("approver", "/calendar/"),
    "calendar-own": ("compiler", "/calendar/"),
    "calendar-reports": ("approver", "/calendar/ >> main a[href^='/calendar/reports/']"),
    "quality": ("approver", "/quality/"),
    "objections": ("approver", "/objections/"),
    "unit-centre": ("leader", "/units/TW/"),
    "unit-province": ("leader", "/units/12/"),
    "unit-commune": ("approver", "/units/03460/"),
    "warnings": ("watcher", "/warnings/"),
    "warning": ("watcher", "/warnings/ >> main a[href^='/warnings/']:not([href*='.csv'])"),
    "request": ("watcher", explained_warning),
    "requests": ("watcher", "/requests/"),
    "entry": ("compiler", "/entry/"),
    "entry-form": ("compiler", typed_with_findings),
    "delivery-refused": ("compiler", refused_workbook),
    "inbox": ("approver", "/inbox/"),
    "inbox-accepted": ("approver", "/inbox/?state=TIEP_NHAN"),
    "report": ("approver", "/inbox/?state=TIEP_NHAN >> main a[href^='/reports/']"),
    "report-then": ("approver", known_before),
    "scores": (
        "approver",
        "/inbox/?state=TIEP_NHAN >> main a[href^='/reports/'] >> main a[href$='/scores/']",
    ),
    "definitions": ("synthesis", "/design/?kind=form"),
    "definition": ("synthesis", "/design/rule/R-33/v2/"),
    "draft-rule": ("synthesis", drafted_rule),
    "draft-form": ("synthesis", drafted_form),
    "draft-calendar": ("synthesis", drafted_calendar),
    "audit": ("auditor", "/audit/"),
    "systems": ("system-admin", "/systems/"),
    "jobs": ("system-admin", "/systems/jobs/"),
    "accounts": ("province-admin", "/administration/accounts/"),
    "account": (
        "province-admin",
        "/administration/accounts/?role=head >> main td a[href^='/administration/']",
    ),
    "account-new": ("province-admin", "/administration/accounts/new/"),
    "accounts-import": ("province-admin", "/administration/accounts/import/"),
    "me": ("head", "/me/"),
    "notices": ("head", "/me/notices/"),
    "refused": ("compiler", "/audit/"),
    "missing": ("compiler", "/nowhere/"),
    "password": ("leader", "/accounts/password/change/"),
    "reauthenticate": ("leader", "/accounts/reauthenticate/"),
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
        for account in dict.fromkeys(account for account, _ in SCREENS.values()):
            wanted = {name: way for name, (who, way) in SCREENS.items() if who == account and only in name}
            if wanted:
                with browser.new_context() as context:
                    page = _opened(context, address, account)
                    for name, way in wanted.items():
                        _photograph(page, address, way, folder=folder, name=name)


def _opened(context: BrowserContext, address: str, account: str) -> Page:
    """A page of that person, telling of every complaint."""
    page = context.new_page()
    page.on("console", lambda message: _complain(message.location["url"], message.text, message.type))
    page.on("pageerror", lambda error: _complain("script", str(error), "error"))
    if account:
        sign_in(page, address, account, PASSWORD)
    return page


def _photograph(page: Page, address: str, way: Way, *, folder: Path, name: str) -> None:
    for size, theme, language in product(SIZES, THEMES, LANGUAGES):
        _choose(page.context, address, theme, language)
        page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        go(page, address, way)
        way = (
            page.url.removeprefix(address) if name == "delivery-refused" else way
        )  # sent once, looked at often
        _show_all(page)
        page.screenshot(path=folder / f"{name}-{size}-{theme}-{language}.png", full_page=True)
    for size, (width, height) in WALLS.items() if name in ("overview", "map") else ():
        _choose(page.context, address, "dark", "vi")
        page.set_viewport_size({"width": width, "height": height})
        go(page, address, way)
        page.wait_for_timeout(1000)
        page.screenshot(path=folder / f"{name}-{size}-dark-vi.png")
    print(f"{name}: {page.url}")


def _show_all(page: Page) -> None:
    """Once down and up again, so that what draws itself when first seen is drawn; lines and areas take a moment."""
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(1000)


def _choose(context: BrowserContext, address: str, theme: str, language: str) -> None:
    context.add_cookies([
        {"name": "gs_theme", "value": theme, "url": address},
        {"name": "django_language", "value": language, "url": address},
    ])  # fmt: skip


def go(page: Page, address: str, way: Way) -> None:
    """To a screen: by what has to be done, else by an address and the links to follow from there."""
    if callable(way):
        way(page, address)
    else:
        start, *links = way.split(" >> ")
        page.goto(f"{address}{start}", wait_until="load")
        for link in links:
            follow(page, address, link)
    page.evaluate(DRAWN)


def _complain(where: str, text: str, kind: str) -> None:
    if kind in {"error", "warning"}:
        print(f"  {where}: {kind}: {text}")


if __name__ == "__main__":
    main()
