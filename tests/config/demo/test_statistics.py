"""What a statistician would ask of the practice country: sums, season, spread, ratios; at a seed nobody looked at."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from giamsat.config.demo import country_figures, magnitudes
from giamsat.lib.periods import Period

from .tree import rows

# Forms that the practice country does not send; and a part that it draws from ratios, which 2025 does not follow.
NOT_DRAWN = {"H09", "H11", "M03", "M05", "B10"}
REFERENCE = Path(__file__).resolve().parents[3] / "definitions" / "reference" / "national.yaml"
FULL_YEARS = (2021, 2022, 2023, 2024)


@pytest.fixture(scope="module")
def made():
    return country_figures.make(rows(), seed=77)


def whole_country(made, code, year):
    """A year's sum; that of 2025 is made of two maps."""
    books = [made.former] if year < 2025 else [made.points, made.communes]
    total = sum(book.cells([code], Period("Y", year)).sum() for book in books)
    return total + made.former.cells([code], Period("6M", 2025)).sum() if year == 2025 else total


def published_years():
    for series in yaml.safe_load(REFERENCE.read_text(encoding="utf-8"))["series"]:
        for point in series["points"]:
            code, (year, kind) = str(series["indicator"]), point["period"].split("-")
            if kind == "Y" and "+" not in code and code not in NOT_DRAWN:
                yield code, int(year), point["value"]


@pytest.mark.parametrize(("code", "year", "published"), [*published_years()])
def test_each_year_lies_near_what_was_published(made, code, year, published):
    """Within 2 % and four standard deviations of a count."""
    assert whole_country(made, code, year) == pytest.approx(published, rel=0.02 + 4 / published**0.5)


def test_committees_and_cells_discipline_what_was_published(made):
    for year, published in ((2021, 16_794), (2023, 18_130)):
        assert whole_country(made, "L06", year) + whole_country(made, "L07", year) == pytest.approx(
            published, rel=0.05
        )


@pytest.mark.parametrize(
    ("code", "curve"),
    [
        ("B02", (0.10, 0.34, 0.66)),
        ("B07", (0.10, 0.34, 0.66)),
        ("G04", (0.10, 0.34, 0.66)),
        ("L07", (0.18, 0.42, 0.70)),
        ("H01", (0.25, 0.50, 0.75)),
    ],
)
def test_the_year_fills_along_the_suggested_curve(made, code, curve):
    for year in FULL_YEARS:
        whole = made.former.cells([code], Period("Y", year)).sum()
        shares = [made.former.cells([code], Period(kind, year)).sum() / whole for kind in ("Q1", "6M", "9M")]
        assert shares == pytest.approx(curve, abs=0.01 + 2 / whole**0.5)


@pytest.mark.parametrize("code", ["B02", "B07", "G04"])
def test_counts_of_communes_are_more_spread_than_chance_alone(made, code):
    """Around their share by members the squared relative spread beyond chance is 0.1 to 0.3; Poisson's is 0."""
    members = made.communes.bodies.members
    counts = made.communes.cells([code], Period("9M", 2026))[:, 0]
    expected = members / members.sum() * counts.sum()
    rich = expected > 5
    beyond = np.mean((counts[rich] / expected[rich] - 1) ** 2 - 1 / expected[rich])

    assert 0.1 < beyond < 0.3


def test_work_grows_with_members(made):
    members, counts = made.former.bodies.members, made.former.cells(["B07"], Period("Y", 2023))[:, 0]
    flat = country_figures.make(
        [row._replace(members=row.members * (1 + row.code.endswith("3"))) for row in rows()]
    )
    larger = np.array([code.endswith("3") for code in flat.former.bodies.codes])
    uneven = flat.former.cells(["B07"], Period("Y", 2023))[:, 0]

    assert len(set(members)) == 1
    assert counts.std() / counts.mean() < 0.5
    assert uneven[larger].mean() / uneven[~larger].mean() == pytest.approx(2, rel=0.25)


@pytest.mark.parametrize("part", ["B04", "B09", "B10", "D02", "D08", "D09", "G06", "G13", "C07"])
def test_shares_are_binomial_around_the_published_ratio(made, part):
    whole = magnitudes.SHARES[part][0]
    for year in FULL_YEARS:
        of, share = made.former.cells([whole], Period("Y", year)).sum(), magnitudes.share(part, year)
        got = made.former.cells([part], Period("Y", year)).sum()
        assert abs(got - of * share) < 4 * (of * share * (1 - share)) ** 0.5


@pytest.mark.parametrize(("code", "left"), [("B02", 0.3), ("B07", 0.5), ("D01", 0.2), ("G01", 0.35)])
def test_2025_is_a_break_and_not_a_slope(made, code, left):
    was, broken = whole_country(made, code, 2024), whole_country(made, code, 2025)

    assert broken / was < left
    assert min(whole_country(made, code, year) for year in FULL_YEARS) > 0.7 * was
