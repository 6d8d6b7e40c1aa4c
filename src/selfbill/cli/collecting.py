"""What an operator decides about collecting: when is reminded, who is left alone and until when, and what was handed over."""

from typing import Any, Literal

import msgspec

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY
from selfbill.aggregates.collection_schedule import CollectionSchedule
from selfbill.aggregates.event import AlreadyDoneType
from selfbill.application.collecting import hand_over, set_collection_schedule
from selfbill.application.collecting import waive_cost as waive
from selfbill.application.office import Office, Outcome
from selfbill.application.suspending import dispute_invoice, resume_debtor, settle_dispute, suspend_debtor
from selfbill.cli.moments import read_day
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NoSuchParty
from selfbill.cli.terminal import Terminal
from selfbill.documents.formats import short_date
from selfbill.projections import collection, debtor_card, freelancer_card
from selfbill.runtime.house import House
from selfbill.values import InvoiceNumber

Concerned = tuple[Literal["invoice", "customer", "freelancer"], str]
"""What a command is about: one invoice by its number, or all of a debtor by its code."""


def concerned(house: House, about: str) -> Concerned:
    """The invoice with this number, or the customer or freelancer with this code. Raises NoSuchParty."""
    with house.pool.connection() as connection:
        if collection.by_number(connection, about) is not None:
            return "invoice", about
        if debtor_card.by_code(connection, about) is not None:
            return "customer", about
        if freelancer_card.by_code(connection, about) is not None:
            return "freelancer", about
    raise NoSuchParty(code=about, hint="")


def choose_schedule(
    terminal: Terminal, *, on: bool | None, chosen: dict[str, Any], agency: str | None, as_json: bool
) -> None:
    """Shows the schedule; with choices it is first set to what it was, or else the usual one, with those choices."""
    with opened(terminal, agency) as house:
        state: Agency = house.store.streams.load(AGENCY).state
        schedule = state.collection.schedule
        if on is False:
            schedule = None
        elif on or chosen:
            schedule = msgspec.structs.replace(schedule or CollectionSchedule(), **chosen)
        if schedule != state.collection.schedule:
            set_collection_schedule(_office(house), schedule=schedule)
    if as_json:
        terminal.json({"schedule": schedule})
        return
    if schedule is None:
        terminal.say(
            "Er wordt niet aan betaling herinnerd. Begin ermee met: selfbill collection schedule --on",
            "Nobody is reminded of payment. Begin with: selfbill collection schedule --on",
        )
        return
    _show_schedule(terminal, schedule)


def _show_schedule(terminal: Terminal, schedule: CollectionSchedule) -> None:
    def days(number: int, nl: str, en: str) -> str:
        return terminal.pick(f"{number} dagen na {nl}", f"{number} days after {en}")

    none = terminal.pick("nee", "no")
    since = ("de herinnering", "the reminder") if schedule.reminder else ("de vervaldatum", "the due date")
    before = ("het einde van de termijn", "the end of the term")
    cost = terminal.pick("ja, volgens de Wik-staffel, zonder btw", "yes, by the Wik scale, without VAT")
    terminal.facts(
        (
            "Herinnering",
            "Reminder",
            days(schedule.reminder_days, "de vervaldatum", "the due date") if schedule.reminder else none,
        ),
        ("Aanmaning", "Demand", days(schedule.demand_days, *since) if schedule.demand else none),
        ("Termijn", "Term", terminal.pick(f"{schedule.term_days} dagen", f"{schedule.term_days} days")),
        ("Uit handen geven", "Handing over", days(schedule.hand_over_days, *before)),
        ("Incassokosten", "Collection cost", cost if schedule.claims_cost else none),
        (
            "Tijdstip",
            "Hour",
            terminal.pick(f"{schedule.hour:02}:00 op werkdagen", f"{schedule.hour:02}:00 on working days"),
        ),
    )


def suspend(terminal: Terminal, *, about: str, until: str, reason: str, agency: str | None, as_json: bool) -> None:
    """Nothing is sent to this debtor, or about this invoice, up to and including the day."""
    last = read_day(until)
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        office, (kind, code) = _office(house), concerned(house, about)
        if kind == "invoice":
            outcome = dispute_invoice(office, number=InvoiceNumber(code), reason=reason, until=last)
        else:
            outcome = suspend_debtor(office, towards=kind, code=code, reason=reason, until=last)
    _answer(
        terminal,
        outcome,
        f"Over {about} wordt tot en met {short_date(last)} niets verstuurd: {reason}",
        f"Nothing is sent about {about} up to and including {short_date(last)}: {reason}",
        as_json=as_json,
    )


def resume(terminal: Terminal, *, about: str, agency: str | None, as_json: bool) -> None:
    """Reminding goes on."""
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        office, (kind, code) = _office(house), concerned(house, about)
        if kind == "invoice":
            outcome = settle_dispute(office, number=InvoiceNumber(code))
        else:
            outcome = resume_debtor(office, towards=kind, code=code)
    _answer(
        terminal,
        outcome,
        f"Het herinneren van {about} gaat verder; wat al had moeten gaan, gaat op het eerstvolgende verzendmoment.",
        f"Reminding of {about} goes on; what should have gone already goes at the next sending moment.",
        as_json=as_json,
    )


def record_handing_over(terminal: Terminal, *, number: str, to: str, agency: str | None, as_json: bool) -> None:
    """Somebody gave it to whoever collects."""
    with opened(terminal, agency) as house:
        outcome = hand_over(_office(house), number=InvoiceNumber(number), to=to)
    _answer(
        terminal,
        outcome,
        f"Factuur {number} is uit handen gegeven aan {to}.",
        f"Invoice {number} was handed over to {to}.",
        as_json=as_json,
    )


def waive_cost(terminal: Terminal, *, number: str, reason: str, agency: str | None, as_json: bool) -> None:
    """The cost is not asked for any more."""
    with opened(terminal, agency) as house:
        outcome = waive(_office(house), number=InvoiceNumber(number), reason=reason)
    _answer(
        terminal,
        outcome,
        f"Voor factuur {number} worden geen incassokosten meer gevraagd.",
        f"No collection cost is asked for invoice {number} any more.",
        as_json=as_json,
    )


def _office(house: House) -> Office:
    return house.office(by=operator(), cause="command line")


def _answer(terminal: Terminal, outcome: Outcome, nl: str, en: str, *, as_json: bool) -> None:
    changed = not isinstance(outcome, AlreadyDoneType)
    if as_json:
        terminal.json({"changed": changed})
    elif changed:
        terminal.say(nl, en)
    else:
        terminal.say("Dat was al zo; er is niets veranderd.", "That was so already; nothing changed.")
