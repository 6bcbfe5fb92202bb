"""What a client loads first: people, words, the context of whoever signed in."""

from typing import Any

from jumelage.components.studio.kitsu.endpoint import Asked
from jumelage.components.studio.kitsu.lists import matching, truth
from jumelage.components.studio.kitsu.people import USER, account_row
from jumelage.components.studio.kitsu.rows.projects import state_rows, with_lists
from jumelage.components.studio.kitsu.views.vocabulary import vocabulary
from jumelage.components.studio.models import Production
from jumelage.directory.models import Person

Row = dict[str, Any]


def context(asked: Asked) -> Row:
    """Return everything a client wants to know at first."""
    known = vocabulary(asked)
    return {
        "asset_types": known["asset_types"], "task_types": known["task_types"],
        "task_status": known["task_status"], "departments": known["departments"],
        "persons": everybody(asked), "projects": open_projects(asked),
        "project_status": state_rows(), "project_roles": {}, "custom_actions": [],
        "status_automations": [], "studios": [], "notification_count": 0, "search_filters": {},
        "search_filter_groups": {}, "preview_background_files": [], "plugins": [],
        "user_limit": 0,
    }  # fmt: skip


def open_projects(asked: Asked) -> list[Row]:
    """Return the open productions of the person, with their lists."""
    rows = asked.scope.rows(Production).filter(state=Production.State.OPEN).order_by("name", "uri")
    inside = asked.scope.inside
    return [with_lists(each, team(asked, each), inside=each.uri in inside) for each in rows]


def team(asked: Asked, production: Production) -> list[str]:
    """Return the identifiers of who takes part in *production*, of both cities."""
    rows = asked.scope.crew.rows(only=production.uri)
    return [str(row["id"]) for row in rows]


def everybody(asked: Asked) -> list[Row]:
    """Return the people of the person's productions, and always the person."""
    scope = asked.scope
    rows = scope.crew.rows(mail=scope.managed)
    own = [row for row in rows if row["id"] != scope.person_id]
    return [scope.own_row(), *own]


def persons(asked: Asked) -> list[Row]:
    """List people; who runs a production finds any account of this city by its exact address."""
    rows, mail = everybody(asked), asked.word("email")
    if mail is not None:
        rows = [row for row in rows if row["email"] == mail.lower()] or _by_mail(asked, mail)
    bot = asked.word("is_bot")
    if bot is not None:
        rows = [row for row in rows if row["is_bot"] is truth(bot)]
    names = ("id", "first_name", "last_name", "full_name", "desktop_login", "active")
    return matching(asked, rows, *names, done=("email", "is_bot"))


def _by_mail(asked: Asked, mail: str) -> list[Row]:
    if not asked.scope.manages:
        return []
    found = Person.objects.select_related("user").filter(
        user__email=mail.lower(), user__is_active=True
    )
    return [account_row(person, asked.scope.here, USER, mail=True) for person in found]


def project_states(asked: Asked) -> list[Row]:
    """List the states a production can be in."""
    return matching(asked, state_rows(), "name")


def nothing(_asked: Asked, **_named: object) -> list[Row]:
    """Answer a list of what is not kept here."""
    return []
