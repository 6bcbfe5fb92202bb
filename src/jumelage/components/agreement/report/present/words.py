"""The words of the report for coded values: states, legal forms, verdicts, units, requests."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES = {
    "not-started": _("not started"),
    "active": _("active"),
    "quiet": _("quiet"),
    "overdue": _("overdue"),
    "done-confirmed": _("done and confirmed"),
    "ended": _("ended"),
}

INSTRUMENT_STATUS = {
    "in-force": _("in force"),
    "open-ended": _("no end stated"),
    "ended": _("ended"),
    "not-yet": _("not yet in force"),
    "proposed": _("proposed, not signed by every city"),
}

INSTRUMENT_TYPES = {
    "memorandum_of_understanding": _("memorandum of understanding"),
    "memorandum": _("memorandum"),
    "cooperation_convention": _("cooperation convention"),
    "amendment": _("amendment"),
}

EVIDENCE_STATUS = {
    "confirmed": pgettext_lazy("evidence", "confirmed"),
    "stated": pgettext_lazy("evidence", "stated"),
    "disputed": pgettext_lazy("evidence", "disputed"),
    "corrected": pgettext_lazy("evidence", "corrected"),
    "withdrawn": pgettext_lazy("evidence", "withdrawn"),
}

STOPS = {
    "quiet": _("Nothing confirmed for more than 183 days"),
    "overdue": _("The deadline has passed"),
    "ended": _("Its text has ended"),
    "disputed": _("Disputed by %(city)s"),
    "withdrawn": _("Evidence withdrawn by %(city)s"),
    "corrected": _("Evidence corrected by %(city)s"),
}

CERTAINTY = {
    "certain": _("certain"),
    "reported": _("as reported"),
    "attached-by-context": _("attached by context"),
}

AUDIENCES = {
    "public": _("anyone"),
    "network": _("every paired city"),
    "twin": _("the other city only"),
}

UNITS = {
    "people": _("people"),
    "studies": _("studies"),
    "productions": _("productions"),
    "bytes": _("bytes"),
    "sessions": _("sessions"),
    "percent": _("percent"),
    "companies": _("companies"),
    "pilots": _("pilots"),
    "datasets": _("datasets"),
    "outputs": _("outputs"),
    "practices": _("practices"),
}


def unit(code: str) -> str:
    """Return the word for a unit; a unit the catalogue does not know is shown as it is."""
    return str(UNITS.get(code, code))
