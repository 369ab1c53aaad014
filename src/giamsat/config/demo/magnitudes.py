"""The whole country's year in figures: what was published, and what we assume where nothing was.

Published figures are those of the domain handbook, section 3.5; ratios and seasons those of 3.6.
Years in ``ASSUMED`` are ours: the rest of a term total spread evenly, or the year 2026 at 0.42 of a usual
year (the handbook advises 0.25 to 0.45 after the district level was abolished).
"""

from types import MappingProxyType as Frozen
from typing import Any

YEARS = (2021, 2022, 2023, 2024, 2025, 2026)

# Occurrences in a whole year, nation-wide. Bases only: everything else is a part of one of these.
YEARLY = Frozen(
    {
        "B02": (52_000, 52_560, 57_486, 55_075, 15_280, 23_500),
        "B07": (240_000, 268_322, 323_979, 308_000, 143_699, 165_000),
        "C01": (130, 140, 170, 344, 68, 150),
        "C05": (800, 850, 1_000, 2_300, 472, 1_000),
        "D01": (3_005, 3_533, 3_537, 3_133, 404, 1_300),
        "D06": (8_982, 10_475, 9_246, 8_120, 1_555, 3_600),
        "E01": (28_925, 30_500, 32_000, 33_540, 9_500, 13_500),
        "E03": (15_500, 16_000, 16_500, 17_000, 5_000, 7_000),
        "E04": (2_100, 2_150, 2_200, 2_250, 800, 1_000),
        "F01": (3_004, 2_950, 2_900, 2_760, 900, 1_300),
        "F03": (31_427, 26_000, 20_000, 13_000, 4_200, 6_000),
        "F05": (300_000, 305_000, 310_000, 316_400, 96_000, 130_000),
        "G01": (41_500, 42_300, 42_979, 42_840, 12_185, 18_000),
        "G04": (140_000, 144_000, 147_197, 148_630, 62_379, 70_000),
        "G08": (30_000, 30_600, 31_119, 30_170, 8_900, 12_500),
        "G11": (40_000, 41_000, 41_737, 41_730, 12_800, 17_000),
        "G16": (44_000, 45_000, 46_000, 46_000, 30_000, 38_000),
        "G17": (1_100, 1_200, 1_250, 1_300, 900, 1_200),
        "G18": (520, 540, 560, 580, 300, 420),
        "H01": (24_000, 25_000, 25_401, 25_600, 24_000, 25_000),
        "I01": (6, 6, 7, 7, 5, 6),
        "I02": (170, 180, 190, 200, 150, 165),
        "M03": (400, 400, 7_300, 2_820, 252, 1_500),
        "M04": (1_200, 1_500, 1_800, 2_000, 1_400, 2_000),
        "K05": (223, 300, 423, 330, 280, 320),
        "K06": (180, 185, 183, 299, 120, 180),
        "L07": (16_794, 17_300, 18_130, 18_900, 15_800, 16_400),  # by committees and cells together
        "L08": (3_463, 4_270, 6_302, 6_535, 4_800, 5_300),
        "L15": (12, 12, 14, 14, 8, 10),
    }
)
ASSUMED = Frozen(
    {
        "B02": (2021, 2022, 2026),
        "B07": (2021, 2022, 2026),
        "C01": (2021, 2022, 2023, 2025, 2026),
        "C05": (2021, 2022, 2023, 2025, 2026),
        "D01": (2026,),
        "D06": (2026,),
        "E01": (2022, 2023, 2025, 2026),
        "E03": YEARS,
        "E04": YEARS,
        "F01": (2022, 2023, 2024, 2025, 2026),
        "F03": (2022, 2023, 2024, 2025, 2026),
        "F05": (2021, 2022, 2023, 2025, 2026),
        "G01": (2021, 2022, 2026),
        "G04": (2021, 2022, 2026),
        "G08": (2021, 2022, 2025, 2026),
        "G11": (2021, 2022, 2025, 2026),
        "G16": YEARS,
        "G17": YEARS,
        "G18": YEARS,
        "H01": (2021, 2022, 2024, 2025, 2026),
        "I01": YEARS,
        "I02": YEARS,
        "M03": (2021, 2022, 2025, 2026),
        "M04": YEARS,
        "K05": (2022, 2024, 2025, 2026),
        "K06": (2021, 2022, 2025, 2026),
        "L07": (2022, 2024, 2025, 2026),
        "L08": (2022, 2025, 2026),
        "L15": YEARS,
    }
)

# part: (whole, share by year or one share for all years)
SHARES = Frozen(
    {
        "B03": ("B02", 0.97),
        "B04": ("B02", (0.031, 0.031, 0.0308, 0.031, 0.0412, 0.035)),
        "B05": ("B04", 0.011),
        "B06": ("B05", 0.76),
        "B08": ("B07", 0.2252),
        "B09": ("B07", 0.021),
        "B10": ("B09", 0.052),
        "B11": ("B10", 0.87),
        "C02": ("C01", 0.64),
        "C03": ("C02", 0.42),
        "C04": ("C03", 0.67),
        "C06": ("C05", 0.30),
        "C07": ("C05", 0.777),
        "C08": ("C07", 0.685),
        "C09": ("C08", 0.906),
        "D02": ("D01", (0.524, 0.660, 0.6545, 0.65, 0.65, 0.65)),
        "D03": ("D02", (0.123, 0.1046, 0.1227, 0.12, 0.12, 0.12)),
        "D04": ("D03", 0.62),
        "D07": ("D06", (0.4795, 0.52, 0.561, 0.56, 0.56, 0.56)),
        "D08": ("D06", (0.7454, 0.764, 0.7998, 0.80, 0.80, 0.80)),
        "D09": ("D08", (0.5176, 0.4492, 0.4127, 0.41, 0.41, 0.41)),
        "D10": ("D09", 0.8666),
        "D12": ("D02", 0.02),
        "E02": ("E01", 0.035),
        "E05": ("E04", 0.015),
        "F02": ("F01", 0.05),
        "F04": ("F03", 0.012),
        "F06": ("F05", 0.0025),
        "G02": ("G01", (0.026, 0.026, 0.0257, 0.0289, 0.027, 0.027)),
        "G03": ("G02", 0.009),
        "G05": ("G04", 0.20),
        "G06": ("G04", (0.012, 0.012, 0.0121, 0.0195, 0.015, 0.015)),
        "G07": ("G06", 0.018),
        "G09": ("G08", 0.0495),
        "G10": ("G09", 0.009),
        "G12": ("G11", 0.70),
        "G13": ("G11", 0.042),
        "G14": ("G13", 0.018),
        "H02": ("H01", 0.28),
    }
)
REMAINDERS = Frozen(
    {
        "D05": (("D03", "D04"), 0.5),
        "D11": (("D09", "D10"), 0.5),
        "H03": (("H01", "H02"), 0.83),
        "H04": (("H01", "H02", "H03"), 0.15),
    }
)  # of the first less all others
LETTERS_SET_ASIDE = (0.12, 0.24, 0.36)  # duplicates, not eligible, forwarded
TO_BE_SETTLED = 0.24  # of denunciations; the others are withdrawn, repeated or not eligible
OF_ORGANISATIONS = 0.035  # of denunciations to be settled
FOUND = (0.10, 0.35, 0.40, 0.15)  # true, partly true, false, no basis to conclude
SETTLED = Frozen({"H16": 0.45, "H17": 0.60, "H18": 0.85})  # in violation, of those found so; and so on
COMPLAINTS = (0.67, 0.21, 0.02, 0.10)  # upheld, reduced, increased, cancelled
RESTORED = 0.25  # of those cancelled: wrongly disciplined, apology made
RECOVERED = Frozen({"F08": 0.8, "F09": 0.7})  # of the amount in violation; of that to be recovered
MEMBERS_DISCIPLINED = Frozen(
    {"committees": (0.777, 0.150, 0.022, 0.051), "commissions": (0.407, 0.192, 0.006, 0.395)}
)  # reprimand, warning, removal, expulsion
ORGANISATIONS_DISCIPLINED = (0.705, 0.29, 0.005)  # reprimand, warning, dissolution
OF_DISCIPLINED = Frozen({"L09": 0.16, "L11": 0.35, "L12": 0.05, "L13": 0.004, "L14": 0.002})
PROBATIONARY_SHARE = 0.02  # of reprimands and warnings: the only forms a probationary member can get
CELL_SHARE = 0.62  # of what committees and cells decide at the grassroots

# Share of the year done in each month; sums to Q1/6M/9M/Y of 10/34/66/100 and 18/42/70/100.
ACTIVITY_SEASON = (0.02, 0.035, 0.045, 0.07, 0.08, 0.09, 0.10, 0.107, 0.113, 0.13, 0.12, 0.09)
DISCIPLINE_SEASON = (0.05, 0.06, 0.07, 0.075, 0.08, 0.085, 0.09, 0.095, 0.095, 0.10, 0.11, 0.09)
EVEN_SEASON = (1 / 12,) * 12
SEASONS = Frozen({"H": EVEN_SEASON, "K": DISCIPLINE_SEASON, "L": DISCIPLINE_SEASON})

# Who acts: provincial level, commune level (until 2025-06 district level), grassroots and cells.
LEVELS = ("lvl=TINH", "lvl=XA", "lvl=CS")
FORMER_LEVELS = ("lvl=TINH", "lvl=HUYEN", "lvl=CS")
LEVEL_SHARES = Frozen(
    {
        "B": (0.05, 0.30, 0.65),
        "C": (0.10, 0.55, 0.35),
        "E": (0.10, 0.65, 0.25),
        "F01": (0.12, 0.70, 0.18),
        "F": (0.03, 0.37, 0.60),
        "I": (0.30, 0.60, 0.10),
        "M": (1.0, 0.0, 0.0),
        "D": (0.12, 0.73, 0.15),
        "G01": (0.06, 0.34, 0.60),
        "G04": (0.06, 0.34, 0.60),
        "G": (0.12, 0.58, 0.30),
        "H": (0.25, 0.60, 0.15),
        "K": (0.05, 0.65, 0.30),
        "L": (0.05, 0.35, 0.60),
    }
)


def yearly(base: str, year: int) -> float:
    """The whole country's figure of a base in a year."""
    return float(YEARLY[base][YEARS.index(year)])


def share(part: str, year: int) -> float:
    """What part of its whole an indicator makes up in a year."""
    value: Any = SHARES[part][1]
    return float(value[YEARS.index(year)] if isinstance(value, tuple) else value)


def season(indicator: str) -> tuple[float, ...]:
    return SEASONS.get(indicator[0], ACTIVITY_SEASON)


def level_shares(indicator: str) -> tuple[float, ...]:
    return LEVEL_SHARES.get(indicator) or LEVEL_SHARES[indicator[0]]
