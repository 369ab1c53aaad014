"""Django's own commands, for developers: migrations and messages. Operators use `giamsat`."""

import os
import sys

from django.core.management import execute_from_command_line

sys.path.insert(0, "src")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
execute_from_command_line(sys.argv)
