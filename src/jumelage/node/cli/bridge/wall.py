"""`jumelage bridge`: the glass wall, the switch, the audit feed."""

import getpass
from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import subcommands, terminal

app = subcommands("See what crosses the bridge, close it, open it, read the audit feed.")

Most = Annotated[int, typer.Option("--most", min=1, help="How many lines to show.")]


@app.command
def wall() -> None:
    """List everything that left this node and everything that entered, and what allows it."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415

    found = api.passages()
    terminal.give([asdict(passage) for passage in found])
    names = {node.origin: str(node) for node in (api.me(), *api.met_nodes())}
    for direction, title in (("left", gettext("What left")), ("entered", gettext("What entered"))):
        rows = [passage for passage in found if passage.direction == direction]
        terminal.say(title, style="bold")
        if not rows:
            terminal.say(f"  {gettext('nothing')}")
        for row in rows:
            terminal.say(f"  {names[row.origin]}: {row.says} ({row.kind})")
            counts = gettext(
                "%(put)s said, %(withdraw)s withdrawn, %(erase)s erased, %(bytes)s bytes"
            )
            terminal.say(f"    {counts % asdict(row)}")
            terminal.say(f"    {gettext('readers')}: {api.audience_in_words(row.audience)}")
            allowed = "; ".join(row.reasons) or gettext("nothing: it was refused")
            terminal.say(f"    {gettext('because')}: {allowed}")


@app.command
def entries(
    direction: Annotated[str, typer.Option(help="left or entered; both if not given.")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind of record.")] = "",
    most: Most = 50,
) -> None:
    """List the newest entries that crossed, each with its place in its feed."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    if direction not in {"", "left", "entered"}:
        message = f"{direction}: left | entered"
        raise typer.BadParameter(message)
    found = api.passed(direction=direction, kind=kind)[:most]
    rows = [
        {
            "time": entry.time.isoformat(),
            "origin": entry.feed.node_id,
            "feed": entry.feed.name,
            "seq": entry.seq,
            "kind": entry.kind,
            "op": entry.op,
            "uri": entry.uri,
            "state": entry.state,
        }
        for entry in found
    ]
    terminal.give(rows)
    for row in rows:
        terminal.say("{time}  {feed} {seq}  {op} {kind}  {uri}  {state}".format(**row))


@app.command
def close(
    reason: Annotated[str, typer.Option(help="Why; kept in the audit feed.")],
) -> None:
    """Close the bridge: nothing leaves this node and nothing enters it."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415

    found = api.close_bridge(by=_person(), reason=reason)
    terminal.give({"open": False, "closed_at": found.closed_at, "reason": found.reason})
    terminal.say(gettext("The bridge is closed: nothing leaves and nothing enters."))


@app.named("open")
def reopen() -> None:
    """Open the bridge again; both cities catch up by themselves."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415

    api.open_bridge(by=_person())
    terminal.give({"open": True})
    terminal.say(gettext("The bridge is open again; both cities catch up by themselves."))


@app.command
def snapshot(
    audience: Annotated[str, typer.Argument(help="The feed: public, network or twin:ORIGIN.")],
) -> None:
    """Sum up one of this node's feeds, so that a city that joins late copies only what is live."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415

    taken = api.take_snapshot(audience)
    facts = {"seq": taken.seq, "kept": taken.kept} if taken else {"seq": 0, "kept": 0}
    terminal.give(facts)
    terminal.say(gettext("%(kept)s of %(seq)s entries are live.") % facts)


@app.command
def compact(
    keep_days: Annotated[int, typer.Option(min=0, help="Keep what is younger than this.")] = 400,
) -> None:
    """Delete replaced and withdrawn entries behind a snapshot that every reader has copied."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge import api  # noqa: PLC0415

    gone = api.compact(keep=timedelta(days=keep_days))
    terminal.give({"deleted": gone})
    terminal.say(gettext("%(gone)s entries were deleted.") % {"gone": gone})


@app.command
def audit(
    action: Annotated[str, typer.Option(help="Only this action.")] = "", most: Most = 50
) -> None:
    """Show what people and the node decided, newest first; the feed never leaves this node."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    notes = [api.audit.read(entry) for entry in api.audit.entries(action=action)[:most]]
    terminal.give([asdict(note) for note in notes])
    for note in notes:
        facts = " ".join(f"{name}={value}" for name, value in note.facts.items() if value)
        terminal.say(
            f"{note.seq}  {note.at:%Y-%m-%d %H:%M:%S}Z  {note.action}  {note.by}  {note.about} {facts}"
        )


def _person() -> str:
    """Return who types: the name of the account of the machine."""
    return f"machine:{getpass.getuser()}"
