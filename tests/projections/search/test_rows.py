"""What somebody is found by: given events, then these words."""

from typing import Any

import pytest
from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.histories import happened, rows_after
from selfbill.aggregates.party import ContactNamed, DetailsChanged, PartyForgotten
from selfbill.projections.search.rows import MODEL, TABLE, Findable


def only(*events: Any) -> Findable:
    (row,) = rows_after(MODEL, *events)
    return row


def test_a_customer_is_found_by_everything_that_is_known() -> None:
    row = only(say.customer(replace(say.CUSTOMER, iban="NL91ABNA0417164300")))
    assert (row.kind, row.code, row.name, row.representative) == ("customer", "K01", "Anna van den Berg", "Mr. de Boer")
    assert (row.street, row.postcode, row.city) == ("Dorpsstraat 1", "1234 AB", "Ons Dorp")
    assert {
        *(
            "n=anna",
            "n=berg",
            "n=vandenberg",
            "r=boer",
            "r=deboer",
            "c=dorp",
            "s=dorpsstraat",
            "p=1234ab",
            "k=k01",
            "k=k1",
            "k=1",
        ),
        *(
            "t=0201234567",
            "u=7654321020",
            "t=0612345678",
            "'e=anna@example.org'",
            "b=nl91abna0417164300",
            "a=417164300",
        ),
    } <= {*row.words.split()}
    assert {"n~berg", "n~beg", "r~bur", "c~dorp", "s~dorpstrat"} <= {*row.sounds.split()}


def test_a_freelancer_is_found_by_both_names() -> None:
    row = only(say.freelancer())
    assert (row.kind, row.trade_name) == ("freelancer", "Bo Helpt")
    assert {"n=zorg", "n=helpt"} <= {*row.words.split()}


def test_what_changed_is_found_as_it_is_now_and_contacts_stay() -> None:
    named = ContactNamed(code=say.K01, contact=1, name="Dochter Els")
    moved = DetailsChanged(
        code=say.K01, details=replace(say.CUSTOMER, name="Anna Smit", city="Elders", representative=None)
    )
    row = only(say.customer(), named, moved)
    words = row.words.split()
    assert {"n=smit", "c=elders", "r=dochter", "r=els"} <= {*words}
    assert not {"n=berg", "r=boer", "c=dorp"} & {*words}


def test_a_customer_and_a_freelancer_of_one_code_are_two() -> None:
    elsewhere = happened(DetailsChanged(code=say.K01, details=say.FREELANCER), stream="freelancer:K01")
    assert [row.kind for row in rows_after(MODEL, say.customer(), elsewhere)] == ["customer", "freelancer"]


def test_whoever_was_forgotten_is_gone() -> None:
    named = ContactNamed(code=say.K01, contact=1, name=None)
    assert rows_after(MODEL, say.customer(), PartyForgotten(code=say.K01, reason="asked"), named) == []
    assert rows_after(MODEL, say.customer(None), named) == []


HOSTILE = "' \\ : | & ! ( ) * <-> \x07 %s {x} \u202e ♥ '' \\' 'a b"


@pytest.mark.parametrize("text", [HOSTILE, "x" * 5000, "é" * 5000, "\N{LOCK}" * 3000, "", "   "])
def test_whatever_somebody_is_called_can_be_kept(connection: Connection[Any], text: str) -> None:
    fields = dict.fromkeys(
        ("name", "street", "house_number", "postcode", "city", "email", "phone", "iban", "trade_name"), text
    )
    row = only(say.customer(replace(say.CUSTOMER, **fields)))
    TABLE.create(connection)
    TABLE.put(connection, [row])
    assert TABLE.load(connection, [("customer", "K01")]) == {("customer", "K01"): row}
