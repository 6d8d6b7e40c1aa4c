"""Codes between slashes, as in /EREF/123//CNTP/NL91ABNA0417164300/ABNANL2A/J Jansen///REMI/USTD//Factuur 7/.

ING closes each value with a slash and has parts within it; Rabobank names a party first (/ORDP//NAME/) and ABN AMRO does not.
"""

import re
from collections.abc import Iterator

import msgspec

from selfbill.intake.bank.accounts import compact
from selfbill.intake.bank.statement import Details
from selfbill.intake.bank.texts import clean, reference, together

_CODES = (
    *("ACCW", "ADDR", "BENM", "BIC", "BO1", "CHGS", "CHGS1", "CHGS2", "CNTP", "CREF", "CSID", "EREF", "EXCH", "IBAN"),
    *("ID", "INIT", "IREF", "ISDT", "MARF", "NAME", "NRTX", "OCMT", "ORDP", "PREF", "PURP", "REMI", "RTRN", "RTYP"),
    *("SUM", "SVCL", "TRCD", "TRTP", "TRN", "ULTB", "ULTC", "ULTD", "UDTR", "UCRD"),
)
_CODE = re.compile(f"/({'|'.join(sorted(_CODES, key=len, reverse=True))})/")
_FIRST = re.compile(r"\s*/[A-Z][A-Z0-9]{1,4}/")
_STRUCTURED = re.compile(r"STRD ?/?(CUR|ISO|[A-Z]{3,4})[/ ]+(\S.*)")
_ISSUED = re.compile(r"ISSUER: ?([A-Z]{2,10}) +REF: ?(\S+)(.*)")
_DEBTORS, _CREDITORS = frozenset({"ULTD", "UDTR"}), frozenset({"ULTC", "ULTB", "UCRD"})
_PARTIES = frozenset({"ORDP", "BENM", "INIT"}) | _DEBTORS | _CREDITORS
_IN_PARTY = frozenset({"NAME", "ID", "ADDR"})
_NEVER_AFTER_TEXT = _IN_PARTY | {"SUM", "TRN", "BO1"}
"""No bank writes these after /REMI/, so there they are what somebody typed."""


class _Remittance(msgspec.Struct, frozen=True):
    text: str = ""
    reference: str = ""
    issuer: str = ""


def is_slashed(text: str) -> bool:
    """Whether this begins with a code."""
    return _FIRST.match(text) is not None and _CODE.search(text) is not None


def read_slashed(text: str) -> Details:
    """What each code says; text before the first and codes without a meaning for a payment are left out. Raises TextTooLong."""
    values: dict[str, list[str]] = {}
    for name, value in _named(text):
        values.setdefault(name, []).append(value)

    def first(*names: str) -> str:
        return next((value for name in names for value in values.get(name, ()) if value), "")

    iban, _, name, *_ = [*first("CNTP").split("/"), "", "", ""]
    remittances = [_remittance(value) for value in values.get("REMI", ())]
    structured = next((each for each in remittances if each.reference), _Remittance())
    code, _, reason = first("RTRN").strip("/ ").partition("/")
    return Details(
        end_to_end_id=reference(first("EREF").strip("/ ")),
        mandate_id=reference(first("MARF").strip("/ ")),
        creditor_id=compact(first("CSID").strip("/ ")),
        reference=structured.reference,
        reference_type="SCOR" if structured.reference else "",
        reference_issuer=structured.issuer,
        text=together([*(each.text for each in remittances), first("OCMT").strip("/ ")]),
        name=clean(name) or clean(first("NAME").strip("/ ")),
        iban=compact(iban) or compact(first("IBAN").strip("/ ")) or compact(re.split("[,/]", first("ACCW"))[0]),
        ultimate_debtor=clean(first("debtor").strip("/ ")),
        ultimate_creditor=clean(first("creditor").strip("/ ")),
        return_code=clean(code),
        return_text=clean(reason),
        batch_id=reference(first("PREF").strip("/ ")),
    )


def codes(text: str) -> dict[str, str]:
    """The first value of each code in a text that is short and holds no party, e.g. the second line of :61:."""
    return dict(reversed([(name, value.strip("/ ")) for name, value in _named(text)]))


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Each code with its value; the name of an ultimate party is `debtor` or `creditor`, what else is said of it is nothing."""
    _, *pieces = _CODE.split(text)
    pairs: list[tuple[str, str]] = []
    for code, value in zip(pieces[0::2], pieces[1::2], strict=True):
        if code in _NEVER_AFTER_TEXT and pairs and pairs[-1][0] == "REMI":
            pairs[-1] = ("REMI", f"{pairs[-1][1]}/{code}/{value}")
        else:
            pairs.append((code, value))
    party = ""
    for code, value in pairs:
        if code in _PARTIES:
            party = code
        elif code not in _IN_PARTY:
            party = ""
        if code == "NAME" and party in _DEBTORS:
            yield "debtor", value
        elif code == "NAME" and party in _CREDITORS:
            yield "creditor", value
        elif not (code == "NAME" and party == "INIT"):
            yield code, value


def _remittance(value: str) -> _Remittance:
    """What follows /REMI/: USTD//text, STRD/CUR/betalingskenmerk, ISSUER: CUR REF: betalingskenmerk, or just text."""
    stripped = value.strip("/ ")
    if stripped.startswith("USTD/"):
        return _Remittance(text=stripped.removeprefix("USTD").strip("/ "))
    if match := _STRUCTURED.fullmatch(stripped):
        return _Remittance(reference=reference(match[2]), issuer=match[1])
    if match := _ISSUED.fullmatch(stripped):
        return _Remittance(reference=reference(match[2]), issuer=match[1], text=match[3].strip())
    return _Remittance(text=stripped)
