"""What camt says about one payment: who, why, which reference, and what went wrong."""

from selfbill.intake.bank.accounts import compact
from selfbill.intake.bank.hardened_xml import Node
from selfbill.intake.bank.information import read_information
from selfbill.intake.bank.misread import read_at
from selfbill.intake.bank.statement import Details
from selfbill.intake.bank.texts import reference, together

_PARTY_NAMES = ("{0}/Nm", "{0}/Pty/Nm", "{0}/Agt/FinInstnId/Nm")
"""Version .08 puts a Pty or an Agt between; what is no bank has the name at once in .02."""


def read_details(part: Node, entry: Node, account: str, *, comes_in: bool, reverses: bool) -> Details:
    """The details of a TxDtls; what it leaves out is looked for in the text that the bank prints for the booking."""
    given = _given(part, account, comes_in=comes_in, reverses=reverses)
    batch_id = given.batch_id or entry.text("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId")
    printed = part.text("AddtlTxInf") or entry.text("AddtlNtryInf")
    return _completed(given, printed, entry, account, batch_id)


def entry_details(entry: Node) -> Details:
    """The details of a booking that has no TxDtls: only what the bank prints for it."""
    batch_id = entry.text("NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId")
    return _completed(Details(), entry.text("AddtlNtryInf"), entry, "", batch_id)


def _completed(given: Details, printed: str, entry: Node, account: str, batch_id: str) -> Details:
    if given.text or given.reference:
        found = Details()
    else:
        found = read_at(entry.place, lambda text: read_information([text], account), printed)
    facts = {name: getattr(given, name) or getattr(found, name) for name in given.__struct_fields__}
    return Details(**(facts | {"batch_id": batch_id or found.batch_id}))


def _given(part: Node, account: str, *, comes_in: bool, reverses: bool) -> Details:
    references = _references(part)
    kind, issuer, structured = references[0] if references else ("", "", "")
    return_code = part.text("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry", "RtrInf/RtrRsn/Cd")
    name, iban = counterparty(part, account, comes_in=comes_in, reverses=reverses or bool(return_code))
    return Details(
        end_to_end_id=reference(part.text("Refs/EndToEndId")),
        mandate_id=reference(part.text("Refs/MndtId")),
        creditor_id=_creditor_id(part),
        reference=structured,
        reference_type=kind,
        reference_issuer=issuer,
        text=read_at(
            part.place, lambda _: together([*_texts(part), *(further for _, _, further in references[1:])]), ""
        ),
        name=name,
        iban=iban,
        ultimate_debtor=_name(part, "UltmtDbtr"),
        ultimate_creditor=_name(part, "UltmtCdtr"),
        return_code=return_code,
        return_text=read_at(
            part.place, lambda _: together(node.text(".") for node in part.children("RtrInf/AddtlInf")), ""
        ),
        batch_id=part.text("Refs/PmtInfId"),
    )


def counterparty(part: Node, account: str, *, comes_in: bool, reverses: bool) -> tuple[str, str]:
    """Name and account of the other side: the debtor of what comes in, the creditor of what goes out.

    A reversal keeps the parties of the payment that it takes back, so there it is the other way round. A party that has the
    account of the statement itself is never the other side.
    """
    expected, other = ("Dbtr", "Cdtr") if comes_in != reverses else ("Cdtr", "Dbtr")
    name, iban = _name(part, expected), _account(part, expected)
    other_iban = _account(part, other)
    if other_iban and other_iban != account and (iban == account or not (name or iban)):
        return _name(part, other), other_iban
    return name, iban


def _name(part: Node, role: str) -> str:
    return part.text(*(f"RltdPties/{path.format(role)}" for path in _PARTY_NAMES))


def _account(part: Node, role: str) -> str:
    found = f"RltdPties/{role}Acct/Id"
    return compact(part.text(f"{found}/IBAN", f"{found}/Othr/Id"))


def _creditor_id(part: Node) -> str:
    schemes = ("Id/PrvtId/Othr/Id", "Pty/Id/PrvtId/Othr/Id")
    return part.text("Refs/CdtrId", *(f"RltdPties/Cdtr/{scheme}" for scheme in schemes))


def _references(part: Node) -> list[tuple[str, str, str]]:
    """Type, issuer and number of every structured reference; one payment may settle several invoices."""
    return [
        (
            node.text("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "CdtrRefTp/Cd"),
            node.text("Tp/Issr", "CdtrRefTp/Issr"),
            number,
        )
        for node in part.children("RmtInf/Strd/CdtrRefInf")
        if (number := reference(node.text("Ref", "CdtrRef")))
    ]


def _texts(part: Node) -> list[str]:
    """Every text of the remittance: free, then added to the structured, then the numbers of documents that it names."""
    paths = ("RmtInf/Ustrd", "RmtInf/Strd/AddtlRmtInf", "RmtInf/Strd/RfrdDocInf/Nb")
    return [node.text(".") for path in paths for node in part.children(path)]
