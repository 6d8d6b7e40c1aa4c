"""The fixed labels of our documents, in Dutch and in English."""

from typing import Final

import msgspec

from selfbill.refusals import Language


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """Labels and headings in one language."""

    invoice: str
    commission_invoice: str
    credit_note: str
    credits: str
    invoice_date: str
    due_date: str
    period: str
    reference: str
    number_of: str
    account_number: str
    customer: str
    kvk: str
    vat_id: str
    attention: str
    week: str
    description: str
    surcharge: str
    quantity: str
    unit_price: str
    vat: str
    amount: str
    travel: str
    per_km: str
    exempt: str
    service: str
    placement: str
    subtotal: str
    subtotal_exempt: str
    vat_exempt: str
    vat_over: str
    total_due: str
    total_credit: str
    hours_total: str
    kilometres_total: str
    to_pay: str
    pay_before: str
    iban: str
    holder: str
    payment_reference: str
    settled: str
    page: str
    budget: str
    law: str
    svb_number: str
    agreement: str
    agreement_from: str
    max_rate: str
    per_hour: str
    annex: str
    annex_to: str
    budget_holder: str
    carer: str
    date: str
    start: str
    end: str
    break_: str
    hours: str
    kilometres: str
    total: str
    next_day: str
    none: str


DUTCH: Final = Words(
    invoice="Factuur",
    commission_invoice="Provisiefactuur",
    credit_note="Creditfactuur",
    credits="Creditering van factuur {number} van {date}",
    invoice_date="Factuurdatum",
    due_date="Vervaldatum",
    period="Periode",
    reference="Kenmerk plaatsing",
    number_of="{word}nummer",
    account_number="Relatienummer",
    customer="klant",
    kvk="KvK",
    vat_id="Btw-id",
    attention="t.a.v. {name}",
    week="Week",
    description="Omschrijving",
    surcharge="Toeslag",
    quantity="Aantal",
    unit_price="Tarief",
    vat="Btw",
    amount="Bedrag",
    travel="Reiskosten",
    per_km="{price}/km",
    exempt="vrijgesteld",
    service="Dienst",
    placement="plaatsing {reference}",
    subtotal="Subtotaal {rate} btw",
    subtotal_exempt="Subtotaal vrijgesteld van btw",
    vat_exempt="Btw over vrijgestelde diensten",
    vat_over="Btw {rate} over {base}",
    total_due="Totaal te betalen",
    total_credit="Totaal gecrediteerd",
    hours_total="Totaal uren",
    kilometres_total="Totaal kilometers",
    to_pay="Te betalen",
    pay_before="Uiterlijk op",
    iban="IBAN",
    holder="t.n.v. {name}",
    payment_reference="Betalingskenmerk",
    settled="Dit bedrag wordt verrekend met openstaande facturen of aan u terugbetaald.",
    page="Pagina {page} van {pages}",
    budget="Persoonsgebonden budget",
    law="Wet",
    svb_number="SVB-klantnummer",
    agreement="Zorgovereenkomst",
    agreement_from="vanaf {first}",
    max_rate="Maximumtarief",
    per_hour="{price} per uur",
    annex="Urenspecificatie",
    annex_to="bij factuur {number} van {date}",
    budget_holder="Budgethouder",
    carer="Zorgverlener",
    date="Datum",
    start="Begin",
    end="Einde",
    break_="Pauze",
    hours="Uren",
    kilometres="Kilometers",
    total="Totaal",
    next_day="+1: einde op de volgende dag",
    none="–",
)

ENGLISH: Final = Words(
    invoice="Invoice",
    commission_invoice="Commission invoice",
    credit_note="Credit note",
    credits="Credits invoice {number} of {date}",
    invoice_date="Invoice date",
    due_date="Due date",
    period="Period",
    reference="Placement reference",
    number_of="{word} number",
    account_number="Account number",
    customer="customer",
    kvk="Chamber of Commerce",
    vat_id="VAT ID",
    attention="attn. {name}",
    week="Week",
    description="Description",
    surcharge="Surcharge",
    quantity="Quantity",
    unit_price="Rate",
    vat="VAT",
    amount="Amount",
    travel="Travel expenses",
    per_km="{price}/km",
    exempt="exempt",
    service="Service",
    placement="placement {reference}",
    subtotal="Subtotal {rate} VAT",
    subtotal_exempt="Subtotal exempt from VAT",
    vat_exempt="VAT on exempt services",
    vat_over="VAT {rate} on {base}",
    total_due="Total due",
    total_credit="Total credited",
    hours_total="Total hours",
    kilometres_total="Total kilometres",
    to_pay="To pay",
    pay_before="Not later than",
    iban="IBAN",
    holder="in the name of {name}",
    payment_reference="Payment reference",
    settled="This amount will be set off against open invoices or refunded to you.",
    page="Page {page} of {pages}",
    budget="Personal budget (PGB)",
    law="Act",
    svb_number="SVB customer number",
    agreement="Care agreement",
    agreement_from="from {first}",
    max_rate="Maximum rate",
    per_hour="{price} per hour",
    annex="Hours specification",
    annex_to="to invoice {number} of {date}",
    budget_holder="Budget holder",
    carer="Care provider",
    date="Date",
    start="Start",
    end="End",
    break_="Break",
    hours="Hours",
    kilometres="Kilometres",
    total="Total",
    next_day="+1: ends on the following day",
    none="–",
)


def words(language: Language) -> Words:
    """The fixed words of this language."""
    return DUTCH if language == "nl" else ENGLISH
