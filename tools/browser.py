"""The headless Chromium of tests and cameras: the system's where there is one, else Playwright's own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic",
]  # fmt: skip


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for one piece of work."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


def sign_in(page: Page, address: str, account: str, password: str) -> None:
    """Through the real door."""
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


def let_in(page: Page, address: str, account: str, password: str) -> None:
    """Through the same door, without drawing it nor the page behind it: for who comes to look at something else."""
    door = f"{address}/accounts/login/"
    context = page.context
    context.request.get(door)
    [token] = [each["value"] for each in context.cookies() if each["name"] == "csrftoken"]
    answer = context.request.post(
        door,
        form={"login": account, "password": password, "csrfmiddlewaretoken": token},
        headers={"Referer": door},
        max_redirects=0,
    )
    assert answer.status == 302, answer.text()
