"""scripts/bench search [--customers N] [--queries N] [--misses]: how often and how fast a misspelt name is found.

Customers with Dutch names become rows by the read model's own fold. Each question is a name with something else that is known of
that customer, in which a mistake or two was made; without them (and without particles, which people leave out) it means at most
five customers, so that who is meant can stand among the first five.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

sys.path.insert(0, str(Path(__file__).parent))
import made_up_people
from made_up_mistakes import PARTICLES, misspelt
from selfbill.aggregates.party import CustomerKind, CustomerRegistered, CustomerTerms, DetailsChanged, PartyDetails
from selfbill.projections import invoice_list
from selfbill.projections.search.query import search
from selfbill.projections.search.rows import TABLE, Findable, evolve
from selfbill.projections.table import Table
from selfbill.settings import Settings
from selfbill.store.database import Database
from selfbill.store.server import server_url
from selfbill.store.streams import Recorded

TERMS = CustomerTerms(CustomerKind.PATIENT)
BATCH = 5_000
FIRST_FIVE = 5
WHEN = made_up_people.WHEN


class Question(NamedTuple):
    """What is typed, who is meant, and which kind of mistake was made."""

    typed: str
    right: str
    meant: str
    kind: str


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(prog="scripts/bench search")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="show every question whose answer was missed")
    options = parser.parse_args()
    data_dir = Path(os.environ.get("SELFBILL_DATA_DIR", tempfile.gettempdir() + "/selfbill-bench"))
    data_dir.mkdir(parents=True, exist_ok=True)
    server = os.environ.get("SELFBILL_DATABASE_URL") or server_url(Settings(data_dir=data_dir))
    name = f"selfbill_bench_search_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        with Database(psycopg.conninfo.make_conninfo(server, dbname=name)) as database:
            database.create_agency("bench")
            with database.connect("bench") as connection:
                people = [made_up_people.person(serial) for serial in range(options.customers)]
                fill(connection, people)
                asked = questions(people, options.queries, Random(options.seed))  # noqa: S311 - the same ones each time
                recall(connection, asked, options)
                timed(connection, "other shapes", [each for person in people[:200] for each in shapes(person)])
                timed(connection, "while typing", [text for each in asked[:50] for text in starts(each.right)])
                following(connection, people)
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(connection: psycopg.Connection[Any], people: list[PartyDetails]) -> None:
    """The table of all customers, as a rebuild makes it."""
    Table(invoice_list.MODEL, invoice_list.MODEL.name).create(connection)
    TABLE.create_bare(connection)
    started = time.perf_counter()
    rows = [
        row(serial, CustomerRegistered(code=code(serial), terms=TERMS, details=person))
        for serial, person in enumerate(people)
    ]
    folded = time.perf_counter()
    for at in range(0, len(rows), BATCH):
        TABLE.copy(connection, rows[at : at + BATCH])
    copied = time.perf_counter()
    TABLE.add_key(connection)
    TABLE.add_indexes(connection)
    indexed = time.perf_counter()
    connection.execute("ANALYZE search")
    size = connection.execute(
        "SELECT pg_size_pretty(pg_table_size('search')), pg_size_pretty(pg_indexes_size('search'))"
    ).fetchone()
    assert size is not None
    print(f"{len(rows):,} customers: {size[0]} and {size[1]} of indexes")
    print(f"folded in {folded - started:.1f} s, copied in {copied - folded:.1f} s, indexed in {indexed - copied:.1f} s")


def code(serial: int) -> str:
    return f"K{serial:06}"


def row(serial: int, event: CustomerRegistered | DetailsChanged) -> Findable:
    """What this customer is found by."""
    told = Recorded(f"customer:{code(serial)}", 1, event, WHEN, "bench", "bench")
    made = evolve(("customer", code(serial)), None, told)
    assert made is not None
    return made


def about(person: PartyDetails) -> dict[str, str]:
    """The ways of asking for somebody, by what is named."""
    surname = person.name.split(" ", 1)[1]
    asked = {
        "name": person.name,
        "surname first": f"{surname} {person.name.split(' ', 1)[0]}",
        "name and city": f"{surname} {person.city}",
        "surname and postcode": f"{surname} {person.postcode[:4]}",
        "surname and street": f"{surname} {person.street}",
        "surname": surname,
    }
    if person.representative is not None:
        asked["representative"] = person.representative.name
    return asked


def questions(people: list[PartyDetails], wanted: int, chance: Random) -> list[Question]:
    """Questions with mistakes that mean at most five customers without them."""
    known: defaultdict[str, set[int]] = defaultdict(set)
    for serial, person in enumerate(people):
        for word in said(" ".join((*about(person).values(), person.postcode))):
            known[word].add(serial)
    asked: list[Question] = []
    while len(asked) < wanted:
        serial = chance.randrange(len(people))
        way, right = chance.choice(list(about(people[serial]).items()))
        typed, kind = misspelt(right, chance)
        meant = set.intersection(*(known[word] for word in said(right)))
        if len(meant) <= FIRST_FIVE and typed.lower() != right.lower():
            asked.append(Question(typed, right, code(serial), f"{kind}|{way}"))
    return asked


def said(text: str) -> list[str]:
    """The words of a question without its particles, which people leave out."""
    lower = f" {text.lower()} "
    for particle, _ in PARTICLES:
        lower = lower.replace(f" {particle}", " ").replace(f"-{particle}", " ")
    return re.findall(r"\w+", lower)


def recall(connection: psycopg.Connection[Any], asked: list[Question], options: argparse.Namespace) -> None:
    """How many of those who are meant stand among the first five, and how long it takes."""
    found, of, seconds = Counter[str](), Counter[str](), []
    for each in asked:
        started = time.perf_counter()
        hits = search(connection, each.typed)
        seconds.append(time.perf_counter() - started)
        right = each.meant in [hit.code for hit in hits[:FIRST_FIVE]]
        for what in ("all", *each.kind.split("|")):
            of[what] += 1
            found[what] += right
        if options.misses and not right:
            print(
                f"  {each.typed!r} for {each.right!r} ({each.kind}): {[(hit.name, hit.city, hit.score) for hit in hits[:3]]}"
            )
    for what in sorted(of, key=lambda what: what != "all"):
        print(f"{what:28}{found[what]:5} of {of[what]:4} among the first five: {100 * found[what] / of[what]:.1f} %")
    say("misspelt", seconds)


def shapes(person: PartyDetails) -> list[str]:
    """What else is asked for: telephone, postcode, e-mail, account."""
    assert person.phone
    assert person.email
    assert person.iban
    return [person.phone, f"+31 {person.phone[1:]}", person.postcode, person.postcode[:4], person.email, person.iban]


def starts(text: str) -> list[str]:
    """What stands in the box after each key, from the third on."""
    return [text[:length] for length in range(3, len(text) + 1)]


def timed(connection: psycopg.Connection[Any], title: str, texts: list[str]) -> None:
    """How long it takes to find these."""
    seconds = []
    for text in texts:
        started = time.perf_counter()
        search(connection, text)
        seconds.append(time.perf_counter() - started)
    say(title, seconds)


def following(connection: psycopg.Connection[Any], people: list[PartyDetails]) -> None:
    """What changing one customer costs, fold and write."""
    seconds = []
    for serial in range(0, len(people), max(1, len(people) // 200)):
        started = time.perf_counter()
        moved = DetailsChanged(code=code(serial), details=made_up_people.person(serial + len(people)))
        with connection.transaction():
            TABLE.put(connection, [row(serial, moved)])
        seconds.append(time.perf_counter() - started)
    say("a change followed", seconds)


def say(title: str, seconds: list[float]) -> None:
    """The median, the 95th and the 99th of a hundred."""
    milliseconds = sorted(1000 * each for each in seconds)

    def at(part: float) -> float:
        return milliseconds[min(int(part * len(milliseconds)), len(milliseconds) - 1)]

    print(
        f"{title:28}{len(seconds):6}: median {at(0.5):.1f} ms, p95 {at(0.95):.1f} ms, p99 {at(0.99):.1f} ms, most {milliseconds[-1]:.1f} ms"
    )


if __name__ == "__main__":
    main()
