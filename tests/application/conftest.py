"""An agency in a schema of its own, and as many processes on it as a test wants."""

from collections.abc import Callable
from typing import Any

import pytest

from application.office import SmallAgency
from selfbill.aggregates.catalogue import KINDS, all_events

Process = Callable[[], SmallAgency]


@pytest.fixture
def process(make_store: Any) -> Process:
    """Every call is one more process at the same agency, with nothing in memory and a clock of its own."""
    return lambda: SmallAgency(make_store(all_events(), KINDS))


@pytest.fixture
def agency_office(process: Process) -> SmallAgency:
    """The agency with Z01 who works for K01 in P01."""
    return process().opened()
