"""Planting the tree and drawing its map. Each may be repeated: the same files change nothing."""

from pathlib import Path

from django.db import transaction

from giamsat.foundation.units.errors import TerritoryRefused
from giamsat.foundation.units.manifest import digest, read_manifest
from giamsat.foundation.units.models import Loading
from giamsat.foundation.units.planting import Planted, plant
from giamsat.foundation.units.reading import read_territory


@transaction.atomic
def load_territory(folder: Path) -> Planted:
    """Load a territory folder (territory.yaml and its CSV files) whole, or refuse it whole."""
    manifest = read_manifest(folder)
    content = digest(folder, manifest)
    latest = Loading.objects.order_by("pk").last()
    if latest and latest.digest == content:
        return Planted(added=0, changed=0, unchanged=latest.units)
    territory = read_territory(folder, manifest)
    if territory.problems:
        raise TerritoryRefused(territory.problems)
    planted = plant(territory)
    Loading.objects.create(profile=manifest.profile, digest=content, units=planted.units)
    return planted
