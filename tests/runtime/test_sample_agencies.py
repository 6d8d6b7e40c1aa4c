"""The main job on both sample agencies: import, run the clock, and every cent is where it should be."""

import datetime as dt
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from projections.histories import of_several_streams
from runtime.agencies import EXAMPLES, IMPORTED_AT, bring_in, expected, exported
from selfbill.aggregates.event import AlreadyDone
from selfbill.intake.apply import import_folder
from selfbill.intake.folder import read_folder
from selfbill.policies import deliver, expect_hours, invoice_commission, invoice_hours, notices, take_in, warn_unbilled
from selfbill.runtime.house import House, advance, read_models
from selfbill.runtime.workers import Order, Workers

AGENCIES = ("voorbeeld-klein", "bureau-noord")
ACTING: tuple[ModuleType, ...] = (
    deliver,
    expect_hours,
    invoice_commission,
    invoice_hours,
    notices,
    take_in,
    warn_unbilled,
)
SAYS_SOMETHING_NEW_EACH_TIME = {"record_notice_failure"}


@pytest.mark.parametrize("name", AGENCIES)
def test_a_sample_agency_is_billed_to_the_cent(house: House, name: str) -> None:
    until = bring_in(house, name)
    clockwork = advance(house, until)
    assert clockwork.set_aside == []
    assert exported(house) == expected(name)
    require_rows_of_one_stream(house)


@pytest.mark.parametrize("name", AGENCIES)
def test_cutting_the_run_into_single_days_changes_nothing(house: House, name: str) -> None:
    until = bring_in(house, name)
    day = dt.datetime(2026, 3 if name == "voorbeeld-klein" else 7, 1, tzinfo=dt.UTC)
    while day < until:
        advance(house, day)
        day += dt.timedelta(days=1)
    advance(house, until)
    assert exported(house) == expected(name)


@pytest.mark.parametrize("name", AGENCIES)
def test_sending_every_command_and_every_message_twice_changes_nothing(
    house: House, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = 0

    def twice(intention: Callable[..., Any]) -> Callable[..., Any]:
        def send(*arguments: Any, **facts: Any) -> Any:
            nonlocal commands
            commands += 1
            first = intention(*arguments, **facts)
            again = intention(*arguments, **facts)
            assert again is AlreadyDone, f"{intention.__name__} did something the second time: {facts}"
            return first

        return send

    for module in ACTING:
        for attribute, value in vars(module).items():
            if _is_intention(value) and attribute not in SAYS_SOMETHING_NEW_EACH_TIME:
                monkeypatch.setattr(module, attribute, twice(value))
    send_once = Workers.send

    def send_twice(workers: Workers, order: Order) -> None:
        send_once(workers, order)
        send_once(workers, order)

    monkeypatch.setattr(Workers, "send", send_twice)

    until = bring_in(house, name)
    again = import_folder(house.store.streams, read_folder(EXAMPLES / name), now=IMPORTED_AT, by="test")
    assert again.events == 0
    advance(house, until)
    assert commands > 100
    assert exported(house) == expected(name)
    assert import_folder(house.store.streams, read_folder(EXAMPLES / name), now=until, by="test").events == 0


def require_rows_of_one_stream(house: House) -> None:
    """What a read model declares of its rows holds for everything that really happened; a rebuild rests on it."""
    happened = house.store.streams.read(0, house.store.streams.head())
    declared = [model for model in read_models() if model.of_one_stream]
    assert declared
    assert {model.name: of_several_streams(model, happened) for model in declared} == {
        model.name: {} for model in declared
    }


def _is_intention(value: object) -> bool:
    if not inspect.isfunction(value) or not value.__module__.startswith("selfbill.application"):
        return False
    parameters = list(inspect.signature(value).parameters)
    return bool(parameters) and parameters[0] == "office"
