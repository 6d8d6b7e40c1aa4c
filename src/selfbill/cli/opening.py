"""Opening the house for a command: which database, which agency, and read models that show everything that happened."""

import contextlib
from collections.abc import Iterator

from selfbill.cli.refusals import ChooseAgency, NoAgencyYet, NoSuchAgency, NothingHere
from selfbill.cli.terminal import Terminal
from selfbill.projections.follower import NotLeading
from selfbill.projections.ledger import refuse_outdated
from selfbill.runtime.house import House, open_database, open_house
from selfbill.runtime.house import read_models as the_read_models
from selfbill.settings import Settings
from selfbill.store.database import Database, Pool

FOLLOW_SECONDS = 10.0
"""How long the process that follows the events may take to show the last of them, before older rows are shown."""


def existing_database(settings: Settings) -> Database:
    """The database of the settings. Raises NothingHere where our own server has never been started: looking makes nothing."""
    if settings.database_url is None and not (settings.data_dir / "postgres" / "PG_VERSION").exists():
        raise NothingHere(data_dir=settings.data_dir)
    return open_database(settings)


def the_agency(database: Database, wanted: str | None) -> str:
    """The agency with this code, or the only one there is. Raises NoAgencyYet, ChooseAgency or NoSuchAgency."""
    codes = database.agencies()
    if not codes:
        raise NoAgencyYet
    if wanted is None:
        if len(codes) > 1:
            raise ChooseAgency(codes=", ".join(codes))
        return codes[0]
    for code in codes:
        if code.casefold() == wanted.casefold():
            return code
    raise NoSuchAgency(code=wanted, codes=", ".join(codes))


@contextlib.contextmanager
def opened(terminal: Terminal, wanted: str | None) -> Iterator[House]:
    """The agency's house, closed again afterwards."""
    settings = terminal.settings
    with (
        existing_database(settings) as database,
        open_house(settings, the_agency(database, wanted), database=database) as house,
    ):
        house.store.keyring.verify()  # with the wrong key, new names would be sealed so that the right one cannot open them
        yield house


@contextlib.contextmanager
def read_models(terminal: Terminal, wanted: str | None) -> Iterator[Pool]:
    """Connections to read models that show everything, or as much as the process that follows has come to."""
    with opened(terminal, wanted) as house:
        show_everything(terminal, house)
        yield house.pool


def show_everything(terminal: Terminal, house: House) -> None:
    """Brings the read models up to the last event, or waits for the process that does. Raises `OutdatedReadModels`."""
    head = house.store.streams.head()
    try:
        house.follower.catch_up()
    except NotLeading:
        with house.pool.connection() as connection:  # whoever leads may be another version
            refuse_outdated(connection, the_read_models())
        if not house.follower.wait_for(head, FOLLOW_SECONDS):
            terminal.note(
                f"Let op: de gegevens lopen nog achter op de gebeurtenissen (tot {head}); kijk met: selfbill doctor",
                f"Note: what is shown is behind the events (up to {head}); look with: selfbill doctor",
            )
        return
    house.follower.close()
