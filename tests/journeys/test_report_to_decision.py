"""The walk: from a commune's report to a warning that somebody acts on, in a real browser, over real processes."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from .commands import giamsat, said
from .warning_page import WarningPage, number, numbers

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIVE_MS = 60_000  # the machine of a test is slower than the two seconds that are promised
FLASH = "/entry/03460/BMT/2026-M09/own/"
EXPLANATION = "The unit held one thematic round in six cells this month; figures are as counted."


class Workbook:
    """The downloaded template, cells by indicator."""

    def __init__(self, file: Path) -> None:
        self.book = openpyxl.load_workbook(file)
        self.sheet = self.book.worksheets[0]
        self.cells = {}
        self.before = {}
        for row in self.sheet.iter_rows():
            open_cells = [cell for cell in row if not cell.protection.locked]
            code = next(
                (m.group() for cell in row if (m := re.match(r"[A-Z]\d\d\b", str(cell.value or "")))), None
            )
            if code and open_cells:
                self.cells[code] = open_cells[0]
                after = [
                    cell.value
                    for cell in row
                    if cell.column > open_cells[-1].column and cell.value is not None
                ]
                self.before[code] = after[0] if after else 0

    def fill(self, **changed: object) -> None:
        """Last month's figures again, but for those named."""
        for code, cell in self.cells.items():
            cell.value = changed.get(code, self.before[code])

    def save(self, file: Path) -> Path:
        content = io.BytesIO()
        self.book.save(content)
        file.write_bytes(content.getvalue())
        return file


def upload(page: Page, address: str, file: Path) -> None:
    page.goto(f"{address}/entry/")
    page.set_input_files("#upload input[type=file]", str(file))
    page.click("#upload button[type=submit]")


def test_a_report_becomes_a_figure_and_a_warning_an_answer(people, address, house, tmp_path):
    compiler = people["compiler"]
    template = download_template(compiler, address, tmp_path)
    upload_wrong_file(compiler, address, Workbook(template), tmp_path)

    # the corrected file passes with findings that ask for an explanation; three members are taken as they are
    right = Workbook(template)
    right.fill(**small_and_striking(right))
    upload(compiler, address, right.save(tmp_path / "right.xlsx"))
    report = compiler.url
    assert "/reports/" in report, compiler.locator("body").inner_text()[:2000]
    explain_all(compiler)

    submit(people["head"], report)
    return_and_type_again(people["approver"], compiler, address, report)

    # pages that stay open from here on are told, each what its reader may see
    approver, leader, unit_page = people["approver"], people["leader"], compiler
    approver.goto(f"{address}/inbox/?period=2026-M09")
    leader.goto(f"{address}/?period=2026-M09&place=12")
    unit_page.goto(f"{address}/units/03460/?period=2026-M09")
    hua_bum = leader.locator("gs-map .gs-area[data-code='03460']")
    expect(hua_bum).to_have_attribute("data-fill", "none", timeout=LIVE_MS)
    expect(leader.locator("[data-part='late']")).to_contain_text("Hua Bum")

    submit(people["head"], report)
    expect(leader.locator("[data-part='late']")).not_to_contain_text("Hua Bum", timeout=LIVE_MS)
    approver.click(f"a[href='{report.removeprefix(address)}'] >> nth=0", timeout=LIVE_MS)
    expect(approver.locator("body")).to_contain_text("August 2026")
    expect(approver.locator("body")).to_contain_text("September 2025")
    expect(approver.locator("body")).to_contain_text(EXPLANATION)
    approver.click("form[action$='/accept/'] button[type=submit]")
    expect(approver.locator("body")).to_contain_text("Accepted")

    # the leader's open overview and its map, and the unit's open page show it without reloading
    expect(unit_page.locator("[data-part='unit-side']")).to_contain_text("Accepted", timeout=LIVE_MS)
    expect(hua_bum).not_to_have_attribute("data-fill", "none", timeout=LIVE_MS)

    # outside the unit and its direct superior a cell of three persons is not shown
    synthesis = people["synthesis"]
    synthesis.goto(report)
    expect(synthesis.locator("tr:has-text('L02') .gs-suppressed").first).to_be_visible()
    people["approver"].goto(report)
    expect(people["approver"].locator("tr:has-text('L02') .gs-suppressed")).to_have_count(0)

    act_on_warnings(people, address, tmp_path)
    look_at_the_trail(people["auditor"], address)
    verified = giamsat(house, "audit", "verify")
    assert verified.returncode == 0, said(verified)


def upload_wrong_file(compiler: Page, address: str, wrong: Workbook, folder: Path) -> None:
    """A wrong total, a text in a number cell, a falling cumulative: refused cell by cell, nothing stored."""
    growing = (code for code in wrong.cells if code[0] in "DH" and code != "H01")
    highest = max(growing, key=lambda code: wrong.before[code])
    total, fallen = wrong.before["L01"] + 5, wrong.before[highest] - 1
    wrong.fill(L01=total, H01="twelve", **{highest: fallen})
    file = wrong.save(folder / "wrong.xlsx")
    upload(compiler, address, file)
    for rule, code, value, right in (
        ("R-01", "H01", "twelve", ""),
        ("R-14", "L01", str(total), str(wrong.before["L01"])),
        ("R-05", highest, str(fallen), str(wrong.before[highest])),
    ):
        line = compiler.locator(f".gs-findings-table tbody tr:has-text('{rule}'):has-text('{code}')").first
        for told in (wrong.sheet.title, wrong.cells[code].coordinate, value, right):
            expect(line).to_contain_text(told)
    kept = compiler.locator("main a[href^='/deliveries/'][href$='/file']").first.get_attribute("href")
    assert compiler.request.get(f"{address}{kept}").body() == file.read_bytes()
    compiler.goto(f"{address}{FLASH}")
    assert compiler.locator("[data-cell='L01']").input_value() == ""


def submit(head: Page, report: str) -> None:
    head.goto(report)
    head.click("form[action$='/submit/'] button[type=submit]")
    expect(head.locator("body")).to_contain_text("Submitted")


def return_and_type_again(approver: Page, compiler: Page, address: str, report: str) -> None:
    """Sent back with a reason that the unit reads; put right in the browser, where it is checked while it is typed."""
    approver.goto(report)
    approver.click("form[action$='/send-back/'] >> xpath=preceding-sibling::summary")
    approver.fill("form[action$='/send-back/'] textarea", "H01 counts a visit twice.")
    approver.click("form[action$='/send-back/'] button[type=submit]")
    expect(approver.locator("body")).to_contain_text("Sent back")
    compiler.goto(f"{address}{FLASH}")
    expect(compiler.locator("body")).to_contain_text("H01 counts a visit twice.")
    cell = compiler.locator("[data-cell='H01']")
    right = cell.input_value()
    cell.fill("twelve")
    compiler.locator("[data-cell='L01']").focus()
    expect(compiler.locator(".gs-finding[data-severity='E']").first).to_be_visible()
    cell.fill(str(int(right) - 1))
    compiler.locator("[data-cell='L01']").focus()
    expect(compiler.locator(".gs-finding[data-severity='E']")).to_have_count(0)
    compiler.click("form.gs-sheet button[type=submit]")
    expect(compiler).to_have_url(report)
    explain_all(compiler)


def look_at_the_trail(auditor: Page, address: str) -> None:
    """Every act of the walk, by who did it."""
    auditor.goto(f"{address}/audit/")
    for act in ("accepted", "Hua Bum"):
        expect(auditor.locator("main")).to_contain_text(act)


def download_template(page: Page, address: str, folder: Path) -> Path:
    page.goto(f"{address}/entry/")
    with page.expect_download() as waiting:
        page.locator("a[href*='03460/BMT/2026-M09/own/template.xlsx']").first.click()
    file = folder / "template.xlsx"
    waiting.value.save_as(file)
    return file


def small_and_striking(book: Workbook) -> dict[str, object]:
    """Three members under discipline this month, and members inspected far above the unit's habit."""
    before = book.before
    return {
        "L01": before["L01"] + 3, "L02": before["L02"] + 3, "L07": before["L07"] + 3,
        "B07": before["B07"] + 900, "H01": before["H01"] + 1,
    }  # fmt: skip


def explain_all(page: Page) -> None:
    while (boxes := page.locator("form[action$='/explain/'] textarea")).count():
        boxes.first.fill(EXPLANATION)
        with page.expect_response(lambda answer: "/explain/" in answer.url):
            page.locator("form[action$='/explain/'] button[type=submit]").first.click()
        page.reload()


def act_on_warnings(people, address: str, folder: Path) -> None:
    """The watcher asks about one, the leader dismisses another; the unit answers with a file; the watcher closes."""
    watcher, leader, onlooker = people["watcher"], people["leader"], people["synthesis"]
    read_what_is_out_of_line(WarningPage.opened(watcher, address, unit="Nghe An", kind="out_of_line"))
    watcher.click("form[action$='/request/'] >> xpath=preceding-sibling::summary")
    watcher.fill("form[action$='/request/'] textarea", "Please explain the members inspected in September.")
    watcher.fill("form[action$='/request/'] input[name=due_on]", "2026-10-08")
    watcher.click("form[action$='/request/'] button[type=submit]")
    expect(watcher.locator("body")).to_contain_text("Explanation asked")

    onlooker.goto(f"{address}/warnings/")
    read_what_is_behind_its_path(
        WarningPage.opened(leader, address, unit="An Giang", kind="target_behind", words="September 2026")
    )
    dismissed = leader.url.strip("/").rpartition("/")[2]
    leader.click("form[action$='/dismiss/'] >> xpath=preceding-sibling::summary")
    leader.fill("form[action$='/dismiss/'] textarea", "Known: the unit changed its programme in spring.")
    leader.click("form[action$='/dismiss/'] button[type=submit]")
    expect(leader.locator("body")).to_contain_text("Dismissed")
    expect(onlooker.locator(f"li[data-key='{dismissed}']")).to_have_count(0, timeout=LIVE_MS)

    answer_with_a_file(people["nghean-head"], address, folder)
    watcher.goto(people["nghean-head"].url)
    watcher.click("form[action$='/close/'] button[type=submit]")
    expect(watcher.locator("body")).to_contain_text("Accepted and closed")


def read_what_is_out_of_line(warning: WarningPage) -> None:
    """Members inspected in September: everything needed to judge it without asking anybody."""
    assert "its own history and its peers suggest" in warning.sentence
    assert "members" in warning.sentence.lower()
    value, (low, high) = number(warning.figures["Value"]), numbers(warning.figures["Expected"])
    assert value > high > low
    assert f"{value:,.0f}" in warning.sentence
    assert len(numbers(warning.figures["Peers"])) == 3  # from, to, of how many
    assert "units of its kind, unnamed" in warning.figures["Peers"]
    now, *earlier = warning.history
    assert now == value
    assert len(earlier) >= 4
    assert all(each < value for each in earlier)
    reported, expected = numbers(warning.figures["Data under it"])
    assert reported == expected > 90
    expect(warning.page.locator("[data-part='scores'] .gs-scorebars > div")).to_have_count(4)
    assert warning.facts["Rule"] == "Out of line with its own habit and its peers out_of_line v1"
    assert warning.facts["As of"].startswith("01/10/2026")
    assert "generation" in warning.facts["As of"]


def read_what_is_behind_its_path(warning: WarningPage) -> None:
    """Members inspected since January: what there is, what the path asks for, and so what is missing."""
    value, due = numbers(warning.sentence.partition("September 2026: ")[2])[::2]
    assert "on its path" in warning.sentence
    assert value == number(warning.figures["Value"])
    assert value < 0.9 * due
    own, path = warning.drawn["own figures"], warning.drawn["path of the target"]
    assert (round(own[-1], 1), round(path[-1], 1)) == (value, due)
    missing = [asked - there for there, asked in zip(own, path, strict=True)]
    assert missing == sorted(missing)
    assert missing[0] > 0
    reported, expected = numbers(warning.figures["Data under it"])
    assert reported == expected
    assert warning.facts["Rule"].startswith("Target behind its path target_behind v")


def answer_with_a_file(unit: Page, address: str, folder: Path) -> None:
    unit.goto(f"{address}/requests/")
    unit.locator("main a[href^='/requests/']:not([href$='.csv'])").first.click()
    unit.fill(
        "form[action$='/answer/'] textarea", "A province-wide round fell into September; list attached."
    )
    paper = folder / "list.xlsx"
    openpyxl.Workbook().save(paper)
    unit.set_input_files("form[action$='/answer/'] input[type=file]", str(paper))
    unit.click("form[action$='/answer/'] button[type=submit]")
    expect(unit.locator("body")).to_contain_text("list.xlsx")
