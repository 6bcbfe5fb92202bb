"""Shared minutes: ten people at once, a node stopped and killed while they write, a cut of 60 s.

Two real nodes, 150 ms apart by a relay, with a review session; real Yjs clients (the browser's own
code in Node), five in each city. Four things are measured: (1) 2,000 inserts at random places, all
at the same time: identical on ten screens and in both nodes' tables; (2) a node asked to stop (TERM)
while somebody types: what the other people at that node had read must be in its tables; (3) a node
killed (KILL): what was typed more than 0.5 s before must be there; (4) a line cut for 60 s, both
cities write: seconds from the return of the line until all ten screens are alike.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.minutes.session import PARIS, SF, Session, session
from benchmarks.minutes.writers import Writers, lost
from benchmarks.result import Result, say

PROMISE = "minutes"
BAR_SECONDS = 2.0
LOST_SECONDS = 0.5
INSERTS = 2000
CUT_SECONDS = 60
TYPES_SECONDS = 4
GAP_MS = 10
NAMES = {PARIS: [f"paris-{n}" for n in range(5)], SF: [f"sf-{n}" for n in range(5)]}
EVERYBODY = [*NAMES[PARIS], *NAMES[SF]]


def burst(meeting: Session, inserts: int) -> dict[str, Any]:
    """Let ten people insert at the same time; tell whether everybody and both nodes are alike."""
    said: dict[str, Any] = meeting.people.ask("burst", names=EVERYBODY, inserts=inserts)
    texts = {one["text"] for one in meeting.people.ask("texts", names=EVERYBODY)}
    time.sleep(1)
    texts |= {meeting.stored(PARIS), meeting.stored(SF)}
    return said | {"identical": len(texts) == 1 and said["alike"], "length": len(texts.pop())}


def typing(people: Writers, typist: str, reader: str, seconds: float) -> None:
    """Let *typist* type for so long; both must be in already."""
    people.ask("type", name=typist, gap=GAP_MS)
    time.sleep(seconds)
    people.ask("texts", names=[reader])


def stopped(meeting: Session, seconds: float) -> int:
    """Stop Paris by TERM while somebody types; return how many letters others had read are lost."""
    typist, reader = NAMES[PARIS][:2]
    typing(meeting.people, typist, reader, seconds)
    meeting.nodes[PARIS].stop()
    meeting.people.ask("hush", name=typist)
    read = meeting.people.ask("texts", names=[reader])[0]["text"]
    return lost(read, meeting.stored(PARIS))


def killed(meeting: Session, seconds: float) -> tuple[int, float]:
    """Kill Paris while somebody types; return letters lost, and the age of the oldest (seconds)."""
    typist, reader = NAMES[PARIS][2:4]
    typing(meeting.people, typist, reader, seconds)
    at = meeting.kill(PARIS)
    meeting.people.ask("hush", name=typist)
    typed = meeting.people.ask("texts", names=[typist])[0]["typed"]
    held = set(meeting.stored(PARIS))
    gone = [when / 1000 for letter, when in typed if letter not in held and when / 1000 < at]
    return len(gone), at - min(gone, default=at)


def parted(meeting: Session, seconds: float) -> dict[str, Any]:
    """Cut the line, let both cities write, mend it; return how long it took to be alike."""
    one = [NAMES[PARIS][0], NAMES[SF][0]]
    meeting.relays.cut()
    end = time.monotonic() + seconds
    number = 0
    while time.monotonic() < end:
        number += 1
        meeting.people.ask("insert", names=one[:1], text=f"Paris {number}. ")
        meeting.people.ask("insert", names=one[1:], text=f"San Francisco {number}. ")
        time.sleep(0.5)
    meeting.people.ask("saved", names=EVERYBODY, seconds=10)
    apart = {text["text"] for text in meeting.people.ask("texts", names=one)}
    meeting.relays.mend()
    said: dict[str, Any] = meeting.people.ask("alike", names=EVERYBODY, seconds=60)
    return said | {"apart": len(apart) == 2, "edits": 2 * number}


def back(meeting: Session) -> bool:
    """Start Paris again; tell whether everybody's text is whole and saved there."""
    meeting.nodes[PARIS].start()
    return bool(meeting.people.ask("saved", names=EVERYBODY, seconds=60))


def measure(
    folder: Path, *, inserts: int = INSERTS, cut: float = CUT_SECONDS, types: float = TYPES_SECONDS
) -> dict[str, Any]:
    """Do all four; return what came of each."""
    with session(folder) as meeting:
        for city, names in NAMES.items():
            meeting.people.ask("join", names=names, city=city)
        say("ten people insert at once")
        found: dict[str, Any] = {"burst": burst(meeting, inserts)}
        say("Paris is stopped while somebody types")
        found["lost_on_term"] = stopped(meeting, types)
        found["back_after_term"] = back(meeting)
        say("Paris is killed while somebody types")
        found["lost_on_kill"], found["lost_seconds_on_kill"] = killed(meeting, types)
        found["back_after_kill"] = back(meeting)
        say(f"the line is cut for {cut:.0f} s")
        found["parted"] = parted(meeting, cut)
        return found


def kept(found: dict[str, Any]) -> bool:
    """Tell whether what was *found* is within the bars."""
    parted_, burst_ = found["parted"], found["burst"]
    whole = burst_["identical"] and burst_["saved"] and parted_["apart"] and parted_["alike"]
    safe = found["lost_on_term"] == 0 and found["lost_seconds_on_kill"] <= LOST_SECONDS
    returned = found["back_after_term"] and found["back_after_kill"]
    return bool(whole and safe and returned and parted_["seconds"] <= BAR_SECONDS)


def main() -> int:
    """Measure and print the line."""
    with tempfile.TemporaryDirectory(prefix="jumelage-minutes-") as folder:
        found = measure(Path(folder))
    return Result(
        id="shared-minutes",
        value=round(found["parted"]["seconds"], 2),
        unit="s until alike after a cut of 60 s",
        bar=BAR_SECONDS,
        ok=kept(found),
        conditions={
            "people": len(EVERYBODY),
            "inserts": INSERTS,
            "identical": found["burst"]["identical"],
            "burst_converged_s": round(found["burst"]["converged"], 2),
            "burst_durable_s": round(found["burst"]["durable"], 2),
            "letters_lost_on_term": found["lost_on_term"],
            "letters_lost_on_kill": found["lost_on_kill"],
            "oldest_lost_on_kill_s": round(found["lost_seconds_on_kill"], 2),
            "whole_after_restart": found["back_after_term"] and found["back_after_kill"],
            "line": "TCP relay, 150 ms round trip",
        },
    ).finish()


if __name__ == "__main__":
    sys.exit(main())
