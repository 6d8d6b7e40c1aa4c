"""How payments are called by people: their states, the rules that matched them, and what speaks for that."""

from collections.abc import Iterable

from selfbill.aggregates.payment import PaymentState
from selfbill.cli.terminal import Terminal
from selfbill.matching.outcome import Certainty, Reason, Sign

_STATES = {
    PaymentState.RECEIVED: ("te verwerken", "to be matched"),
    PaymentState.PROPOSED: ("voorstel", "proposal"),
    PaymentState.UNMATCHED: ("uitzoeken", "to be looked into"),
    PaymentState.ALLOCATED: ("verwerkt", "allocated"),
    PaymentState.SET_ASIDE: ("terzijde", "set aside"),
    PaymentState.REPLACED: ("vervangen", "replaced"),
}
_RULES = {
    "": ("door een medewerker", "by staff"),
    "direct_debit": ("onze incasso", "our direct debit"),
    "creditor": ("volgens de schuldeiser", "as the creditor says"),
    "rest_of_return": ("rest na terugboeking", "rest after a return"),
}

_REASONS = {reason.value: reason for reason in Reason}
_CERTAINTIES = {certainty.value: certainty for certainty in Certainty}
_SIGNS = {sign.value: sign for sign in Sign}


def state(terminal: Terminal, value: PaymentState) -> str:
    """What is to be done with a payment."""
    return terminal.pick(*_STATES[value])


def rule(terminal: Terminal, value: str) -> str:
    """Why a payment was allocated or not: a rule of matching, or what a person wrote."""
    if value in _RULES:
        return terminal.pick(*_RULES[value])
    reason = _REASONS.get(value)
    if reason is None:
        return value
    words = reason.words(terminal.language)
    before, _, after = words.partition("{text}")
    return (before.rstrip(" :") + after) if after else words


def certainty(terminal: Terminal, value: str) -> str:
    """How sure a match is."""
    return _CERTAINTIES[value].words(terminal.language)


def signs(terminal: Terminal, values: Iterable[str]) -> str:
    """What speaks for a match and against it."""
    return ", ".join(_SIGNS[value].words(terminal.language) for value in values)
