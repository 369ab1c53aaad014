"""A province's office sends one CSV for several communes by the command line: each line stands for itself."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from .commands import giamsat, said
from .newcomers import a_browser, choose_password, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMMUNES = {"03424": "Ban Bo", "03430": "Khun Ha", "03405": "Ta Leng"}
WRONG = "03405"
ACCOUNTS = """username,display_name,unit,role,subtree,reason
lc.tonghop,Compiler of Lai Chau,12,compiler,yes,Decision No. 14
lc.phutrach,Head of reports of Lai Chau,12,head,yes,Decision No. 14
"""
Figures = dict[str, int]


def test_good_lines_of_a_file_await_the_head_and_a_bad_one_is_refused(
    people, browser, address, house, tmp_path
):
    code = open_accounts(house, tmp_path)
    october = {unit: september(people["approver"], address, name) for unit, name in COMMUNES.items()}
    told = october[WRONG]["L01"]
    october[WRONG]["L01"] += 5

    sent = giamsat(house, "import", written(october, tmp_path / "october.csv"), "--by", "lc.tonghop")

    assert sent.returncode == 1
    assert f"report.findings {WRONG} BMT 2026-M10" in said(sent)
    assert "03424 BMT 2026-M10: stored; awaiting the head." in said(sent)
    assert "0 accepted, 0 submitted, 2 waiting, 1 refused." in said(sent)

    # whoever sent it reads line by line what became of it, and where the bad one is wrong
    compiler = newcomer(browser, address, "lc.tonghop", code)
    compiler.goto(f"{address}/entry/")
    compiler.get_by_role("link", name="october.csv", exact=True).click()
    for name in ("Ban Bo", "Khun Ha"):
        expect(line_of(compiler, name)).to_contain_text("Awaiting the head")
    line_of(compiler, "Ta Leng").get_by_role("link").click()
    finding = compiler.locator(".gs-findings-table tbody tr", has_text="R-14").first
    for words in ("L01", str(told + 5), str(told)):
        expect(finding).to_contain_text(words)

    # the mended line alone goes on to the head and up; the others are left as they were
    mended = written({WRONG: october[WRONG] | {"L01": told}}, tmp_path / "mended.csv")
    again = giamsat(house, "import", mended, "--by", "lc.tonghop", "--submit-by", "lc.phutrach")
    assert again.returncode == 0, said(again)
    assert "1 submitted" in said(again)
    approver = people["approver"]
    approver.goto(f"{address}/inbox/?period=2026-M10")
    expect(approver.locator("main tbody tr")).to_have_count(1)
    expect(approver.locator("main tbody tr")).to_contain_text("Ta Leng")
    compiler.context.close()


def open_accounts(house: Path, folder: Path) -> str:
    """Two accounts over the whole province, and the one-time code of who compiles."""
    file = folder / "accounts.csv"
    file.write_text(ACCOUNTS, encoding="utf-8")
    made = giamsat(house, "accounts", "import", str(file), "--by", "province-admin")
    assert made.returncode == 0, said(made)
    code = re.search(r"lc\.tonghop, one-time code (\S+)", said(made))
    assert code, said(made)
    return code[1]


def september(approver: Page, address: str, name: str) -> Figures:
    """What a commune had by the end of September: the least it can have by the end of October."""
    approver.goto(f"{address}/inbox/?state=TIEP_NHAN&period=2026-M09&form=BMT")
    report = approver.get_by_role("link", name=name).first.get_attribute("href")
    answer = approver.request.get(f"{address}{report}report.csv")
    table = csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig")))
    return {row["Code"]: int(float(row["Value"])) for row in table}


def written(figures: dict[str, Figures], file: Path) -> str:
    """One line for each commune, as the house's own CSV has it."""
    codes = list(next(iter(figures.values())))
    lines = [["form", "version", "unit", "vintage", "period", "basis", *codes]]
    lines += [
        ["BMT", "1", unit, "2025-07", "2026-M10", "own", *(str(known[code]) for code in codes)]
        for unit, known in figures.items()
    ]
    file.write_text("\n".join(map(",".join, lines)) + "\n", encoding="utf-8")
    return str(file)


def newcomer(browser: Browser, address: str, account: str, code: str) -> Page:
    page = a_browser(browser, address)
    sign_in(page, address, account, code)
    choose_password(page, code)
    return page


def line_of(page: Page, name: str):
    return page.locator("#lines tbody tr", has_text=name)
