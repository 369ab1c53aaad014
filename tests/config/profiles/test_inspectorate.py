"""Another inspectorate by definitions and commands alone: 18,712 real inspections from delivery to warning.

The commands are those of docs/how-to/add-a-profile.md, on a fresh database and an empty folder.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as house
from django.db import connection

from tools import inspections

pytestmark = pytest.mark.slow
REPOSITORY = Path(__file__).resolve().parents[3]
PROFILE = Path(house.DEFINITIONS_DIR) / "profiles" / "inspectorate"
FILE = REPOSITORY.parent / "shared/data/inspections/chicago_food_inspections.parquet"
ALLROUNDER = """\
allrounder,Allrounder,CITY,compiler,yes,short of staff
allrounder,Allrounder,CITY,approver,yes,short of staff
"""
HANDS = ("--by", "compiler", "--submit-by", "head", "--accept-by", "approver")
CSV_HEAD = "form,version,unit,vintage,period,basis,FI01,FI02,FI03,FI04,FI05,FI10\n"


class House:
    """A fresh database and data folder with the profile's definitions, worked by commands."""

    def __init__(self, database: str, folder: Path) -> None:
        self.surroundings = os.environ | {
            "DATABASE_URL": database,
            "GIAMSAT_DATA_DIR": str(folder / "data"),
            "GIAMSAT_DEFINITIONS_DIR": str(PROFILE),
            "GIAMSAT_LANGUAGE": "en",
            "PYTHONPATH": f"{REPOSITORY / 'src'}:{REPOSITORY}",
            "COLUMNS": "250",
        }
        self.folder = folder
        self.said: dict[str, str] = {}

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command], cwd=REPOSITORY, env=self.surroundings,
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def giamsat(self, *command: object) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "giamsat.config", *map(str, command))

    def do(self, *command: object) -> str:
        done = self.giamsat(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def csv(self, name: str, *lines: str) -> Path:
        file = self.folder / name
        file.write_text(CSV_HEAD + "".join(f"{line}\n" for line in lines))
        return file


@pytest.fixture(scope="module")
def rows():
    if not FILE.exists():
        pytest.skip("real data is absent: no ../shared/data/inspections beside the checkout")
    return inspections.read(FILE)


@pytest.fixture(scope="module")
def made(rows, tmp_path_factory):
    """A fresh house made ready: definitions, accounts, the calendar of four years."""
    parts = connection.settings_dict
    name, folder = f"inspectorate_{os.getpid()}", tmp_path_factory.mktemp("inspectorate")

    def address(database: str) -> str:
        return f"postgresql://{parts['USER']}@/{database}?host={parts['HOST']}"

    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        home = House(address(name), folder)
        home.do("init")
        (folder / "accounts.csv").write_text((PROFILE / "accounts.csv").read_text() + ALLROUNDER)
        home.do("accounts", "import", folder / "accounts.csv", "--by", "admin")
        home.said["periods"] = home.do("period", "open", "2011-2014", "--by", "data")
        yield home
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def filled(made, rows):
    """Every month's delivery imported, accepted, published and scanned; with what a look then finds."""
    files = inspections.write(FILE, made.folder / "deliveries")
    made.said["import"] = made.do("import", *files, *HANDS)
    made.do("publish")
    made.said["scan"] = made.do("scan", *[file.stem for file in files[5:]])
    found = made.run("-m", "tests.config.profiles.look")
    assert found.returncode == 0, found.stderr
    return made, json.loads(found.stdout), files


def test_the_calendar_is_opened_once_and_only_by_who_manages_it(made):
    assert "2011-M01" in made.said["periods"]
    assert "2014-M12" in made.said["periods"]
    assert "there already" in made.do("period", "open", "2011-2014", "--by", "data")
    refused = made.giamsat("period", "open", "2010", "--by", "head")
    assert refused.returncode == 2
    assert "access.not_allowed" in refused.stdout


def test_every_line_of_every_month_is_accepted(filled, rows):
    home, _found, files = filled
    assert len(files) == len({row["month"] for row in rows})
    assert home.said["import"].count(" 60 accepted, 0 submitted, 0 waiting, 0 refused.") == len(files)


def test_each_step_stands_in_the_trail_with_its_own_account(filled):
    _home, found, _files = filled
    trail = {tuple(each) for each in found["trail"]}
    assert {
        ("period.open", "Data administrator"),
        ("reports.received", "Compiler of the areas"),
        ("report.submitted", "Head of inspections"),
        ("report.accepted", "Approver of the city"),
    } <= trail


def test_the_sums_equal_those_of_the_file(filled, rows):
    _home, found, _files = filled
    sums = sum((Counter({code: value}) for code, value in found["sums"]), Counter())
    assert sums == sum((Counter(inspections.counted(row)) for row in rows), Counter())
    assert sums["FI01"] == len(rows) == 18_712
    assert (sums["FI03"], sums["FI04"], sums["FI05"]) == (3_877, 6_760, 69_879)


def test_the_sums_of_one_area_in_one_month_equal_those_of_the_file(filled, rows):
    _home, found, _files = filled
    mine = [inspections.counted(row) for row in rows if row["area"] == "60614" and row["month"] == (2013, 3)]
    assert found["one_area"] == {"FI01": len(mine), "FI05": sum(each["FI05"] for each in mine)}


def test_the_detectors_read_the_profile_and_flag_few(filled):
    home, found, _files = filled
    raised, judged = map(int, re.findall(r"\d+", home.said["scan"].splitlines()[-1]))
    print("\nflagged:")  # read by whoever wants the list
    for code, figure, period, evidence in found["warnings"]:
        low, high = evidence["band"]["low"], evidence["band"]["high"]
        expected = f"expected {low:.0f}–{high:.0f} among {evidence['peers']['n']} peers"
        print(f"  {code} {figure} {period}: {evidence['value']:g}, {expected}")
    assert judged > 300
    assert raised == len(found["warnings"]) <= 0.03 * judged
    for code, _indicator, _period, evidence in found["warnings"]:
        assert code != inspections.UNKNOWN
        assert not evidence["band"]["low"] <= evidence["value"] <= evidence["band"]["high"]
        assert evidence["peers"]["n"] >= 8


def test_an_impossible_line_is_refused_and_the_others_are_not(filled):
    home, _found, _files = filled
    good = "FIM,1,60614,2011,2014-M11,own,9999,3000,4000,3000,9000,10"
    bad = "FIM,1,60611,2011,2014-M11,own,5,9,9,0,0,10"
    done = home.giamsat("import", home.csv("2014-11.csv", good, bad), *HANDS)
    assert done.returncode == 1
    assert "report.findings 60611 FIM 2014-M11" in done.stdout
    assert "1 accepted, 0 submitted, 0 waiting, 1 refused." in done.stdout


@pytest.mark.parametrize(
    ("month", "hands", "code"),
    [
        (1, ("--by", "head"), "access.not_allowed"),  # who submits compiles nothing
        (2, ("--by", "compiler", "--submit-by", "compiler"), "access.not_allowed"),
        (3, ("--by", "compiler", "--submit-by", "head", "--accept-by", "head"), "access.not_allowed"),
        (4, ("--by", "allrounder", "--submit-by", "head", "--accept-by", "allrounder"), "report.four_eyes"),
    ],
)
def test_no_account_does_another_ones_step(made, month, hands, code):
    line = f"FIM,1,60614,2011,2011-M{month:02},own,1,0,0,0,0,10"
    done = made.giamsat("import", made.csv(f"alone-{month}.csv", line), *hands)
    assert done.returncode == 1
    assert code in done.stdout
    assert "0 accepted" in done.stdout


def test_without_the_other_accounts_reports_wait_for_their_head(made):
    line = "FIM,1,60615,2011,2011-M07,own,1,0,0,0,0,10"
    done = made.do("import", made.csv("plain.csv", line), "--by", "compiler")
    assert "60615 FIM 2011-M07: stored; awaiting the head." in done
    assert "0 accepted, 0 submitted, 1 waiting, 0 refused." in done
