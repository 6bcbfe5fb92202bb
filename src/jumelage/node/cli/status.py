"""`jumelage status`: how the node is, and what leaves it."""

from dataclasses import asdict
from typing import Annotated, Any

import typer

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal


def status(
    crossing: Annotated[
        bool, typer.Option("--crossing", help="List exactly what leaves this node.")
    ] = False,
) -> None:
    """Say how the node and its lines are, and which agreements end soon."""
    boot.node(terminal.language)
    if crossing:
        _crossing()
    else:
        _state()


def _state() -> None:
    from jumelage.node.operations import report  # noqa: PLC0415

    state = report.state()
    terminal.give({**state, "lines": [asdict(line) for line in state["lines"]]})
    if not terminal.json:
        for line in _lines(state):
            terminal.say(line)


def _lines(state: dict[str, Any]) -> list[str]:
    """Return the state in words, one line each."""
    from django.utils.translation import gettext  # noqa: PLC0415

    running = gettext("running") if state["running"] else gettext("not running")
    records = gettext("%(own)s records of its own, %(copied)s copied, %(not_applied)s not applied")
    ends = gettext(
        "%(instrument)s ends on %(last_day)s, in %(days_left)s days: prepare its renewal."
    )
    ended = gettext("%(instrument)s ended on %(last_day)s and nothing continues it.")
    peers = [line.sentence() for line in state["lines"]]
    return [
        f"{state['city']}  {state['url']}  {running}",
        gettext("Name on the bridge: %(origin)s") % state,
        records % state["records"],
        *(f"! {alert['sentence']} {alert['advice']}" for alert in state["alerts"]),
        *(peers or [gettext("Paired with nobody yet: jumelage pair invite")]),
        *state["forks"],
        *((ends if w["days_left"] >= 0 else ended) % w for w in state["renewals"]),
    ]


def _crossing() -> None:
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.node.operations.crossing import crossings  # noqa: PLC0415

    found = crossings()
    terminal.give([asdict(crossing) for crossing in found])
    if not found:
        terminal.say(gettext("Nothing leaves this node."))
    for crossing in found:
        terminal.say(f"{crossing.service}: {crossing.about}", style="bold")
        terminal.say(f"  {gettext('kind')}: {crossing.kind}")
        terminal.say(f"  {gettext('readers')}: {crossing.readers}")
        terminal.say(f"  {gettext('fields')}: {', '.join(crossing.fields)}")
        terminal.say(f"  {gettext('because')}: {crossing.because}")
        terminal.say(f"  {gettext('sent so far')}: {crossing.sent}")
    if found:
        terminal.say(gettext("Nothing else leaves this node: no other record, no other field."))
