"""What the audit feed's codes mean in words: one sentence a deed."""

from django.utils.translation import gettext
from django.utils.translation.trans_null import gettext_noop as _

DEEDS = {
    "account-deleted": _("deleted the own account"),
    "bridge-closed": _("closed the bridge"),
    "bridge-opened": _("opened the bridge again"),
    "epoch-opened": _("began a new epoch"),
    "freight-accepted": _("accepted a delivery"),
    "freight-cancelled": _("cancelled a delivery"),
    "freight-limit-lifted": _("lifted a limit of freight"),
    "freight-limit-set": _("set a limit of freight"),
    "freight-paused": _("paused a delivery"),
    "freight-priority-set": _("changed the priority of a delivery"),
    "freight-refused": _("refused a delivery"),
    "freight-released": _("released what a delivery held"),
    "freight-resumed": _("let a delivery go on"),
    "freight-sent": _("sent a delivery"),
    "key-changed": _("learnt a new key of a city"),
    "key-lost": _("replaced a lost key"),
    "key-revoked": _("revoked a stolen key"),
    "key-rotated": _("changed the key"),
    "own-fork-found": _("found two stories of its own"),
    "pairing-cancel": _("cancelled a pairing"),
    "pairing-confirm-here": _("confirmed a pairing"),
    "pairing-confirm-there": _("heard that the other city confirmed"),
    "pairing-end-here": _("ended a pairing"),
    "pairing-end-there": _("heard that the other city ended the pairing"),
    "pairing-expire": _("let a pairing expire"),
    "pairing-meet": _("met another city"),
    "pairing-refuse-here": _("refused a pairing"),
    "pairing-refuse-there": _("heard that the other city refused"),
    "partnership-left": _("left a partnership"),
    "record-erased": _("erased a record"),
    "recovery-began": _("began to take back its words"),
    "recovery-ended": _("has its words again"),
    "role-ended": _("ended a role"),
    "role-granted": _("granted a role"),
    "sign-in-failed": _("failed to sign in"),
    "signed-in": _("signed in"),
}


def deed(action: str) -> str:
    """Return *action* in words, in the active language; a code of a later release stays."""
    return gettext(DEEDS[action]) if action in DEEDS else action
