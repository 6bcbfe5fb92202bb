"""The ASGI application of a node."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumelage.node.settings")
application = get_asgi_application()
