"""scripts/bench open_as_of [--invoices N] [--movements N] [--debtors N]: what a day's open items cost, on a ledger of any size.

The movements are written straight into the read model's table; only the questions are measured, each the best of some.
"""

import argparse
import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import sql

from selfbill.projections.movements import TABLE, MovementRow, What
from selfbill.projections.open_as_of import Scope, ageing_as_of, end_of, open_items_as_of
from selfbill.projections.statement_of_account import statement_of_account
from selfbill.settings import Settings
from selfbill.store.database import Database
from selfbill.store.server import server_url
from selfbill.values import Cents, InvoiceNumber

FIRST_DAY = dt.date(2025, 1, 1)
DAYS = 730
LEFT_OPEN = 0.1
"""Of the invoices; all others are paid to the cent."""
ROUNDS = 7


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="scripts/bench open_as_of")
    parser.add_argument("--invoices", type=int, default=50_000)
    parser.add_argument("--movements", type=int, default=200_000, help="on these invoices, besides their issue")
    parser.add_argument("--debtors", type=int, default=1_000)
    options = parser.parse_args()
    data_dir = Path(os.environ.get("SELFBILL_DATA_DIR", tempfile.gettempdir() + "/selfbill-bench"))
    data_dir.mkdir(parents=True, exist_ok=True)
    server, name = server_url(Settings(data_dir=data_dir)), f"selfbill_bench_open_as_of_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        with Database(psycopg.conninfo.make_conninfo(server, dbname=name)) as database:
            database.create_agency("bench")
            with database.connect("bench") as connection:
                measure(connection, made_up(options.invoices, options.movements, options.debtors))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def measure(connection: psycopg.Connection[Any], rows: list[MovementRow]) -> None:
    """Every question, as of a day in the middle."""
    TABLE.create(connection)
    TABLE.copy(connection, rows)
    connection.execute("VACUUM ANALYZE movements")
    size = connection.execute("SELECT pg_size_pretty(pg_total_relation_size('movements'))").fetchone()
    assert size is not None
    print(f"{len(rows):,} rows in {size[0]}")
    day = FIRST_DAY + dt.timedelta(days=DAYS // 2)
    last = FIRST_DAY + dt.timedelta(days=2 * DAYS)
    kind, debtor = rows[0].debtor_kind, rows[0].debtor
    questions: dict[str, Callable[[], Any]] = {
        "open items of all, on the last day": lambda: open_items_as_of(connection, Scope(last)),
        "open items of all, halfway, as known now": lambda: open_items_as_of(connection, Scope(day)),
        "open items of all, halfway, as known then": lambda: open_items_as_of(connection, Scope(day, end_of(day))),
        "ageing of all, halfway, as known then": lambda: ageing_as_of(connection, Scope(day, end_of(day))),
        "open items of one debtor": lambda: open_items_as_of(connection, Scope(day, debtor_kind=kind, debtor=debtor)),
        "statement of account of one debtor": lambda: (
            statement_of_account(connection, debtor_kind=kind, debtor=debtor, until=last).entries
        ),
    }
    for title, ask in questions.items():
        seconds, found = best(ask)
        print(f"{title:44}{1000 * seconds:9.1f} ms{len(found):9,} rows")


def best(ask: Callable[[], Any]) -> tuple[float, Any]:
    """The fastest of some, with its answer."""
    fastest, found = float("inf"), None
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = ask()
        fastest = min(fastest, time.perf_counter() - started)
    return fastest, found


def made_up(invoices: int, movements: int, debtors: int) -> list[MovementRow]:
    """Invoices over two years, each paid in as many parts as there are movements, some put down days after they count."""
    chance, rows, position = Random(1), [], 0  # noqa: S311 - the same rows each time
    for serial in range(invoices):
        day = FIRST_DAY + dt.timedelta(days=serial * DAYS // invoices)
        total, parts = chance.randint(10_000, 200_000), movements // invoices
        number, debtor = InvoiceNumber(f"Z{serial % 300:03}-{day.year}-{serial:06}"), f"K{serial % debtors:04}"
        changes = [total, *(-(total // parts) for _ in range(parts - 1))]
        changes.append(-sum(changes) if chance.random() >= LEFT_OPEN else -1)
        open_after = 0
        for at, change in enumerate(changes):
            position, open_after = position + 1, open_after + change
            counts = day + dt.timedelta(days=at * chance.randint(1, 15))
            recorded = dt.datetime.combine(counts, dt.time(8), dt.UTC) + dt.timedelta(days=chance.choice((0, 0, 1, 30)))
            rows.append(
                MovementRow(
                    number=number,
                    position=position,
                    what=What.PAYMENT if at else What.INVOICE,
                    amount=Cents(change),
                    open_after=Cents(open_after),
                    day=counts,
                    recorded_at=recorded,
                    debtor_kind="customer",
                    debtor=debtor,
                    creditor=number[:4],
                    refers_to=f"bank:{counts:%Y%m%d}:{position}" if at else "",
                    due=None if at else day + dt.timedelta(days=30),
                    payment_reference="" if at else f"RF18{serial:08}",
                )
            )
            if at and chance.random() < 0.01:
                position += 1
                rows.append(
                    MovementRow(**{**_fields(rows[-1]), "position": position, "what": What.RELEASE, "amount": -change})
                )
    return rows


def _fields(row: MovementRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


if __name__ == "__main__":
    main()
