"""By what right the agency collects: its own identification as a creditor, and the mandates of its debtors."""

import datetime as dt

from selfbill.aggregates import creditor as creditors
from selfbill.aggregates import direct_debit_mandate as mandates
from selfbill.aggregates.agency import Agency
from selfbill.aggregates.catalogue import (
    AGENCY,
    CREDITOR,
    customer_stream,
    debit_mandate_stream,
    debtor_stream,
    freelancer_stream,
)
from selfbill.aggregates.creditor import FILE_DAYS, NOTICE_DAYS, CreditorDetails
from selfbill.aggregates.debtor import Debtor, give
from selfbill.aggregates.direct_debit_mandate import DebitMandate, DebtorAccount
from selfbill.aggregates.party import Party, UnknownParty
from selfbill.application.office import Decision, Office, Outcome, carry_out, change
from selfbill.moments import local_date
from selfbill.pricing.terms import Towards
from selfbill.values import CustomerCode, FreelancerCode, MandateId


def identify_creditor(
    office: Office,
    *,
    identifier: str,
    iban: str | None = None,
    bic: str | None = None,
    notice_days: int = NOTICE_DAYS,
    file_days: int = FILE_DAYS,
    command_id: str | None = None,
) -> Outcome:
    """The agency states under which identifier it collects, to its own account unless another is given.

    `notice_days` are calendar days, `file_days` business days before the collection date. Raises what `creditor.identify` refuses,
    and UnknownParty while the agency itself is not set up.
    """

    def decide() -> Decision:
        loaded = office.streams.load_many([AGENCY, CREDITOR])
        agency: Agency = loaded[AGENCY].state
        if agency.details is None:
            raise UnknownParty(code=AGENCY)
        account = compact(iban or agency.details.iban)
        details = CreditorDetails(
            identifier=compact(identifier),
            name=agency.details.name,
            iban=account,
            bic=compact(bic) if bic else creditors.bic_of(account),
            notice_days=notice_days,
            file_days=file_days,
        )
        return Decision(change(CREDITOR, loaded[CREDITOR], creditors.identify(loaded[CREDITOR].state, details=details)))

    return carry_out(office, decide, command_id=command_id)


def sign_mandate(
    office: Office,
    *,
    towards: Towards,
    debtor: str,
    signed_on: dt.date,
    mandate: MandateId | None = None,
    iban: str | None = None,
    name: str | None = None,
    command_id: str | None = None,
) -> Outcome:
    """A debtor gave a signed mandate; without a mandate id it gets the next of its own, without account that of the party.

    Raises NoCreditorIdentifier, UnknownParty, DebitMandateRunning and what `direct_debit_mandate.sign` refuses.
    """
    roster, party_stream = debtor_stream(towards, debtor), party_stream_of(towards, debtor)

    def decide() -> Decision:
        loaded = office.streams.load_many([CREDITOR, roster, party_stream])
        creditors.require(loaded[CREDITOR].state)
        if loaded[party_stream].version == 0:
            raise UnknownParty(code=debtor)
        given: Debtor = loaded[roster].state
        name_of = MandateId(compact(mandate) if mandate else f"INC-{debtor.upper()}-{len(given.mandates) + 1}")
        stream = debit_mandate_stream(name_of)
        before = [debit_mandate_stream(each) for each in given.mandates[-1:]]
        states = office.streams.load_many([stream, *before])
        current: DebitMandate | None = states[before[0]].state if before else None
        account = _account(loaded[party_stream].state, iban, name)
        signed = mandates.sign(
            states[stream].state,
            mandate=name_of,
            towards=towards,
            debtor=debtor,
            account=account,
            signed_on=signed_on,
            today=local_date(office.clock.now()),
        )
        listed = give(given, towards=towards, code=debtor, mandate=name_of, current=current)
        return Decision(
            [*change(stream, states[stream], signed), *change(roster, loaded[roster], listed)],
            unchanged={each: states[each].version for each in before if each != stream},
        )

    return carry_out(office, decide, command_id=command_id)


def amend_mandate(
    office: Office,
    *,
    mandate: MandateId,
    iban: str,
    name: str | None = None,
    command_id: str | None = None,
) -> Outcome:
    """The debtor changed to another account, in the same name unless another is given. Raises what `amend` refuses."""
    stream = debit_mandate_stream(mandate)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        known: DebitMandate = loaded.state
        account = DebtorAccount(compact(iban), name or (known.account.name if known.account else ""))
        return Decision(change(stream, loaded, mandates.amend(known, mandate=mandate, account=account)))

    return carry_out(office, decide, command_id=command_id)


def revoke_mandate(office: Office, *, mandate: MandateId, reason: str, command_id: str | None = None) -> Outcome:
    """The debtor took the mandate back; what is planned under it is dropped when its batch is made. Raises what `revoke` refuses."""
    stream = debit_mandate_stream(mandate)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        today = local_date(office.clock.now())
        return Decision(
            change(stream, loaded, mandates.revoke(loaded.state, mandate=mandate, today=today, reason=reason))
        )

    return carry_out(office, decide, command_id=command_id)


def unblock_mandate(office: Office, *, mandate: MandateId, reason: str, command_id: str | None = None) -> Outcome:
    """After a return somebody looked at the mandate: it may be used again. Raises what `unblock` refuses."""
    stream = debit_mandate_stream(mandate)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        return Decision(change(stream, loaded, mandates.unblock(loaded.state, mandate=mandate, reason=reason)))

    return carry_out(office, decide, command_id=command_id)


def expire_mandate(office: Office, *, mandate: MandateId) -> Outcome:
    """Puts down that a mandate was not used for 36 months; AlreadyDone when it was after all."""
    stream = debit_mandate_stream(mandate)

    def decide() -> Decision:
        loaded = office.streams.load(stream)
        return Decision(change(stream, loaded, mandates.expire(loaded.state, today=local_date(office.clock.now()))))

    return carry_out(office, decide)


def party_stream_of(towards: Towards, code: str) -> str:
    """The stream of the party behind a debtor."""
    return freelancer_stream(FreelancerCode(code)) if towards == "freelancer" else customer_stream(CustomerCode(code))


def compact(text: str) -> str:
    """An identifier as it is kept: without spaces, in upper case."""
    return "".join(text.split()).upper()


def _account(party: Party, iban: str | None, name: str | None) -> DebtorAccount:
    details = party.details
    known_iban, known_name = (details.iban, details.name) if details is not None else (None, None)
    return DebtorAccount(compact(iban or known_iban or ""), name or known_name or "")
