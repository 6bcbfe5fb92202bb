"""Planted faults: the product's own source with a line changed, for as long as a test runs.

A test suite is worth what it kills. Each fault names a module, a text that stands there exactly
once, and what to write in its place; `planted` compiles the changed source and gives the code to
the functions that already exist, so that every module that imported them is faulty too. When
the product changes so that a text is not found any more, the test says so.
"""

import inspect
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType, ModuleType

FEEDS = "jumelage.bridge.feeds"


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one module; *old* stands there exactly once, on as many lines as *new*."""

    module: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Something a careless change could break; more than one edit where two rules guard it."""

    name: str
    edits: tuple[Edit, ...]


def fault(name: str, *edits: tuple[str, str, str]) -> Fault:
    """Return the fault *name* of (module, old, new)."""
    return Fault(name, tuple(Edit(*edit) for edit in edits))


FAULTS = (
    fault(
        "gaps are accepted",
        (f"{FEEDS}.chain", "if link.header.seq != seq + 1:", "if False:"),
        (f"{FEEDS}.chain", "if link.header.prev != prev.hex():", "if False:"),
    ),
    fault(
        "the hash of the entry before is not compared",
        (f"{FEEDS}.chain", "if link.header.prev != prev.hex():", "if False:"),
    ),
    fault(
        "bodies are not compared with their hashes",
        (
            f"{FEEDS}.chain",
            "if body is not None and (salt is None or",
            "if False and (salt is None or",
        ),
    ),
    fault(
        "a checkpoint of any key is believed",
        (f"{FEEDS}.checkpoints", "if not keys.verify(public_key, KIND,", "if not keys.sign(KIND,"),
    ),
    fault(
        "a checkpoint of another head is believed",
        (
            f"{FEEDS}.checkpoints",
            "if (said.origin, said.feed,",
            "if False and (said.origin, said.feed,",
        ),
    ),
    fault(
        "a page is received in several transactions",
        (
            f"{FEEDS}.receive",
            "with transaction.atomic():\n        feed = store.locked_feed(peer, feed_name)",
            "with __import__('contextlib').nullcontext():\n        feed = store.locked_feed(peer, feed_name)",
        ),
    ),
    fault(
        "a record is published in several transactions",
        (
            f"{FEEDS}.write",
            "with transaction.atomic():\n        feed = own_feed(audience)\n        revs",
            "with __import__('contextlib').nullcontext():\n        feed = own_feed(audience)\n        revs",
        ),
    ),
    fault(
        "a second story is not noticed",
        (
            f"{FEEDS}.receive",
            "if held is not None and bytes(held.hash)",
            "if False and bytes(held.hash)",
        ),
    ),
    fault(
        "an older revision replaces a newer one",
        (f"{FEEDS}.apply", "header.rev < rev\n", "False\n"),
        ("jumelage.kit.rows", "if held.get(uri, 0) <= provenance.rev", "if True"),
        (
            "jumelage.kit.rows",
            "origin=provenance.origin, rev__lte=provenance.rev)",
            "origin=provenance.origin)",
        ),
    ),
    fault(
        "a withdrawal counts whatever feed it came through",
        (f"{FEEDS}.apply", "and header.rev == rev and feed_id != feed.pk", "and False"),
    ),
    fault(
        "kinds no article opens are accepted",
        (
            f"{FEEDS}.apply",
            "if not was_open(item.record_type,",
            "if not (lambda *_: True)(item.record_type,",
        ),
    ),
    fault(
        "the body of what was refused is kept",
        (f"{FEEDS}.store", "link.body if state in KEPT else None", "link.body"),
    ),
    fault(
        "feeds for one city are shown to another",
        (
            f"{FEEDS}.serve",
            'return (f"twin:{peer.origin}", "network", "public")',
            'return tuple(Feed.objects.filter(node__is_self=True).values_list("name", flat=True))',
        ),
    ),
    fault(
        "revisions are counted for each feed alone",
        (
            f"{FEEDS}.write",
            "Entry.objects.filter(uri__in=uris).values",
            "Entry.objects.filter(uri__in=uris, feed=feed).values",
        ),
    ),
    fault(
        "who may not read a moved record any more is not told",
        (f"{FEEDS}.write", "for name in sorted(held_in):", "for name in ():"),
    ),
    fault(
        "a move withdraws with a newer revision than it puts",
        (
            f"{FEEDS}.write",
            '(record.kind, record_id, said.rev, "withdraw", b"{}")',
            '(record.kind, record_id, said.rev + 1, "withdraw", b"{}")',
        ),
    ),
    fault(
        "the hash of the head is not kept",
        (f"{FEEDS}.store", 'update_fields=["head_seq", "head_hash"]', 'update_fields=["head_seq"]'),
    ),
)


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """Make the product faulty within the block."""
    with ExitStack() as stack:
        for module in {edit.module for edit in fault.edits}:
            stack.enter_context(_changed(import_module(module), fault.edits))
        yield


@contextmanager
def _changed(module: ModuleType, edits: tuple[Edit, ...]) -> Iterator[None]:
    """Give the functions of *module* the code of its source with *edits*."""
    source = inspect.getsource(module)
    before, functions = _codes(source, module), _functions(module)
    for edit in (edit for edit in edits if edit.module == module.__name__):
        assert source.count(edit.old) == 1, f"{module.__name__} does not say “{edit.old}” once"
        assert edit.old.count("\n") == edit.new.count("\n"), "lines must stay where they are"
        source = source.replace(edit.old, edit.new)
    changed = {n: code for n, code in _codes(source, module).items() if code != before.get(n)}
    held = {name: functions[name].__code__ for name in changed}
    assert held, "the change does not touch a function"
    try:
        for name, code in changed.items():
            functions[name].__code__ = code
        yield
    finally:
        for name, code in held.items():
            functions[name].__code__ = code


def _codes(source: str, module: ModuleType) -> dict[str, CodeType]:
    """Return the code of the functions and methods in *source*, by qualified name."""
    whole = compile(source, module.__file__ or "", "exec", dont_inherit=True)
    found: dict[str, CodeType] = {}
    waiting = [whole]
    while waiting:
        for inner in waiting.pop().co_consts:
            if isinstance(inner, CodeType) and "<" not in inner.co_qualname:
                is_class = "__qualname__" in inner.co_names and not inner.co_varnames
                waiting.extend([inner] if is_class else [])
                found |= {} if is_class else {inner.co_qualname: inner}
    return found


def _functions(module: ModuleType) -> dict[str, FunctionType]:
    """Return the functions and methods *module* defines, without their decorators."""
    found = {}
    for owner in [module, *(kind for kind in vars(module).values() if isinstance(kind, type))]:
        for member in vars(owner).values():
            function = (
                inspect.unwrap(getattr(member, "__func__", member))
                if callable(getattr(member, "__func__", member))
                else None
            )
            if isinstance(function, FunctionType) and function.__module__ == module.__name__:
                found[function.__qualname__] = function
    return found
