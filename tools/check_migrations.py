"""Fail when a model changed without its migration; needs no database."""

import os
import sys
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
os.environ.setdefault("GIAMSAT_SECRET_KEY", "only for checking")
os.environ.setdefault("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

import django
from django.conf import settings
from django.core.management import call_command

warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
settings.DATABASES["default"]["OPTIONS"]["pool"] = False  # a pool would go on knocking for twenty seconds
django.setup()
try:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
except SystemExit as outcome:
    sys.exit(outcome.code)
