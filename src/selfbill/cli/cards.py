"""`selfbill card CODE`: everything about one customer or one freelancer, on one screen."""

from typing import Any

from psycopg import Connection

from selfbill.aggregates.timesheet import Status
from selfbill.cli import wording
from selfbill.cli.invoices import show_list
from selfbill.cli.opening import read_models
from selfbill.cli.refusals import NoSuchParty
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, clock_hours, short_date
from selfbill.moments import local_date
from selfbill.projections import debtor_card, freelancer_card, invoice_list, open_items, placements, timesheets
from selfbill.projections.debtor_card import DebtorCard
from selfbill.projections.freelancer_card import FreelancerCard
from selfbill.projections.people import Address
from selfbill.projections.placements import PlacementRow
from selfbill.projections.search.query import search
from selfbill.projections.timesheets import TimesheetRow

LATEST = 10
"""Invoices and weeks on a card: what a conversation is about."""

PLACEMENT_COLUMNS = (
    Column("Plaatsing", "Placement", keep=True),
    Column("Zzp'er", "Freelancer", keep=True),
    Column("Klant", "Customer", keep=True),
    Column("Vanaf", "From", keep=True),
    Column("Tot en met", "Until", keep=True),
    Column("Kenmerk", "Reference"),
)
WEEK_COLUMNS = (
    Column("Plaatsing", "Placement", keep=True),
    Column("Week", "Week", keep=True),
    Column("Uren", "Hours", right=True),
    Column("Stand", "Status"),
    Column("Waarom", "Why"),
)


def show_card(terminal: Terminal, *, code: str, agency: str | None, as_json: bool) -> None:
    """The card of whom this code is; a code that is both a customer's and a freelancer's shows both."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        customer, freelancer = debtor_card.by_code(connection, code), freelancer_card.by_code(connection, code)
        if customer is None and freelancer is None:
            raise NoSuchParty(code=code, hint=_hint(terminal, connection, code))
        if as_json:
            terminal.json(
                {
                    "customer": customer and _customer_json(connection, customer),
                    "freelancer": freelancer and _freelancer_json(connection, freelancer),
                }
            )
            return
        if customer is not None:
            _show_customer(terminal, connection, customer)
        if freelancer is not None:
            _show_freelancer(terminal, connection, freelancer)


def _hint(terminal: Terminal, connection: Connection[Any], text: str) -> str:
    """Who may have been meant."""
    found = search(connection, text, limit=LATEST, kinds=("customer", "freelancer"))
    if not found:
        return terminal.pick(" Zoek de code op met: selfbill find.", " Look the code up with: selfbill find.")
    names = "; ".join(f"{hit.code} ({hit.name})" for hit in found)
    return terminal.pick(f" Bedoelt u: {names}?", f" Do you mean: {names}?")


def _customer_json(connection: Connection[Any], card: DebtorCard) -> dict[str, Any]:
    return {
        "card": card,
        "placements": placements.of_customer(connection, card.code),
        "hours_waiting": timesheets.waiting_for(connection, card.code),
        "open_items": open_items.of_debtor(connection, "customer", card.code),
        "latest_invoices": invoice_list.of_customer(connection, card.code, LATEST),
    }


def _freelancer_json(connection: Connection[Any], card: FreelancerCard) -> dict[str, Any]:
    return {
        "card": card,
        "placements": placements.of_freelancer(connection, card.code),
        "weeks": timesheets.of_freelancer(connection, card.code, LATEST),
        "open_items": open_items.of_debtor(connection, "freelancer", card.code),
        "latest_invoices": invoice_list.of_freelancer(connection, card.code, LATEST),
    }


def _show_customer(terminal: Terminal, connection: Connection[Any], card: DebtorCard) -> None:
    language = terminal.language
    terminal.heading(f"Klant {card.code}", f"Customer {card.code}")
    days = card.terms.payment_days if card.terms else None
    terminal.facts(
        ("Naam", "Name", _name(terminal, card.name, forgotten=card.forgotten)),
        ("Soort", "Kind", card.kind and wording.customer_kind(terminal, card.kind)),
        (
            "Vertegenwoordiger",
            "Representative",
            _line(card.representative, card.representative_email, card.representative_phone),
        ),
        ("Adres", "Address", _address(card.address)),
        ("Bereikbaar", "Contact", _line(card.email, card.phone)),
        ("Facturen per", "Invoices by", card.delivery and wording.channel(terminal, card.delivery)),
        ("Betaaltermijn", "Payment term", terminal.pick(f"{days} dagen", f"{days} days") if days else None),
        ("Gefactureerd", "Invoiced", f"{amount(card.invoiced, language)}  ({card.invoices})"),
        ("Openstaand", "Open", amount(card.open, language)),
        ("Provisie", "Commission", _some(terminal, card.commission_invoices, card.commission_invoiced)),
        ("Provisie open", "Commission open", _some(terminal, card.commission_invoices, card.commission_open)),
    )
    _show_placements(terminal, placements.of_customer(connection, card.code))
    waiting = timesheets.waiting_for(connection, card.code)
    if waiting:
        terminal.heading("Uren die op goedkeuring wachten", "Hours that wait for approval")
        _show_weeks(terminal, waiting)
    latest = invoice_list.of_customer(connection, card.code, LATEST)
    if latest:
        terminal.heading("Laatste facturen", "Latest invoices")
        show_list(terminal, latest)


def _show_freelancer(terminal: Terminal, connection: Connection[Any], card: FreelancerCard) -> None:
    language = terminal.language
    terminal.heading(f"Zzp'er {card.code}", f"Freelancer {card.code}")
    terminal.facts(
        ("Naam", "Name", _name(terminal, card.name, forgotten=card.forgotten)),
        ("Handelsnaam", "Trade name", card.trade_name),
        ("Adres", "Address", _address(card.address)),
        ("Bereikbaar", "Contact", _line(card.email, card.phone)),
        ("Machtiging", "Mandate", _mandate(terminal, card)),
        ("Factuurnummers", "Invoice numbers", card.number_prefix and f"{card.number_prefix}-"),
        ("Gefactureerd", "Invoiced", f"{amount(card.invoiced, language)}  ({card.invoices})"),
        ("Openstaand", "Open", amount(card.open, language)),
        ("Uren", "Hours", clock_hours(card.minutes)),
        ("Provisie", "Commission", _some(terminal, card.commission_invoices, card.commission)),
        ("Provisie open", "Commission open", _some(terminal, card.commission_invoices, card.commission_open)),
    )
    _show_placements(terminal, placements.of_freelancer(connection, card.code))
    weeks = timesheets.of_freelancer(connection, card.code, LATEST)
    if weeks:
        terminal.heading("Laatste weken", "Latest weeks")
        _show_weeks(terminal, weeks)
    latest = invoice_list.of_freelancer(connection, card.code, LATEST)
    if latest:
        terminal.heading("Laatste facturen", "Latest invoices")
        show_list(terminal, latest)


def _show_placements(terminal: Terminal, rows: list[PlacementRow]) -> None:
    if rows:
        terminal.heading("Plaatsingen", "Placements")
        terminal.table(
            PLACEMENT_COLUMNS,
            [
                [
                    row.code,
                    row.freelancer,
                    row.customer,
                    short_date(row.first),
                    short_date(row.until) if row.until else "",
                    row.reference,
                ]
                for row in rows
            ],
        )


def _show_weeks(terminal: Terminal, rows: list[TimesheetRow]) -> None:
    terminal.table(
        WEEK_COLUMNS,
        [
            [
                row.placement,
                row.week,
                clock_hours(row.minutes),
                wording.status(terminal, row.status),
                row.held_reason or row.refused_reason or row.reason or _since(terminal, row),
            ]
            for row in rows
        ],
    )


def _since(terminal: Terminal, row: TimesheetRow) -> str:
    if row.status is not Status.SUBMITTED or row.submitted_at is None:
        return ", ".join(row.invoices)
    day = short_date(local_date(row.submitted_at))
    return terminal.pick(f"ingediend op {day}", f"submitted on {day}")


def _name(terminal: Terminal, name: str | None, *, forgotten: bool) -> str:
    return terminal.pick("(vergeten)", "(forgotten)") if forgotten else name or ""


def _address(address: Address | None) -> str:
    return "" if address is None else f"{address.street} {address.house_number}, {address.postcode} {address.city}"


def _line(*parts: str | None) -> str:
    return "  ".join(part for part in parts if part)


def _some(terminal: Terminal, count: int, cents: Any) -> str:
    return f"{amount(cents, terminal.language)}  ({count})" if count else ""


def _mandate(terminal: Terminal, card: FreelancerCard) -> str:
    if card.mandate_from is None:
        return terminal.pick("geen", "none")
    until = short_date(card.mandate_until) if card.mandate_until else terminal.pick("onbepaald", "no end")
    return f"{short_date(card.mandate_from)} - {until}"
