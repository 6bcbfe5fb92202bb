"""The log of a session for people and programs: a table, JSON, markers for an editor.

Nobody is named: who spoke is a seat ("teacher 1, Paris"), which both cities know.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from opentimelineio import opentime, schema

from jumelage.bridge.api import live_log, me, met_nodes
from jumelage.components.studio.models import Annotation, Comment, ReviewSession, Version
from jumelage.components.studio.review.markers import named
from jumelage.components.studio.review.notes import Voice, voices
from jumelage.components.studio.review.numbering import Numbering, first_frame, numbering
from jumelage.components.studio.selectors.sessions import versions_of
from jumelage.components.studio.together.folding import begin, fold
from jumelage.kit.live import Act, Facts, State
from jumelage.kit.sql.among import Among

HEAD = ("number", "at", "who", "city", "what", "version", "first_frame", "last_frame", "text")
OWN = "jumelage"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened, in words; *first* and *last* are positions of frames."""

    number: int
    at: datetime
    voice: Voice | None
    city: str
    kind: str
    what: str
    version: Version | None = None
    first: int | None = None
    last: int | None = None
    text: str = ""
    decision: str = ""
    uri: str = ""

    @property
    def numbers(self) -> tuple[int | None, int | None]:
        """The numbers people read on its first and last frame."""
        known = numbering(self.version) if self.version else Numbering()
        first, last = self.first, self.last
        return (
            None if first is None else known.number_of(first),
            None if last is None else known.number_of(last),
        )


class Telling:
    """The log of one session, put together with the records it speaks of."""

    def __init__(self, session: ReviewSession) -> None:
        """Read the log of *session*."""
        self.session = session
        self.acts: Sequence[Act] = live_log(session.uri)
        self.versions = {version.uri: version for version in self._versions()}
        said = [act.body["uri"] for act in self.acts if act.kind in {"drawn", "noted"}]
        comments = Comment.objects.live().filter(production=session.production_id)
        self.comments = {one.uri: one for one in comments.filter(Among("uri", said))}
        drawn = Annotation.objects.live().filter(production=session.production_id)
        self.drawings = {one.uri: one for one in drawn.filter(Among("uri", said))}
        self.seats = {
            act.by: str(act.body["seat"]) for act in self.acts if act.kind == "seated" and act.by
        }
        self.voices = voices(self.seats.values())

    def _versions(self) -> Sequence[Version]:
        shown = {str(act.body["version"]) for act in self.acts if act.body.get("version")} | {
            version.uri for version in versions_of(self.session)
        }
        known = Version.objects.live().filter(production=self.session.production_id)
        known = known.select_related("task__entity__parent", "production")
        return list(known.filter(Among("uri", shown)))

    def __iter__(self) -> Iterator[Line]:
        """Yield what people would want to read of the log, in its order."""
        for number, act in enumerate(self.acts, 1):
            what = self._what(act)
            if what:
                yield self._line(number, act, what)

    def _line(self, number: int, act: Act, what: str) -> Line:
        body = act.body
        comment = self.comments.get(str(body.get("uri", "")))
        first = body.get("frame") if act.kind == "transport" else body.get("first")
        return Line(
            number=number,
            at=act.at,
            voice=self.voices.get(self.seats.get(act.by, "")),
            city=act.city,
            kind=act.kind,
            what=what,
            version=self.versions.get(str(body.get("version", ""))),
            first=first,
            last=body.get("last", first) if act.kind != "transport" else None,
            text=comment.text if comment else "",
            decision=str(body.get("decision", "")),
            uri=str(body.get("uri", "")),
        )

    def _what(self, act: Act) -> str:
        if act.kind == "noted":
            decided = {"approved": _("approves"), "retake": _("asks for a retake")}
            return decided.get(str(act.body.get("decision", "")), _("says"))
        if act.kind == "drawn":
            return _("takes a drawing back") if act.body.get("removed") else _("draws")
        if act.kind == "transport":
            return _("plays from") if act.body["playing"] else _("shows")
        if act.kind == "line":
            return _("the line is back") if act.body["up"] else _("the line is cut")
        words = {
            "joined": _("comes"),
            "left": _("leaves"),
            "presenter": _("gives or takes the picture"),
        }
        return words.get(act.kind, "")

    def states(self, facts: Facts) -> Iterator[tuple[Act, State]]:
        """Yield each act with what the session had come to then: to step through it."""
        state = begin(facts)
        for act in self.acts:
            state = fold(state, act)
            yield act, state


def as_json(told: Telling) -> str:
    """Return the log as JSON, with the text of what was said."""
    session = told.session
    return json.dumps(
        {
            "session": session.uri,
            "name": session.name,
            "production": session.production_id,
            "begins": _instant(session.begins),
            "lines": [_fields(line) for line in told],
        },
        ensure_ascii=False,
        indent=1,
    )


def _fields(line: Line) -> dict[str, Any]:
    return {
        "number": line.number,
        "at": _instant(line.at),
        "who": str(line.voice or ""),
        "seat": line.voice.seat if line.voice else "",
        "city": line.city,
        "kind": line.kind,
        "what": line.what,
        "version": line.version.uri if line.version else "",
        "first_frame": line.first,
        "last_frame": line.last,
        "numbers": line.numbers,
        "text": line.text,
        "decision": line.decision,
        "uri": line.uri,
    }


def as_csv(told: Telling) -> str:
    """Return the log as a table; instants in UTC (RFC 3339)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD)
    cities = {node.origin: str(node.city) for node in (me(), *met_nodes())}
    for line in told:
        shown = f"{line.version.task.entity} {line.version}" if line.version else ""
        row = (
            line.number, _instant(line.at), line.voice or "",
            cities.get(line.city, line.city), line.what, shown, *line.numbers, line.text,
        )  # fmt: skip
        writer.writerow([_harmless(cell) for cell in row])
    return out.getvalue()


def _harmless(cell: object) -> str:
    """Keep a spreadsheet from taking what somebody wrote for a formula."""
    text = "" if cell is None else str(cell)
    return (
        f"'{text}"
        if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and not text[1:].isdigit()
        else text
    )


def as_otio(told: Telling) -> str:
    """Return the versions of the session one after the other, what was said as markers."""
    timeline = schema.Timeline(told.session.name)
    track = schema.Track("V1", kind=schema.TrackKind.Video)
    said = [line for line in told if line.kind in {"noted", "drawn"} and line.first is not None]
    for version in versions_of(told.session):
        of_it = [line for line in said if line.version and line.version.uri == version.uri]
        track.append(_clip(version, of_it))
    timeline.tracks.append(track)
    timeline.metadata[OWN] = {"session": told.session.uri}
    return str(timeline.to_json_string())


def _clip(version: Version, said: Sequence[Line]) -> schema.Clip:
    media, numbers = version.facts, numbering(version)
    rate = Fraction((media and media.rate) or version.production.rate)
    shown = _range(first_frame(version), max(1, media.frames if media else 1), rate)
    clip = schema.Clip(f"{version.task.entity} {version}", source_range=shown)
    clip.media_reference = schema.MissingReference(name=version.name, available_range=shown)
    clip.metadata[OWN] = {
        "version": version.uri,
        "task": version.task.task_type,
        "numbers": [list(part) for part in numbers.ranges],
    }
    clip.markers.extend([_marker(line, numbers, rate) for line in said])
    return clip


def _marker(line: Line, numbers: Numbering, rate: Fraction) -> schema.Marker:
    first = line.first or 0
    last = line.last if line.last is not None else first
    made = schema.Marker(
        name=named(str(line.voice or line.what), numbers, first, last),
        marked_range=_range(first, last - first + 1, rate),
        metadata={OWN: {"uri": line.uri, "at": _instant(line.at), "decision": line.decision}},
    )
    made.comment = line.text
    return made


def _range(first: int, frames: int, rate: Fraction) -> opentime.TimeRange:
    return opentime.TimeRange(
        opentime.RationalTime(first, float(rate)), opentime.RationalTime(frames, float(rate))
    )


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
