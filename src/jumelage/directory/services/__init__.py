"""What one can do in the directory: the verbs, each one transaction."""

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
    "delete_account",
    "end_grant",
    "grant_role",
    "open_account",
    "welcome",
)
