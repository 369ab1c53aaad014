"""How a camera or a test comes to a screen that no address alone shows: something has to be typed or sent first."""

import io
from urllib.parse import urlparse

import openpyxl
from playwright.sync_api import Page

FLASH = "/entry/03460/BMT/2026-M10/own/"  # the month that has just begun: nobody has sent it yet


def typed_with_findings(page: Page, address: str) -> None:
    """The flash form with a total that is too small and a word where a number belongs, checked as it is typed."""
    page.goto(f"{address}{FLASH}")
    page.fill("[data-cell='D06']", "4")
    page.fill("[data-cell='D07']", "9")
    page.fill("[data-cell='H01']", "mười hai")
    page.locator("[data-cell='H02']").focus()
    page.wait_for_selector(".gs-finding[data-severity='E']")


def refused_workbook(page: Page, address: str) -> None:
    """The unit's own template with a word, a fraction and a total that is too small: refused cell by cell, and kept."""
    page.goto(f"{address}/entry/")
    template = page.request.get(f"{address}{FLASH}template.xlsx").body()
    page.set_input_files(
        "#upload input[type=file]",
        {"name": "bao-cao-nhanh.xlsx", "mimeType": "application/octet-stream", "buffer": _spoilt(template)},
    )
    page.click("#upload button[type=submit]")
    page.wait_for_selector("main .gs-findings-table")
    kept = page.locator("main a[href^='/deliveries/'][href$='/file']").first.get_attribute("href") or ""
    page.goto(f"{address}{kept.removesuffix('file')}")


def _spoilt(template: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template))
    rows = {str(row[0].value or ""): row for row in book.worksheets[0].iter_rows()}
    wrong = {"D06": 4, "D07": 9, "H01": "mười hai", "L01": 2.5}
    for row in rows.values():
        cell = next((each for each in row if not each.protection.locked), None)
        if cell is not None:
            code = next(
                (code for code in wrong if any(code == str(each.value).split(" ")[0] for each in row)), ""
            )
            cell.value = wrong.get(code, 0)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def explained_warning(page: Page, address: str) -> None:
    """A request for explanation, asked by the watcher when nobody has asked yet."""
    page.goto(f"{address}/requests/")
    known = page.locator("main a[href^='/requests/']:not([href*='.csv'])")
    if known.count() == 0:
        page.goto(f"{address}/warnings/")
        follow(page, address, "main a[href^='/warnings/']:not([href*='.csv'])")
        page.click("form[action$='/request/'] >> xpath=preceding-sibling::summary")
        page.fill(
            "form[action$='/request/'] textarea",
            "Đề nghị giải trình nguyên nhân chậm so với lộ trình và biện pháp khắc phục.",
        )
        page.click("form[action$='/request/'] button[type=submit]")
        page.goto(f"{address}/requests/")
    follow(page, address, "main a[href^='/requests/']:not([href*='.csv'])")


def known_before(page: Page, address: str) -> None:
    """The newest accepted report, as it was known some days ago."""
    page.goto(f"{address}/inbox/?state=TIEP_NHAN")
    follow(page, address, "main a[href^='/reports/']")
    page.goto(f"{page.url}?on=26/09/2026")


def drilled_map(page: Page, address: str) -> None:
    """The communes of Lai Châu, opened from the country's map."""
    page.goto(f"{address}/map/?within=12")
    page.wait_for_selector("gs-map[data-ready]")


def follow(page: Page, address: str, link: str) -> None:
    """To where the first such link leads."""
    page.goto(f"{address}{urlparse(page.locator(link).first.get_attribute('href') or '').geturl()}")


def drafted_rule(page: Page, address: str) -> None:
    """A rule being changed, with a word that the language does not know, marked at its character."""
    _drafted(page, address, "rule", "R-07")
    page.fill("[name='f.checks.0.expression']", "cell(B05) <= colour(B04)")
    page.click(".gs-actbar button[type=submit]")
    page.wait_for_selector(".gs-pointed")


def drafted_form(page: Page, address: str) -> None:
    """A form being changed, as units will fill it in below."""
    _drafted(page, address, "form", "BM19")
    page.wait_for_selector("#preview")


def drafted_calendar(page: Page, address: str) -> None:
    """The reporting calendar being changed, with the due days it gives."""
    _drafted(page, address, "calendar", "statistics")
    page.wait_for_selector("#due")


def _drafted(page: Page, address: str, kind: str, code: str) -> None:
    """The draft that is there, or one begun now."""
    page.goto(f"{address}/design/?kind={kind}")
    known = page.locator("#drafts tbody td:first-child a", has_text=f"{code} v")
    if known.count() == 0:
        page.fill("#drafts input[name=code]", code)
        page.click("#drafts form button[type=submit]")
    else:
        known.first.click()
    page.wait_for_selector("#fields")
