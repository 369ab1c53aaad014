"""A practice country with a few provinces, served by the real command, and people who walk through it.

Given up with the last of these tests: the browser keeps a loop running, in which other tests could ask no database.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tools.browser import chromium, let_in, sign_in
from tools.practice import PASSWORD, practice_country

# the walk's province, the one out of line, the one behind its path, one whose nine months were sent back, and the
# smallest there are beside them: the first awaits a report, and a figure is judged among nine whose reports are in
POINTS = "12,40,91,44,04,11,20,22,46,96"


@pytest.fixture(scope="package")
def house() -> Path:
    """Where the country keeps its data.

    Not under pytest's folder: PostgreSQL runs as a user of its own, and each pytest closes that folder to others.
    """
    return Path(os.environ["GIAMSAT_TEST_DIR"], "country")


@pytest.fixture(scope="package")
def address(house) -> Iterator[str]:
    with practice_country(house, points=POINTS) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@dataclass
class People:
    """Signed-in people, each in a browser of their own; whoever is asked for twice is the same."""

    browser: Browser
    address: str
    enter: Callable[[Page, str, str, str], None] = sign_in
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)

    def __getitem__(self, account: str) -> Page:
        if account not in self.pages:
            context = self.browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
            context.add_cookies([{"name": "django_language", "value": "en", "url": self.address}])
            context.set_default_timeout(20_000)
            page = context.new_page()
            self.enter(page, self.address, account, PASSWORD)
            self.contexts[account], self.pages[account] = context, page
        return self.pages[account]

    def __enter__(self) -> "People":
        return self

    def __exit__(self, *_: object) -> None:
        for context in self.contexts.values():
            context.close()


@pytest.fixture
def people(browser, address) -> Iterator[People]:
    """Each walk has its own, so that what one leaves open does not go on beside the next."""
    with People(browser, address) as crowd:
        yield crowd


@pytest.fixture(scope="module")
def visitors(browser, address) -> Iterator[People]:
    """Who only looks at one page after the other signs in once; the door is among what is looked at."""
    with People(browser, address, enter=let_in) as crowd:
        yield crowd
