"""P14: programs others wrote to find holes find none of weight in a real node.

They are wapiti, sqlmap, schemathesis and bandit, installed from their lock into an environment
of their own. So that silence means something, the same programs attack a small site with planted
holes in the same run, and must find at least seven kinds there. Nothing leaves this machine:
modules that call a server of the attacker's are left out. Takes ten to twenty minutes.
"""

import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.attackers import targets, tools
from benchmarks.attackers.environment import ROOT, Environment, environment
from benchmarks.attackers.tools import Found
from benchmarks.nodes import RealNode
from benchmarks.result import Result, say

PROMISE = "P14"
LEAST_KINDS = 7
SECONDS = 150
"""Of one walk of wapiti through our pages."""


def on_planted(attackers: Environment) -> list[Found]:
    """Attack the planted holes."""
    with targets.planted() as url:
        say("the site with planted holes")
        return [
            *tools.wapiti(attackers, url, seconds=90),
            *tools.sqlmap(attackers, [f"{url}items?id=1"]),
            *tools.schemathesis(attackers, url, targets.PLANTED_SCHEMA, seconds=120),
            *tools.bandit(attackers, targets.PLANTED),
        ]


def on_ours(attackers: Environment, node: RealNode) -> list[Found]:
    """Attack a real node: as nobody, as a member and as an officer."""
    found: list[Found] = []
    for email in ("", "member@node.example", "officer@node.example"):
        say(f"our node, as {email or 'nobody'}")
        cookie = targets.signed_in(node, email) if email else ""
        for begin in DOORS if email else DOORS[:1]:
            url = node.url + begin
            found += tools.wapiti(attackers, url, seconds=SECONDS, cookie=cookie)
    say("our node, its parameters")
    found += tools.sqlmap(attackers, [f"{node.url}{path}" for path in PARAMETERS])
    schema = node.python(targets.SCHEMA)
    assert isinstance(schema, dict)  # noqa: S101  # of our own making
    found += tools.schemathesis(attackers, node.url, schema, seconds=300)
    return [*found, *tools.bandit(attackers, ROOT / "src")]


EXPLAINED = {
    ("LDAP Injection", "/en/account/second-factor/webauthn/login/"): (
        "no program here speaks LDAP; the answer holds a random challenge, so that any two "
        "differ, which wapiti takes for a query that was changed"
    ),
}
"""What an attacker believed to have found and a person looked at; it is stated, not counted."""

DOORS = ("/en/", "/en/studio/", "/en/rooms/")
"""Where walks begin: one of them does not come far in its time."""

PARAMETERS = (
    "/en/directory/?words=a&city=paris&kind=company&sort=name&page=1",
    "/en/practices/?words=a&city=paris&sort=title&page=1",
    "/en/bridge/passages/?page=1",
    "/en/rooms/?city=paris&capacity=4&sort=name&page=1",
)


def kinds(found: Sequence[Found]) -> dict[str, int]:
    """Return how many findings there are of each kind."""
    return dict(sorted(Counter(f"{one.tool}: {one.kind}" for one in found).items()))


def _key(one: Found) -> tuple[str, str]:
    return one.kind, one.where


def main() -> int:
    """Attack both and print the line; who stops it ends the node and the attackers as well."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    attackers = environment()
    there = on_planted(attackers)
    with (
        tempfile.TemporaryDirectory(prefix="jumelage-p14-") as folder,
        targets.real(Path(folder) / "node") as node,
    ):
        here = on_ours(attackers, node)
    explained = {one.where: EXPLAINED[key] for one in here if (key := _key(one)) in EXPLAINED}
    high = [one for one in here if one.high and _key(one) not in EXPLAINED]
    for one in high:
        say(f"HIGH {one.tool}: {one.kind} at {one.where}")
    unfinished = sorted({one.tool for one in there if one.kind == tools.UNFINISHED})
    classes = {one.kind for one in there if one.tool != "bandit"} - {tools.UNFINISHED}
    return Result(
        id=PROMISE,
        value=len(high),
        unit="high findings on our node",
        bar=0,
        ok=not high and not unfinished and len(classes) >= LEAST_KINDS,
        peers={"planted holes: kinds found": len(classes)},
        conditions={
            "ours": kinds(here),
            "planted": kinds(there),
            "kinds needed": LEAST_KINDS,
            "explained": explained,
        },
    ).finish()


if __name__ == "__main__":
    sys.exit(main())
