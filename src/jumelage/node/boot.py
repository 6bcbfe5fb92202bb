"""Django on demand: a full node when a command needs one, only the languages otherwise."""

import gc
import gettext
import os
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.utils import translation

from jumelage.node import config
from jumelage.node.errors import NotInitialisedError

GARBAGE_AFTER = 50_000
"""Objects made before the first look for cycles among them.

A page of 500 records makes some 30,000 objects without cycles: looking among all of them after
every 700 took a fifth of the time to receive it.
"""
_LOCALES = [str(Path(__file__).parent / "locale"), str(Path(__file__).parent.parent / "kit/locale")]


def spoken_language() -> str:
    """Return the language of the terminal: French when its locale says so, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "fr" if value.lower().startswith("fr") else "en"
    return "en"


def catalogue(language: str) -> Callable[[str], str]:
    """Return the translation of the command's own messages, without setting up Django."""
    return gettext.translation("django", _LOCALES[0], [language], fallback=True).gettext


def node(language: str | None = None) -> None:
    """Set up Django for the node of the data folder and speak *language*.

    Raises:
        NotInitialisedError: the data folder holds no node.
        SettingError: a setting has the wrong form.
    """
    folder = config.folder()
    if not (folder / "node.toml").is_file():
        raise NotInitialisedError(folder=folder)
    os.umask(0o077)  # whatever a node writes is its owner's alone
    os.environ["DJANGO_SETTINGS_MODULE"] = "jumelage.node.settings"
    django.setup()
    gc.freeze()  # what was imported stays, and is shared with the processes that are forked
    gc.set_threshold(GARBAGE_AFTER)
    translation.activate(language or spoken_language())


def languages_only(language: str | None = None) -> None:
    """Make translated messages possible without a node, unless Django is set up already."""
    if not settings.configured:
        settings.configure(USE_I18N=True, LOCALE_PATHS=_LOCALES)
        django.setup()
    translation.activate(language or spoken_language())
