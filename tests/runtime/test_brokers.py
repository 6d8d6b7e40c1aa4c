"""Acts over a real broker: the same invoices, whoever carries the orders."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from runtime.agencies import EXAMPLES, bring_in, expected, exported
from runtime.conftest import MakeHouse
from runtime.processes import start_run, words
from selfbill.runtime.workers import UnknownBroker, make_broker

NAME = "voorbeeld-klein"
RABBIT = ("127.0.0.1", 5672)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def answers(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of the test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine (Debian: apt install redis-server)")
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    while not answers(("127.0.0.1", port)):
        assert server.poll() is None, "redis-server did not start"
        time.sleep(0.02)
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


@pytest.fixture
def rabbit_url() -> str:
    """The RabbitMQ of this machine."""
    if not answers(RABBIT):
        pytest.skip("no RabbitMQ on this machine (Debian: apt install rabbitmq-server)")
    return "amqp://guest:guest@127.0.0.1:5672/"


@pytest.mark.parametrize("broker", ["redis_url", "rabbit_url"])
def test_orders_over_a_broker_give_the_same_invoices(
    make_house: MakeHouse, broker: str, request: pytest.FixtureRequest
) -> None:
    house = make_house()
    bring_in(house, NAME)
    until = (EXAMPLES / NAME / "UNTIL").read_text().strip()
    url = request.getfixturevalue(broker)
    runs = [start_run(house, until, broker_url=url, workers="2") for _ in range(2)]
    assert [run.wait(300) for run in runs] == [0, 0], words(house)
    assert exported(house) == expected(NAME)


def test_a_broker_of_another_kind_is_refused_with_what_is_known() -> None:
    with pytest.raises(UnknownBroker) as refused:
        make_broker("kafka://localhost")
    assert refused.value.sentence("en") == (
        "SELFBILL_BROKER_URL starts with 'kafka'; selfbill knows amqp:// (RabbitMQ) and redis://."
    )


def test_the_broker_of_the_settings_is_used(make_house: MakeHouse, redis_url: str) -> None:
    workers = make_house(broker_url=SecretStr(redis_url)).workers()
    assert not workers.in_process
    workers.stop()
