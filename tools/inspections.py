"""Real inspections as an inspectorate would deliver them: one CSV a month, one line an area, cumulative in the year.

Usage: python -m tools.inspections chicago_food_inspections.parquet FOLDER
The file: public records of github.com/Chicago/food-inspections-evaluation as one table, one inspection a row.
"""

import csv
import io
import math
import sys
from collections import Counter, defaultdict
from pathlib import Path

FORM, VINTAGE, UNKNOWN = "FIM", "2011", "00000"
FLOWS = ("FI01", "FI02", "FI03", "FI04", "FI05")
KEYS = (*FLOWS, "FI10")


def read(file):
    """The rows of the published file that we count, each with its area and month."""
    from pyarrow import parquet

    columns = [
        "inspected_on",
        "zip",
        "critical_count",
        "serious_count",
        "minor_count",
        "critical_found",
        "licence",
    ]
    rows = parquet.read_table(file, columns=columns).to_pylist()
    for row in rows:
        zip_code = row["zip"]
        row["area"] = UNKNOWN if zip_code is None or math.isnan(zip_code) else f"{int(zip_code):05}"
        row["month"] = (row["inspected_on"].year, row["inspected_on"].month)
    return rows


def deliveries(rows):
    """(period key, CSV) month by month; every area reports, those without an inspection too."""
    areas = sorted({row["area"] for row in rows})
    register = defaultdict(set)
    done = defaultdict(Counter)
    for row in rows:
        register[row["area"]].add(row["licence"])
        done[row["month"]] += Counter({(row["area"], code): value for code, value in counted(row).items()})
    for year, month in sorted(done):
        so_far = Counter()
        for (at_year, at_month), some in done.items():
            if at_year == year and at_month <= month:
                so_far += some
        yield f"{year}-M{month:02}", _csv(f"{year}-M{month:02}", areas, so_far, register)


def counted(row):
    """What one inspection adds to each flow."""
    return {
        "FI01": 1,
        "FI02": int(row["critical_found"]),
        "FI03": int(row["critical_count"]),
        "FI04": int(row["serious_count"]),
        "FI05": int(row["minor_count"]),
    }


def _csv(period, areas, so_far, register):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["form", "version", "unit", "vintage", "period", "basis", *KEYS])
    for area in areas:
        flows = [so_far[area, code] for code in FLOWS]
        writer.writerow([FORM, 1, area, VINTAGE, period, "own", *flows, len(register[area])])
    return out.getvalue().encode()


def write(file: Path, folder: Path) -> list[Path]:
    """One CSV for each month, named so that their order is that of time."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for key, content in deliveries(read(file)):
        written.append(folder / f"{key}.csv")
        written[-1].write_bytes(content)
    return written


if __name__ == "__main__":
    print(f"{len(write(Path(sys.argv[1]), Path(sys.argv[2])))} files")
