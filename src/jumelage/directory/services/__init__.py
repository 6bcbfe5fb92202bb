"""What one can do in the directory: the verbs, each one transaction."""

from jumelage.directory.services.imports import import_actors
from jumelage.directory.services.organisations import (
    confirm_organisation,
    correct_organisation,
    list_organisation,
    record_change,
    withdraw_change,
    withdraw_organisation,
)
from jumelage.directory.services.people import (
    change_profile,
    delete_account,
    end_grant,
    grant_role,
    open_account,
    welcome,
)

__all__ = (
    "change_profile",
    "confirm_organisation",
    "correct_organisation",
    "delete_account",
    "end_grant",
    "grant_role",
    "import_actors",
    "list_organisation",
    "open_account",
    "record_change",
    "welcome",
    "withdraw_change",
    "withdraw_organisation",
)
