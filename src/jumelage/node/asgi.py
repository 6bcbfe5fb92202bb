"""The ASGI application of a node: live sessions, static files, large uploads, Django behind a limit."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumelage.node.settings")
_django = get_asgi_application()

from django.conf import settings  # noqa: E402  # readable once the settings module is named

from jumelage.bridge.live.door.app import Live  # noqa: E402
from jumelage.components.studio.kitsu.entrance.door import Door  # noqa: E402
from jumelage.components.studio.kitsu.events.sockets import Sockets  # noqa: E402
from jumelage.node.run.files import StaticFiles  # noqa: E402
from jumelage.node.run.limits import BodyLimit  # noqa: E402
from jumelage.node.uploads.form import FormUploads  # noqa: E402
from jumelage.node.uploads.studio import allowance  # noqa: E402

_served = Sockets(Door(FormUploads(BodyLimit(_django, allowance))))
pages = StaticFiles(_served, settings.STATIC_ROOT, settings.STATIC_URL)
application = Live(pages)
