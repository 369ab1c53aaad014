"""A form is filled in while the line drops: nothing typed is lost, nobody else reads it, the house decides."""

import pytest
from playwright.sync_api import Page, expect

from tools.browser import let_in
from tools.practice import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OCTOBER = "/entry/03460/BMT/2026-M10/own/"
SAVE = "main form button[type=submit]"
KEPT = "Object.entries(localStorage).filter(([name]) => name.startsWith('gs-entry'))"


def cell(page: Page, key: str):
    return page.locator(f"[data-cell='{key}']")


def typed_without_a_line(page: Page, address: str, **figures: int) -> None:
    page.goto(f"{address}{OCTOBER}")
    page.context.set_offline(True)
    for key, figure in figures.items():
        cell(page, key).fill(str(figure))
    expect(page.locator("[data-unsent]")).to_contain_text("Kept on this device, not sent yet.")


def test_what_was_typed_without_a_line_is_sent_when_it_is_back(people, address):
    page = people["compiler"]
    page.goto(f"{address}{OCTOBER}")
    for key in page.locator("[data-cell]").evaluate_all("inputs => inputs.map(each => each.dataset.cell)"):
        cell(page, key).fill("0")
    typed_without_a_line(page, address, A04=529, D01=3)
    expect(cell(page, "L01")).to_have_value("0")  # typed before the page was opened again
    page.click(SAVE)
    expect(page.locator("[data-waits]")).to_be_visible()
    [[name, kept]] = page.evaluate(KEPT)
    assert name.endswith(OCTOBER)
    assert "529" not in kept  # locked: whoever signs in next on this machine cannot read it

    page.context.set_offline(False)

    page.wait_for_url("**/reports/*/")
    expect(page.locator("tr", has_text="D01").locator(".gs-now")).to_have_text("3")
    assert page.evaluate(KEPT) == []


def test_what_was_typed_over_a_version_that_was_replaced_is_refused_and_still_there(people, browser, address):
    page = people["compiler"]
    typed_without_a_line(page, address, D01=5)
    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        let_in(other, address, "compiler", PASSWORD)
        other.goto(f"{address}{OCTOBER}")
        cell(other, "D01").fill("4")
        other.click(SAVE)
        other.wait_for_url("**/reports/*/")

    page.context.set_offline(False)
    page.goto(f"{address}{OCTOBER}")  # opened anew, as after a night

    expect(page.get_by_role("alert")).to_contain_text("report.stale_version")
    expect(cell(page, "D01")).to_have_value("5")
    page.once("dialog", lambda asked: asked.accept())
    page.locator("form[data-forgets]").evaluate("form => form.requestSubmit()")
    page.wait_for_url("**/accounts/login/")
    assert page.evaluate(KEPT) == []  # signing out forgets it, after a question
