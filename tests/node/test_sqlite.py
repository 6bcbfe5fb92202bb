"""The SQLite connections of a node say when they write."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections

from jumelage.kit.sql.turns import somebody_waits
from jumelage.node.config import NodeConfig
from jumelage.node.database import database
from jumelage.node.sqlite.base import DatabaseWrapper


@pytest.fixture
def connection(tmp_path: Path, db: None) -> Iterator[DatabaseWrapper]:  # lets it connect
    described = {**connections["default"].settings_dict, **database(NodeConfig(data=tmp_path))}
    wrapper = DatabaseWrapper(described, "turns")
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE told (number integer)")
    yield wrapper
    wrapper.close()


def test_transaction_takes_a_turn_from_its_beginning_to_its_end(
    connection: DatabaseWrapper,
) -> None:
    file = Path(connection.settings_dict["NAME"])
    seen = [somebody_waits(file)]

    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    seen.append(somebody_waits(file))
    connection.commit()
    connection.set_autocommit(True)
    seen.append(somebody_waits(file))

    assert seen == [False, True, False]


def test_statement_alone_gives_its_turn_back(connection: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO told (number) VALUES (%s)", [1])
        cursor.executemany("INSERT INTO told (number) VALUES (%s)", [[2], [3]])
        cursor.execute("SELECT sum(number) FROM told")
        assert cursor.fetchone() == (6,)

    assert not somebody_waits(Path(connection.settings_dict["NAME"]))


def test_connection_that_closes_gives_its_turn_back(connection: DatabaseWrapper) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)

    connection.close()

    assert not somebody_waits(Path(connection.settings_dict["NAME"]))
