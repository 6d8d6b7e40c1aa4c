"""`selfbill init`: a place for the data, a database that runs, and its tables up to date."""

from selfbill.cli.terminal import Terminal
from selfbill.runtime.house import open_database
from selfbill.store.database import schema_of
from selfbill.store.keys import master_key
from selfbill.store.migrations import known_migrations


def initialise(terminal: Terminal, *, as_json: bool) -> None:
    """Makes what is missing and leaves what is there; says which was which."""
    settings = terminal.settings
    own_server = settings.database_url is None
    key_file = None if settings.master_key is not None else settings.data_dir / "master.key"
    is_new_server = own_server and not (settings.data_dir / "postgres" / "PG_VERSION").exists()
    is_new_key = key_file is not None and not key_file.exists()
    with open_database(settings) as database:
        master_key(settings)
        with database.connect() as connection:
            version = connection.info.server_version
        codes = database.agencies()
        database.migrate()
    if as_json:
        terminal.json(
            {
                "data_dir": str(settings.data_dir),
                "server": {"own": own_server, "version": version, "new": is_new_server},
                "master_key": {"file": None if key_file is None else str(key_file), "new": is_new_key},
                "agencies": [{"code": code, "schema": schema_of(code)} for code in codes],
                "migrations": [migration.name for migration in known_migrations()],
            }
        )
        return
    _tell_of_server(terminal, version, own=own_server, new=is_new_server)
    _tell_of_key(terminal, key_file, new=is_new_key)
    if codes:
        listed = ", ".join(codes)
        terminal.say(f"Bureaus, met hun tabellen bijgewerkt: {listed}", f"Agencies, their tables up to date: {listed}")
    else:
        terminal.say(
            "Er is nog geen bureau. Neem er een in met: selfbill import MAP",
            "There is no agency yet. Take one in with: selfbill import DIR",
        )


def _tell_of_server(terminal: Terminal, version: int, *, own: bool, new: bool) -> None:
    name = f"PostgreSQL {version // 10_000}.{version % 10_000}"
    if not own:
        terminal.say(f"Database: {name}, van SELFBILL_DATABASE_URL", f"Database: {name}, of SELFBILL_DATABASE_URL")
        return
    place = terminal.settings.data_dir / "postgres"
    terminal.say(
        f"Database: {name} in {place} ({'nieuw gemaakt' if new else 'was er al'})",
        f"Database: {name} in {place} ({'made now' if new else 'was there'})",
    )


def _tell_of_key(terminal: Terminal, key_file: object, *, new: bool) -> None:
    if key_file is None:
        terminal.say("Hoofdsleutel: van SELFBILL_MASTER_KEY", "Master key: of SELFBILL_MASTER_KEY")
    elif new:
        terminal.say(
            f"Hoofdsleutel: {key_file} (nieuw gemaakt). Bewaar een kopie apart van de database: zonder deze sleutel zijn alle namen weg.",
            f"Master key: {key_file} (made now). Keep a copy apart from the database: without it every name is lost.",
        )
    else:
        terminal.say(f"Hoofdsleutel: {key_file} (was er al)", f"Master key: {key_file} (was there)")
