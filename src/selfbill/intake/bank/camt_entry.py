"""One Ntry of camt: a booking, or the payments of a batch that the bank booked as one."""

from collections.abc import Iterator, Sequence

import msgspec

from selfbill.intake.bank.camt_details import entry_details, read_details
from selfbill.intake.bank.camt_money import booked_amount, day_of, direction, euros_on
from selfbill.intake.bank.hardened_xml import Node
from selfbill.intake.bank.misread import Misread
from selfbill.intake.bank.oddities import (
    BatchDoesNotAddUp,
    BatchNotShown,
    BatchWithoutAmounts,
    BookedOnValueDate,
    LeftOut,
    MissingByTheStandard,
    OtherAmountInDetails,
    WithoutDetails,
)
from selfbill.intake.bank.reasons import MissingPart, TextTooLong
from selfbill.intake.bank.statement import Batch, Details, Entry, Oddity
from selfbill.intake.bank.texts import together
from selfbill.values import Cents, euros

_BOOKED = frozenset({"BOOK", ""})
_DETAIL_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
"""Version .08 has Amt; in .02 the amount of a part stands deeper, and not with every bank in the same place."""
_RETURN_CODES = frozenset({"RRTN", "UPDD", "PRDD", "RPCR", "ARET", "URDD", "URCQ"})
"""Sub-families of ISO bank transaction codes for what comes back: unpaid and reversed direct debits, returned transfers."""
_MOST_COUNT_DIGITS = 15


def read_entry(node: Node, account: str, oddities: list[Oddity]) -> Iterator[Entry]:
    """The payments of this booking, none where it is not booked yet. Raises Misread."""
    amount = booked_amount(node, oddities)
    status = node.text("Sts/Cd", "Sts/Prtry", "Sts")
    if status not in _BOOKED:
        oddities.append(Oddity(node.place, LeftOut(amount=euros(amount), status=status)))
        return
    oddities += [
        Oddity(node.place, MissingByTheStandard(name=name))
        for name, found in (("Sts", status), ("BkTxCd", node.child("BkTxCd")))
        if not found
    ]
    whole = _whole(node, amount, oddities)
    parts = list(node.children("NtryDtls/TxDtls"))
    if len(parts) > 1:
        yield from _batch(node, whole, parts, account, oddities)
        return
    if not parts:
        details = entry_details(node)
        oddities += _what_is_not_shown(node, details)
        yield _with(whole, details)
        return
    own = euros_on(parts[0], *_DETAIL_AMOUNTS)
    if own is not None and own != abs(amount):
        oddities.append(Oddity(parts[0].place, OtherAmountInDetails(part=euros(own), total=euros(abs(amount)))))
    yield _with(whole, read_details(parts[0], node, account, comes_in=amount > 0, reverses=whole.is_return), parts[0])


def _whole(node: Node, amount: Cents, oddities: list[Oddity]) -> Entry:
    valued = day_of(node, "ValDt/Dt", "ValDt/DtTm", "ValDt")
    booked = day_of(node, "BookgDt/Dt", "BookgDt/DtTm", "BookgDt")
    if booked is None:
        if valued is None:
            raise Misread(node.place, MissingPart(name="BookgDt"))
        booked = valued
        oddities.append(Oddity(node.place, BookedOnValueDate()))
    return Entry(
        place=node.place,
        amount=amount,
        booked=booked,
        valued=valued,
        bank_reference=node.text("AcctSvcrRef"),
        entry_reference=node.text("NtryRef"),
        code=_code(node),
        is_return=node.text("RvslInd") in {"true", "1"} or _is_return(node),
    )


def _code(node: Node) -> str:
    parts = ("Domn/Cd", "Domn/Fmly/Cd", "Domn/Fmly/SubFmlyCd")
    return "/".join(filter(None, (node.text(f"BkTxCd/{part}") for part in parts))) or node.text("BkTxCd/Prtry/Cd")


def _is_return(node: Node) -> bool:
    return node.text("BkTxCd/Domn/Fmly/SubFmlyCd") in _RETURN_CODES


def _with(whole: Entry, details: Details, part: Node | None = None, **facts: object) -> Entry:
    """The entry with these details; what a part says itself wins over what the booking says of the whole."""
    own: dict[str, object] = msgspec.structs.asdict(details) | facts
    if part is not None:
        own["bank_reference"] = part.text("Refs/AcctSvcrRef") or whole.bank_reference
        own["code"] = _code(part) or whole.code
        own["place"] = part.place
        own["is_return"] = whole.is_return or bool(details.return_code) or _is_return(part)
    return msgspec.structs.replace(whole, **own)


def _batch(node: Node, whole: Entry, parts: Sequence[Node], account: str, oddities: list[Oddity]) -> Iterator[Entry]:
    """Each payment by itself where their amounts add up to the booking, else the booking as one with all of the texts."""
    comes_in = whole.amount > 0
    details = [read_details(part, node, account, comes_in=comes_in, reverses=whole.is_return) for part in parts]
    amounts = [_part_amount(part, comes_in=comes_in) for part in parts]
    known = [amount for amount in amounts if amount is not None]
    if len(known) == len(parts) and sum(known) == whole.amount:
        batch_id = details[0].batch_id
        for number, (part, amount, each) in enumerate(zip(parts, known, details, strict=True), start=1):
            batch = Batch(each.batch_id or batch_id, number, len(parts), whole.amount)
            yield _with(whole, each, part, amount=amount, batch=batch)
        return
    if len(known) < len(parts):
        oddities.append(Oddity(node.place, BatchWithoutAmounts(count=len(parts))))
    else:
        facts = {"count": len(parts), "parts": euros(sum(known)), "total": euros(whole.amount)}
        oddities.append(Oddity(node.place, BatchDoesNotAddUp(**facts)))
    try:
        text = together(each.text or each.reference for each in details)
    except TextTooLong as refusal:
        raise Misread(node.place, refusal) from None
    yield _with(whole, Details(text=text, batch_id=details[0].batch_id))


def _part_amount(part: Node, *, comes_in: bool) -> Cents | None:
    amount = euros_on(part, *_DETAIL_AMOUNTS)
    if amount is None:
        return None
    own = part.child("CdtDbtInd")
    sign = direction(own) if own is not None else (1 if comes_in else -1)
    return Cents(sign * amount)


def _what_is_not_shown(node: Node, details: Details) -> Iterator[Oddity]:
    count = node.text("NtryDtls/Btch/NbOfTxs")
    if count.isascii() and count.isdigit() and len(count) <= _MOST_COUNT_DIGITS and int(count) > 1:
        yield Oddity(node.place, BatchNotShown(count=int(count)))
    elif not (details.text or details.name or details.iban or details.reference):
        yield Oddity(node.place, WithoutDetails())
