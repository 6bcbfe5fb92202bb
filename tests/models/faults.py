"""The faults the model must kill, each a line of the product that a careless change could lose.

A text that stands in two places is told apart by the line after it. Where two rules guard the
same thing, both are broken: one alone would be harmless, and a fault nobody can see is none.
"""

from tests.models.planted import Fault, fault

BRIDGE = "jumelage.bridge."
APPLY, CHAIN, STORE, WRITE = (BRIDGE + f"feeds.{m}" for m in ("apply", "chain", "store", "write"))
CHECKPOINTS, RECEIVE, SERVE = (BRIDGE + f"feeds.{m}" for m in ("checkpoints", "receive", "serve"))
ENTRIES, COPIES, LEDGER = (BRIDGE + f"erasing.{m}" for m in ("entries", "copies", "ledger"))
STATE, TAKING = (BRIDGE + f"recovery.{m}" for m in ("state", "taking"))
FORKS, STANDING, ROWS = BRIDGE + "forks", BRIDGE + "boundary.standing", "jumelage.kit.rows"

ATOMIC = "with transaction.atomic():\n        "
SPLIT = "with __import__('contextlib').nullcontext():\n        "
YES = "(lambda *_: True)("
OWN = 'tuple(Feed.objects.filter(node__is_self=True).values_list("name", flat=True))'

FAULTS: tuple[Fault, ...] = (
    # What a reader checks.
    fault(
        "gaps are accepted",
        (CHAIN, "if link.header.seq != seq + 1:", "if False:"),
        (CHAIN, "if link.header.prev != prev.hex():", "if False:"),
    ),
    fault("links are not compared", (CHAIN, "if link.header.prev != prev.hex():", "if False:")),
    fault(
        "bodies are not compared with their hashes",
        (CHAIN, "salt is None or len(body) != header.size or digest(salt + body)", "digest(body)"),
        (CHAIN, ".hex() != header.body\n", ".hex() == header.body\n"),
    ),
    fault(
        "a checkpoint of any key is believed",
        (CHECKPOINTS, "if not keys.verify(public_key, KIND,", f"if not {YES}public_key, KIND,"),
    ),
    fault(
        "a checkpoint of another head is believed",
        (CHECKPOINTS, "if (said.origin, said.feed,", "if False and (said.origin, said.feed,"),
    ),
    fault("a second story is not noticed", (FORKS, "if at is None:", "if True:")),
    fault(
        "a second story needs no signature",
        (FORKS, "checkpoints.check(signed, head, key)", "bool((signed, head, key))"),
    ),
    # What changes together.
    fault("a page is received in several transactions", (RECEIVE, ATOMIC + "feed", SPLIT + "feed")),
    fault(
        "a record is published in several transactions",
        (WRITE, ATOMIC + "feed = own_feed(audience)\n        revs", SPLIT + "feed = own_feed(audience)\n        revs"),
    ),
    fault("a move is two transactions", (WRITE, ATOMIC + "held = ", SPLIT + "held = ")),
    fault("the hash of the head is not kept", (STORE, "[feed.head_seq, feed.head_hash, feed.pk]", "[feed.head_seq, bytes(32), feed.pk]")),
    # Which word counts.
    fault(
        "an older revision replaces a newer one",
        (APPLY, "header.rev < rev\n", "False\n"),
        (ROWS, "WHERE {table}.{rev} <= EXCLUDED.{rev}", "WHERE {table}.{rev} <= {table}.{rev}"),
        (ROWS, "origin=provenance.origin, rev__lte=provenance.rev)", "origin=provenance.origin)"),
    ),
    fault("a withdrawal counts whatever its feed", (APPLY, "and feed_id != feed.pk", "and False")),
    fault(
        "revisions are counted for each feed alone",
        (STORE, "execute(_REVISIONS.format(", "execute(_REVISIONS.replace('{}', f'{{}} AND feed_id={feed.pk}').format("),
        (STORE, "def revisions(uris: Sequence[str])", "def revisions(uris: Sequence[str], feed: Feed)"),
        (WRITE, "store.revisions(uris)", "store.revisions(uris, feed)"),
    ),
    fault("a move does not withdraw", (WRITE, "for name in former:", "for name in ():")),
    fault("a move withdraws too much", (WRITE, 'now.rev, "withdraw"', 'now.rev + 1, "withdraw"')),
    # Who may know what.
    fault(
        "kinds no article opens are accepted",
        (APPLY, "and not was_open(item.record_type,", f"and not {YES}item.record_type,"),
    ),
    fault("refused bodies are kept", (STORE, "link.body if state in KEPT else None", "link.body")),
    fault(
        "feeds for one city are shown to another",
        (SERVE, 'return (f"twin:{peer.origin}", "network", "public")', f"return {OWN}"),
    ),
    # What is erased.
    fault("erased bodies are kept", (COPIES, "update(salt=None, body=None, state", "update(state")),
    fault("erased rows are kept", (COPIES, "record_type.erase(uri, provenance)", "bool(uri)")),
    fault("what was erased is accepted again", (APPLY, "erased |= erased_among(", "erased |= set(") ,
          (APPLY, "set({item.uri for item in items})", "set()")),
    fault("what was erased is said again", (WRITE, "in erased_among(uris):", "in ():")),
    fault("no ledger is kept", (ENTRIES, "partial(ledger.keep, uri)", "partial(bool, uri)")),
    fault("the ledger is not replayed", (LEDGER, "len(missing), replay(lines))", "len(missing), 0)")),
    # What a restored node does.
    fault("a restored node does not take back its tail", (TAKING, "return said.seq - held", "return 0")),
    fault("a restored node writes at once", (STANDING, "if cursor.fetchone():\n            raise RecoveringError", "if False:\n            raise RecoveringError")),
    fault("lost withdrawals are not said again", (STATE, "withdrawn = reconcile()", "withdrawn = 0")),
    fault("lost erasures are not said again", (STATE, "erased = say_unsaid()", "erased = 0")),
)  # fmt: skip
