"""The fixed words of a statement of account, in Dutch and in English."""

from typing import Final

import msgspec

from selfbill.documents.statement import StatementKind
from selfbill.refusals import Language
from selfbill.values import Cents


class StatementWords(msgspec.Struct, frozen=True, kw_only=True):
    """Labels, headings and sentences in one language."""

    title: str
    until: str
    made_on: str
    period: str
    from_the_beginning: str
    account: str
    creditor: str
    known: str
    day: str
    what: str
    invoice: str
    more: str
    less: str
    balance: str
    opening: str
    closing: str
    carried: str
    brought: str
    nothing_happened: str
    open_items: str
    nothing_open: str
    date: str
    due: str
    late: str
    payment_reference: str
    open: str
    total: str
    ageing: tuple[str, str, str, str, str]
    how_to_pay: str
    credit_balance: str
    crossed: str
    kinds: dict[str, str]
    paid_out: str
    paid_out_release: str
    page: str


DUTCH: Final = StatementWords(
    title="Rekeningoverzicht",
    until="tot en met {until}",
    made_on="Datum",
    period="Periode",
    from_the_beginning="vanaf het begin t/m {until}",
    account="Relatienummer",
    creditor="Te betalen aan",
    known="Zoals bekend op",
    day="Datum",
    what="Omschrijving",
    invoice="Factuur",
    more="Bij",
    less="Af",
    balance="Saldo",
    opening="Beginsaldo",
    closing="Eindsaldo",
    carried="Transporteren",
    brought="Transport",
    nothing_happened="In deze periode is er niets bij- of afgeboekt.",
    open_items="Openstaand op {until}",
    nothing_open="Er staat niets open.",
    date="Datum",
    due="Vervalt",
    late="Dagen te laat",
    payment_reference="Betalingskenmerk",
    open="Open",
    total="Totaal open",
    ageing=("Nog niet vervallen", "1 – 30 dagen te laat", "31 – 60 dagen", "61 – 90 dagen", "Meer dan 90 dagen"),
    how_to_pay="Betaal elke factuur op de rekening die erop staat, met haar betalingskenmerk.",
    credit_balance="Een bedrag met een min is een tegoed.",
    crossed="Hebt u al betaald? Dan heeft uw betaling dit overzicht gekruist.",
    kinds={
        "invoice": "Factuur",
        "payment": "Betaling",
        "release": "Betaling teruggeboekt",
        "credit": "Creditfactuur {refers_to}",
        "settlement": "Verrekend met {refers_to}",
        "write_off": "Afgeboekt",
        "reversal": "Afboeking teruggedraaid",
    },
    paid_out="Terugbetaald",
    paid_out_release="Terugbetaling teruggeboekt",
    page="Pagina {page} van {pages}",
)

ENGLISH: Final = StatementWords(
    title="Statement of account",
    until="up to {until}",
    made_on="Date",
    period="Period",
    from_the_beginning="from the beginning to {until}",
    account="Account number",
    creditor="Payable to",
    known="As known on",
    day="Date",
    what="Description",
    invoice="Invoice",
    more="Debit",
    less="Credit",
    balance="Balance",
    opening="Opening balance",
    closing="Closing balance",
    carried="Carried forward",
    brought="Brought forward",
    nothing_happened="Nothing was booked in this period.",
    open_items="Open on {until}",
    nothing_open="Nothing is open.",
    date="Date",
    due="Due",
    late="Days late",
    payment_reference="Payment reference",
    open="Open",
    total="Total open",
    ageing=("Not due yet", "1 – 30 days late", "31 – 60 days", "61 – 90 days", "More than 90 days"),
    how_to_pay="Pay each invoice to the account that stands on it, with its payment reference.",
    credit_balance="An amount with a minus is a credit balance.",
    crossed="If you have paid already, your payment has crossed this statement.",
    kinds={
        "invoice": "Invoice",
        "payment": "Payment",
        "release": "Payment returned",
        "credit": "Credit note {refers_to}",
        "settlement": "Set off against {refers_to}",
        "write_off": "Written off",
        "reversal": "Write-off reversed",
    },
    paid_out="Paid back",
    paid_out_release="Repayment returned",
    page="Page {page} of {pages}",
)


def statement_words(language: Language) -> StatementWords:
    """The fixed words of this language."""
    return DUTCH if language == "nl" else ENGLISH


def described(kind: StatementKind, amount: Cents, refers_to: str, language: Language) -> str:
    """What happened, for whoever owes; `amount` is by how much more is to be paid."""
    say = statement_words(language)
    if kind == "payment" and amount > 0:
        return say.paid_out
    if kind == "release" and amount < 0:
        return say.paid_out_release
    return say.kinds[kind].format(refers_to=refers_to)
