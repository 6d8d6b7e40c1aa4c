"""What programs may do: say what payments pay, and change a customer's data. The same Idempotency-Key again changes nothing."""

from fastapi import APIRouter

from selfbill.aggregates.catalogue import customer_stream
from selfbill.aggregates.party import Party, PartyDetails, Representative
from selfbill.application.payments import accept_proposal, allocate_payment, set_aside, take_back_allocation
from selfbill.application.setting_up import register_customer
from selfbill.http.api.call import PREFIX, Key, OnClients, OnPayments
from selfbill.http.api.shapes import AcceptIn, AllocationsIn, DetailsIn, DoneOut, ReasonIn, TakeBackIn
from selfbill.http.refusals import NoSuchCustomer
from selfbill.values import Cents, CustomerCode, InvoiceNumber, PaymentId

router = APIRouter(prefix=PREFIX)


@router.post("/payments/{payment}/allocations", tags=["payments"])
def allocate(call: OnPayments, key: Key, payment: str, body: AllocationsIn) -> DoneOut:
    """These amounts of the payment pay these invoices."""
    wanted = [(InvoiceNumber(each.number), Cents(each.cents)) for each in body.allocations]
    return call.carry_out(
        key,
        lambda office, command: allocate_payment(office, payment=PaymentId(payment), wanted=wanted, command_id=command),
    )


@router.post("/payments/{payment}/accept", tags=["payments"])
def accept(call: OnPayments, key: Key, payment: str, body: AcceptIn) -> DoneOut:
    """What matching proposed for the payment is right."""
    return call.carry_out(
        key,
        lambda office, command: accept_proposal(
            office, payment=PaymentId(payment), proposal=body.proposal, command_id=command
        ),
    )


@router.post("/payments/{payment}/take-back", tags=["payments"])
def take_back(call: OnPayments, key: Key, payment: str, body: TakeBackIn) -> DoneOut:
    """What the payment pays of this invoice, or of all, is open again."""
    number = InvoiceNumber(body.number) if body.number is not None else None
    return call.carry_out(
        key,
        lambda office, command: take_back_allocation(
            office, payment=PaymentId(payment), number=number, reason=body.reason, command_id=command
        ),
    )


@router.post("/payments/{payment}/set-aside", tags=["payments"])
def put_aside(call: OnPayments, key: Key, payment: str, body: ReasonIn) -> DoneOut:
    """What is left of the payment pays no invoice here."""
    return call.carry_out(
        key,
        lambda office, command: set_aside(office, payment=PaymentId(payment), reason=body.reason, command_id=command),
    )


@router.put("/customers/{code}/details", tags=["customers"])
def change_details(call: OnClients, key: Key, code: str, body: DetailsIn) -> DoneOut:
    """The customer's name, address and so on from now on. Invoices that were issued keep what stood on them."""
    party: Party = call.house.store.streams.load(customer_stream(CustomerCode(code))).state
    terms = party.terms
    if terms is None:
        raise NoSuchCustomer(code=code)
    facts = body.model_dump()
    represented = facts.pop("representative")
    details = PartyDetails(**facts, representative=Representative(**represented) if represented else None)
    return call.carry_out(
        key,
        lambda office, command: register_customer(
            office, code=CustomerCode(code), terms=terms, details=details, command_id=command
        ),
    )
