"""The application that uvicorn serves."""

import os

from django.core.asgi import get_asgi_application

from giamsat.lib.memory import spare_what_is_there

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "giamsat.config.settings")
application = get_asgi_application()
spare_what_is_there()
