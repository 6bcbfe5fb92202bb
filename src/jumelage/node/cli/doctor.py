"""`jumelage doctor`: what is wrong with the node or its machine, and what to do."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from jumelage.node import boot
from jumelage.node.cli.terminal import terminal
from jumelage.node.errors import ProblemsFoundError

if TYPE_CHECKING:
    from jumelage.node.operations.doctor import Finding

MARKS = {"good": ("✓", "green"), "notice": ("!", "yellow"), "problem": ("✗", "bold red")}


def doctor(
    chains: Annotated[
        bool, typer.Option("--chains", help="Verify every stored entry, body and signature.")
    ] = False,
) -> None:
    """Examine the node and its machine; each finding comes with advice."""
    boot.node(terminal.language)
    from jumelage.node.operations.doctor import examine  # noqa: PLC0415

    findings = examine(chains=chains)
    healthy = all(finding.level != "problem" for finding in findings)
    if terminal.json:
        terminal.give({"healthy": healthy, "findings": [asdict(f) for f in findings]})
        raise typer.Exit(0 if healthy else ProblemsFoundError.exit_code)
    terminal.out.print(_table(findings))
    if not healthy:
        raise ProblemsFoundError


def _table(findings: "list[Finding]") -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for finding in findings:
        mark, style = MARKS[finding.level]
        told = Text(finding.found)
        if finding.advice:
            told.append(f"\n{finding.advice}", "dim")
        table.add_row(Text(mark, style), Text(finding.check), told)
    return table
