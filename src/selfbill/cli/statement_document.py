"""From a statement of account to the letter: with the agency's house style, and names and addresses as the cards have them now."""

import datetime as dt
from typing import Any, get_args

from psycopg import Connection

from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import AGENCY
from selfbill.cli.moments import shown_moment
from selfbill.cli.refusals import NoNameAndAddress
from selfbill.documents.assembling import agency_block, house_style
from selfbill.documents.model import PartyBlock
from selfbill.documents.statement import StatementDocument, StatementItem, StatementKind, StatementLine
from selfbill.pricing.terms import Towards
from selfbill.projections import debtor_card, freelancer_card
from selfbill.projections.movements import What
from selfbill.projections.names import names_of
from selfbill.projections.statement_of_account import StatementOfAccount
from selfbill.values import Cents


def statement_document(
    connection: Connection[Any], agency: Agency, statement: StatementOfAccount, *, made_on: dt.date
) -> StatementDocument:
    """Everything that stands on the letter. Raises NoNameAndAddress, also when the debtor was forgotten."""
    assert agency.details is not None
    style, ageing = house_style(agency), statement.ageing
    names = creditor_names(connection, statement) | {AGENCY: agency.details.name}
    creditors = {entry.movement.creditor for entry in statement.entries} | {item.creditor for item in statement.items}
    if statement.creditor is not None:
        creditors = {statement.creditor}
    are_several = len(creditors) > 1
    return StatementDocument(
        seller=agency_block(agency.details),
        customer=_debtor(connection, statement.debtor_kind, statement.debtor),
        house_style=style,
        made_on=made_on,
        first=statement.first,
        until=statement.until,
        known=shown_moment(statement.known, style.language) if statement.known is not None else "",
        creditor="" if are_several else "".join(names.get(code, code) for code in creditors),
        opening=statement.opening,
        lines=tuple(
            StatementLine(
                day=entry.movement.day,
                kind=kind_of(entry.movement.what),
                invoice=entry.movement.number,
                refers_to=entry.movement.refers_to,
                amount=entry.movement.amount,
                balance=entry.balance,
            )
            for entry in statement.entries
        ),
        closing=statement.closing,
        items=tuple(
            StatementItem(
                invoice=item.number,
                creditor=names.get(item.creditor, item.creditor) if are_several else "",
                date=item.date,
                due=item.due,
                days_late=(statement.until - item.due).days,
                payment_reference=item.payment_reference,
                open=item.open,
            )
            for item in statement.items
        ),
        ageing=(ageing.not_due, ageing.late_1, ageing.late_31, ageing.late_61, ageing.late_91)
        if ageing is not None
        else (Cents(0), Cents(0), Cents(0), Cents(0), Cents(0)),
    )


def creditor_names(connection: Connection[Any], statement: StatementOfAccount) -> dict[str, str]:
    """The names of the freelancers who are paid, by code; without those who were forgotten."""
    codes = {entry.movement.creditor for entry in statement.entries} | {item.creditor for item in statement.items}
    return names_of(connection, "freelancer", codes | ({statement.creditor} if statement.creditor else set()))


def kind_of(what: What) -> StatementKind:
    """The same in the documents' own terms."""
    kind: StatementKind = next(each for each in get_args(StatementKind) if each == what.value)
    return kind


def _debtor(connection: Connection[Any], kind: Towards, code: str) -> PartyBlock:
    trade_name = attention = ""
    name = address = None
    if kind == "customer" and (customer := debtor_card.by_code(connection, code)) is not None:
        name, address, attention = customer.name, customer.address, customer.representative or ""
    if kind == "freelancer" and (freelancer := freelancer_card.by_code(connection, code)) is not None:
        name, address, trade_name = freelancer.name, freelancer.address, freelancer.trade_name or ""
    if name is None or address is None:
        raise NoNameAndAddress(code=code)
    return PartyBlock(
        name=name,
        trade_name=trade_name,
        attention=attention,
        street=address.street,
        house_number=address.house_number,
        postcode=address.postcode,
        city=address.city,
        code=code,
    )
