"""Somebody with a new account: a browser of their own, the one-time code, a password of their own."""

from playwright.sync_api import Browser, Page

OWN_PASSWORD = "Suoi-Nam-Na-2026"


def a_browser(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([{"name": "django_language", "value": "en", "url": address}])
    context.set_default_timeout(20_000)
    return context.new_page()


def sign_in(page: Page, address: str, account: str, password: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.fill("input[name=login]", account)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]")


def choose_password(page: Page, code: str) -> None:
    page.fill("input[name=oldpassword]", code)
    page.fill("input[name=password1]", OWN_PASSWORD)
    page.fill("input[name=password2]", OWN_PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: "/password/" not in url)
