"""By what a booking is recognised in another file: the same day in camt and in CSV, a statement that is sent again.

The identity is made of the account, the booking date, the amount, the account number of the counterparty, the digits of the
reference and the text, and which of several that are equal in all of these it is within its file. Letters are left out:
formats cut them, wrap them and write them in other alphabets, but invoice numbers are digits and survive. References of the
bank and end-to-end ids are left out because not every format has them.

What it cannot do:
- A batch that camt shows as payments is one booking in MT940 and CSV, with another amount: these differ, and only
  `Batch.total` on the same day tells that they belong together.
- A format without the counterparty's account (MT940 of SNS for some bookings, card payments), or a bank that puts a time
  or a card number into the text of one format only, makes another identity.
- MT940 without an entry date has the value date for its booking date.
- Two payments of the same day that are equal in everything and stand in two files, such as two pages of a day that are
  sent apart, are taken for one. Within one file they are two.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

import msgspec

from selfbill.intake.bank.accounts import account_key
from selfbill.intake.bank.statement import Details, Entry, Statement

IDENTITY_CHARACTERS = 32
"""128 bits of a SHA-256: no two bookings of a lifetime meet by chance. Nothing in it names a person."""


def with_identities(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements of one file, each entry with its identity."""
    seen: Counter[str] = Counter()

    def identified(account: str, entry: Entry) -> Entry:
        facts = f"{account}|{entry.booked}|{entry.amount}|{account_key(entry.iban)}|{_digits(entry)}"
        seen[facts] += 1
        identity = hashlib.sha256(f"{facts}|{seen[facts]}".encode()).hexdigest()[:IDENTITY_CHARACTERS]
        return msgspec.structs.replace(entry, identity=identity)

    return tuple(
        msgspec.structs.replace(
            statement, entries=tuple(identified(statement.account, entry) for entry in statement.entries)
        )
        for statement in statements
    )


def _digits(details: Details) -> str:
    """Of the text and the structured reference; where the text repeats the reference, once."""
    reference, text = _only_digits(details.reference), _only_digits(details.text)
    return text if reference in text else reference + text


def _only_digits(text: str) -> str:
    return "".join(character for character in text if "0" <= character <= "9")
