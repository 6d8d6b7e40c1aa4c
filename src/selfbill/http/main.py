"""`selfbill-serve`, also `python -m selfbill.http`: pages and API, with the clock, the follower and the workers of every agency beside them."""

import contextlib
import logging
import sys
import threading
from collections.abc import Mapping
from typing import Annotated

import psycopg
import pydantic
import typer
import uvicorn
from fastapi import FastAPI

from selfbill.http.app import make_app
from selfbill.http.login.gate import LoginGate
from selfbill.http.login.install import install_login
from selfbill.projections.ledger import OutdatedReadModels
from selfbill.runtime.house import House, open_database, open_house, serve
from selfbill.settings import Settings
from selfbill.store.faults import StoreFault

HOST, PORT = "127.0.0.1", 8080
"""Only this machine: a proxy that speaks TLS stands before it."""

LONGEST_HEADERS = 16_384
"""Bytes; what is longer is refused before anybody reads it."""

KEEP_ALIVE_SECONDS = 20
"""A client that says nothing more keeps its connection for so long."""

AT_ONCE = 200
"""Requests that are taken in at the same time; the next is told to come back, which is better than all of them waiting."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run(
    host: Annotated[str, typer.Option("--host", help="Where to listen.")] = HOST,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="At which port.")] = PORT,
    clock: Annotated[
        bool, typer.Option("--clock/--no-clock", help="Without it `selfbill run` does the agencies' work.")
    ] = True,
) -> None:
    """Serve the pages and the API of every agency in the database."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        _serve(Settings(), host, port, clock=clock)
    except (StoreFault, OutdatedReadModels) as error:
        sys.exit(str(error))
    except psycopg.OperationalError:
        sys.exit("The database could not do its work. Look at it with: selfbill doctor")
    except pydantic.ValidationError as error:
        wrong = "; ".join(
            f"SELFBILL_{each['loc'][0]!s} {each['msg']}".upper() for each in error.errors() if each["loc"]
        )
        sys.exit(f"A setting is wrong: {wrong}")


def assembled(settings: Settings, houses: Mapping[str, House]) -> FastAPI:
    """The application with its login."""
    gate = LoginGate(settings, houses)
    made = make_app(settings, houses, gate=gate)
    install_login(made, gate)
    return made


def _serve(settings: Settings, host: str, port: int, *, clock: bool) -> None:
    stop = threading.Event()
    with open_database(settings) as database, contextlib.ExitStack() as stack:
        database.migrate()
        houses = {
            agency: stack.enter_context(open_house(settings, agency, database=database))
            for agency in database.agencies()
        }
        for house in houses.values():
            house.store.keyring.verify()
        working = [threading.Thread(target=serve, args=(house, stop), daemon=True) for house in houses.values()]
        for thread in working if clock else ():
            thread.start()
        try:
            server(assembled(settings, houses), host, port).run()
        finally:
            stop.set()
            for thread in working if clock else ():
                thread.join()


def server(served: FastAPI, host: str, port: int) -> uvicorn.Server:
    """Its own access log would hold addresses with names in them, so it writes none; ours names patterns."""
    return uvicorn.Server(
        uvicorn.Config(
            served,
            host=host,
            port=port,
            http="h11",
            ws="none",
            access_log=False,
            log_config=None,
            server_header=False,
            h11_max_incomplete_event_size=LONGEST_HEADERS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            limit_concurrency=AT_ONCE,
        )
    )


def main() -> None:
    """The console script."""
    app(prog_name="selfbill-serve")
