"""`jumelage freight`: send files to the other city, receive them, see and steer deliveries."""

import getpass
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from jumelage.node import boot
from jumelage.node.cli.terminal import subcommands, terminal

if TYPE_CHECKING:
    from jumelage.bridge.api import freight as api

app = subcommands("Send files to the other city, receive them, see and steer deliveries.")

LOOK_SECONDS = 1.0
Which = Annotated[
    str, typer.Argument(metavar="DELIVERY", help="Its short name, or how that begins.")
]
City = Annotated[str, typer.Option("--to", help="Short name or origin of the joined city.")]
Production = Annotated[str, typer.Option(help="Short name of the production.")]
Urgency = Annotated[str, typer.Option("--priority", help="urgent, proxy, normal or background.")]


@app.command
def send(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders; they stay there.")],
    to: City,
    title: Annotated[str, typer.Option(help="What both cities call it.")] = "",
    production: Production = "",
    priority: Urgency = "normal",
    role: Annotated[str, typer.Option(help="Who sends, in role words; never a name.")] = "",
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="Show the progress until it is there.")
    ] = True,
) -> None:
    """Send files and folders to a joined city; what it holds already does not cross again."""
    boot.node(terminal.language)
    from jumelage.bridge import api  # noqa: PLC0415

    made = api.send_files(
        paths=paths,
        to=api.freight.city(to),
        by=_person(),
        title=title,
        production=production,
        priority=priority,
        role=role,
    )
    if wait and not terminal.json:
        terminal.say(made.slug, style="bold")
        _follow(made)
        for part in api.freight.parts_of([made.uri])[1:]:
            _follow(part)
    _show(made)


@app.command
def status(
    which: Annotated[str, typer.Argument(metavar="[DELIVERY]", help="Only this one.")] = "",
    follow: Annotated[bool, typer.Option("--follow", help="Show it until it has ended.")] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Show its files, each verified or not.")
    ] = False,
    state: Annotated[
        str, typer.Option(help="Only these: active, ended, delivered, paused ...")
    ] = "",
    city: Annotated[str, typer.Option("--city", help="Only to and from this city.")] = "",
    text: Annotated[
        str, typer.Option("--text", help="Only with this in title or production.")
    ] = "",
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = 20,
    page: Annotated[int, typer.Option("--page", min=1, help="Which of the pages of so many.")] = 1,
) -> None:
    """Show how deliveries go: rate, share of the line, when they are there, what is stuck."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    if which:
        found = api.delivery(which)
        if follow and not terminal.json:
            _follow(found)
        _show_files(found, slice((page - 1) * most, page * most)) if files else _show(found)
        return
    peer = api.city(city).origin if city else ""
    listed = api.deliveries(state=state, peer=peer, text=text)
    held = api.all_progress(listed[(page - 1) * most : page * most])
    terminal.give([told.facts(one) for one in held])
    for one in held:
        terminal.say(told.heading(one.delivery), style="bold")
        terminal.say(f"  {told.sentence(one)}")
    if not held:
        terminal.say(gettext("Nothing was sent or received yet."))


@app.command
def receive(
    which: Which,
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one to be made.")],
    alone: Annotated[
        bool, typer.Option("--alone", help="Of what came in parts, only this part.")
    ] = False,
) -> None:
    """Write a delivery into a folder with its names and its ASC MHL manifest, verified again.

    What came in several parts is written together.
    """
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge.api import freight as api  # noqa: PLC0415

    found = api.delivery(which)
    with _bar(gettext("verified")) as bar:
        api.check_out(found, folder, bar, alone=alone)
    parts = [found] if alone or not found.whole else list(api.parts_of([found.whole]))
    facts = {
        "folder": str(folder),
        "files": sum(one.files for one in parts),
        "bytes": sum(one.bytes for one in parts),
    }
    terminal.give(facts)
    terminal.say(gettext("%(files)s files are in %(folder)s, each verified.") % facts)


@app.command
def accept(which: Which) -> None:
    """Accept a delivery that waits for a person."""
    _steer(which, "accept")


@app.command
def refuse(which: Which) -> None:
    """Refuse a delivery; one that was accepted stops, and what came of it is dropped."""
    _steer(which, "refuse")


@app.command
def pause(which: Which) -> None:
    """Stop a delivery until `jumelage freight resume`; nothing that arrived is lost."""
    _steer(which, "pause")


@app.command
def resume(which: Which) -> None:
    """Let a paused delivery go on from the last verified chunk."""
    _steer(which, "resume")


@app.command
def cancel(which: Which) -> None:
    """Give a delivery up; the other city is told and drops what came."""
    _steer(which, "cancel")


@app.command
def release(which: Which) -> None:
    """Give up what a delivery holds here; what no other one needs is deleted a day later."""
    _steer(which, "release")


@app.command
def priority(
    which: Which,
    level: Annotated[str, typer.Argument(help="urgent, proxy, normal or background.")],
) -> None:
    """Let a delivery go before or after others from now on."""
    boot.node(terminal.language)
    from jumelage.bridge.api import freight as api  # noqa: PLC0415

    _show(api.prioritise(api.delivery(which), priority=level, by=_person()))


@app.command
def limit(
    rate: Annotated[
        float | None, typer.Argument(min=0, help="Megabits a second; 0 stops. Not given: list.")
    ] = None,
    to: Annotated[
        str,
        typer.Option("--to", "--city", help="Only for what goes to this city, or comes from it."),
    ] = "",
    production: Annotated[str, typer.Option(help="Only for this production.")] = "",
    hours: Annotated[
        str, typer.Option(help="Only in these hours of this city, such as 08:00-19:30.")
    ] = "",
    incoming: Annotated[
        bool, typer.Option("--incoming", help="For what this city receives, not what it sends.")
    ] = False,
    lift: Annotated[int, typer.Option(help="Lift the limit with this number.")] = 0,
) -> None:
    """Limit how fast freight goes: in all, per city, per production, per hour of the day."""
    boot.node(terminal.language)
    from django.utils.translation import gettext  # noqa: PLC0415

    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    if lift:
        api.lift_limit(told.limit_of(lift), by=_person())
    elif rate is not None:
        begins, ends = told.minutes(hours)
        peer = api.city(to).origin if to else ""
        bytes_a_second = int(rate * 1_000_000 / 8)
        api.set_limit(
            rate=bytes_a_second, by=_person(), direction="in" if incoming else "out",
            peer=peer, production=production, begins=begins, ends=ends,
        )  # fmt: skip
    held, names = api.standing_limits(), told.names()
    terminal.give([told.limit_facts(one) for one in held])
    for one in held:
        terminal.say(told.limit_sentence(one, names))
    if not held:
        terminal.say(gettext("No limit is set: freight may use the whole line."))


@app.command
def store() -> None:
    """Show what the store holds, what is promised, the quota, and the room there is."""
    boot.node(terminal.language)
    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    held = api.store_totals()
    terminal.give(told.store_facts(held))
    for line in told.store_lines(held):
        terminal.say(line)
    if held is None:
        raise typer.Exit(1)


@app.command
def fsck(
    repair: Annotated[
        bool, typer.Option("--repair/--only-look", help="Put right what can be.")
    ] = True,
) -> None:
    """Read everything the store holds and compare it with its hashes."""
    boot.node(terminal.language)
    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    with _bar("fsck") as bar:
        report = api.check_store(repair=repair, told=lambda at: bar(at.done, at.whole))
    terminal.give(told.report_facts(report))
    for line in told.report_lines(report):
        terminal.say(line)
    if report.lost:
        raise typer.Exit(1)


def _steer(which: str, what: str) -> None:
    """Do *what* with a delivery and show what it is then."""
    boot.node(terminal.language)
    from jumelage.bridge.api import freight as api  # noqa: PLC0415

    _show(getattr(api, what)(api.delivery(which), by=_person()))


def _show(delivery: "api.Delivery") -> None:
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    held = told.now(delivery)
    terminal.give(told.facts(held))
    terminal.say(told.heading(held.delivery), style="bold")
    terminal.say(f"  {told.sentence(held)}")
    for line in told.details(held):
        terminal.say(f"  {line}")


def _show_files(delivery: "api.Delivery", which: slice) -> None:
    """Show some files of a delivery, each with whether it is verified."""
    from jumelage.bridge.api import freight as api  # noqa: PLC0415
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    held = api.files(delivery)[which]
    terminal.give([told.file_facts(one) for one in held])
    for one in held:
        terminal.say(told.file_sentence(one))


def _follow(delivery: "api.Delivery") -> None:
    """Show the progress until the delivery has ended; Ctrl-C leaves it going."""
    from jumelage.node.operations import freight as told  # noqa: PLC0415

    try:
        with _bar("") as bar:
            while (held := told.now(delivery)).is_active:
                bar(*told.bar(held), told.short(held))
                time.sleep(LOOK_SECONDS)
    except KeyboardInterrupt:
        terminal.say("")


Tell = Callable[..., None]


@contextmanager
def _bar(what: str) -> Iterator[Tell]:
    """Give what shows a bar: the bytes done, the bytes in all, and words beside them."""
    columns = (
        BarColumn(bar_width=20),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=terminal.err, disable=terminal.json, transient=True) as shown:
        task: TaskID = shown.add_task(what, total=None)

        def tell(done: int, whole: int, words: str = what) -> None:
            shown.update(task, completed=done, total=whole or None, description=words)

        yield tell


def _person() -> str:
    """Return who types: the name of the account of the machine."""
    return f"machine:{getpass.getuser()}"
