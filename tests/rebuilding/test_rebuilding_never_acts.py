"""Rebuilding the agenda sends nothing and decides nothing: it only shows what must happen."""

import datetime as dt
from pathlib import Path

from pydantic import SecretStr

from rebuilding.agencies import MODELS
from runtime.agencies import bring_in
from selfbill.documents.local_smtp import LocalSmtp
from selfbill.moments import from_local
from selfbill.projections import agenda
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.runtime.house import advance, open_house
from selfbill.settings import Settings
from selfbill.store.database import Database

HALF_WAY = from_local(dt.datetime(2026, 3, 25, 6, 55))
"""Some invoices have left, and much is still to be done."""


def test_rebuilding_the_agenda_of_a_busy_agency_sends_nothing_and_records_nothing(
    database: Database, database_url: str, agency: str, tmp_path: Path
) -> None:
    with LocalSmtp(tmp_path / "received") as post:
        settings = Settings(
            data_dir=tmp_path,
            database_url=SecretStr(database_url),
            workers=2,
            smtp_host="127.0.0.1",
            smtp_port=post.port,
            smtp_tls="none",
        )
        with open_house(settings, agency, database=database) as house:
            bring_in(house, "voorbeeld-klein")
            advance(house, HALF_WAY)
            house.follower.catch_up()
            with house.pool.connection() as connection:
                due = agenda.list_agenda(connection)
                documents = connection.execute("SELECT count(*) FROM documents").fetchall()
            head, mails = house.store.streams.head(), dict(post.received)
            assert due
            assert mails
            for again in range(2):
                done = Rebuild(
                    database, agency, house.store.streams, MODELS, Options(keep_days=again), by="operator:anna"
                ).run()
                assert all(each.comparison.is_equal for each in done)
            house.follower.catch_up()
            with house.pool.connection() as connection:
                assert agenda.list_agenda(connection) == due
                assert connection.execute("SELECT count(*) FROM documents").fetchall() == documents
            assert house.store.streams.head() == head
            assert dict(post.received) == mails
