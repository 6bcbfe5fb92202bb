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


@contextmanager
def planted(fault: Fault) -> Iterator[None]:
    """Make the product faulty within the block.

    Raises:
        LookupError: the product does not say any more what is to be changed.
    """
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
        if source.count(edit.old) != 1 or edit.old.count("\n") != edit.new.count("\n"):
            message = f"{module.__name__} does not say “{edit.old}” once"
            raise LookupError(message)
        source = source.replace(edit.old, edit.new)
    changed = {n: code for n, code in _codes(source, module).items() if code != before.get(n)}
    held = {name: functions[name].__code__ for name in changed}
    if not held:
        message = f"nothing in {module.__name__} changed"
        raise LookupError(message)
    try:
        for name, code in changed.items():
            functions[name].__code__ = code
        _forget(module)
        yield
    finally:
        for name, code in held.items():
            functions[name].__code__ = code
        _forget(module)


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
    owners = [module, *(each for each in vars(module).values() if isinstance(each, type))]
    for member in [member for owner in owners for member in vars(owner).values()]:
        bare = inspect.unwrap(getattr(member, "__func__", member))
        if isinstance(bare, FunctionType) and bare.__module__ == module.__name__:
            found[bare.__qualname__] = bare
    return found


def _forget(module: ModuleType) -> None:
    """Empty the caches of the functions of *module*."""
    for member in vars(module).values():
        if hasattr(member, "cache_clear"):
            member.cache_clear()
