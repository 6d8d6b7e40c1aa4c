"""A SEPA direct debit mandate (incassomachtiging): a debtor lets the agency collect what is owed to it, from one account.

Not to be confused with the billing mandate in `mandate.py`, by which a freelancer lets the agency invoice in their name. Account
and name are sealed with the mandate's own key, which goes when the debtor is forgotten.
"""

import datetime as dt
from typing import Literal

import msgspec
from dateutil.relativedelta import relativedelta

from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.identifiers import is_iban
from selfbill.pricing.terms import Towards
from selfbill.refusals import Refusal
from selfbill.sepa_text import MOST_NAME_CHARACTERS, is_sepa_identifier, sepa_text
from selfbill.values import BatchId, MandateId

MONTHS_WITHOUT_USE = 36
"""A mandate that was not used for 36 months has lapsed (SEPA Core rulebook EPC016-06, section 4.1)."""


class DebtorAccount(msgspec.Struct, frozen=True):
    """From which account is collected, and in whose name it stands; IBAN without spaces."""

    iban: str
    name: str


class DebitMandateSigned(Event, tag="debit_mandate.signed"):
    """The debtor signed on this day, for recurrent collections under the Core scheme."""

    personal = ("account",)
    mandate: MandateId
    towards: Towards
    debtor: str
    account: DebtorAccount | None
    signed_on: dt.date
    expires_on: dt.date
    """The last day on which it may be used when it is not used before."""
    scheme: Literal["CORE"] = "CORE"


class DebitMandateAmended(Event, tag="debit_mandate.amended"):
    """From now on is collected from another account; the bank is told with the next collection."""

    personal = ("account",)
    mandate: MandateId
    account: DebtorAccount | None


class DebitMandateUsed(Event, tag="debit_mandate.used"):
    """A collection was handed to the bank, which keeps the mandate alive."""

    mandate: MandateId
    batch: BatchId
    collection_date: dt.date
    expires_on: dt.date


class DebitMandateBlocked(Event, tag="debit_mandate.blocked"):
    """A return showed that it cannot be used as it stands: somebody must look at it first."""

    mandate: MandateId
    code: str
    reason: str


class DebitMandateUnblocked(Event, tag="debit_mandate.unblocked"):
    mandate: MandateId
    reason: str


class DebitMandateRevoked(Event, tag="debit_mandate.revoked"):
    mandate: MandateId
    on: dt.date
    reason: str


class DebitMandateExpired(Event, tag="debit_mandate.expired"):
    """It was not used for 36 months."""

    mandate: MandateId
    on: dt.date


class DebitMandate(msgspec.Struct, frozen=True):
    """What the debtor signed, and whether it may be used."""

    mandate: MandateId = MandateId("")
    towards: Towards = "freelancer"
    debtor: str = ""
    account: DebtorAccount | None = None
    signed_on: dt.date = dt.date.max
    expires_on: dt.date = dt.date.min
    ended_on: dt.date | None = None
    """Revoked or lapsed."""
    blocked: str | None = None
    """The code of the return that blocked it."""
    is_amended: bool = False
    """Whether the bank does not know of the account yet."""


def evolve(mandate: DebitMandate, event: Event) -> DebitMandate:
    """The mandate after this event."""
    replace = msgspec.structs.replace
    match event:
        case DebitMandateSigned():
            return DebitMandate(
                mandate=event.mandate,
                towards=event.towards,
                debtor=event.debtor,
                account=event.account,
                signed_on=event.signed_on,
                expires_on=event.expires_on,
            )
        case DebitMandateAmended():
            return replace(mandate, account=event.account, is_amended=True, blocked=None)
        case DebitMandateUsed():
            return replace(mandate, expires_on=event.expires_on, is_amended=False)
        case DebitMandateBlocked():
            return replace(mandate, blocked=event.code)
        case DebitMandateUnblocked():
            return replace(mandate, blocked=None)
        case DebitMandateRevoked() | DebitMandateExpired():
            return replace(mandate, ended_on=event.on)
        case _:
            return mandate


class NotAMandateId(Refusal):
    code = "not_a_mandate_id"
    nl = "'{mandate}' kan geen machtigingskenmerk zijn: gebruik hooguit 35 letters, cijfers en streepjes, zonder spaties."
    en = "'{mandate}' cannot be a mandate id: use at most 35 letters, digits and dashes, without spaces."


class MandateIdTaken(Refusal):
    code = "mandate_id_taken"
    nl = "Machtigingskenmerk {mandate} is al gebruikt. Kies een ander, of wijzig de rekening met: selfbill debit mandate amend."
    en = "Mandate id {mandate} was used before. Choose another, or change the account with: selfbill debit mandate amend."


class NotADebtorAccount(Refusal):
    code = "not_a_debtor_account"
    nl = "'{iban}' is geen geldig IBAN. Neem het over van de ondertekende machtiging."
    en = "'{iban}' is no valid IBAN. Copy it from the signed mandate."


class UnusableAccountName(Refusal):
    code = "unusable_account_name"
    nl = "De naam op machtiging {mandate} houdt in bankschrift geen teken over. Geef de naam van de rekeninghouder in gewone letters."
    en = "The name on mandate {mandate} has no character left as banks write it. Give the account holder's name in plain letters."


class SignedInTheFuture(Refusal):
    code = "signed_in_the_future"
    nl = "Machtiging {mandate} kan niet op {signed_on} zijn ondertekend; dat moet nog komen."
    en = "Mandate {mandate} cannot have been signed on {signed_on}, which has yet to come."


class DebitMandateLapsed(Refusal):
    code = "debit_mandate_lapsed"
    nl = "Machtiging {mandate} is na {expires_on} vervallen: 36 maanden niet gebruikt. Laat een nieuwe ondertekenen."
    en = "Mandate {mandate} lapsed after {expires_on}: not used for 36 months. Have a new one signed."


class UnknownDebitMandate(Refusal):
    code = "unknown_debit_mandate"
    nl = "Machtiging {mandate} bestaat niet bij dit bureau. Kijk met: selfbill debit mandate list."
    en = "This agency has no mandate {mandate}. Look with: selfbill debit mandate list."


class DebitMandateEnded(Refusal):
    code = "debit_mandate_ended"
    nl = "Machtiging {mandate} geldt sinds {ended_on} niet meer. Laat een nieuwe ondertekenen."
    en = "Mandate {mandate} does not hold since {ended_on}. Have a new one signed."


class DebitMandateHeld(Refusal):
    code = "debit_mandate_held"
    nl = "Machtiging {mandate} is geblokkeerd na storno {returned}. Overleg met de debiteur en geef een ander IBAN (amend), of hef de blokkade op (unblock)."
    en = "Mandate {mandate} is blocked after return {returned}. Ask the debtor and give another IBAN (amend), or lift the block (unblock)."


class DebtorForgotten(Refusal):
    code = "debtor_forgotten"
    nl = "De rekening van machtiging {mandate} is gewist, want {debtor} is vergeten. Er kan niet meer worden geïncasseerd."
    en = "The account of mandate {mandate} was erased, because {debtor} was forgotten. Nothing can be collected any more."


class ReasonMissing(Refusal):
    code = "debit_reason_missing"
    nl = "Schrijf erbij waarom: wie dit later leest, moet het begrijpen."
    en = "Say why: whoever reads this later must understand it."


def sign(
    known: DebitMandate,
    *,
    mandate: MandateId,
    towards: Towards,
    debtor: str,
    account: DebtorAccount,
    signed_on: dt.date,
    today: dt.date,
) -> DebitMandateSigned | AlreadyDoneType:
    """The debtor gave a signed mandate.

    Raises MandateIdTaken, NotAMandateId, NotADebtorAccount, UnusableAccountName, SignedInTheFuture, DebitMandateLapsed, CitizenNumber.
    """
    if known.mandate:
        if (known.towards, known.debtor, known.account, known.signed_on) == (towards, debtor, account, signed_on):
            return AlreadyDone
        raise MandateIdTaken(mandate=mandate)
    if not is_sepa_identifier(mandate) or mandate != mandate.upper():
        raise NotAMandateId(mandate=mandate)
    refuse_citizen_number(reference=mandate)
    _check_account(mandate, account)
    if signed_on > today:
        raise SignedInTheFuture(mandate=mandate, signed_on=signed_on)
    expires_on = last_day_of_use(signed_on)
    if expires_on < today:
        raise DebitMandateLapsed(mandate=mandate, expires_on=expires_on)
    return DebitMandateSigned(
        mandate=mandate,
        towards=towards,
        debtor=debtor,
        account=account,
        signed_on=signed_on,
        expires_on=expires_on,
    )


def amend(known: DebitMandate, *, mandate: MandateId, account: DebtorAccount) -> DebitMandateAmended | AlreadyDoneType:
    """The debtor changed to another account; this lifts a block. Raises UnknownDebitMandate, DebitMandateEnded and as `sign`."""
    _require_running(known, mandate)
    if known.account == account:
        return AlreadyDone
    _check_account(mandate, account)
    return DebitMandateAmended(mandate=mandate, account=account)


def tell_again(known: DebitMandate) -> DebitMandateAmended | AlreadyDoneType:
    """The file in which the bank was told of another account never counted, so the next one tells it again."""
    if known.account is None or known.is_amended or known.blocked is not None or known.ended_on is not None:
        return AlreadyDone
    return DebitMandateAmended(mandate=known.mandate, account=known.account)


def revoke(
    known: DebitMandate, *, mandate: MandateId, today: dt.date, reason: str
) -> DebitMandateRevoked | AlreadyDoneType:
    """The debtor took the mandate back. Raises UnknownDebitMandate, ReasonMissing, CitizenNumber."""
    if not known.mandate:
        raise UnknownDebitMandate(mandate=mandate)
    if known.ended_on is not None:
        return AlreadyDone
    require_reason(reason)
    return DebitMandateRevoked(mandate=mandate, on=today, reason=reason)


def block(known: DebitMandate, *, code: str, reason: str) -> DebitMandateBlocked | AlreadyDoneType:
    """A return showed that somebody must look at this mandate first."""
    if known.blocked is not None or known.ended_on is not None or not known.mandate:
        return AlreadyDone
    return DebitMandateBlocked(mandate=known.mandate, code=code, reason=reason)


def unblock(known: DebitMandate, *, mandate: MandateId, reason: str) -> DebitMandateUnblocked | AlreadyDoneType:
    """Somebody looked, and it may be used again. Raises UnknownDebitMandate, DebitMandateEnded, ReasonMissing, CitizenNumber."""
    _require_running(known, mandate)
    if known.blocked is None:
        return AlreadyDone
    require_reason(reason)
    return DebitMandateUnblocked(mandate=mandate, reason=reason)


def use(known: DebitMandate, *, batch: BatchId, collection_date: dt.date) -> DebitMandateUsed:
    """A collection under it was handed to the bank."""
    return DebitMandateUsed(
        mandate=known.mandate,
        batch=batch,
        collection_date=collection_date,
        expires_on=last_day_of_use(max(collection_date, known.signed_on)),
    )


def expire(known: DebitMandate, *, today: dt.date) -> DebitMandateExpired | AlreadyDoneType:
    """Puts down that it was not used for 36 months."""
    if known.ended_on is not None or today <= known.expires_on or not known.mandate:
        return AlreadyDone
    return DebitMandateExpired(mandate=known.mandate, on=today)


def require_usable(known: DebitMandate, *, on: dt.date) -> DebtorAccount:
    """The account from which may be collected on this day.

    Raises DebitMandateEnded, DebitMandateLapsed, DebitMandateHeld, DebtorForgotten.
    """
    if known.ended_on is not None:
        raise DebitMandateEnded(mandate=known.mandate, ended_on=known.ended_on)
    if on > known.expires_on:
        raise DebitMandateLapsed(mandate=known.mandate, expires_on=known.expires_on)
    if known.blocked is not None:
        raise DebitMandateHeld(mandate=known.mandate, returned=known.blocked)
    if known.account is None:
        raise DebtorForgotten(mandate=known.mandate, debtor=known.debtor)
    return known.account


def last_day_of_use(since: dt.date) -> dt.date:
    """36 months after the signature or the last collection."""
    return since + relativedelta(months=MONTHS_WITHOUT_USE)


def _require_running(known: DebitMandate, mandate: MandateId) -> None:
    if not known.mandate:
        raise UnknownDebitMandate(mandate=mandate)
    if known.ended_on is not None:
        raise DebitMandateEnded(mandate=mandate, ended_on=known.ended_on)


def _check_account(mandate: MandateId, account: DebtorAccount) -> None:
    if not is_iban(account.iban):
        raise NotADebtorAccount(iban=account.iban)
    if not sepa_text(account.name, MOST_NAME_CHARACTERS):
        raise UnusableAccountName(mandate=mandate)
    refuse_citizen_number(name=account.name)


def require_reason(reason: str) -> None:
    """Raises ReasonMissing or CitizenNumber."""
    if not reason.strip():
        raise ReasonMissing
    refuse_citizen_number(reason=reason)
