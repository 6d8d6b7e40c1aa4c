"""Houses for tests: a fresh agency in the worker's database, mail into a folder of the test."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from selfbill.runtime.house import House, open_house
from selfbill.settings import Settings
from selfbill.store.database import Database

MakeHouse = Callable[..., House]


@pytest.fixture
def make_house(database: Database, database_url: str, agency: str, tmp_path: Path) -> Iterator[MakeHouse]:
    """Opens the test's agency; every call is like one more process on the same agency."""
    with ExitStack() as stack:

        def make(**settings: Any) -> House:
            options = {"data_dir": tmp_path, "database_url": SecretStr(database_url), "workers": 2, **settings}
            return stack.enter_context(open_house(Settings(**options), agency, database=database))

        yield make


@pytest.fixture
def house(make_house: MakeHouse) -> House:
    """One house with an empty agency."""
    return make_house()
