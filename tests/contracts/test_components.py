"""What every component promises: its records, indicators, pages and papers."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import cast

import msgspec
import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st
from pytest_django import Settings

from jumelage.bridge.feeds.wire import decode_body, encode_body
from jumelage.bridge.identity import genesis
from jumelage.kit.component import Component, PagedRecord, Record, components, record_types
from jumelage.kit.dates import Period
from tests.contracts.strategies import Event, orders, provenance, records, stories
from tests.factories.bridge import demo_city

EXAMPLES = profile(max_examples=25, deadline=None)
RECORDS = sorted(record_types().values(), key=lambda record_type: record_type.kind)
PAGED = [record_type for record_type in RECORDS if hasattr(record_type, "apply_page")]
COMPONENTS = components()
SPEAKING = [component for component in COMPONENTS if component.records]

each_record = pytest.mark.parametrize("record_type", RECORDS, ids=lambda r: r.kind)
each_component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda c: c.name)

Tables = dict[str, Counter[tuple[object, ...]]]


def _tables() -> Tables:
    """Return every row of every table a record may write; identifiers of rows left out."""
    found: Tables = {}
    for model in apps.get_models():
        if model._meta.app_label in {"bridge", "sessions", "contenttypes", "auth"}:
            continue
        columns = [f.attname for f in model._meta.concrete_fields if f.name != "id"]
        rows = model._default_manager.values_list(*columns)
        found[model._meta.label] = Counter(tuple(map(repr, row)) for row in rows)
    return found


@contextmanager
def _undone() -> Iterator[None]:
    """Undo every write of the block."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _after(events: list[Event]) -> Tables:
    with _undone():
        for event in events:
            event.apply()
        return _tables()


def _folder(component: Component) -> Path:
    for config in apps.get_app_configs():
        if config.label == component.name:
            return Path(config.path)
    raise LookupError(component.name)


@each_record
def test_record_kind_names_its_component(record_type: type[Record]) -> None:
    said_by = {c.name for c in COMPONENTS if record_type in c.records}

    assert said_by == {record_type.kind.partition(".")[0]}


@each_record
def test_record_is_frozen_with_typed_fields(record_type: type[Record]) -> None:
    assert dataclasses.is_dataclass(record_type)
    assert record_type.__dataclass_params__.frozen


@each_record
def test_record_allow_lists_name_real_fields(record_type: type[Record]) -> None:
    names = {field.name for field in dataclasses.fields(record_type)}  # type: ignore[arg-type]  # see above

    assert set(record_type.audiences) - {"public", "network", "twin"} == set()
    assert {
        a: allowed - names for a, allowed in record_type.audiences.items() if allowed - names
    } == {}
    assert all("uri" in allowed for allowed in record_type.audiences.values())


@each_record
def test_record_fields_that_may_not_cross_have_defaults(record_type: type[Record]) -> None:
    nothing = dataclasses.MISSING
    required = {
        field.name
        for field in dataclasses.fields(record_type)  # type: ignore[arg-type]  # see above
        if field.default is nothing and field.default_factory is nothing
    }

    assert {a: required - allowed for a, allowed in record_type.audiences.items()} == {
        audience: set() for audience in record_type.audiences
    }


@each_record
@given(data=st.data())
@EXAMPLES
def test_record_bytes_hold_only_the_allowed_fields(
    record_type: type[Record], data: st.DataObject
) -> None:
    record = data.draw(records(record_type))

    for allowed in record_type.audiences.values():
        body = encode_body(record, allowed)
        assert set(msgspec.json.decode(body)) == set(allowed)


@each_record
@given(data=st.data())
@EXAMPLES
def test_record_survives_the_wire(record_type: type[Record], data: st.DataObject) -> None:
    record = data.draw(records(record_type))
    every_field = frozenset(field.name for field in dataclasses.fields(record_type))  # type: ignore[arg-type]  # see above

    assert decode_body(record_type, encode_body(record, every_field)) == record


@pytest.mark.django_db
@each_record
@given(data=st.data())
@EXAMPLES
def test_record_applied_twice_is_applied_once(
    record_type: type[Record], data: st.DataObject
) -> None:
    record = data.draw(records(record_type))
    event = Event(record, provenance(record.uri, 1))

    assert _after([event, event]) == _after([event])


@pytest.mark.django_db
@each_record
def test_record_withdrawal_of_an_unknown_record_is_ignored(record_type: type[Record]) -> None:
    uri = "jumelage:" + "a" * 32 + ":" + "z" * 26
    before = _tables()

    record_type.withdraw(uri, provenance(uri, 1))

    assert _tables() == before


@pytest.mark.django_db
@pytest.mark.parametrize("record_type", PAGED, ids=lambda r: r.kind)
@given(data=st.data())
@EXAMPLES
def test_record_page_equals_one_by_one(record_type: type[PagedRecord], data: st.DataObject) -> None:
    page = [
        Event(record, provenance(record.uri, rev))
        for rev, record in enumerate(data.draw(st.lists(records(record_type), max_size=5)), 1)
    ]

    with _undone():
        record_type.apply_page(
            [(cast("PagedRecord", event.record), event.provenance) for event in page]
        )
        together = _tables()

    assert together == _after(page)


@pytest.mark.django_db
@pytest.mark.parametrize("component", SPEAKING, ids=lambda c: c.name)
@given(data=st.data())
@EXAMPLES
def test_component_records_converge_in_any_order(component: Component, data: st.DataObject) -> None:
    told = data.draw(stories(component))
    one, other = data.draw(orders(told)), data.draw(orders(told))

    assert _after(one) == _after(other)


def test_record_type_is_declared_in_two_places() -> None:
    written = {
        value
        for component in COMPONENTS
        for value in vars(_records_module(component)).values()
        if isinstance(value, type) and hasattr(value, "audiences") and hasattr(value, "kind")
    }

    assert written == set(record_types().values())


def _records_module(component: Component) -> object:
    config = apps.get_app_config(component.name)
    try:
        return import_module(f"{config.name}.records")
    except ModuleNotFoundError:
        return object


def test_indicator_names_are_unique() -> None:
    names = Counter((i.service, i.name) for component in COMPONENTS for i in component.indicators)

    assert {name: count for name, count in names.items() if count > 1} == {}


@pytest.mark.django_db
@each_component
def test_component_indicators_of_nothing_are_zero(component: Component) -> None:
    figures = {i.name: i.measure(Period.year(1999), None) for i in component.indicators}

    assert figures == dict.fromkeys(figures, 0)


@each_component
def test_component_indicators_serve_its_own_services(component: Component) -> None:
    assert {i.service for i in component.indicators} - set(component.services) == set()


@each_component
def test_component_readme_is_short_and_there(component: Component) -> None:
    lines = (_folder(component) / "README.md").read_text("utf-8").splitlines()

    assert lines[0].startswith("# ")
    assert len(lines) <= 24


@pytest.mark.django_db
@each_component
def test_component_pages_answer_in_both_languages(
    component: Component, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    genesis.initialise(city=demo_city(), url="http://127.0.0.1:9121")
    answers = {}
    for page in component.pages:
        address = reverse(page.url_name)
        for language in ("fr", "en"):
            path = f"/{language}/{address.split('/', 2)[2]}"
            answers[path] = client.get(path).status_code

    assert answers == dict.fromkeys(answers, 200)
