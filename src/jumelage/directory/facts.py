"""The directory as plain values: what the JSON twins and the export of one's data say."""

from collections.abc import Iterator
from typing import Any

from django.core import serializers
from django.db import models

from jumelage.directory.models import Organisation, OrganisationChange, Person

Facts = dict[str, Any]
"""Values JSON can hold."""

SECRETS = {
    "directory.account": {"password"},
    "mfa.authenticator": {"data"},
    "usersessions.usersession": {"session_key"},
    "socialaccount.socialaccount": {"extra_data"},
}
"""What proves who somebody is never leaves, not even towards them."""


def organisation(one: Organisation) -> Facts:
    """Say what the directory holds of an organisation."""
    return {
        "uri": one.uri,
        "slug": one.slug,
        "name": one.current_name,
        "listed_as": one.name,
        "kind": one.kind,
        "city": one.city,
        "country": one.country,
        "website": one.website or None,
        "description": one.text.as_dict(),
        "status": one.status,
        "role_in_agreement": one.role_in_agreement or None,
        "fictional": one.fictional,
        "historical": one.historical,
        "listed_by": one.origin,
        "confirmed_on": one.confirmed_on,
        "recorded_at": one.recorded_at,
        "withdrawn_at": one.withdrawn_at,
        "sources": [source.as_dict() for source in one.source_texts],
    }


def change(one: OrganisationChange) -> Facts:
    """Say what happened to an organisation."""
    return {
        "uri": one.uri,
        "kind": one.kind,
        "date": one.date,
        "note": one.text.as_dict(),
        "name_before": one.name_before or None,
        "name_after": one.name_after or None,
        "sources": [source.as_dict() for source in one.source_texts],
    }


def organisation_with_history(one: Organisation) -> Facts:
    """Say what the directory holds of an organisation, with what happened to it."""
    return {**organisation(one), "history": [change(event) for event in one.history]}


def everything_about(person: Person) -> Facts:
    """Say everything this node holds about *person*, from every table that points at them."""
    rows: dict[str, list[Facts]] = {}
    for row in _rows(person):
        label = row._meta.label_lower
        [told] = serializers.serialize("python", [row])
        kept = {k: v for k, v in told["fields"].items() if k not in SECRETS.get(label, ())}
        rows.setdefault(label, []).append({"id": told["pk"], **kept})
    return {"about": str(person), "holds": rows}


def _rows(person: Person) -> Iterator[models.Model]:
    yield person.user
    yield person
    for owner in (person.user, person):
        for relation in owner._meta.related_objects:
            if relation.related_model is not Person:
                field = relation.field.name
                yield from relation.related_model._default_manager.filter(**{field: owner})
