"""Brings the French catalogues up to date with the code; with `--check`, only complains.

Needs no gettext tools. Messages come from Python (`_`, `gettext`, ...), from templates, and from
the docstrings of the error classes and record types, which are the sentences people read. A catalogue names the
files of a message but no lines and no dates, so that it changes only when a text does.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from inspect import cleandoc
from io import BytesIO
from itertools import chain
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "jumelage"
CATALOGUE = Path("locale/fr/LC_MESSAGES/django.po")
ROOT_ERROR = "JumelageError"
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = (
    'msgid ""\nmsgstr ""\n"Language: fr\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*[^{}]*\}")
# In French a narrow no-break space stands before ; : ! ? and inside « », never an ordinary one.
ORDINARY_SPACE = re.compile(r" [:;!?»]|« ")
STRAIGHT_APOSTROPHE = re.compile(r"[^\W\d_]'[^\W\d_]")


Memory = dict[tuple[str | None, tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True)
class Found:
    """A message of the code: context, singular, plural (or empty), and its file."""

    context: str
    text: str
    plural: str
    file: str

    @property
    def id(self) -> str | tuple[str, str]:
        """Return the text, or singular and plural, as Babel keeps them."""
        return (self.text, self.plural) if self.plural else self.text


@cache
def domains() -> list[Path]:
    """Return the folders that have a catalogue of their own: layers, and each component."""
    layers = [path for path in PACKAGE.iterdir() if (path / "__init__.py").exists()]
    components = [path for path in (PACKAGE / "components").iterdir() if path.is_dir()]
    found = [path for path in layers + components if path.name not in {"components", "__pycache__"}]
    return sorted(found)


def forms(value: object) -> tuple[str, ...]:
    """Return the forms of a message: one, or singular and plural."""
    values = value if isinstance(value, tuple | list) else (value,)
    return tuple(text if isinstance(text, str) else "" for text in values)


def of_python(source: bytes, file: str) -> Iterator[Found]:
    """Find the calls of gettext's functions."""
    for _, function, arguments, _ in extract_python(BytesIO(source), KEYWORDS, [], {}):
        texts = forms(arguments)
        with_context = "pgettext" in str(function)
        context, texts = (texts[0], texts[1:]) if with_context else ("", texts)
        if not texts or not texts[0]:
            continue  # a variable: whoever wrote the text marks it
        plural = texts[1] if "ngettext" in str(function) or "npgettext" in str(function) else ""
        yield Found(context, texts[0], plural, file)


def of_template(source: str, file: str) -> Iterator[Found]:
    """Find the translated texts of a template."""
    calls = "\n".join(line.lstrip() for line in templatize(source, origin=file).splitlines())
    return of_python(calls.encode(), file)


def error_classes(trees: dict[str, ast.Module]) -> Iterator[tuple[str, ast.ClassDef]]:
    """Find every class that descends from the root error, with its file."""
    classes = [
        (file, node)
        for file, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    known, grown = {ROOT_ERROR}, True
    while grown:
        children = {node.name for _, node in classes if known & {base(b) for b in node.bases}}
        grown, known = not children <= known, known | children
    yield from ((file, node) for file, node in classes if node.name in known)


def base(node: ast.expr) -> str:
    """Return the last name of a base class."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def of_errors(trees: dict[str, ast.Module]) -> Iterator[Found]:
    """Find the sentences of errors, normalised exactly as `kit.errors` does."""
    for file, node in error_classes(trees):
        sentence = " ".join(cleandoc(ast.get_docstring(node, clean=False) or "").split())
        if sentence:
            yield Found("", sentence, "", file)


def of_records(trees: dict[str, ast.Module]) -> Iterator[Found]:
    """Find the first lines of record types, which tell people what crosses in plain words."""
    for file, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(names_kind(part) for part in node.body):
                line = (ast.get_docstring(node) or "").partition("\n")[0]
                yield Found("", line, "", file)


def names_kind(node: ast.stmt) -> bool:
    """Tell whether *node* gives a record type its kind."""
    is_kind = isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "kind"
    return is_kind and isinstance(getattr(node, "value", None), ast.Constant)


def name(path: Path) -> str:
    """Return *path* as the catalogues name it."""
    return path.relative_to(ROOT / "src").as_posix()


def collect() -> dict[Path, list[Found]]:
    """Return what each domain says, by its folder."""
    said: dict[Path, list[Found]] = {domain: [] for domain in domains()}
    trees = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        source = path.read_bytes()
        trees[name(path)] = ast.parse(source, filename=str(path))
        if domain := domain_of(path):
            said[domain] += of_python(source, name(path))
    for path in sorted(p for kind in ("html", "txt") for p in PACKAGE.rglob(f"*.{kind}")):
        if domain := domain_of(path):
            said[domain] += of_template(path.read_text("utf-8"), name(path))
    for found in chain(of_errors(trees), of_records(trees)):
        if domain := domain_of(ROOT / "src" / found.file):
            said[domain].append(found)
    return said


def domain_of(path: Path) -> Path | None:
    """Return the innermost domain that holds *path*."""
    holding = [domain for domain in domains() if domain in path.parents]
    return max(holding, key=lambda domain: len(domain.parts), default=None)


def load(domain: Path) -> Catalog:
    """Read the catalogue of *domain*; empty when there is none."""
    file = domain / CATALOGUE
    if not file.exists():
        return Catalog(locale="fr")
    with file.open("rb") as stream:
        return read_po(stream, locale="fr")


def updated(found: list[Found], old: Catalog, memory: Memory) -> Catalog:
    """Return a catalogue of exactly *found*, with the translations of *old*, else of *memory*."""
    new = Catalog(locale="fr", fuzzy=False)
    for item in sorted(found, key=lambda item: (item.text, item.context, item.file)):
        context = item.context or None
        known = old.get(item.text, context)
        text = forms(known.string) if known else memory.get((context, forms(item.id)), ("",))
        if item.plural and len(text) == 1:
            text = ("", "")
        string = text if item.plural else text[0]
        new.add(item.id, string, locations=[(item.file, 0)], context=context)
    return new


def remembered(catalogues: list[Catalog]) -> Memory:
    """Return every translation there is, so that a text may move between components."""
    return {
        (message.context, forms(message.id)): forms(message.string)
        for catalogue in catalogues
        for message in [*catalogue.obsolete.values(), *catalogue]
        if message.id and all(forms(message.string))
    }


def save(domain: Path, catalogue: Catalog) -> None:
    """Write the catalogue of *domain*, or remove it when nothing is said there."""
    file = domain / CATALOGUE
    if not len(catalogue):
        file.unlink(missing_ok=True)
        return
    stream = BytesIO()
    write_po(stream, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER + stream.getvalue().decode().strip() + "\n", "utf-8")


def faults(found: list[Found], catalogue: Catalog) -> Iterator[str]:
    """Say what is wrong with *catalogue*, one sentence a fault."""
    wanted = {(item.context or None, item.text) for item in found}
    present = {(message.context, forms(message.id)[0]) for message in catalogue if message.id}
    for _, text in sorted(wanted - present, key=str):
        yield f"missing: {text!r} (run `make messages`)"
    for _, text in sorted(present - wanted, key=str):
        yield f"no longer in the code: {text!r} (run `make messages`)"
    for message in catalogue.obsolete.values():
        yield f"obsolete: {message.id!r} (run `make messages`)"
    for message in catalogue:
        if message.id:
            yield from text_faults(message)


def text_faults(message: Message) -> Iterator[str]:
    """Say what is wrong with one French text."""
    texts = forms(message.string)
    if not all(texts):
        yield f"not translated: {message.id!r}"
        return
    if message.fuzzy:
        yield f"fuzzy: {message.id!r}"
    expected = {mark for source in forms(message.id) for mark in PLACEHOLDER.findall(source)}
    for text in texts:
        marks = set(PLACEHOLDER.findall(text))
        # A singular form may drop the number it always has.
        if marks != expected and not (message.pluralizable and marks < expected):
            yield f"other placeholders {sorted(marks)} than in {message.id!r}"
        if ORDINARY_SPACE.search(PLACEHOLDER.sub("x", text)):
            yield f"ordinary space beside French punctuation (use U+202F): {text!r}"
        if STRAIGHT_APOSTROPHE.search(PLACEHOLDER.sub("x", text)):
            yield f"straight apostrophe (use ’): {text!r}"


def main() -> int:
    """Update every catalogue, or with `--check` print every fault; return 1 when there is one."""
    said = collect()
    catalogues = {domain: load(domain) for domain in said}
    if "--check" not in sys.argv[1:]:
        memory = remembered(list(catalogues.values()))
        for domain, found in said.items():
            save(domain, updated(found, catalogues[domain], memory))
        catalogues = {domain: load(domain) for domain in said}
    wrong = [
        f"{name(domain / CATALOGUE)}: {fault}"
        for domain, found in said.items()
        for fault in faults(found, catalogues[domain])
    ]
    if "--check" in sys.argv[1:]:
        print("\n".join(wrong))
        return 1 if wrong else 0
    print(f"{len(wrong)} faults left; `make check` lists them" if wrong else "French is complete.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
