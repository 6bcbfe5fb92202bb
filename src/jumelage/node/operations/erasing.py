"""What the command line says about erasing: a record before it goes, and who has answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.utils.translation import gettext

from jumelage.bridge import api as bridge

GROUNDS = tuple(bridge.Erasure.Ground.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintained:
    """What `jumelage maintain` did."""

    ledger_appended: int
    ledger_replayed: int
    rebuilt: bool
    log_emptied: bool
    erasures_cleaned: int
    waiting: int


def maintain() -> Maintained:
    """Put ledger and database right, drop sessions that ended, and rebuild the live files."""
    ledger = bridge.reconcile_ledger()
    SessionStore.clear_expired()
    done = bridge.clean(always=True)
    return Maintained(
        ledger_appended=ledger.appended,
        ledger_replayed=ledger.replayed,
        rebuilt=done.rebuilt,
        log_emptied=done.swept,
        erasures_cleaned=done.erasures,
        waiting=len(bridge.waiting_for_receipts()),
    )


def told(subject: bridge.Subject) -> list[str]:
    """Return what a person must read before they erase: one line each."""
    fields = [f"  {name}: {_written(value)}" for name, value in subject.fields.items()]
    held = ", ".join(str(holder.node) for holder in subject.holders) or gettext("nobody else")
    return [
        f"{subject.says} ({subject.kind})",
        *fields,
        f"  {gettext('readers')}: {', '.join(subject.audiences)}",
        gettext("Copies are held by: %(held)s") % {"held": held},
        gettext("It cannot be brought back, here or there."),
    ]


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def facts(rows: Sequence[bridge.Erasure]) -> list[dict[str, Any]]:
    """Return erasures for a script, newest first, each with its holders."""
    held = bridge.erasure_holders([row for row in rows if row.origin == bridge.me().origin])
    return [
        {
            "uri": row.uri,
            "owner": row.origin,
            "kind": row.kind,
            "ground": row.ground or None,
            "erased_at": row.erased_at,
            "log_emptied_at": row.swept_at,
            "cleaned_at": row.cleaned_at,
            "receipt_due": row.receipt_due,
            "holders": [_holder(holder) for holder in held.get(row.uri, ())],
        }
        for row in rows
    ]


def _holder(holder: bridge.Holder) -> Mapping[str, Any]:
    return {
        "city": holder.node.slug,
        "origin": holder.node.origin,
        "answer": holder.answer.value,
        "at": holder.at,
    }


def lines(rows: Sequence[bridge.Erasure]) -> list[str]:
    """Return erasures for a person: the record, then a line for each holder."""
    held = bridge.erasure_holders([row for row in rows if row.origin == bridge.me().origin])
    found = []
    for row in rows:
        found.append(f"{_at(row.erased_at)}  {row.kind}  {row.uri}")
        found.append(f"  {_here(row)}")
        found += [f"  {holder.node}: {answer(holder)}" for holder in held.get(row.uri, ())]
    return found


def answer(holder: bridge.Holder) -> str:
    """Return what is known of a holder, in words."""
    words = {
        "given": gettext("erased there on %(at)s"),
        "waiting": gettext("no answer yet"),
        "not-reached": gettext("had not received it"),
        "left": gettext("left the partnership; no answer can come"),
    }
    return words[holder.answer] % {"at": _at(holder.at) if holder.at else ""}


def _here(row: bridge.Erasure) -> str:
    if row.cleaned_at:
        return gettext("files here rebuilt on %(at)s") % {"at": _at(row.cleaned_at)}
    if row.receipt_due:
        return gettext("erased here; the owner is told as soon as the line is up")
    return gettext("erased here; the files are rebuilt within 24 hours")


def _at(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
