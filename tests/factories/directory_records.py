"""Hypothesis strategies for the directory's records, whose fields depend on each other."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from jumelage.directory.models import Organisation, OrganisationChange
from jumelage.directory.records import OrganisationChanged, OrganisationListed
from jumelage.kit.dates import FuzzyDate
from jumelage.kit.i18n import Bilingual
from jumelage.kit.uris import Uri

Built = st.SearchStrategy[Any]

letters = st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))
words = st.text(letters, min_size=1, max_size=12).filter(str.strip)
texts = st.builds(Bilingual, fr=words, en=words)
names = words | st.just("")
slugs = st.sampled_from(["one", "two", "three"])
days = st.dates(date(1996, 1, 1), date(2030, 12, 31))
fuzzy = days.map(lambda day: FuzzyDate(f"{day:%Y-%m}"))
sources = st.lists(texts, max_size=2).map(tuple)


def listings(uri: Built) -> Built:
    """Return listings of organisations."""
    return st.builds(
        OrganisationListed,
        uri=uri,
        slug=slugs,
        organisation_kind=st.sampled_from([*Organisation.Kind.values, "newer-kind"]),
        name=words,
        description=texts,
        city=slugs,
        country=st.sampled_from(["FR", "US"]),
        website=st.sampled_from(["", "https://atelier.example"]),
        status=st.sampled_from([*Organisation.Status.values, "newer"]),
        role_in_agreement=st.sampled_from(["", "party"]),
        sources=sources,
        fictional=st.booleans(),
        historical=st.booleans(),
        confirmed_on=st.none() | days,
    )


@st.composite
def changes(draw: st.DrawFn, uri: Built) -> OrganisationChanged:
    """Draw a change of an organisation of the same city."""
    own = draw(uri)
    organisation = str(replace(Uri.parse(own), id=draw(st.sampled_from("abc")) * 26))
    return OrganisationChanged(
        uri=own,
        organisation=organisation,
        change=draw(st.sampled_from([*OrganisationChange.Kind.values, "newer"])),
        date=draw(fuzzy),
        note=draw(texts),
        name_before=draw(names),
        name_after=draw(names),
        sources=draw(sources),
    )


DEPENDENT: Mapping[type, Callable[..., Built]] = {
    OrganisationListed: listings,
    OrganisationChanged: changes,
}
"""How to build each record, given a strategy for its URI."""
