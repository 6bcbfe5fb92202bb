"""Typesetting of texts that people and files give: the words stay, the marks become right."""

import re

_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")
_BEFORE_HIGH_MARKS = re.compile(r"[ \u00a0](?=[;:!?»])")
_AFTER_OPENING = re.compile(r"(?<=«)[ \u00a0]")
NARROW = "\u202f"
"""The narrow no-break space of French before ; : ! ? and inside guillemets."""


def typeset(text: str, language: str) -> str:
    """Return *text* with the apostrophes of print and, in French, its narrow spaces.

    Only existing spaces change; addresses such as https://… have none before their colon.
    """
    text = _APOSTROPHE.sub("’", text)
    if language == "fr":
        text = _AFTER_OPENING.sub(NARROW, _BEFORE_HIGH_MARKS.sub(NARROW, text))
    return text
