"""Who is there: version, signing in, renewing, signing out."""

from importlib.metadata import version
from typing import Any

from jumelage.bridge.api import me
from jumelage.components.studio.kitsu.endpoint import Asked, bearer
from jumelage.components.studio.kitsu.entrance import tokens
from jumelage.components.studio.kitsu.entrance.login import Credentials, person_with
from jumelage.components.studio.kitsu.ids import city_id
from jumelage.components.studio.kitsu.people import city_name
from jumelage.components.studio.kitsu.scope import Scope
from jumelage.components.studio.kitsu.words import EPOCH
from jumelage.components.studio.models import Token

Row = dict[str, Any]
SPOKEN = "1.0.97"
"""The version of Kitsu's server whose answers were recorded."""


def root(_asked: Asked) -> Row:
    """Say what is served here."""
    return {"api": "Zou", "version": SPOKEN, "server": f"Jumelage {version('jumelage')}"}


def login(asked: Asked) -> Row:
    """Sign in."""
    person = person_with(credentials=asked.body(Credentials), request=asked.request)
    pair = tokens.issue(person=person)
    return {
        "login": True, "user": Scope(person).own_row(), "organisation": organisation(),
        "access_token": pair.access, "refresh_token": pair.refresh,
    }  # fmt: skip


def authenticated(asked: Asked) -> Row:
    """Say who is signed in."""
    user = {**asked.scope.own_row(), "fido_devices": []}
    return {"authenticated": True, "user": user, "organisation": organisation()}


def refresh(asked: Asked) -> Row:
    """Give a new short token for a long one."""
    held = tokens.read(bearer(asked.request), Token.Kind.REFRESH)
    return {"access_token": tokens.renew(refresh=held)}


def logout(asked: Asked) -> Row:
    """End everything that came from this sign-in."""
    tokens.end(family=asked.token.family)
    return {"logout": True}


def organisation() -> Row:
    """Return the city as the organisation of its clients."""
    city = me()
    return {
        "id": city_id(city.origin), "name": city_name(city), "hours_by_day": 8.0,
        "has_avatar": False, "use_original_file_name": False, "timesheets_locked": False,
        "format_duration_in_hours": False, "hd_by_default": False, "chat_token_slack": "",
        "chat_webhook_mattermost": "", "chat_token_discord": "", "dark_theme_by_default": False,
        "created_at": EPOCH, "updated_at": EPOCH, "type": "Organisation",
    }  # fmt: skip
