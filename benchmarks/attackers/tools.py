"""Each attacker: how it is started, and how its report is read.

Silence of an attacker that broke or did not finish is worth nothing: it is a finding of its own.
"""

import json
import re
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.attackers.environment import Environment

HIGH = 3
"""Of wapiti's levels: 1 low, 2 medium, 3 high, 4 critical."""
MODULES = (
    "cookieflags,crlf,csp,csrf,exec,file,http_headers,ldap,methods,permanentxss,redirect,sql,"
    "timesql,xss"
)
"""Those that need no server of the attacker outside this machine."""
ATTACK_SECONDS = 40
"""Of each module, on all pages that were found."""
INJECTIONS = ("injection", "script", "traversal", "execution", "redirect", "crlf", "forgery")
"""A finding of these kinds is high on our server, whatever its level."""
NEVER = ("logout", "profile/delete", "password/change", "sessions", "bridge/close", "/live/")
"""Addresses a signed-in scanner must not use: it would end its own session, or never end."""


UNFINISHED = "did not finish"
"""The kind of what an attacker leaves that broke or was too slow."""


@dataclass(frozen=True)
class Found:
    """One finding: by whom, of which kind, where."""

    tool: str
    kind: str
    where: str
    high: bool


def wapiti(environment: Environment, url: str, *, seconds: int, cookie: str = "") -> list[Found]:
    """Let wapiti walk through the site and attack what it finds."""
    with tempfile.TemporaryDirectory(prefix="jumelage-wapiti-") as folder:
        report = Path(folder) / "report.json"
        arguments = [
            "-u", url, "--scope", "folder", "-m", MODULES, "-f", "json", "-o", str(report),
            "--store-session", folder, "--store-config", folder, "--flush-session",
            "--no-bugreport", "--max-scan-time", str(seconds), "--max-attack-time", str(ATTACK_SECONDS),
            "--max-links-per-page", "40", "--max-files-per-dir", "8", "--max-parameters", "8",
            "-d", "4", "-S", "polite", "-v", "0", "--color",
        ]  # fmt: skip
        for word in NEVER:
            arguments += ["-x", f"{url}*{word}*"]
        if cookie:
            arguments += ["-H", f"Cookie: {cookie}"]
        most = seconds + ATTACK_SECONDS * len(MODULES.split(",")) + 120
        said = environment.run("wapiti", *arguments, seconds=most)
        if not report.exists():
            return [_unfinished("wapiti", said or url)]
        told = json.loads(report.read_text("utf-8"))
    return [
        Found("wapiti", kind, str(one.get("path", "")), _is_high(kind, int(one["level"])))
        for section in ("vulnerabilities", "anomalies")
        for kind, findings in told[section].items()
        for one in findings
    ]


def _unfinished(tool: str, said: str) -> Found:
    return Found(tool, UNFINISHED, said[-500:], high=True)


def _is_high(kind: str, level: int) -> bool:
    injection = any(word in kind.lower() for word in INJECTIONS)
    return level >= HIGH or (injection and "cross site request" not in kind.lower())


def sqlmap(environment: Environment, urls: Sequence[str], *, cookie: str = "") -> list[Found]:
    """Let sqlmap try every parameter of *urls*."""
    found = []
    for url in urls:
        with tempfile.TemporaryDirectory(prefix="jumelage-sqlmap-") as folder:
            arguments = ["-u", url, "--batch", "--flush-session", "--output-dir", folder]
            arguments += ["--level", "1", "--risk", "1", "--threads", "2", "--disable-coloring"]
            arguments += [f"--cookie={cookie}"] if cookie else []
            said = environment.run("sqlmap", *arguments, seconds=300)
        if re.search(r"^Parameter: ", said, re.MULTILINE):
            found.append(Found("sqlmap", "SQL Injection", url, high=True))
        elif "do not appear to be injectable" not in said:
            found.append(_unfinished("sqlmap", said or url))
    return found


def schemathesis(
    environment: Environment, url: str, schema: Mapping[str, object], *, seconds: int
) -> list[Found]:
    """Let schemathesis call every operation of the OpenAPI description *schema* with bad input."""
    with tempfile.TemporaryDirectory(prefix="jumelage-schemathesis-") as folder:
        file, report = Path(folder) / "openapi.json", Path(folder) / "report.xml"
        file.write_text(json.dumps(schema), "utf-8")
        arguments = ["run", str(file), "--base-url", url, "--checks", "not_a_server_error"]
        arguments += ["--hypothesis-max-examples", "25", "--hypothesis-seed", "1"]
        arguments += ["--junit-xml", str(report), "--request-timeout", "20000"]
        arguments += ["--schemathesis-io-telemetry", "false"]
        said = environment.run("schemathesis", *arguments, seconds=seconds)
        if not report.exists():
            return [_unfinished("schemathesis", said or url)]
        cases = list(ET.parse(report).getroot().iter("testcase"))  # noqa: S314  # our own tool's
    found = [
        Found("schemathesis", "Internal Server Error", case.get("name", ""), high=True)
        for case in cases
        if case.find("failure") is not None
    ]
    broken = [case for case in cases if case.find("error") is not None]
    found += [_unfinished("schemathesis", case.get("name", "")) for case in broken]
    return found if cases else [_unfinished("schemathesis", "no operation was called")]


def bandit(environment: Environment, folder: Path) -> list[Found]:
    """Let bandit read the source in *folder*; skips marked in the code are not counted."""
    said = environment.run("bandit", "-r", str(folder), "-f", "json", "-q", seconds=300)
    told = json.loads(said[said.index("{") :])
    return [
        Found(
            "bandit",
            f"Source: {one['test_name']}",
            f"{one['filename']}:{one['line_number']}",
            one["issue_severity"] == "HIGH",
        )
        for one in told["results"]
    ]
