"""The static files: collected when the build changed, under names that hold their hash."""

import hashlib
import logging
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

log = logging.getLogger("jumelage.run")

BUILD = "shell/build"
_MARK = ".collected"


def fingerprint() -> str:
    """Return what identifies the static files of this installation: names, sizes and times."""
    seen = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            stat = Path(storage.path(path)).stat()
            seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_when_changed() -> bool:
    """Collect the static files unless that was done for this build; tell whether it was needed."""
    if finders.find(BUILD) is None:
        log.warning("The frontend is not built: pages have no styles. Run `python hatch_build.py`.")
    root = Path(settings.STATIC_ROOT)
    mark, now = root / _MARK, fingerprint()
    if mark.is_file() and mark.read_text("utf-8") == now:
        return False
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    mark.write_text(now, "utf-8")
    return True
