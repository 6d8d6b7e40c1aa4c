"""A debtor of the agency's commission: which direct debit mandates were given, the last of which counts."""

import msgspec

from selfbill.aggregates.direct_debit_mandate import DebitMandate
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.pricing.terms import Towards
from selfbill.refusals import Refusal
from selfbill.values import MandateId


class DebitMandateGiven(Event, tag="debtor.debit_mandate_given"):
    """From now on this debtor's commission is collected under this mandate."""

    towards: Towards
    debtor: str
    mandate: MandateId


class Debtor(msgspec.Struct, frozen=True):
    """All mandates that were ever given, oldest first."""

    mandates: tuple[MandateId, ...] = ()


def evolve(debtor: Debtor, event: Event) -> Debtor:
    """The debtor after this event."""
    return Debtor((*debtor.mandates, event.mandate)) if isinstance(event, DebitMandateGiven) else debtor


class NoDebitMandate(Refusal):
    code = "no_debit_mandate"
    nl = "{debtor} heeft geen incassomachtiging gegeven. Leg er een vast met: selfbill debit mandate sign {debtor}."
    en = "{debtor} gave no direct debit mandate. Record one with: selfbill debit mandate sign {debtor}."


class DebitMandateRunning(Refusal):
    """Two mandates at once would leave open under which of them is collected."""

    code = "debit_mandate_running"
    nl = "{debtor} heeft al machtiging {mandate}. Wijzig daarvan de rekening (amend), of trek haar eerst in (revoke)."
    en = "{debtor} has mandate {mandate} already. Change its account (amend), or revoke it first."


def give(
    debtor: Debtor, *, towards: Towards, code: str, mandate: MandateId, current: DebitMandate | None
) -> DebitMandateGiven | AlreadyDoneType:
    """A mandate becomes the one that counts; `current` is the last before it. Raises DebitMandateRunning."""
    if mandate in debtor.mandates:
        return AlreadyDone
    if current is not None and current.ended_on is None:
        raise DebitMandateRunning(debtor=code, mandate=current.mandate)
    return DebitMandateGiven(towards=towards, debtor=code, mandate=mandate)


def current_mandate(debtor: Debtor, code: str) -> MandateId:
    """The mandate that counts. Raises NoDebitMandate."""
    if not debtor.mandates:
        raise NoDebitMandate(debtor=code)
    return debtor.mandates[-1]
