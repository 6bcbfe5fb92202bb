"""Alerts: what is wrong with this node now, by name, in a sentence, and what to do about it.

An alert is computed from what is, never raised by an event: it exists as long as its check
finds it. `KINDS` is the list; docs/operations.md tells each to people and is held to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation.trans_null import gettext_noop as _

from jumelage.kit.i18n import LANGUAGES, Bilingual

Facts = Mapping[str, str | int]


def filled(message: str, facts: Facts) -> str:
    """Return *message* with its *facts* in the active language.

    The fact `cause` is a message identifier itself, where it is one that is translated.
    """
    cause = {"cause": gettext(str(facts["cause"]))} if facts.get("cause") else {}
    return gettext(message) % {**facts, **cause}


def in_both(message: str, facts: Facts) -> Bilingual:
    """Return *message*, a message identifier, in both languages with its *facts*."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = filled(message, facts)
    return Bilingual(**said)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of alert; sentence and advice are message identifiers with `%(fact)s` in them."""

    sentence: str
    advice: str


KINDS: Mapping[str, Kind] = {
    "disk-low": Kind(
        _("Only %(megabytes)s MB are free on the disk of the node."),
        _("Free some space: below 1 GB backups and uploads may fail."),
    ),
    "disk-full": Kind(
        _("The disk of the node is full: nothing can be recorded any more."),
        _("Free some space now. Nothing is lost: the node goes on by itself as soon as it can."),
    ),
    "database-silent": Kind(
        _("The database does not take anything: %(reason)s"),
        _("Start the database, or correct database_url in node.toml."),
    ),
    "clock-off": Kind(
        _("The clocks of this node and of %(city)s are %(seconds)s seconds apart."),
        _("Let both machines set their clock from the network (NTP)."),
    ),
    "line-down": Kind(
        _("The line to %(city)s is down: %(reason)s"),
        _("Nothing is lost, the worker goes on trying. Ask the other city whether its node runs."),
    ),
    "fork": Kind(
        _("%(city)s wrote its feed “%(feed)s” twice; nothing more is taken from it."),
        _("Call the other city: its key may be stolen, or an old backup was restored."),
    ),
    "key-changed": Kind(
        _("%(city)s signs with another key since %(day)s."),
        _("If you did not expect it, call the other city; the page of keys tells more."),
    ),
    "key-refused": Kind(
        _("Somebody tried to change the key of %(city)s and could not prove it."),
        _("Nothing was changed. Tell the other city: somebody pretends to be it."),
    ),
    "words-returned": Kind(
        _(
            "On %(day)s a joined city gave back %(entries)s entries of the feed “%(feed)s” that this"
            " node did not know, signed with its key."
        ),
        _(
            "If this machine was set back, all is well. If not, somebody else has the key:"
            " jumelage keys revoke --last-valid %(place)s"
        ),
    ),
    "backup-old": Kind(
        _("There is no backup of the last %(days)s days."),
        _("Make one every night by a timer: jumelage backup FILE"),
    ),
    "drill-old": Kind(
        _("No backup was restored to try it in the last %(days)s days."),
        _("Try one every week by a timer: jumelage restore --drill"),
    ),
    "worker-dead": Kind(
        _("The worker has not moved for %(seconds)s seconds: nothing crosses the bridge."),
        _("Read the log of the node, then start it again."),
    ),
    "freight-dead": Kind(
        _("Freight has not moved for %(seconds)s seconds: no file is packed, sent or received."),
        _("Read the log of the node (the store may be out of reach), then start it again."),
    ),
    "freight-stuck": Kind(
        _("The delivery “%(title)s” has stood still for over an hour: %(cause)s."),
        _(
            "It does not go on by itself: jumelage freight status %(delivery)s says more."
            " Others may wait for the same."
        ),
    ),
}
OF_THE_DATABASE = frozenset(
    {
        "clock-off",
        "line-down",
        "fork",
        "key-changed",
        "key-refused",
        "words-returned",
        "freight-stuck",
    }
)
"""Alerts whose check asks the database; while it does not answer, they stay as they were."""
OF_PROCESSES = frozenset({"worker-dead", "freight-dead"})
"""Alerts of a process that may keep the database from answering: told before it is asked."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is wrong since `since`; `about` tells alerts of one name apart."""

    name: str
    about: str = ""
    facts: Facts = field(default_factory=dict)
    since: datetime | None = None
    mailed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What makes it this alert and no other."""
        return self.name, self.about

    @property
    def sentence(self) -> str:
        """What is wrong, in the active language."""
        return filled(KINDS[self.name].sentence, self.facts)

    @property
    def advice(self) -> str:
        """What to do, in the active language."""
        return filled(KINDS[self.name].advice, self.facts)

    @property
    def told(self) -> Bilingual:
        """What is wrong, in both languages."""
        return in_both(KINDS[self.name].sentence, self.facts)

    @property
    def to_do(self) -> Bilingual:
        """What to do, in both languages."""
        return in_both(KINDS[self.name].advice, self.facts)

    @property
    def patience(self) -> timedelta:
        """How long it may last before somebody gets an e-mail.

        A line may be cut for a moment, and a process that ended is started again.
        """
        minutes = {"line-down": settings.NODE.line_down_minutes, "freight-dead": 1}
        return timedelta(minutes=minutes.get(self.name, 0))


def plain(alert: Alert) -> dict[str, object]:
    """Return *alert* for a script, its sentence in the active language."""
    return {
        "name": alert.name,
        "about": alert.about,
        "sentence": alert.sentence,
        "advice": alert.advice,
        "since": alert.since.isoformat(timespec="seconds") if alert.since else None,
    }
