"""An agency's tables come from plain SQL files that run once, in order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import psycopg
import pytest

from selfbill.store.database import Database, refuse_old_server, schema_of
from selfbill.store.faults import (
    AgencyExists,
    MigrationRefused,
    ServerTooOld,
    ServerUnavailable,
    UnknownAgency,
)
from selfbill.store.migrations import Migration, known_migrations, migrate

FIRST = Migration("0001_first", "CREATE TABLE a (n int); INSERT INTO a VALUES (1);")
SECOND = Migration("0002_second", "INSERT INTO a VALUES (2);")
_numbers = count(1)


@pytest.fixture
def schema(database: Database) -> Iterator[str]:
    name = f"m{next(_numbers)}"
    yield name
    with database.connect() as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")


def test_each_file_runs_once_and_in_order(database: Database, schema: str) -> None:
    with database.connect() as connection:
        assert migrate(connection, schema, [FIRST]) == ["0001_first"]
        assert migrate(connection, schema, [FIRST, SECOND]) == ["0002_second"]
        assert migrate(connection, schema, [FIRST, SECOND]) == []
        assert connection.execute(f"SELECT n FROM {schema}.a ORDER BY n").fetchall() == [(1,), (2,)]


def test_a_file_that_fails_leaves_nothing_behind(database: Database, schema: str) -> None:
    broken = Migration("0002_broken", "INSERT INTO a VALUES (2); SELECT 1 / 0;")
    with database.connect() as connection:
        with pytest.raises(psycopg.errors.DivisionByZero):
            migrate(connection, schema, [FIRST, broken])
        assert connection.execute(f"SELECT n FROM {schema}.a").fetchall() == [(1,)]
        assert migrate(connection, schema, [FIRST, SECOND]) == ["0002_second"]


def test_processes_that_start_at_the_same_moment_dont_race(database: Database, schema: str) -> None:
    def start(_: int) -> list[str]:
        with database.connect() as connection:
            return migrate(connection, schema, [FIRST, SECOND])

    with ThreadPoolExecutor(8) as pool:
        applied = list(pool.map(start, range(8)))
    assert sorted(name for names in applied for name in names) == ["0001_first", "0002_second"]


def test_a_database_that_is_newer_than_the_program_is_refused(database: Database, schema: str) -> None:
    with database.connect() as connection:
        migrate(connection, schema, [FIRST, SECOND])
        with pytest.raises(MigrationRefused, match=r"newer selfbill: it has 0002_second.*Install the newer version"):
            migrate(connection, schema, [FIRST])


def test_a_file_that_was_changed_after_it_ran_is_refused(database: Database, schema: str) -> None:
    with database.connect() as connection:
        migrate(connection, schema, [FIRST])
        with pytest.raises(MigrationRefused, match=r"0001_first was changed after it had run.*new migration"):
            migrate(connection, schema, [Migration("0001_first", "CREATE TABLE b ()")])


def test_an_agency_that_exists_is_brought_up_to_date(database: Database, agency: str) -> None:
    database.create_agency(agency)
    database.migrate()
    with database.connect(agency) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY name").fetchall()]
    assert names == [migration.name for migration in known_migrations()]


def test_two_codes_that_would_share_a_schema_are_refused(database: Database, agency: str) -> None:
    with pytest.raises(AgencyExists, match="Choose another code"):
        database.create_agency(agency.upper())
    with pytest.raises(UnknownAgency):
        database.drop_agency(agency.upper())


@pytest.mark.parametrize("code", ["", "-a", "a b", 'a"; drop', "é", "a" * 52])
def test_a_code_that_could_not_name_a_schema_is_refused(code: str) -> None:
    with pytest.raises(UnknownAgency, match="letters, digits"):
        schema_of(code)


def test_a_server_that_is_too_old_is_refused() -> None:
    refuse_old_server(150000)
    with pytest.raises(ServerTooOld, match=r"is PostgreSQL 14; selfbill needs 15 or newer\. Upgrade it"):
        refuse_old_server(140011)


def test_a_server_that_is_not_there_is_told_with_what_to_do() -> None:
    with pytest.raises(ServerUnavailable, match=r"cannot be reached.*Check SELFBILL_DATABASE_URL"):
        Database("postgresql://nobody@127.0.0.1:1/nothing")
