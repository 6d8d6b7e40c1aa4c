"""Who can be found: one row for each customer and each freelancer, with the words by which they are found.

Whoever was forgotten is gone. Changing one costs one write, of which the index takes in some sixty short words.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from selfbill.aggregates.party import (
    ContactNamed,
    CustomerRegistered,
    DetailsChanged,
    FreelancerRegistered,
    PartyDetails,
    PartyForgotten,
)
from selfbill.pricing.terms import Towards
from selfbill.projections.people import is_customer
from selfbill.projections.read_model import Key, ReadModel
from selfbill.projections.search.marks import NAMES, Field, exact_marks, lexeme, sound_marks
from selfbill.projections.table import Table
from selfbill.store.streams import Recorded


class Findable(msgspec.Struct, frozen=True):
    """A customer or a freelancer, with everything that may be typed to find them."""

    kind: Towards
    code: str
    name: str
    trade_name: str | None
    representative: str | None
    contacts: tuple[str, ...]
    """Who decide on a customer's hours besides."""
    street: str
    """With the house number."""
    postcode: str
    city: str
    phone: str | None
    representative_phone: str | None
    email: str | None
    representative_email: str | None
    iban: str | None
    words: str = ""
    """What is found as it is written, marked by what it is (`marks.py`)."""
    sounds: str = ""
    """What is found in spite of an error."""


def texts(row: Findable) -> Iterator[tuple[Field, str]]:
    """Everything that this row can be found by, as it is shown."""
    yield Field.NAME, row.name
    yield Field.CODE, row.code
    yield Field.CITY, row.city
    yield Field.STREET, row.street
    yield Field.POSTCODE, row.postcode
    for field, text in (
        (Field.NAME, row.trade_name),
        (Field.REPRESENTATIVE, row.representative),
        *((Field.REPRESENTATIVE, contact) for contact in row.contacts),
        (Field.PHONE, row.phone),
        (Field.PHONE, row.representative_phone),
        (Field.EMAIL, row.email),
        (Field.EMAIL, row.representative_email),
        (Field.IBAN, row.iban),
    ):
        if text:
            yield field, text


def keys(recorded: Recorded) -> tuple[Key, ...]:
    event: Any = recorded.event
    return (("customer" if is_customer(recorded) else "freelancer", event.code),)


def evolve(key: Key, row: Findable | None, recorded: Recorded) -> Findable | None:
    """The row after this event; of whom nothing is known, or nothing may be known any more, there is none."""
    match recorded.event:
        case (
            CustomerRegistered(details=details)
            | FreelancerRegistered(details=details)
            | DetailsChanged(details=details)
        ):
            return _findable(key, details, row.contacts if row else ()) if details else None
        case ContactNamed(name=str(name)) if row is not None:
            return _with_words(msgspec.structs.replace(row, contacts=(*row.contacts, name)))
        case PartyForgotten():
            return None
    return row


def _findable(key: Key, details: PartyDetails, contacts: tuple[str, ...]) -> Findable:
    kind, code = key
    representative = details.representative
    return _with_words(
        Findable(
            kind=kind,
            code=code,
            name=details.name,
            trade_name=details.trade_name,
            representative=representative.name if representative else None,
            contacts=contacts,
            street=f"{details.street} {details.house_number}".strip(),
            postcode=details.postcode,
            city=details.city,
            phone=details.phone,
            representative_phone=representative.phone if representative else None,
            email=details.email,
            representative_email=representative.email if representative else None,
            iban=details.iban,
        )
    )


def _with_words(row: Findable) -> Findable:
    words: dict[str, None] = {}
    sounds: set[str] = set()
    for field, text in texts(row):
        words |= dict.fromkeys(exact_marks(field, text))
        if field in NAMES:
            sounds |= sound_marks(field, text)
    return msgspec.structs.replace(row, words=_lexemes(words), sounds=_lexemes(sorted(sounds)))


def _lexemes(marked: Iterable[str]) -> str:
    return " ".join(map(lexeme, marked))


MODEL = ReadModel(
    name="search",
    version=1,
    row=Findable,
    key=("kind", "code"),
    listens=(CustomerRegistered, FreelancerRegistered, DetailsChanged, ContactNamed, PartyForgotten),
    keys=keys,
    evolve=evolve,
    searched=("words", "sounds"),
    of_one_stream=True,
    personal=(
        *("name", "trade_name", "representative", "contacts", "street", "postcode", "city", "phone"),
        *("representative_phone", "email", "representative_email", "iban", "words", "sounds"),
    ),
)
TABLE = Table(MODEL, MODEL.name)
