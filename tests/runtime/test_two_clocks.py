"""Two clocks with four workers each on one agency: nothing is billed or mailed twice."""

from runtime.agencies import EXAMPLES, bring_in, expected, exported
from runtime.conftest import MakeHouse
from runtime.processes import start_run, words
from selfbill.documents.local_smtp import LocalSmtp

NAME = "voorbeeld-klein"


def test_two_clocks_and_four_workers_bill_nothing_twice(make_house: MakeHouse) -> None:
    house = make_house()
    bring_in(house, NAME)
    until = (EXAMPLES / NAME / "UNTIL").read_text().strip()
    with LocalSmtp(house.settings.data_dir / "received") as post:
        clocks = [start_run(house, until, smtp_port=post.port, workers="4") for _ in range(2)]
        assert [clock.wait(300) for clock in clocks] == [0, 0], words(house)
    assert exported(house) == expected(NAME)
    assert {message_id: count for message_id, count in post.received.items() if count > 1} == {}
