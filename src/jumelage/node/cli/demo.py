"""`jumelage demo`: both demonstration cities on this machine."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation.trans_null import gettext_noop as _
from rich.box import SIMPLE_HEAD
from rich.live import Live
from rich.status import Status
from rich.table import Table
from rich.text import Text

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal
from jumelage.node.cli.up import with_janus
from jumelage.node.demonstration.cities import ACCOUNTS, PARIS, PASSWORD, SAN_FRANCISCO, DemoCity
from jumelage.node.demonstration.conductor import Conductor

FIRST_STEPS = (
    _("Open both addresses side by side and sign in as the officer of each city."),
    _("In Paris, open a commitment that is not started, such as 2026.3, and add evidence."),
    _("In San Francisco it appears in under a second: confirm it, and watch the light change."),
    _("Make the annual report: one button on the agreement's page, in French and English."),
)


def demo(
    folder: Annotated[Path, typer.Option(help="Where both data folders are.")] = Path("var/demo"),
    paris_port: Annotated[int, typer.Option(help="Port of Paris.")] = PARIS.port,
    san_francisco_port: Annotated[
        int, typer.Option(help="Port of San Francisco.")
    ] = SAN_FRANCISCO.port,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start again from zero.")] = False,
    seconds: Annotated[
        float | None, typer.Option(help="Stop by itself after so many seconds.")
    ] = None,
    env_dir: Annotated[
        Path | None,
        typer.Option(help="Write there how to reach each city, as files for programs."),
    ] = None,
    beside: Annotated[
        list[str] | None, typer.Option("--with", help="Also start: janus (large calls, recording).")
    ] = None,
    films_host: Annotated[
        str,
        typer.Option(help="Other name of this machine for the studio's films: films.localhost."),
    ] = "",
) -> None:
    """Start both demonstration cities, Paris and San Francisco, until Ctrl-C.

    The demonstration always uses SQLite, and settings of the environment do not reach it.
    """
    begun = time.monotonic()
    _forget_settings()
    chosen = partial(replace, janus=bool(with_janus(beside)), films_host=films_host)
    cities = chosen(PARIS, port=paris_port), chosen(SAN_FRANCISCO, port=san_francisco_port)
    with _shown_progress() as progress, suppress(KeyboardInterrupt):
        conductor = Conductor(folder, cities, terminal.language, progress)
        with _polite_end(), conductor.running(fresh=fresh):
            progress("")
            if env_dir is not None:
                conductor.write_environment(env_dir)
            _tell(cities, time.monotonic() - begun)
            _tail(conductor, cities, seconds)


def _forget_settings() -> None:
    """Drop what the environment says of one node: it would reach both."""
    for name in [name for name in os.environ if name.startswith("JUMELAGE_")]:
        del os.environ[name]


@contextmanager
def _polite_end() -> Iterator[None]:
    """Let SIGTERM, and SIGINT even where a shell ignores it, end the block like Ctrl-C."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.default_int_handler) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _shown_progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows each step, with a mark and its duration when it is done."""
    translate = boot.catalogue(terminal.language)
    status = Status("", console=terminal.err)
    current: list[tuple[str, float]] = []

    def finish() -> None:
        if current:
            text, begun = current.pop()
            took = f"{time.monotonic() - begun:.1f} s"
            terminal.err.print(Text.assemble("✓ ", text, "  ", (took, "dim")))

    def progress(step: str) -> None:
        finish()
        text = translate(step) if step else ""
        if not text:
            status.stop()
            return
        current.append((text, time.monotonic()))
        status.update(text)
        status.start()

    if terminal.json:
        yield lambda _step: None
        return
    try:
        yield progress
    finally:
        status.stop()


def _tell(cities: Sequence[DemoCity], took: float) -> None:
    """Print addresses, accounts and what to try first."""
    terminal.give(
        {
            "cities": {city.slug: city.address for city in cities},
            "accounts": [account.email(city.slug) for city in cities for account in ACCOUNTS],
            "password": PASSWORD,
            "seconds": round(took, 1),
        }
    )
    if terminal.json:
        return
    translate = boot.catalogue(terminal.language)
    terminal.out.print(_addresses(cities))
    terminal.out.print(_accounts(translate))
    password = translate(_("Password of every account: %(password)s")) % {"password": PASSWORD}
    terminal.say(f"\n{password}\n")
    for number, step in enumerate(FIRST_STEPS, 1):
        terminal.say(f"{number}. {translate(step)}")
    ready = translate(
        _(
            "Ready in %(seconds)s s. Everything is invented except the agreements of 2006 to 2013. Ctrl-C stops both cities."
        )
    )
    terminal.say("\n" + ready % {"seconds": f"{took:.1f}"}, style="dim")


def _addresses(cities: Sequence[DemoCity]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2), pad_edge=False)
    for city in cities:
        accent = str(city.settings["accent_dark"])
        email = Text.assemble("…", (f"@{city.slug}.demo.invalid", "bold"))
        table.add_row(Text(city.name, f"bold {accent}"), Text(city.address, "underline"), email)
    return table


def _accounts(translate: Callable[[str], str]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 2), pad_edge=False)
    table.add_column(translate(_("sign in as")), no_wrap=True, style="bold")
    table.add_column(translate(_("what the account may do")))
    for account in ACCOUNTS:
        table.add_row(f"{account.name}@…", translate(account.purpose))
    return table


def _tail(conductor: Conductor, cities: Sequence[DemoCity], seconds: float | None) -> None:
    """Show how the line is until Ctrl-C, or for *seconds*."""
    end = time.monotonic() + seconds if seconds is not None else None
    with Live(console=terminal.err, transient=True, auto_refresh=False) as live:
        while end is None or time.monotonic() < end:
            line = _line(conductor.line(), cities)
            if terminal.err.is_terminal and not terminal.json:
                live.update(line, refresh=True)
            pause = 1.0 if end is None else min(1.0, max(end - time.monotonic(), 0.0))
            time.sleep(pause)


def _line(state: Mapping[str, Any], cities: Sequence[DemoCity]) -> Text:
    translate = boot.catalogue(terminal.language)
    names = f" {'———' if state['up'] else '— —'} ".join(city.name for city in cities)
    if state["seconds"] is None:
        word = translate(_("no word yet"))
    else:
        word = translate(_("last word %(seconds)s s ago")) % {"seconds": state["seconds"]}
    records = translate(_("%(records)s records")) % {"records": state["records"]}
    return Text(f"{names}   {word} · {records}", "dim")
