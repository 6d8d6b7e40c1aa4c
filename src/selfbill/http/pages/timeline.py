"""What happened between an agency and somebody, in plain words, from the events themselves."""

import datetime as dt
from collections.abc import Iterable

import msgspec

from selfbill.aggregates.invoice_events import (
    CommissionInvoiced,
    CreditNoteIssued,
    DeliveryFailed,
    InvoiceIssued,
    InvoiceSent,
)
from selfbill.aggregates.invoice_money import (
    CreditSettled,
    InvoiceWrittenOff,
    PaymentAllocated,
    PaymentReleased,
    WriteOffReversed,
)
from selfbill.aggregates.party import (
    ContactNamed,
    CustomerRegistered,
    CustomerTermsChanged,
    Delivery,
    DetailsChanged,
    FreelancerRegistered,
    PartyForgotten,
)
from selfbill.aggregates.timesheet_events import (
    ApprovalReminded,
    HoursApproved,
    HoursRejected,
    HoursReminded,
    HoursSubmitted,
    NotWorked,
)
from selfbill.documents.formats import clock_hours, euros, short_date
from selfbill.refusals import Language
from selfbill.store.mapper import Recorded
from selfbill.values import Cents

LATEST = 25
"""Entries on a card: what a conversation is about."""

Said = tuple[str, str]


class Entry(msgspec.Struct, frozen=True):
    """One thing that happened; with a number it is about that invoice."""

    at: dt.datetime
    sentence: str
    number: str | None


def timeline(recorded: Iterable[Recorded], language: Language, limit: int = LATEST) -> list[Entry]:
    """The latest first. What only the machine needs to know is left out."""
    entries = []
    for each in recorded:
        said = _party(each) or _hours(each) or _invoice(each, language) or _money(each, language)
        if said is not None:
            number = getattr(each.event, "number", None)
            entries.append(Entry(each.at, said[0] if language == "nl" else said[1], number))
    return entries[: -limit - 1 : -1]


def _by(nl: str, en: str, by: str) -> Said:
    """With who did it: the customer, the freelancer, the house itself, or an employee by name."""
    match by.split(":", 1):
        case ["customer", _]:
            return f"{nl} door de klant", f"{en} by the customer"
        case ["freelancer", _]:
            return f"{nl} door de zzp'er", f"{en} by the freelancer"
        case ["selfbill"]:
            return f"{nl} (automatisch)", f"{en} (automatically)"
    return f"{nl} door {by.split(':', 1)[-1]}", f"{en} by {by.split(':', 1)[-1]}"


def _party(recorded: Recorded) -> Said | None:
    match recorded.event:
        case CustomerRegistered() | FreelancerRegistered():
            return "Ingeschreven", "Registered"
        case DetailsChanged():
            return _by("Gegevens gewijzigd", "Details changed", recorded.by)
        case CustomerTermsChanged():
            return _by("Afspraken gewijzigd", "Terms changed", recorded.by)
        case ContactNamed(name=name):
            who = name or "?"
            return f"{who} beslist over de uren", f"{who} decides on the hours"
        case PartyForgotten():
            return "Vergeten op verzoek", "Forgotten on request"
    return None


def _hours(recorded: Recorded) -> Said | None:
    match recorded.event:
        case HoursSubmitted(week=week, placement=placement, minutes=minutes):
            return (
                f"Uren van week {week} ingediend ({placement}, {clock_hours(minutes)})",
                f"Hours of week {week} submitted ({placement}, {clock_hours(minutes)})",
            )
        case HoursApproved(week=week, placement=placement):
            return _by(
                f"Uren van week {week} ({placement}) goedgekeurd",
                f"Hours of week {week} ({placement}) approved",
                recorded.by,
            )
        case HoursRejected(week=week, placement=placement, reason=reason):
            return (
                f"Uren van week {week} afgekeurd ({placement}): {reason}",
                f"Hours of week {week} rejected ({placement}): {reason}",
            )
        case NotWorked(week=week, placement=placement):
            return f"Week {week}: niet gewerkt ({placement})", f"Week {week}: not worked ({placement})"
        case HoursReminded(week=week):
            return f"Herinnerd aan de uren van week {week}", f"Reminded of the hours of week {week}"
        case ApprovalReminded(week=week):
            return (
                f"Herinnerd aan het goedkeuren van week {week}",
                f"Reminded to approve week {week}",
            )
    return None


def _invoice(recorded: Recorded, language: Language) -> Said | None:
    def money(cents: Cents) -> str:
        return euros(cents, language)

    match recorded.event:
        case InvoiceIssued(number=number, total=total):
            return f"Factuur {number} gemaakt, {money(total)}", f"Invoice {number} made, {money(total)}"
        case CommissionInvoiced(number=number, total=total):
            return (
                f"Provisiefactuur {number} gemaakt, {money(total)}",
                f"Commission invoice {number} made, {money(total)}",
            )
        case CreditNoteIssued(number=number, original=original, total=total, reason=reason):
            return (
                f"Factuur {original} gecrediteerd met {number}, {money(total)}: {reason}",
                f"Invoice {original} credited by {number}, {money(total)}: {reason}",
            )
        case InvoiceSent(number=number, channel=Delivery.PORTAL):
            return f"Factuur {number} klaargezet in het portaal", f"Invoice {number} made ready in the portal"
        case InvoiceSent(number=number):
            return f"Factuur {number} gemaild", f"Invoice {number} mailed"
        case DeliveryFailed(number=number, reason=reason):
            return f"Factuur {number} niet bezorgd: {reason}", f"Invoice {number} not delivered: {reason}"
    return None


def _money(recorded: Recorded, language: Language) -> Said | None:
    def money(cents: Cents) -> str:
        return euros(cents, language)

    match recorded.event:
        case PaymentAllocated(number=number, amount=amount, received_on=day) if amount > 0:
            return (
                f"{money(amount)} ontvangen op {short_date(day)} voor {number}",
                f"{money(amount)} received on {short_date(day)} for {number}",
            )
        case PaymentAllocated(number=number, amount=amount, received_on=day):
            back = money(Cents(-amount))
            return (
                f"{back} terugbetaald op {short_date(day)} voor {number}",
                f"{back} paid back on {short_date(day)} for {number}",
            )
        case PaymentReleased(number=number, amount=amount, reason=reason):
            return (
                f"Betaling van {money(amount)} telt niet meer voor {number}: {reason}",
                f"Payment of {money(amount)} no longer counts for {number}: {reason}",
            )
        case CreditSettled(number=number, against=against, amount=amount) if amount > 0:
            return (
                f"{money(amount)} van {number} verrekend met {against}",
                f"{money(amount)} of {number} set off against {against}",
            )
        case InvoiceWrittenOff(number=number, amount=amount, reason=reason):
            return (
                f"{money(amount)} van {number} afgeboekt: {reason}",
                f"{money(amount)} of {number} written off: {reason}",
            )
        case WriteOffReversed(number=number, reason=reason):
            return f"Afboeking van {number} teruggedraaid: {reason}", f"Write-off of {number} reversed: {reason}"
    return None
