"""All kinds of streams: how each is named, which events stand in it, and how they fold into a state.

A stream's name starts with its kind: `agency`, `freelancer:Z01`, `customer:K01`, `mandate:Z01`, `placement:P01`,
`timesheet:P01:2026-W12`, `invoice:Z01-2026-0001`, `roster:Z01`, `series:Z01`, `commission-series`, `prefix:Z01`, `creditor`,
`debtor:freelancer:Z01`, `debit-mandate:INC-Z01-1`, `debit-batch:20261201-1`, `user:anna.visser`, `login:` with a keyed hash.
"""

import datetime as dt
from collections.abc import Mapping

from selfbill.aggregates import (
    account,
    agency,
    bank_account,
    creditor,
    debtor,
    direct_debit_batch,
    direct_debit_mandate,
    invoice,
    mandate,
    party,
    payment,
    placement,
    roster,
    series,
    timesheet,
)
from selfbill.aggregates.event import Event, tag_of
from selfbill.aggregates.kind import Kind
from selfbill.pricing.terms import Towards
from selfbill.values import (
    BatchId,
    CustomerCode,
    FreelancerCode,
    InvoiceNumber,
    IsoWeek,
    MandateId,
    PaymentId,
    PlacementCode,
    UserCode,
)

AGENCY = "agency"
COMMISSION_SERIES = "commission-series"
CREDITOR = "creditor"


def freelancer_stream(code: FreelancerCode) -> str:
    return f"freelancer:{code}"


def customer_stream(code: CustomerCode) -> str:
    return f"customer:{code}"


def mandate_stream(code: FreelancerCode) -> str:
    return f"mandate:{code}"


def placement_stream(code: PlacementCode) -> str:
    return f"placement:{code}"


def timesheet_stream(placement_code: PlacementCode, week: IsoWeek) -> str:
    return f"timesheet:{placement_code}:{week}"


def invoice_stream(number: InvoiceNumber) -> str:
    return f"invoice:{number}"


def roster_stream(code: FreelancerCode) -> str:
    return f"roster:{code}"


def series_stream(code: FreelancerCode) -> str:
    return f"series:{code}"


def prefix_stream(prefix: str) -> str:
    return f"prefix:{series.prefix_key(prefix)}"


def debtor_stream(towards: Towards, code: str) -> str:
    return f"debtor:{towards}:{code}"


def account_stream(owner: str) -> str:
    """Of the bank accounts of a freelancer (by code) or of the agency (`agency`)."""
    return f"account:{owner}"


def bank_day_stream(owner: str, day: dt.date) -> str:
    return f"bank-day:{owner}:{day}"


def payment_stream(payment: PaymentId) -> str:
    return f"payment:{payment}"


def debit_mandate_stream(mandate_id: MandateId) -> str:
    return f"debit-mandate:{mandate_id}"


def debit_batch_stream(batch: BatchId) -> str:
    return f"debit-batch:{batch}"


def user_stream(code: UserCode) -> str:
    return f"user:{code}"


def login_stream(pseudonym: str) -> str:
    """Of a way in; the pseudonym is what `Keyring.pseudonym` makes of an e-mail address or a foreign identity."""
    return f"login:{pseudonym}"


KINDS: Mapping[str, Kind] = {
    "agency": Kind(agency.Agency(), agency.evolve),
    "account": Kind(bank_account.BankAccount(), bank_account.evolve),
    "bank-day": Kind(bank_account.BankDay(), bank_account.evolve_day),
    "payment": Kind(payment.Payment(), payment.evolve),
    "freelancer": Kind(party.Party(), party.evolve),
    "customer": Kind(party.Party(), party.evolve),
    "mandate": Kind(mandate.Mandate(), mandate.evolve),
    "placement": Kind(placement.Placement(), placement.evolve),
    "timesheet": Kind(timesheet.Timesheet(), timesheet.evolve),
    "invoice": Kind(invoice.Invoice(), invoice.evolve),
    "roster": Kind(roster.Roster(), roster.evolve),
    "series": Kind(series.Series(), series.evolve),
    COMMISSION_SERIES: Kind(series.Series(), series.evolve),
    "prefix": Kind(series.Prefix(), series.evolve_prefix),
    CREDITOR: Kind(creditor.Creditor(), creditor.evolve),
    "debtor": Kind(debtor.Debtor(), debtor.evolve),
    "debit-mandate": Kind(direct_debit_mandate.DebitMandate(), direct_debit_mandate.evolve),
    "debit-batch": Kind(direct_debit_batch.Batch(), direct_debit_batch.evolve),
    "user": Kind(account.User(), account.evolve),
    "login": Kind(account.Login(), account.evolve_login),
}


def all_events() -> tuple[type[Event], ...]:
    """Every event class of this house, in order of tag."""
    ours = (event for event in Event.__subclasses__() if event.__module__.startswith("selfbill."))
    return tuple(sorted(ours, key=tag_of))
