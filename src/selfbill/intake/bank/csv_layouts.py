"""The columns of the banks' CSV, by the names in their headers.

The banks publish no description; these names are those of their downloads of the last years, in Dutch and English. ABN AMRO's
file has no header, only an order.
"""

from collections.abc import Mapping, Sequence

import msgspec


class Layout(msgspec.Struct, frozen=True):
    """One bank's file: which header means what. A column may have several names; several columns may be one text."""

    bank: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    """By these a file is recognised."""
    newest_first: bool
    """In which order rows stand where neither dates nor balances tell."""

    def find(self, header: Sequence[str]) -> dict[str, list[int]]:
        """Where each column stands in this header; empty where this is not the bank's file."""
        places: dict[str, list[int]] = {}
        for at, name in enumerate(header):
            for column, names in self.columns.items():
                if name.strip().casefold() in names:
                    places.setdefault(column, []).append(at)
        return places if all(column in places for column in self.required) else {}


ING = Layout(
    bank="ING",
    columns={
        "booked": ("datum", "date"),
        "name": ("naam / omschrijving", "name / description"),
        "account": ("rekening", "account"),
        "iban": ("tegenrekening", "counterparty"),
        "code": ("code",),
        "direction": ("af bij", "debit/credit"),
        "amount": ("bedrag (eur)", "amount (eur)"),
        "information": ("mededelingen", "notifications"),
        "balance": ("saldo na mutatie", "resulting balance"),
    },
    required=("booked", "account", "direction", "amount", "information"),
    newest_first=True,
)

RABOBANK = Layout(
    bank="Rabobank",
    columns={
        "account": ("iban/bban",),
        "currency": ("munt", "ccy"),
        "bank_reference": ("volgnr", "seq no"),
        "booked": ("datum", "date"),
        "valued": ("rentedatum", "value date"),
        "amount": ("bedrag", "amount"),
        "balance": ("saldo na trn", "bal after bkng"),
        "iban": ("tegenrekening iban/bban", "counterpty iban/bban"),
        "name": ("naam tegenpartij", "name counterpty"),
        "ultimate": ("naam uiteindelijke partij", "name ultimate pty"),
        "code": ("code",),
        "batch_id": ("batch id",),
        "end_to_end_id": ("transactiereferentie", "transaction reference"),
        "mandate_id": ("machtigingskenmerk", "mandate reference"),
        "creditor_id": ("incassant id", "collector id"),
        "reference": ("betalingskenmerk", "payment reference"),
        "text": (
            *("omschrijving-1", "omschrijving-2", "omschrijving-3"),
            *("description-1", "description-2", "description-3"),
        ),
        "return_code": ("reden retour", "reasoncode"),
    },
    required=("account", "currency", "booked", "amount", "balance", "text"),
    newest_first=False,
)

ABN_AMRO = Layout(
    bank="ABN AMRO",
    columns={
        "account": ("accountnumber", "rekeningnummer"),
        "currency": ("mutationcode", "muntsoort"),
        "booked": ("transactiondate", "transactiedatum"),
        "valued": ("valuedate", "rentedatum"),
        "balance_before": ("startsaldo", "beginsaldo"),
        "balance": ("endsaldo", "eindsaldo"),
        "amount": ("amount", "transactiebedrag"),
        "information": ("description", "omschrijving"),
    },
    required=("account", "currency", "booked", "balance_before", "balance", "amount", "information"),
    newest_first=False,
)

ABN_AMRO_ORDER = ("account", "currency", "booked", "balance_before", "balance", "valued", "amount", "information")
"""Of the file without a header (TXT...TAB)."""

BUNQ = Layout(
    bank="bunq",
    columns={
        "booked": ("date", "datum"),
        "valued": ("interest date", "rentedatum"),
        "amount": ("amount", "bedrag"),
        "account": ("account", "rekening"),
        "iban": ("counterparty", "tegenrekening", "tegenpartij"),
        "name": ("name", "naam"),
        "text": ("description", "omschrijving"),
    },
    required=("booked", "amount", "account", "iban", "name", "text"),
    newest_first=True,
)

KNAB = Layout(
    bank="Knab",
    columns={
        "account": ("rekeningnummer",),
        "transaction_day": ("transactiedatum",),
        "booked": ("boekdatum",),
        "valued": ("valutadatum",),
        "currency": ("valutacode",),
        "direction": ("creditdebet",),
        "amount": ("bedrag",),
        "iban": ("tegenrekeningnummer",),
        "name": ("tegenrekeninghouder",),
        "code": ("betaalwijze",),
        "text": ("omschrijving",),
        "mandate_id": ("machtigingsnummer",),
        "creditor_id": ("incassant id",),
        "reference": ("betalingskenmerk",),
        "bank_reference": ("referentie",),
    },
    required=("account", "transaction_day", "direction", "amount", "iban", "text"),
    newest_first=True,
)

LAYOUTS = (ING, RABOBANK, ABN_AMRO, KNAB, BUNQ)
