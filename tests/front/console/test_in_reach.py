"""Named figures are for those in whose reach the unit lies: of others the map draws the outline alone."""

import json

import pytest

from giamsat.foundation.access import services as access
from tests.intake import house

from .conftest import signed_in

pytestmark = pytest.mark.slow

PROVINCE = "/map/figures.json?period=2026-M08&within=12&layer=inspection.organisations"
UNTOLD = {
    "name": "Xã Hua Bum", "value": None, "text": "–", "mark": "none", "href": "", "drill": False,
    "note": "not among the units you may see",
}  # fmt: skip


def hua_bum_on_the_map(person):
    painted = json.loads(signed_in(person).get(PROVINCE).content)
    [area] = [each for each in painted["off_map"] if each["name"] == "Xã Hua Bum"]
    return area


def test_the_map_of_a_province_tells_who_reads_its_communes(published):
    told = hua_bum_on_the_map(published.people["leader"])
    assert told["note"] == "1/1 reported · provisional"
    assert told["href"] == "/units/03466/?period=2026-M08"


def test_who_reads_the_province_alone_is_told_nothing_of_its_communes(published):
    lai_chau = published.units.lai_chau
    head = house.make_person("province_head", lai_chau, ("head", lai_chau, False))
    assert hua_bum_on_the_map(head) == UNTOLD


def test_a_conflict_of_interest_takes_the_commune_off_the_map(published):
    watcher = published.people["watcher"]
    access.exclude(
        watcher, unit=published.units.hua_bum, subtree=True, valid_from=house.AT.date(), reason="kin", by=None,
        at=house.AT,
    )  # fmt: skip
    assert hua_bum_on_the_map(watcher) == UNTOLD
