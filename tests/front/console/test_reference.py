import re


def row_of(page, code, period):
    rows = re.findall(r"<tr>.*?</tr>", page, re.S)
    return next(row for row in rows if f">{code}</span>" in row and period in row)


def test_published_figures_stand_beside_the_sums_with_source_and_day(browser, home):
    page = browser("leader").get("/reference/").content.decode()
    row = row_of(page, "B02", "Year 2023")
    assert "57,486" in row
    assert "31/12/2023" in row
    assert "vietnamnet.vn" in row
    assert "gs-blank" in row  # nothing is reported here for that year: a dash, not a zero


def test_a_figure_published_as_more_than_says_so(browser, home):
    page = browser("leader").get("/reference/").content.decode()
    assert "&gt; 308,000" in row_of(page, "B07", "Year 2024")


def test_no_published_figure_is_of_a_day_to_come_and_the_term_has_its_own(browser, home):
    page = browser("leader").get("/reference/").content.decode()
    days = re.findall(r'data-label="As of">(\d\d)/(\d\d)/(\d{4})<', page)
    assert max((year, month, day) for day, month, year in days) <= ("2026", "10", "01")
    assert "232,401" in row_of(page, "B02", "Term to 2025")
