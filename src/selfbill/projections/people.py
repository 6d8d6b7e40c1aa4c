"""What the cards of customers and freelancers have in common: an address, what is open, and being found by a name."""

from typing import Protocol

import msgspec

from selfbill.aggregates.invoice_money import Movement, change_of
from selfbill.aggregates.party import PartyDetails
from selfbill.store.streams import Recorded
from selfbill.values import Cents


class Address(msgspec.Struct, frozen=True):
    """Where somebody lives or works."""

    street: str
    house_number: str
    postcode: str
    city: str


def address_of(details: PartyDetails | None) -> Address | None:
    """The address in these details; None when the person was forgotten."""
    if details is None:
        return None
    return Address(details.street, details.house_number, details.postcode, details.city)


class Owed(Protocol):
    """What is still to be paid of the invoices and of the commission that a card counts, VAT included."""

    @property
    def open(self) -> Cents: ...
    @property
    def commission_open(self) -> Cents: ...


def open_after(card: Owed, event: Movement) -> dict[str, Cents]:
    """What changes on a card when something happens to the money of one of its invoices."""
    more = change_of(event)
    if event.freelancer is None:
        return {"commission_open": Cents(card.commission_open + more)}
    return {"open": Cents(card.open + more)}


def is_customer(recorded: Recorded) -> bool:
    """Whether a party's event is a customer's: freelancers and customers have the same events in streams of their own."""
    return recorded.originator_id.startswith("customer:")


def like_a_word(text: str) -> dict[str, str | list[str]]:
    """Patterns for LIKE on lower-case columns: `start`, and `words` for a word anywhere that starts like the text."""
    literal = "".join(f"\\{each}" if each in "\\%_" else each for each in text.strip().lower())
    return {"start": f"{literal}%", "words": [f"{literal}%", f"% {literal}%", f"%-{literal}%"]}
