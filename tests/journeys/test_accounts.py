"""Delegated administration, in a real browser: an account from its one-time code to the day its right ends."""

import re

import pytest
from playwright.sync_api import Page, expect

from .newcomers import a_browser, choose_password, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ACCOUNTS = "/administration/accounts/"
NAME, SHOWN = "lc.tiepnhan", "Second approver of Lai Chau"


def test_an_account_is_opened_used_lent_and_ended(people, browser, address):
    admin = people["province-admin"]
    code = open_account(admin, address)
    give_right(admin, role="approver", unit="Lai Chau")
    account = admin.url

    # the code opens the door once, and leads nowhere but to an own password
    newcomer = a_browser(browser, address)
    sign_in(newcomer, address, NAME, code)
    expect(newcomer).to_have_url(re.compile("/accounts/password/change/"))
    newcomer.goto(f"{address}/inbox/")
    expect(newcomer).to_have_url(re.compile("/accounts/password/change/"))
    choose_password(newcomer, code)
    newcomer.goto(f"{address}/inbox/?state=TIEP_NHAN")
    expect(newcomer.locator("main a[href^='/reports/']").first).to_be_visible()

    # three days away: the colleague of the same unit sees the inbox, and whose place they take
    deputy = people["province-head"]
    assert deputy.goto(f"{address}/inbox/").status == 403
    name_substitute(newcomer, address, "province-head", days=3)
    deputy.goto(f"{address}/inbox/?state=TIEP_NHAN")
    expect(deputy.locator("main a[href^='/reports/']").first).to_be_visible()
    deputy.goto(f"{address}/me/")
    expect(deputy.locator("#my-rights")).to_contain_text(f"stands in for {SHOWN}")

    # the right is withdrawn with a reason: both lose it, and it stays on record
    admin.goto(account)
    admin.click("#rights tbody summary")
    admin.fill("#rights tbody input[name=reason]", "Moved to another post")
    admin.click("#rights tbody button[type=submit]")
    expect(admin.locator("#rights")).to_contain_text("withdrawn")
    expect(admin.locator("#history")).to_contain_text("Moved to another post")
    assert newcomer.goto(f"{address}/inbox/").status == 403
    assert deputy.goto(f"{address}/inbox/").status == 403
    newcomer.context.close()


def test_what_is_not_ones_own_to_manage_is_refused_where_one_works(people, address):
    admin = people["province-admin"]
    admin.goto(f"{address}{ACCOUNTS}")
    expect(admin.locator("main table")).not_to_contain_text("nghean-head")
    assert people["compiler"].goto(f"{address}{ACCOUNTS}").status == 403
    admin.locator("main tr", has_text="compiler").get_by_role("link").first.click()
    admin.click("#give > summary")
    admin.select_option("#give select[name=role]", "security_admin")
    admin.fill("#give input[name=reason]", "A wish")
    admin.click("#give button[type=submit]")
    expect(admin.locator("#give .gs-refusal")).to_contain_text("One person does not hold")
    expect(admin.locator("#give input[name=reason]")).to_have_value("A wish")


def open_account(admin: Page, address: str) -> str:
    admin.goto(f"{address}{ACCOUNTS}new/")
    admin.fill("main input[name=username]", NAME)
    admin.fill("main input[name=display_name]", SHOWN)
    choose_unit(admin, "main form", "lai chau", "12")
    admin.click("main form button[type=submit]")
    code = admin.locator("#one-time-code").inner_text()
    admin.click("main a.btn-primary")
    return code


def give_right(admin: Page, *, role: str, unit: str) -> None:
    expect(admin.locator("#give")).to_have_attribute("open", "")  # nothing else to do with a new account
    admin.select_option("#give select[name=role]", role)
    choose_unit(admin, "#give", unit, "12")
    admin.check("#give input[name=subtree]")
    admin.fill("#give input[name=reason]", "Decision No. 12")
    admin.click("#give button[type=submit]")
    expect(admin.locator("#rights tbody")).to_contain_text("and below")


def choose_unit(page: Page, within: str, typed: str, code: str) -> None:
    """As people do: part of the name without accents, then one of what was found."""
    with page.expect_response(lambda answer: f"{ACCOUNTS}units/" in answer.url):
        page.locator(f"{within} input[name=q]").press_sequentially(typed)
    page.check(f"{within} input[name=unit][value='{code}']")


def name_substitute(page: Page, address: str, colleague: str, *, days: int) -> None:
    page.goto(f"{address}/me/")
    page.click("#my-substitutes summary")
    offered = page.locator("#my-substitutes option", has_text=f"({colleague})")
    page.select_option("#my-substitutes select", offered.get_attribute("value"))
    first = page.locator("#my-substitutes input[name=first_day]").input_value()
    day, month, year = map(int, first.split("/"))
    page.fill("#my-substitutes input[name=last_day]", f"{day + days - 1:02}/{month:02}/{year}")
    page.fill("#my-substitutes input[name=reason]", "A course")
    page.click("#my-substitutes button[type=submit]")
    expect(page.locator("#my-substitutes")).to_contain_text("stands in now")
