"""The debtor card and the freelancer card: given events, then these rows."""

import datetime as dt
from typing import Any

from msgspec.structs import replace
from psycopg import Connection

from projections import happenings as say
from projections.conftest import MakeFollower, Tell
from projections.histories import happened, rows_after
from selfbill.aggregates.mandate import MandateWithdrawn
from selfbill.aggregates.party import (
    ContactNamed,
    CustomerKind,
    CustomerTerms,
    CustomerTermsChanged,
    Delivery,
    DetailsChanged,
    PartyForgotten,
)
from selfbill.aggregates.timesheet import Status
from selfbill.projections import debtor_card, freelancer_card
from selfbill.projections.debtor_card import DebtorCard
from selfbill.projections.follower import Follower
from selfbill.projections.freelancer_card import FreelancerCard
from selfbill.projections.people import Address
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.store.agency import AgencyStore
from selfbill.store.database import Database
from selfbill.values import Cents, Minutes, Period

DEBTORS, FREELANCERS = debtor_card.MODEL, freelancer_card.MODEL
CUSTOMER = DebtorCard(
    code=say.K01,
    kind=CustomerKind.PATIENT,
    delivery=Delivery.EMAIL,
    terms=say.TERMS,
    name="Anna van den Berg",
    representative="Mr. de Boer",
    representative_email="boer@example.org",
    representative_phone="0612345678",
    address=Address("Dorpsstraat", "1", "1234 AB", "Ons Dorp"),
    phone="0201234567",
    email="anna@example.org",
)
FREELANCER = FreelancerCard(
    code=say.Z01,
    number_prefix="Z01",
    name="Bo Zorg",
    trade_name="Bo Helpt",
    address=Address("Kerkweg", "2a", "4321 BA", "Verweg"),
    phone="0207654321",
    email="bo@example.org",
)
FORGOTTEN_CUSTOMER = DebtorCard(
    code=say.K01, kind=CustomerKind.PATIENT, delivery=Delivery.EMAIL, terms=say.TERMS, forgotten=True
)


def test_a_customer_has_a_card() -> None:
    assert rows_after(DEBTORS, say.customer()) == [CUSTOMER]
    assert rows_after(FREELANCERS, say.customer()) == []


def test_a_freelancer_has_a_card() -> None:
    assert rows_after(FREELANCERS, say.freelancer()) == [FREELANCER]
    assert rows_after(DEBTORS, say.freelancer()) == []


def test_details_change_for_the_party_in_whose_stream_they_stand() -> None:
    moved = replace(say.CUSTOMER, city="Elders", representative=None)
    changed = DetailsChanged(code=say.K01, details=moved)
    (card,) = rows_after(DEBTORS, say.customer(), changed)
    assert (card.address, card.representative) == (Address("Dorpsstraat", "1", "1234 AB", "Elders"), None)
    elsewhere = happened(changed, stream="freelancer:K01")
    assert rows_after(DEBTORS, say.customer(), elsewhere) == [CUSTOMER]
    (card_of_freelancer,) = rows_after(FREELANCERS, elsewhere)
    assert card_of_freelancer.name == "Anna van den Berg"


def test_terms_change() -> None:
    terms = CustomerTerms(CustomerKind.PGB, Delivery.PORTAL, payment_days=14)
    (card,) = rows_after(DEBTORS, say.customer(), CustomerTermsChanged(code=say.K01, terms=terms))
    assert (card.kind, card.delivery, card.terms) == (CustomerKind.PGB, Delivery.PORTAL, terms)


def test_whoever_decides_for_a_customer_is_named() -> None:
    named = ContactNamed(code=say.K01, contact=1, name="Dochter")
    assert rows_after(DEBTORS, say.customer(), named) == [replace(CUSTOMER, contacts=("Dochter",))]


def test_invoices_and_commission_are_counted_apart() -> None:
    earlier = say.ISSUED_ON - dt.timedelta(days=1)
    told = [
        say.issued("1", total=100),
        say.issued("2", total=20, date=earlier),
        say.commission("customer", "1", total=2000),
        say.commission("freelancer", "2", total=3000),
    ]
    assert rows_after(DEBTORS, say.customer(), *told) == [
        replace(
            CUSTOMER,
            invoices=2,
            invoiced=Cents(120),
            open=Cents(120),
            last_invoice=say.ISSUED_ON,
            commission_invoices=1,
            commission_invoiced=Cents(2000),
            commission_open=Cents(2000),
            last_commission_invoice=say.ISSUED_ON,
        )
    ]
    assert rows_after(FREELANCERS, say.freelancer(), *told) == [
        replace(
            FREELANCER,
            invoices=2,
            invoiced=Cents(120),
            open=Cents(120),
            minutes=Minutes(1200),
            last_invoice=say.ISSUED_ON,
            commission_invoices=1,
            commission=Cents(3000),
            commission_open=Cents(3000),
        )
    ]


def test_what_was_paid_is_open_no_longer_on_the_cards_of_both_sides() -> None:
    told = [
        say.issued("1"),
        say.issued("2"),
        say.commission("customer", "1"),
        say.commission("freelancer", "2"),
        say.paid("1"),
        say.paid("2", amount=20000, open_after=30000),
        say.commission_paid("customer", "1", amount=6000, open_after=50),
        say.commission_paid("freelancer", "2", amount=6040, open_after=10),
    ]
    (debtor,), (freelancer,) = rows_after(DEBTORS, *told), rows_after(FREELANCERS, *told)
    assert (debtor.open, debtor.commission_open) == (30000, 50)
    assert (freelancer.open, freelancer.commission_open) == (30000, 10)
    (debtor,), (freelancer,) = (rows_after(model, *told, say.paid_back("1")) for model in (DEBTORS, FREELANCERS))
    assert (debtor.open, debtor.invoiced, debtor.commission_open) == (80000, 100000, 50)
    assert (freelancer.open, freelancer.invoiced, freelancer.commission_open) == (80000, 100000, 10)


def test_a_mandate_shows_its_last_period() -> None:
    first, until, second = dt.date(2026, 1, 1), dt.date(2026, 3, 31), dt.date(2026, 6, 1)
    told = [say.granted(first, until), say.granted(second)]
    (card,) = rows_after(FREELANCERS, *told)
    assert (card.mandate_from, card.mandate_until) == (second, None)
    assert card.mandates == (Period(first, until), Period(second))
    withdrawn = MandateWithdrawn(freelancer=say.Z01, last_day=dt.date(2026, 6, 30))
    (card,) = rows_after(FREELANCERS, *told, withdrawn)
    assert (card.mandate_from, card.mandate_until) == (second, dt.date(2026, 6, 30))
    (card,) = rows_after(FREELANCERS, say.granted(second), replace(withdrawn, last_day=until))
    assert (card.mandate_from, card.mandate_until, card.mandates) == (None, None, ())


def test_nothing_personal_is_left_of_who_was_forgotten() -> None:
    named = ContactNamed(code=say.K01, contact=1, name="Dochter")
    late = DetailsChanged(code=say.K01, details=say.CUSTOMER)
    told = [say.customer(), named, PartyForgotten(code=say.K01, reason="asked"), named, late]
    assert rows_after(DEBTORS, *told) == [replace(FORGOTTEN_CUSTOMER, contacts=(None, None))]
    forgotten = happened(PartyForgotten(code=say.Z01, reason="asked"), stream="freelancer:Z01")
    assert rows_after(FREELANCERS, say.freelancer(), forgotten) == [
        FreelancerCard(code=say.Z01, number_prefix="Z01", forgotten=True)
    ]


def test_without_the_key_a_rebuilt_card_says_what_the_followed_one_says(
    follower: Follower,
    tell: Tell,
    store: AgencyStore,
    database: Database,
    connection: Connection[Any],
) -> None:
    tell(say.customer(), say.issued(), PartyForgotten(code=say.K01, reason="asked"))
    follower.catch_up()
    followed = debtor_card.by_code(connection, "K01")
    assert followed is not None
    assert (followed.name, followed.invoices) == (None, 1)
    store.forget("customer:K01")
    Rebuild(database, store.agency, store.streams, [DEBTORS], Options(), by="operator:anna").run()
    assert debtor_card.by_code(connection, "K01") == followed


def test_people_are_found_by_the_start_of_a_word(
    make_follower: MakeFollower, tell: Tell, connection: Connection[Any]
) -> None:
    tell(*say.a_week())
    make_follower().catch_up()
    for text in ("anna", "van den", "berg", "BOER", "k0", " K01 "):
        assert [card.code for card in debtor_card.search(connection, text)] == ["K01"]
    for text in ("erg", "%", "_", "\\", "z01"):
        assert debtor_card.search(connection, text) == []
    for text in ("bo z", "helpt", "z01"):
        assert [card.code for card in freelancer_card.search(connection, text)] == ["Z01"]
    assert len(debtor_card.search(connection, "", limit=1)) == 1
    assert debtor_card.hours_waiting(connection, "K01") == 1
    assert freelancer_card.timesheets_by_status(connection, "Z01") == {Status.INVOICED: 1, Status.SUBMITTED: 1}
    assert freelancer_card.placements(connection, "Z01") == 1
    card = freelancer_card.by_code(connection, "Z01")
    assert card is not None
    assert card.mandate_from == dt.date(2026, 1, 1)
    assert freelancer_card.by_code(connection, "K01") is None
