"""Small numbers in words, for titles."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_WORDS = (
    _("no"), _("one"), _("two"), _("three"), _("four"), _("five"), _("six"), _("seven"),
    _("eight"), _("nine"), _("ten"), _("eleven"), _("twelve"), _("thirteen"), _("fourteen"),
    _("fifteen"), _("sixteen"), _("seventeen"), _("eighteen"), _("nineteen"), _("twenty"),
)  # fmt: skip


def in_words(number: int) -> str:
    """Return *number* in words up to twenty, in figures above."""
    return str(_WORDS[number]) if number < len(_WORDS) else str(number)


def promises_between(promises: int, cities: int) -> str:
    """Return the title of the home page."""
    facts = {"promises": in_words(promises), "cities": in_words(cities)}
    title = gettext("%(promises)s promises between %(cities)s cities") % facts
    return title[:1].upper() + title[1:]
