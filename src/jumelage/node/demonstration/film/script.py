"""What the film is made of, and what is said of it; all of it is invented and says so."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

NAME = "Le Gardien · The Keeper (démonstration)"
PLOT = (
    "Court métrage inventé : le même soir, deux gardiens allument deux ponts. "
    "An invented short film: on one evening, two keepers light two bridges."
)
CREW: Mapping[str, str] = {
    "editor": "teacher",
    "deputy": "supervisor",
    "member": "student",
    "owner": "company",
    "observer": "observer",
}
"""Accounts of the demonstration and their parts; the officer coordinates."""
SHOTS: Mapping[str, Sequence[str]] = {
    "sq010": ("sh010", "sh020", "sh030", "sh040"),
    "sq020": ("sh050", "sh060", "sh070", "sh080"),
}
SHOTS_THERE: Mapping[str, Sequence[str]] = {"sq030": ("sh310", "sh320", "sh330", "sh340")}
ASSETS: Sequence[tuple[str, str]] = (
    ("Gardienne de Paris", "characters"),
    ("Keeper of the bay", "characters"),
    ("Lanterne", "props"),
    ("Pont d’acier", "environment"),
)
WORK = ("layout", "animation", "lighting", "compositing")
FRAMES = 48


class Word(NamedTuple):
    """Something said of a task: days ago, by which account, with which status."""

    days: int
    account: str
    shot: str
    work: str
    status: str
    text: str = ""


TALK: Sequence[Word] = (
    Word(31, "member", "sh010", "layout", "wfa", "Mise en place de l’arche et des deux quais."),
    Word(30, "editor", "sh010", "layout", "done", "Bon cadre, on garde l’horizon bas."),
    Word(29, "editor", "sh020", "layout", "done"),
    Word(28, "editor", "sh030", "layout", "done"),
    Word(27, "editor", "sh040", "layout", "done"),
    Word(26, "member", "sh050", "layout", "wfa", "Deux focales à comparer."),
    Word(24, "deputy", "sh050", "layout", "retake", "La focale longue écrase le pont : revenir à 35."),
    Word(23, "member", "sh060", "layout", "wip"),
    Word(20, "member", "sh010", "animation", "wip", "Les lampes s’allument une à une."),
    Word(16, "owner", "sh020", "animation", "wip"),
    Word(12, "deputy", "sh030", "animation", "ready"),
    Word(9, "owner", "sh020", "lighting", "wip", "Reflets dans l’eau à baisser ?"),
    Word(6, "member", "sh010", "animation", "wfa", "Première version : tenir la pose avant le tournant."),
)  # fmt: skip
"""What the first city says before the film is opened to the other."""
