"""Extraction finds what people read, and the check finds what is wrong with the French."""

import ast

import pytest
from babel.messages import Catalog, Message

from tools import messages

ERRORS = '''
class NoBridgeError(JumelageError):
    """The bridge to {city}
    is not there.
    """

class NoPlankError(errors.NoBridgeError):
    """A plank is missing."""

class Other(Exception):
    """Not for people."""
'''


def texts(found: list[messages.Found]) -> list[tuple[str, str, str]]:
    """Return what was found without the file."""
    return [(item.context, item.text, item.plural) for item in found]


def test_python_calls_are_found() -> None:
    source = b"""
label = _("Bridge")
lazy = gettext_lazy("Feed")
count = ngettext("one day", "{n} days", n)
month = pgettext_lazy("calendar", "May")
unknown = gettext(name)
"""

    found = list(messages.of_python(source, "a.py"))

    assert texts(found) == [
        ("", "Bridge", ""),
        ("", "Feed", ""),
        ("", "one day", "{n} days"),
        ("calendar", "May", ""),
    ]


def test_template_texts_are_found_at_any_depth() -> None:
    source = """{% load i18n %}
  <p>it's {% translate "Bridge" %}
      <b title="{% translate 'Feed' context 'log' %}">
  {% blocktranslate trimmed with n=days %}
    It took
    {{ n }} days (100%).
  {% endblocktranslate %}</b></p>
{% blocktranslate count n=days trimmed %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
{{ _("Head")|upper }}
"""

    found = list(messages.of_template(source, "a.html"))

    assert texts(found) == [
        ("", "Bridge", ""),
        ("log", "Feed", ""),
        ("", "It took %(n)s days (100%%).", ""),
        ("", "%(n)s day", "%(n)s days"),
        ("", "Head", ""),
    ]


def test_sentences_of_errors_are_found() -> None:
    found = list(messages.of_errors({"errors.py": ast.parse(ERRORS)}))

    assert texts(found) == [
        ("", "The bridge to {city} is not there.", ""),
        ("", "A plank is missing.", ""),
    ]


def test_update_keeps_drops_and_remembers() -> None:
    old = Catalog(locale="fr")
    old.add("Kept", "Gardé")
    old.add("Gone", "Parti")
    found = [messages.Found("", text, "", "a.py") for text in ("Kept", "Moved", "New")]

    new = messages.updated(found, old, {(None, ("Moved",)): ("Déplacé",)})

    assert {message.id: message.string for message in new if message.id} == {
        "Kept": "Gardé",
        "Moved": "Déplacé",
        "New": "",
    }


@pytest.mark.parametrize(
    ("source", "french", "faults"),
    [
        ("Done", "Fait", 0),
        ("Done!", "Fait\u202f!", 0),
        ("Done!", "Fait !", 1),
        ("“x”", "« x »", 1),
        ("“x”", "«\u00a0x\u00a0»", 0),
        ("the city", "l'accord", 1),
        ("the city", "l’accord", 0),
        ("{n} days", "{n} jours", 0),
        ("{n} days", "{m} jours", 1),
        ("%(n)s days", "jours", 1),
        ("Open", "", 1),
    ],
)
def test_fault_of_a_french_text_is_found(source: str, french: str, faults: int) -> None:
    assert len(list(messages.text_faults(Message(source, french)))) == faults


def test_singular_may_leave_its_number_out() -> None:
    message = Message(("%(n)s day", "%(n)s days"), ("un jour", "%(n)s jours"))

    assert list(messages.text_faults(message)) == []


def test_catalogue_must_hold_exactly_what_the_code_says() -> None:
    catalogue = Catalog(locale="fr")
    catalogue.add("Old", "Vieux")
    found = [messages.Found("", "New", "", "a.py")]

    assert list(messages.faults(found, catalogue)) == [
        "missing: 'New' (run `make messages`)",
        "no longer in the code: 'Old' (run `make messages`)",
    ]


def test_french_is_complete() -> None:
    said = messages.collect()

    assert [f for d, found in said.items() for f in messages.faults(found, messages.load(d))] == []
