"""Whoever is meant is found: given these people, what is typed finds these, by this."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import rows_after
from selfbill.aggregates.party import PartyForgotten, Representative
from selfbill.projections import invoice_list
from selfbill.projections.search.marks import Field
from selfbill.projections.search.query import KINDS, Hit, search
from selfbill.projections.search.ranking import Match
from selfbill.projections.search.rows import MODEL, TABLE, Findable
from selfbill.projections.table import Table
from selfbill.store.streams import Change, Streams
from selfbill.values import InvoiceNumber

PEOPLE = {
    "K0001": ("Anna van den Berg", "1234 AB", "Utrecht", "0612345678", "Mr. P. de Boer"),
    "K0002": ("J.P. Meijer", "1234 AC", "Alkmaar", "020-7654399", None),
    "K0003": ("Marie Janssen", "9999 XX", "Den Haag", "+31 6 87654321", "Sjoerd Dijkstra"),
    "K0004": ("Désirée Müller-Öztürk", "3511 CD", "Utrecht", "+32 2 1234567", None),
    "K0005": ("Koos Kuijpers", "3512 CD", "'s-Hertogenbosch", "0101112223", None),
    "K0006": ("Stichting Woonzorg De Linde", "8011 AA", "Zwolle", "0381234567", None),
    "K0012": ("Bert van 't Hof", "8012 AA", "Bergen op Zoom", "0387654321", None),
    "K0013": ("Anna El Amrani", "8013 AA", "Zwolle", "0387654322", None),
}


def customer(code: str, *facts: str | None) -> Findable:
    name, postcode, city, phone, representative = facts
    details = replace(
        say.CUSTOMER,
        name=name,
        postcode=postcode,
        city=city,
        phone=phone,
        email=f"post.{code.lower()}@example.org",
        iban=f"NL91ABNA04171643{code[-2:]}",
        representative=Representative(representative) if representative else None,
    )
    (row,) = rows_after(MODEL, replace(say.customer(details), code=code))
    return row


@pytest.fixture
def people(connection: Connection[Any]) -> Connection[Any]:
    TABLE.create(connection)
    Table(invoice_list.MODEL, invoice_list.MODEL.name).create(connection)
    TABLE.put(connection, [customer(code, *facts) for code, facts in PEOPLE.items()])
    (freelancer,) = rows_after(MODEL, say.freelancer())
    TABLE.put(connection, [freelancer])
    return connection


def first(connection: Connection[Any], text: str, **options: Any) -> Hit:
    hits = search(connection, text, **options)
    assert hits, text
    return hits[0]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("vd berg", "K0001"), ("v.d. berg", "K0001"), ("Van den Berg", "K0001"), ("vandenberg", "K0001"), ("vdberg", "K0001"),
        ("berg anna", "K0001"), ("anna utrecht", "K0001"), ("bergh", "K0001"), ("brg", "K0001"), ("ann v d ber", "K0001"),
        ("meyer", "K0002"), ("meijr", "K0002"), ("mejier", "K0002"), ("jp meijer", "K0002"), ("J. Meier Alkmaar", "K0002"),
        ("jansen marie", "K0003"), ("jannsen", "K0003"), ("jan", "K0003"), ("jansem den haag", "K0003"),
        ("desiree", "K0004"), ("muller", "K0004"), ("Oztürk", "K0004"), ("müler", "K0004"), ("desire muler utrecht", "K0004"),
        ("cuypers", "K0005"), ("kuipers", "K0005"), ("kuiprs", "K0005"), ("hertogenbosch", "K0005"), ("kuijpers den bosch", "K0005"),
        ("de linde", "K0006"), ("woonzorg", "K0006"), ("wonzorg zwole", "K0006"), ("van het hof", "K0012"), ("hof bert", "K0012"),
        ("elamrani", "K0013"), ("el amrani", "K0013"), ("amrani zwolle", "K0013"), ("amrnai", "K0013"),
        ("bo helpt", "Z01"), ("Zorg Bo", "Z01"),
    ],
)  # fmt: skip
def test_a_name_is_found_however_it_is_written(people: Connection[Any], typed: str, code: str) -> None:
    assert first(people, typed).code == code


@pytest.mark.parametrize(
    ("typed", "code", "field"),
    [
        ("0612345678", "K0001", Field.PHONE), ("06-12345678", "K0001", Field.PHONE), ("+31 6 1234 5678", "K0001", Field.PHONE),
        ("0031612345678", "K0001", Field.PHONE), ("06 8765 4321", "K0003", Field.PHONE), ("7654399", "K0002", Field.PHONE),
        ("(020) 765 43 99", "K0002", Field.PHONE), ("0032 2 123 45 67", "K0004", Field.PHONE), ("061234", "K0001", Field.PHONE),
        ("1234 AB", "K0001", Field.POSTCODE), ("1234ac", "K0002", Field.POSTCODE), ("9999", "K0003", Field.POSTCODE),
        ("3511c", "K0004", Field.POSTCODE), ("post.k0005@example.org", "K0005", Field.EMAIL), ("post.k0005@", "K0005", Field.EMAIL),
        ("NL91 ABNA 0417 1643 03", "K0003", Field.IBAN), ("nl91abna0417164304", "K0004", Field.IBAN), ("417164305", "K0005", Field.IBAN),
        ("K0012", "K0012", Field.CODE), ("k12", "K0012", Field.CODE), ("12", "K0012", Field.CODE), ("z01", "Z01", Field.CODE),
        ("de boer", "K0001", Field.REPRESENTATIVE), ("dykstra sjoert", "K0003", Field.REPRESENTATIVE),
        ("Alkmar", "K0002", Field.CITY), ("kerkweg", "Z01", Field.STREET),
    ],
)  # fmt: skip
def test_what_was_typed_is_known_by_its_shape_and_a_hit_says_what_it_is(
    people: Connection[Any], typed: str, code: str, field: Field
) -> None:
    hit = first(people, typed)
    assert hit.code == code
    assert field in [match.field for match in hit.matched]


def test_a_hit_shows_what_answered_as_it_was_entered(people: Connection[Any]) -> None:
    hit = first(people, "boer utrcht 0612345678")
    assert hit == Hit(
        kind="customer",
        code="K0001",
        name="Anna van den Berg",
        matched=(
            Match(Field.PHONE, "0612345678"),
            Match(Field.REPRESENTATIVE, "Mr. P. de Boer"),
            Match(Field.CITY, "Utrecht"),
        ),
        score=hit.score,
        representative="Mr. P. de Boer",
        postcode="1234 AB",
        city="Utrecht",
    )


def test_who_is_written_exactly_so_comes_before_who_sounds_so(people: Connection[Any]) -> None:
    TABLE.put(
        people,
        [
            customer(f"K9{serial}", name, "1000 AA", "Ede", "", None)
            for serial, name in enumerate(("P. Meyer", "P. Meijers", "P. Meier"))
        ],
    )
    hits = search(people, "meyer")
    assert [hit.name for hit in hits] == ["P. Meyer", "P. Meier", "J.P. Meijer", "P. Meijers"]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert first(people, "j meyer").name == "J.P. Meijer"


def test_a_city_is_no_name_when_a_name_is_asked_for(people: Connection[Any]) -> None:
    assert first(people, "bergen op zoom").code == "K0012"
    assert [hit.code for hit in search(people, "", by={Field.NAME: "zoom"})] == []
    assert [hit.code for hit in search(people, "", by={Field.CITY: "bergen"})] == ["K0012"]
    assert [hit.code for hit in search(people, "", by={Field.CITY: "utrecht", Field.NAME: "mueler"})] == ["K0004"]
    assert [hit.code for hit in search(people, "", by={Field.PHONE: "+31-6-12345678"})] == ["K0001"]
    assert [hit.code for hit in search(people, "", by={Field.POSTCODE: "1234ab"})] == ["K0001"]
    assert [hit.code for hit in search(people, "", by={Field.REPRESENTATIVE: "boer"})] == ["K0001"]


def test_only_the_kinds_that_are_wanted_and_no_more_than_wanted(people: Connection[Any]) -> None:
    assert {hit.kind for hit in search(people, "dorpsstraat")} == {"customer"}
    assert len(search(people, "dorpsstraat")) == len(PEOPLE)
    assert len(search(people, "dorpsstraat", limit=3)) == 3
    assert search(people, "anna", kinds=["freelancer"]) == []
    assert search(people, "anna", kinds=["invoice"]) == search(people, "anna", kinds=[]) == []


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "qqqqqq", "xyzzy plugh", "0699999999", "0000 zz", "%", "_", "a", "nobody@nowhere.example"]
)
def test_nobody_is_found_by_nothing_or_by_what_nobody_has(people: Connection[Any], typed: str) -> None:
    assert [hit.code for hit in search(people, typed)] in ([], ["K0001"] if typed == "a" else [])


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    typed=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
    | st.text("'\\:|&!()*<-> aber1@+", max_size=30)
)
def test_whatever_is_typed_is_a_question(people: Connection[Any], typed: str) -> None:
    for hit in search(people, typed):
        assert hit.kind in KINDS
        assert 0 < hit.score <= 1000
    search(people, "", by=dict.fromkeys(Field, typed))


def test_a_letter_that_was_pasted_is_still_a_question(people: Connection[Any]) -> None:
    search(people, "geachte mevrouw van den Berg in Utrecht " * 500)
    search(people, "x" * 100_000)
    search(people, "12" * 50_000)


@pytest.mark.parametrize("typed", ["Z01-2026-0001", "z01 2026 1", "Z0120260001", "Z01-1"])
def test_an_invoice_is_found_with_whose_it_is(
    make_follower: MakeFollower, tell: Tell, connection: Connection[Any], typed: str
) -> None:
    tell(*say.a_week())
    make_follower().catch_up()
    hit = first(connection, typed)
    assert (hit.kind, hit.code, hit.name, hit.debtor_kind, hit.debtor) == (
        *("invoice", "Z01-2026-0001", "Anna van den Berg", "customer", "K01"),
    )
    assert hit.matched == (Match(Field.INVOICE, "Z01-2026-0001"),)
    assert [each.code for each in search(connection, "Z01-2026-")] == ["Z01-2026-0002", "Z01-2026-0001"]
    assert [each.code for each in search(connection, "", by={Field.INVOICE: typed})] == ["Z01-2026-0001"]
    assert not [each for each in search(connection, typed, kinds=["customer", "freelancer"]) if each.kind == "invoice"]


def test_a_forgotten_customer_is_found_no_more(
    make_follower: MakeFollower, tell: Tell, streams: Streams, connection: Connection[Any]
) -> None:
    tell(say.customer(), say.freelancer())
    follower = make_follower()
    follower.catch_up()
    assert first(connection, "van den berg").code == "K01"
    streams.save([Change("customer:K01", 1, [PartyForgotten(code=say.K01, reason="asked")])], **say.WHO)
    follower.catch_up()
    assert search(connection, "van den berg") == search(connection, "K01") == []
    assert connection.execute("SELECT count(*) FROM search").fetchone() == (1,)


class Watched:
    """A connection that keeps what it was asked, to ask how that is answered."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self.plans: list[str] = []

    def execute(self, query: Any, parameters: Any = (), **options: Any) -> Any:
        text = query.encode() if isinstance(query, str) else query
        told = self.connection.execute(b"EXPLAIN " + text, parameters)
        self.plans.append("\n".join(line for (line,) in told))
        return self.connection.execute(query, parameters, **options)


@pytest.fixture
def many(people: Connection[Any]) -> Connection[Any]:
    """Enough people that reading all of them would be noticed, half of them of one name."""
    row = customer("K0002", *PEOPLE["K0002"])
    others = [
        replace(row, code=f"M{serial}", words=row.words.replace("meijer", f"meijer{serial % 2}"))
        for serial in range(6000)
    ]
    TABLE.copy(people, others)
    people.execute("ANALYZE search")
    return people


@pytest.mark.parametrize(
    "typed",
    [
        "meijer",
        "mei",
        "me",
        "jp meijer alkmaar",
        "mejier alkmar",
        "qwmeijer vd alkmaar",
        "06",
        "1234",
        "020-7654399",
        "1234 AC",
        "a@",
        "NL91ABNA",
    ],
)
def test_every_question_is_answered_by_an_index(many: Connection[Any], typed: str) -> None:
    watched = Watched(many)
    search(watched, typed)  # type: ignore[arg-type]
    assert watched.plans
    for plan in watched.plans:
        assert "Seq Scan" not in plan, plan
        assert "Bitmap Index Scan on search_" in plan, plan


@pytest.mark.parametrize("typed", ["Z01-2026-0001", "Z01-1", "Z01-2026"])
def test_invoices_are_found_by_their_key(many: Connection[Any], typed: str) -> None:
    (invoice,) = rows_after(invoice_list.MODEL, say.issued())
    numbers = [InvoiceNumber(f"Q{serial}-2026-0001") for serial in range(3000)]
    Table(invoice_list.MODEL, invoice_list.MODEL.name).copy(many, [replace(invoice, number=each) for each in numbers])
    many.execute("ANALYZE invoices")
    watched = Watched(many)
    search(watched, typed, kinds=["invoice"])  # type: ignore[arg-type]
    assert watched.plans
    for plan in watched.plans:
        assert "invoices_pkey" in plan, plan
