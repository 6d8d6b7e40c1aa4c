"""A party: a freelancer who sells care or a customer who buys it, with whoever represents that customer.

Only here do a person's name, address, phone, e-mail and account stand, sealed with that person's own key. Everything else refers
to `(party, version)`, the version of the party's stream, so a document shows the address of its day for ever.
"""

import datetime as dt
from enum import StrEnum

import msgspec

from selfbill.aggregates import suspension
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.suspension import CollectionResumed, CollectionSuspended, CollectionTakenUp, DebtorCollection
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.identifiers import is_po_box
from selfbill.moments import check_moment
from selfbill.refusals import Refusal

KEPT_YEARS = 7
"""Counted from the end of the year of a document (art. 52 lid 4 AWR)."""

LARGE_INSTITUTION_MAX_DAYS = 30
"""A large institution pays a freelancer within 30 days at most (art. 6:119a lid 6 BW)."""

BUDGET_LAWS = ("Wlz", "Wmo", "Jeugdwet", "Zvw")


class Representative(msgspec.Struct, frozen=True):
    """Who acts and gets mail for a customer."""

    name: str
    email: str | None = None
    phone: str | None = None


class PartyDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything personal about a party; IBAN without spaces, postcode as `1234 AB`."""

    name: str
    street: str
    house_number: str
    postcode: str
    city: str
    email: str | None = None
    phone: str | None = None
    trade_name: str | None = None
    kvk: str | None = None
    vat_id: str | None = None
    iban: str | None = None
    svb_number: str | None = None
    representative: Representative | None = None


class CustomerKind(StrEnum):
    PATIENT = "patient"
    PGB = "pgb"
    INSTITUTION = "institution"


class Delivery(StrEnum):
    """How invoices reach a customer: as PDF by mail, or fetched in the portal after a mail without content."""

    EMAIL = "email"
    PORTAL = "portal"


class CustomerTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a customer is billed; what is None follows the agency."""

    kind: CustomerKind
    delivery: Delivery = Delivery.EMAIL
    payment_days: int | None = None
    invoice_moment: str | None = None
    direct_debit: bool = False
    large: bool | None = None
    """Large in the sense of art. 6:119a BW; None follows the kind: an institution counts as large."""
    budget_law: str | None = None

    @property
    def is_large_institution(self) -> bool:
        return self.kind is CustomerKind.INSTITUTION and self.large is not False


class FreelancerRegistered(Event, tag="party.freelancer_registered"):
    personal = ("details",)
    code: str
    number_prefix: str
    next_number: int
    details: PartyDetails | None


class CustomerRegistered(Event, tag="party.customer_registered"):
    personal = ("details",)
    code: str
    terms: CustomerTerms
    details: PartyDetails | None


class DetailsChanged(Event, tag="party.details_changed"):
    personal = ("details",)
    code: str
    details: PartyDetails | None


class CustomerTermsChanged(Event, tag="party.customer_terms_changed"):
    code: str
    terms: CustomerTerms


class ContactNamed(Event, tag="party.contact_named"):
    """A person who decides for this customer; elsewhere that person is `customer:K02/1`, by number and never by name."""

    personal = ("name",)
    code: str
    contact: int
    name: str | None


class PartyForgotten(Event, tag="party.forgotten"):
    """The person's key was destroyed; amounts, numbers and history stay."""

    code: str
    reason: str


class Party(msgspec.Struct, frozen=True):
    """A freelancer (with a number prefix) or a customer (with terms) as registered so far."""

    code: str = ""
    number_prefix: str | None = None
    next_number: int = 1
    terms: CustomerTerms | None = None
    details: PartyDetails | None = None
    contacts: tuple[str | None, ...] = ()
    version: int = 0
    forgotten: bool = False
    collection: DebtorCollection = DebtorCollection()


def evolve(party: Party, event: Event) -> Party:
    """The party after this event; `version` counts along with the stream."""
    replace, version = msgspec.structs.replace, party.version + 1
    match event:
        case FreelancerRegistered():
            return replace(
                party,
                code=event.code,
                number_prefix=event.number_prefix,
                next_number=event.next_number,
                details=event.details,
                version=version,
            )
        case CustomerRegistered():
            return replace(
                party,
                code=event.code,
                terms=event.terms,
                details=event.details,
                version=version,
            )
        case DetailsChanged():
            return replace(party, details=event.details, version=version)
        case CustomerTermsChanged():
            return replace(party, terms=event.terms, version=version)
        case ContactNamed():
            return replace(party, contacts=(*party.contacts, event.name), version=version)
        case PartyForgotten():
            return replace(party, forgotten=True, version=version)
        case CollectionSuspended() | CollectionResumed() | CollectionTakenUp():
            return replace(party, collection=suspension.evolve(party.collection, event), version=version)
        case _:
            return replace(party, version=version)


class PoBox(Refusal):
    """A supplier's address on an invoice is where it can be found (art. 35a Wet OB)."""

    code = "po_box"
    nl = "Het adres van {code} is een postbus ({street}). Op een factuur moet het vestigingsadres van de leverancier staan."
    en = "The address of {code} is a PO box ({street}). An invoice needs the supplier's place of business."


class TermTooLong(Refusal):
    """Art. 6:119a lid 6 BW."""

    code = "term_too_long"
    nl = "{code} is een grote instelling en mag hooguit {most} dagen betaaltermijn krijgen, geen {days} (art. 6:119a lid 6 BW)."
    en = "{code} is a large institution and may have a payment term of at most {most} days, not {days} (art. 6:119a(6) BW)."


class NegativeTerm(Refusal):
    code = "negative_term"
    nl = "{code} kan geen betaaltermijn van {days} dagen hebben."
    en = "{code} cannot have a payment term of {days} days."


class UnknownBudgetLaw(Refusal):
    code = "unknown_budget_law"
    nl = "{law} is geen wet waaruit een pgb wordt betaald; kies uit Wlz, Wmo, Jeugdwet en Zvw."
    en = "{law} is no law that pays a personal budget; choose from Wlz, Wmo, Jeugdwet and Zvw."


class DebitWithoutAccount(Refusal):
    code = "debit_without_account"
    nl = "{code} betaalt per incasso, maar heeft geen IBAN. Vul het IBAN in of zet incasso uit."
    en = "{code} pays by direct debit but has no IBAN. Fill in the IBAN or switch direct debit off."


class UnknownParty(Refusal):
    code = "unknown_party"
    nl = "{code} is niet bekend bij dit bureau."
    en = "{code} is not known at this agency."


def register_freelancer(
    party: Party, *, code: str, number_prefix: str, next_number: int, details: PartyDetails
) -> FreelancerRegistered | DetailsChanged | AlreadyDoneType:
    """A freelancer comes in, or gives new details; the number series keeps its prefix and first number.

    Raises PoBox, CitizenNumber.
    """
    if party.details == details:
        return AlreadyDone
    if is_po_box(details.street):
        raise PoBox(code=code, street=details.street)
    _refuse_citizen_numbers(code, details)
    if party.number_prefix is not None:
        return DetailsChanged(code=code, details=details)
    return FreelancerRegistered(code=code, number_prefix=number_prefix, next_number=next_number, details=details)


def register_customer(
    party: Party, *, code: str, terms: CustomerTerms, details: PartyDetails, agency_days: int | None = None
) -> tuple[Event, ...] | AlreadyDoneType:
    """A customer comes in, or changes details, terms or both; `agency_days` is the term of who has none of their own.

    Raises NotAMoment, NegativeTerm, TermTooLong, UnknownBudgetLaw, DebitWithoutAccount, CitizenNumber.
    """
    if party.details == details and party.terms == terms:
        return AlreadyDone
    if terms.invoice_moment is not None:
        check_moment(terms.invoice_moment)
    payment_days(code, terms, agency_days or 0)
    if terms.budget_law is not None and terms.budget_law not in BUDGET_LAWS:
        raise UnknownBudgetLaw(law=terms.budget_law)
    if terms.direct_debit and not details.iban:
        raise DebitWithoutAccount(code=code)
    _refuse_citizen_numbers(code, details)
    if party.terms is None:
        return (CustomerRegistered(code=code, terms=terms, details=details),)
    changed: list[Event] = []
    if party.terms != terms:
        changed.append(CustomerTermsChanged(code=code, terms=terms))
    if party.details != details:
        changed.append(DetailsChanged(code=code, details=details))
    return tuple(changed)


def payment_days(code: str, terms: CustomerTerms, agency_days: int) -> int:
    """How long this customer may take to pay: its own term, or else the agency's. Raises NegativeTerm, TermTooLong."""
    days = agency_days if terms.payment_days is None else terms.payment_days
    if days < 0:
        raise NegativeTerm(code=code, days=days)
    if terms.is_large_institution and days > LARGE_INSTITUTION_MAX_DAYS:
        raise TermTooLong(code=code, days=days, most=LARGE_INSTITUTION_MAX_DAYS)
    return days


def name_contact(party: Party, *, name: str) -> ContactNamed | AlreadyDoneType:
    """A person who decides for this customer becomes known."""
    if name in party.contacts:
        return AlreadyDone
    refuse_citizen_number(name=name)
    return ContactNamed(code=party.code, contact=len(party.contacts) + 1, name=name)


class StillToBeKept(Refusal):
    """Art. 52 AWR: what stands in the books, and whom it is about, is kept for seven years."""

    code = "still_to_be_kept"
    nl = "{code} kan pas na {until} worden vergeten: het laatste document is van {last} en moet zeven jaar worden bewaard (art. 52 AWR)."
    en = "{code} can only be forgotten after {until}: the last document is of {last} and must be kept for seven years (art. 52 AWR)."


def forget(
    party: Party, *, reason: str, last_document: dt.date | None, today: dt.date
) -> PartyForgotten | AlreadyDoneType:
    """The person asked to be forgotten and the law lets it; destroying the key follows.

    `last_document` is the date of the last invoice to or from this person. Raises StillToBeKept within seven years of the end of
    that year.
    """
    if party.forgotten:
        return AlreadyDone
    if last_document is not None:
        until = dt.date(last_document.year + KEPT_YEARS, 12, 31)
        if today <= until:
            raise StillToBeKept(code=party.code, last=last_document, until=until)
    refuse_citizen_number(reason=reason)
    return PartyForgotten(code=party.code, reason=reason)


def _refuse_citizen_numbers(code: str, details: PartyDetails) -> None:
    representative = details.representative
    refuse_citizen_number(
        code=code,
        name=details.name,
        trade_name=details.trade_name,
        street=details.street,
        house_number=details.house_number,
        postcode=details.postcode,
        city=details.city,
        email=details.email,
        representative_name=representative.name if representative else None,
        representative_email=representative.email if representative else None,
    )
