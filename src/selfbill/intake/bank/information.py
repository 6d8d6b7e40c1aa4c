"""What Dutch banks write about a payment in one piece of text: field :86: of MT940, the description in CSV, AddtlNtryInf in camt.

Four ways of writing: codes between slashes (ING, Rabobank, ABN AMRO), words with a colon (ABN AMRO in columns of 32
characters, ING's CSV, Knab), numbered subfields (Triodos), and plain text.
"""

import re
from collections.abc import Sequence

from selfbill.identifiers import is_iban
from selfbill.intake.bank.accounts import account_key, compact
from selfbill.intake.bank.limits import MOST_TEXT_CHARACTERS
from selfbill.intake.bank.reasons import TextTooLong
from selfbill.intake.bank.slash_codes import is_slashed, read_slashed
from selfbill.intake.bank.statement import Details
from selfbill.intake.bank.texts import clean, reference, together

_FULL_LINE = 65
"""Where MT940 breaks a line; a shorter one ended by itself, so there was a space or a new line."""
_COLUMN = 32
"""Of ABN AMRO: two columns a line, with a space after the first."""

_SUBFIELDS = re.compile(r"\s*[0-9]{3}([?>])[0-9]{2}")
_FULL_SUBFIELD = 27
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")

_LABELS = {
    "name": ("Naam", "Name"),
    "text": ("Omschrijving", "Description"),
    "iban": ("IBAN", "Rek", "Tegenrekening"),
    "end_to_end_id": ("Kenmerk", "Reference"),
    "mandate_id": ("Machtiging ID", "Machtiging", "Mandate ID"),
    "creditor_id": ("Incassant ID", "Incassant", "Creditor ID"),
    "ultimate_debtor": ("Voor",),
    "": ("BIC", "Valutadatum", "Value date", "Datum/Tijd", "Date/time", "Adres"),
}
_FIELD_OF = {word: field for field, labels in _LABELS.items() for label in labels for word in (label, label.upper())}
_LABEL = re.compile(f"({'|'.join(sorted(map(re.escape, _FIELD_OF), key=len, reverse=True))}): ?")
_TELLING = frozenset({"IBAN", "REK", "INCASSANT", "INCASSANT ID"})
"""A text with one of these and another label is written in labels."""
_KINDS = ("SEPA", "iDEAL")
"""What ABN AMRO writes before the first label; Knab writes the text itself there."""
_LEAST_LABELS = 2
_OLD_ING = re.compile(r"[0-9]{10} ([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}) [A-Z0-9]{8,11} ")
_AFTER_DEBIT = re.compile(
    r" (?:Doorlopende incasso|Eenmalige incasso|Recurrent SEPA direct debit|One-off SEPA direct debit)$"
)


def read_information(lines: Sequence[str], own: str) -> Details:
    """What these lines say; `own` is the account of the statement, which is never the counterparty's. Raises TextTooLong."""
    length = sum(map(len, lines))
    if length > MOST_TEXT_CHARACTERS:
        raise TextTooLong(length=length, most=MOST_TEXT_CHARACTERS)
    unwrapped = unwrap(lines)
    if is_slashed(unwrapped):
        details = read_slashed(unwrapped)
    elif match := _SUBFIELDS.match(unwrapped):
        details = _subfields(lines, match[1])
    elif is_labelled(unwrapped):
        details = read_labels(in_columns(lines) or unwrapped)
    else:
        details = _plain(unwrapped)
    if details.iban and account_key(details.iban) == account_key(own):
        return Details(**{name: getattr(details, name) for name in details.__struct_fields__ if name != "iban"})
    return details


def unwrap(lines: Sequence[str]) -> str:
    """The lines as one text: a full line goes on in the next, even within a word."""
    parts: list[str] = []
    for line in lines:
        parts += (line,) if len(line) >= _FULL_LINE else (line, " ")
    return "".join(parts).strip()


def in_columns(lines: Sequence[str]) -> str:
    """The text of ABN AMRO's columns, each that is full going on in the next; nothing where these are no columns."""
    whole = [line[at : at + _FULL_LINE] for line in lines for at in range(0, len(line), _FULL_LINE)]
    if any(line[_COLUMN : _COLUMN + 1] not in {"", " "} for line in whole):
        return ""
    columns = [column for line in whole for column in (line[:_COLUMN], line[_COLUMN + 1 :])]
    if sum(_LABEL.match(column) is not None for column in columns) < _LEAST_LABELS:
        return ""
    return "".join(column if len(column.rstrip()) == _COLUMN else f"{column.rstrip()} " for column in columns).strip()


def is_labelled(text: str) -> bool:
    """Whether this is a text of words with colons."""
    found = {match[1].upper() for match in _LABEL.finditer(text)}
    return len(found) >= _LEAST_LABELS and not found.isdisjoint(_TELLING)


def read_labels(text: str) -> Details:
    """What stands after each word with a colon. A label that comes again later is part of the text. Raises TextTooLong."""
    before, *pieces = _LABEL.split(text)
    found: dict[str, str] = {}
    texts: list[str] = []
    for label, value in reversed(list(zip(pieces[0::2], pieces[1::2], strict=True))):
        field = _FIELD_OF[label]
        if field == "text":
            texts.append(value)
        elif field in found and field:
            texts.append(f"{label}: {value}")
        else:
            found[field] = value.strip(" /")
    if not texts and not before.startswith(_KINDS):
        texts.append(before)
    return Details(
        name=clean(found.get("name", "")),
        text=together(part.strip(" /") for part in reversed(texts)),
        iban=compact(found.get("iban", "").partition(" ")[0]),
        end_to_end_id=reference(found.get("end_to_end_id", "")),
        mandate_id=reference(found.get("mandate_id", "")),
        creditor_id=compact(_AFTER_DEBIT.sub("", found.get("creditor_id", ""))),
        ultimate_debtor=clean(found.get("ultimate_debtor", "")),
    )


def _subfields(lines: Sequence[str], sign: str) -> Details:
    """Triodos: >20 to >29 hold text of 27 characters each, >10 the other account, or >20 and >21 its BIC and IBAN."""
    pieces = re.split(rf"{re.escape(sign)}([0-9]{{2}})", "".join(line.rstrip("\n") for line in lines))
    values = list(zip(pieces[1::2], pieces[2::2], strict=True))
    texts = [value for number, value in values if "20" <= number <= "29"]
    account = next((value.strip() for number, value in values if number == "10"), "").lstrip("0")
    if len(texts) > 1 and _BIC.fullmatch(texts[0].strip()):
        account, texts = compact(texts[1]), texts[2:]
    text = "".join(part if len(part.rstrip()) >= _FULL_SUBFIELD else f"{part.rstrip()} " for part in texts)
    return Details(text=clean(text), iban=account)


def _plain(text: str) -> Details:
    """Text of no known form; ING used to begin it with the other account, as a number and as an IBAN."""
    match = _OLD_ING.match(text)
    if match is None or not is_iban(match[1]):
        return Details(text=clean(text))
    return Details(text=clean(text[match.end() :]), iban=match[1])
