"""What the pages of erasures ask and show."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from django import forms
from django.apps import apps
from django.db.models import Q
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import get_language_from_path, gettext_lazy, override, pgettext_lazy
from django.utils.translation import gettext as _

from jumelage.bridge import api as bridge
from jumelage.kit.errors import InvalidInputError, JumelageError
from jumelage.kit.rows import SharedRow

SORTS = ("erased_at", "-erased_at", "kind", "-kind")
_IDENTIFIER = re.compile(r"jumelage:[a-z2-7]{32}:[a-z2-7]{26}")


class RecordForm(forms.Form):
    """Asks which record is meant."""

    record = forms.CharField(
        label=gettext_lazy("Address of the record’s page, or its identifier"),
        max_length=500,
        help_text=gettext_lazy(
            "Copy it from the browser, for instance from a sheet or an evidence."
        ),
    )

    def clean_record(self) -> bridge.Subject:
        """Return what the record says."""
        try:
            return bridge.erasure_subject(record_at(self.cleaned_data["record"]))
        except JumelageError as error:
            raise forms.ValidationError(error.message) from error


class GroundForm(forms.Form):
    """Asks why the record is erased."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Why it is erased"),
        choices=bridge.Erasure.Ground.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Kept on this node only; the other cities are not told why."),
    )


class ErasureForm(forms.Form):
    """Filters the erasures."""

    origin = forms.ChoiceField(label=gettext_lazy("Whose record"), required=False)
    ground = forms.ChoiceField(
        label=gettext_lazy("Why it is erased"),
        required=False,
        choices=[("", gettext_lazy("any reason")), *bridge.Erasure.Ground.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", pgettext_lazy("states", "all")),
            ("waiting", gettext_lazy("somebody has not answered yet")),
            ("uncleaned", gettext_lazy("files here not rebuilt yet")),
        ],
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # Django's own
        """Offer the cities this node has met."""
        super().__init__(*args, **options)
        cities = [(node.origin, str(node)) for node in (bridge.me(), *bridge.met_nodes())]
        self.fields["origin"] = forms.ChoiceField(
            label=gettext_lazy("Whose record"),
            required=False,
            choices=[("", gettext_lazy("every city")), *cities],
        )


def record_at(address: str) -> str:
    """Return the identifier of the record that *address* names or whose page it is.

    Raises:
        InvalidInputError: it is neither.
    """
    if found := _IDENTIFIER.search(unquote(address)):
        return found.group()
    path = urlsplit(address.strip()).path
    with override(get_language_from_path(path) or "en"):
        try:
            match = resolve(path)
        except Resolver404 as error:
            raise _no_record() from error
    uri = next(_named_by(match), None)
    if uri is None:
        raise _no_record()
    return uri


def _no_record() -> InvalidInputError:
    return InvalidInputError(reason=_("this is neither an identifier nor the page of a record"))


def _named_by(match: ResolverMatch) -> Iterator[str]:
    """Yield the records of this city whose short name stands in the address, the last word first."""
    app = apps.get_containing_app_config(match.func.__module__)
    here = bridge.me().origin
    for word in reversed([str(value) for value in match.kwargs.values()]):
        for model in app.get_models() if app else ():
            if issubclass(model, SharedRow) and _has_slug(model):
                rows = model._default_manager.filter(Q(("slug", word), ("origin", here)))
                for uri in rows.values_list("uri", flat=True):
                    if bridge.Entry.objects.filter(uri=uri, op="put").exists():
                        yield str(uri)


def _has_slug(model: type[SharedRow]) -> bool:
    return any(field.name == "slug" for field in model._meta.concrete_fields)


@dataclass(frozen=True, slots=True)
class Row:
    """One erasure with its owner, what the record was, and who holds or held it."""

    erasure: bridge.Erasure
    owner: bridge.Node | None
    says: str
    holders: Sequence[bridge.Holder]


def rows(erasures: Sequence[bridge.Erasure]) -> list[Row]:
    """Put cities and words to *erasures*."""
    here = bridge.me()
    cities = {node.origin: node for node in (here, *bridge.met_nodes())}
    held = bridge.erasure_holders([one for one in erasures if one.origin == here.origin])
    return [
        Row(one, cities.get(one.origin), bridge.kind_in_words(one.kind), held.get(one.uri, ()))
        for one in erasures
    ]


def plain(found: Sequence[Row]) -> list[Mapping[str, object]]:
    """Return *found* for the JSON twin of the page."""
    return [
        {
            "uri": row.erasure.uri,
            "owner": row.erasure.origin,
            "kind": row.erasure.kind,
            "erased_at": row.erasure.erased_at,
            "cleaned_at": row.erasure.cleaned_at,
            "holders": [
                {"origin": held.node.origin, "answer": held.answer.value, "at": held.at}
                for held in row.holders
            ],
        }
        for row in found
    ]


def told(subject: bridge.Subject) -> list[tuple[str, str]]:
    """Return the fields of the record, but its identifier, as names and readable values."""
    fields = subject.fields.items()
    return [(name, _written(value)) for name, value in fields if name != "uri"]


def _written(value: object) -> str:
    """Write a value of a record as text: lists and texts in two languages one after the other."""
    if isinstance(value, dict):
        return " · ".join(f"{key}: {_written(one)}" for key, one in value.items() if one)
    if isinstance(value, list):
        return " · ".join(_written(one) for one in value)
    return "—" if value is None or value == "" else str(value)
