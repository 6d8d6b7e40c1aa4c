"""Account numbers as banks write them: IBANs with or without spaces and currency, and numbers of before the IBAN."""

import re

from selfbill.identifiers import dutch_iban, is_iban
from selfbill.intake.bank.oddities import AccountCompleted, NotAnAccount
from selfbill.intake.bank.reasons import MissingPart, NotEuros
from selfbill.refusals import Refusal

_BANK_NAMES = {"TRIODOSBANK": "TRIO"}
"""What stands before the / where it is no BIC."""
_BIC = re.compile(r"([A-Z]{4})NL[0-9][A-Z0-9]")
_NUMBER = re.compile(r"[0-9]{1,10}")
_WITH_CURRENCY = re.compile(r"(.{15,34})([A-Z]{3})")
_MOST_CHARACTERS = 34
"""Of an IBAN, and of any account in ISO 20022; what is longer is no account."""
_DUTCH_IBAN_NUMBER = 8
"""Where the account number begins in a Dutch IBAN."""


def dutch_bank(text: str) -> str:
    """The four letters of the first Dutch BIC in a header, or nothing."""
    match = _BIC.search(text)
    return match[1] if match else ""


def compact(text: str) -> str:
    """Without spaces, in capitals."""
    return "".join(text.split()).upper()


def own_account(text: str, bank: str = "") -> tuple[str, Refusal | None]:
    """The account of a statement, and what is odd about how it is written; `bank` is the code from elsewhere in the file.

    Raises MissingPart where there is none, NotEuros for an IBAN followed by another currency.
    """
    written = compact(text)
    if is_iban(written):
        return written, None
    if (match := _WITH_CURRENCY.fullmatch(written)) and is_iban(match[1]):
        if match[2] != "EUR":
            raise NotEuros(currency=match[2])
        return match[1], None
    before, slash, number = written.rpartition("/")
    if slash:
        bank = _BANK_NAMES.get(before) or dutch_bank(before) or bank
    if bank and _NUMBER.fullmatch(number):
        iban = dutch_iban(bank, number)
        return iban, AccountCompleted(account=written, iban=iban)
    if not 0 < len(number) <= _MOST_CHARACTERS:
        raise MissingPart(name="IBAN")
    return number, NotAnAccount(account=number)


def account_key(account: str) -> str:
    """What an account is recognised by: of a Dutch one the number, which older formats write without the rest of its IBAN."""
    number = account[_DUTCH_IBAN_NUMBER:] if account.startswith("NL") and is_iban(account) else account
    return number.lstrip("0")
