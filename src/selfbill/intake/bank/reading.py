"""From a file's bytes to its statements, checked; or the refusal of the whole file."""

import hashlib
import re
from collections.abc import Iterable

import msgspec

from selfbill.intake.bank.camt import read_camt
from selfbill.intake.bank.csv_file import read_csv
from selfbill.intake.bank.decoding import decode
from selfbill.intake.bank.identity import with_identities
from selfbill.intake.bank.limits import MOST_BYTES
from selfbill.intake.bank.misread import BankFileRefused, Misread
from selfbill.intake.bank.mt940 import read_mt940
from selfbill.intake.bank.oddities import NotToBeChecked, SameStatementAgain
from selfbill.intake.bank.reasons import (
    BankFileTooLarge,
    CompressedFile,
    DoesNotAddUp,
    EmptyFile,
    NoStatement,
    NotABankFile,
)
from selfbill.intake.bank.statement import Oddity, Place, Statement
from selfbill.values import euros

_COMPRESSED = (b"PK\x03\x04", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")
_MT940 = re.compile(r"^:20:", re.MULTILINE)


def read_bank_file(file: str, content: bytes) -> tuple[Statement, ...]:
    """The statements of this file; `file` is its name, for the report. Raises BankFileRefused."""
    try:
        return _read(content)
    except Misread as misread:
        raise BankFileRefused.of(file, misread) from None


def _read(content: bytes) -> tuple[Statement, ...]:
    if len(content) > MOST_BYTES:
        raise Misread(Place(0), BankFileTooLarge(most=MOST_BYTES))
    if content.startswith(_COMPRESSED):
        raise Misread(Place(0), CompressedFile())
    text, odd = decode(content)
    if not text or text.isspace():
        raise Misread(Place(0), EmptyFile())
    sha256 = hashlib.sha256(content).hexdigest()
    statements = _in_its_format(text, sha256)
    if not statements:
        raise Misread(Place(0), NoStatement())
    first = statements[0]
    oddities = tuple(Oddity(Place(0), reason) for reason in odd)
    statements[0] = msgspec.structs.replace(first, oddities=oddities + first.oddities)
    return with_identities([checked(statement) for statement in _each_once(statements)])


def _in_its_format(text: str, sha256: str) -> list[Statement]:
    if text.lstrip().startswith("<"):
        return read_camt(text, sha256)
    statements = read_csv(text, sha256)
    if statements is not None:
        return statements
    if _MT940.search(text):
        return read_mt940(text, sha256)
    raise Misread(Place(1), NotABankFile())


def _each_once(statements: Iterable[Statement]) -> list[Statement]:
    """Without statements that stand in the file before, word for word: banks send copies along."""
    kept: dict[str, int] = {}
    unique: list[Statement] = []
    for statement in statements:
        words = _words(statement)
        at = kept.get(words)
        if at is None:
            kept[words] = len(unique)
            unique.append(statement)
        else:
            again = Oddity(statement.place, SameStatementAgain())
            unique[at] = msgspec.structs.replace(unique[at], oddities=(*unique[at].oddities, again))
    return unique


def _words(statement: Statement) -> str:
    """Everything but where it stands and what is odd about it."""
    nowhere = Place(0)
    entries = tuple(msgspec.structs.replace(entry, place=nowhere) for entry in statement.entries)
    same = msgspec.structs.replace(statement, place=nowhere, oddities=(), entries=entries)
    return hashlib.sha256(msgspec.json.encode(same)).hexdigest()


def checked(statement: Statement) -> Statement:
    """The statement whose entries lead from its opening to its closing balance, to the cent. Raises Misread.

    Where there is no balance at either end nothing can be checked, which is an oddity.
    """
    opening, closing = statement.opening, statement.closing
    if opening is None or closing is None:
        unchecked = Oddity(statement.place, NotToBeChecked())
        return msgspec.structs.replace(statement, oddities=(*statement.oddities, unchecked))
    reached = opening.amount + statement.total
    if reached != closing.amount:
        numbers = [str(number) for number in (statement.sequence, statement.page) if number is not None]
        refusal = DoesNotAddUp(
            statement=statement.identification or "/".join(numbers) or "-",
            account=statement.account,
            opening=euros(opening.amount),
            entries=euros(statement.total),
            reached=euros(reached),
            closing=euros(closing.amount),
        )
        raise Misread(statement.place, refusal)
    return statement
