"""One day on one account, as each bank would write it down."""

import datetime as dt
from collections.abc import Sequence
from textwrap import wrap
from xml.sax.saxutils import escape

import msgspec

from selfbill.identifiers import dutch_iban
from selfbill.intake.bank.reading import read_bank_file
from selfbill.intake.bank.statement import Entry, Statement

OWN = dutch_iban("INGB", "1234567")
DE_VRIES, JANSEN, BAKKER = (
    dutch_iban("ABNA", "417164300"),
    dutch_iban("RABO", "300065264"),
    dutch_iban("TRIO", "254400001"),
)
DAY = dt.date(2026, 5, 14)
OPENING = 100_000


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """What really happened, before a bank wrote it down. Amounts in cents."""

    amount: int
    name: str
    iban: str
    text: str = ""
    reference: str = ""
    """A betalingskenmerk."""
    end_to_end: str = "NOTPROVIDED"
    mandate: str = ""
    creditor: str = ""
    returned: str = ""


PAYMENTS = (
    Payment(amount=12100, name="J. de Vries", iban=DE_VRIES, text="Factuur Z017-2026-0001", end_to_end="E2E-1"),
    Payment(amount=5000, name="J. de Vries", iban=DE_VRIES, text="Z017-2026-0002"),
    Payment(amount=5000, name="J. de Vries", iban=DE_VRIES, text="Z017-2026-0003"),
    Payment(amount=1999, name="P Jansen eo", iban=JANSEN, reference="5000056789012345", end_to_end="4711"),
    Payment(
        amount=-3025,
        name="Café Bakker",
        iban=BAKKER,
        text="Provisie 2026-0007",
        end_to_end="P-7",
        mandate="MND-7",
        creditor="NL32ZZZ999999991234",
        returned="MS03",
    ),
)


def read(content: str | bytes) -> tuple[Statement, ...]:
    """The statements of this file."""
    return read_bank_file("file", content if isinstance(content, bytes) else content.encode())


def entries(content: str | bytes) -> list[Entry]:
    """The entries of its only statement."""
    (statement,) = read(content)
    return list(statement.entries)


def total(payments: Sequence[Payment]) -> int:
    return sum(payment.amount for payment in payments)


def figure(cents: int, point: str = ".") -> str:
    return f"{abs(cents) // 100}{point}{abs(cents) % 100:02}"


def _sign(cents: int) -> str:
    return "CRDT" if cents >= 0 else "DBIT"


# camt


def balance(kind: str, cents: int, *, currency: str = "EUR", day: dt.date = DAY) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{figure(cents)}</Amt>'
        f"<CdtDbtInd>{_sign(cents)}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def camt_details(payment: Payment, *, version: str = "02", amount: str = "") -> str:
    """A TxDtls; `amount` is its own amount element, which single payments mostly don't have."""
    other, own = ("Dbtr", "Cdtr") if (payment.amount > 0) != bool(payment.returned) else ("Cdtr", "Dbtr")
    open_, close = ("<Pty>", "</Pty>") if version == "08" else ("", "")
    name = f"{open_}<Nm>{escape(payment.name)}</Nm>{close}"
    scheme = f"<Id><PrvtId><Othr><Id>{payment.creditor}</Id></Othr></PrvtId></Id>" if payment.creditor else ""
    creditor = f"<Cdtr>{open_}<Nm>ik</Nm>{scheme}{close}</Cdtr>" if own == "Cdtr" else ""
    accounts = {other: payment.iban, own: OWN}
    parties = {other: f"<{other}>{name}</{other}>", own: creditor}
    related = "".join(
        f"{parties[role]}<{role}Acct><Id><IBAN>{accounts[role]}</IBAN></Id></{role}Acct>" for role in ("Dbtr", "Cdtr")
    )
    remittance = f"<Ustrd>{escape(payment.text)}</Ustrd>" if payment.text else ""
    if payment.reference:
        remittance = (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>CUR</Issr></Tp>"
            f"<Ref>{payment.reference}</Ref></CdtrRefInf></Strd>"
        )
    mandate = f"<MndtId>{payment.mandate}</MndtId>" if payment.mandate else ""
    returned = f"<RtrInf><Rsn><Cd>{payment.returned}</Cd></Rsn></RtrInf>" if payment.returned else ""
    return (
        f"<TxDtls><Refs><EndToEndId>{payment.end_to_end}</EndToEndId>{mandate}</Refs>{amount}"
        f"<RltdPties>{related}</RltdPties><RmtInf>{remittance}</RmtInf>{returned}</TxDtls>"
    )


def camt_entry(cents: int, details: str = "", *, version: str = "02", status: str = "BOOK", extra: str = "") -> str:
    """A Ntry; `extra` stands between the status and the dates."""
    status = f"<Cd>{status}</Cd>" if version == "08" else status
    return (
        f'<Ntry><Amt Ccy="EUR">{figure(cents)}</Amt><CdtDbtInd>{_sign(cents)}</CdtDbtInd>{extra}<Sts>{status}</Sts>'
        f"<BookgDt><Dt>{DAY}</Dt></BookgDt><ValDt><Dt>{DAY}</Dt></ValDt>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"{f'<NtryDtls>{details}</NtryDtls>' if details else ''}</Ntry>"
    )


def camt_statement(
    body: str, *, opening: int = OPENING, closing: int, account: str = OWN, number: int = 1, name: str = "Stmt"
) -> str:
    return (
        f"<{name}><Id>{account}-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>2026-05-15T04:00:00</CreDtTm>"
        f"<Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balance('OPBD', opening)}{balance('CLBD', closing)}{body}</{name}>"
    )


def document(body: str, *, version: str = "02", kind: str = "053", root: str = "BkToCstmrStmt") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}">\n<{root}>'
        f"<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-05-15T04:00:00</CreDtTm></GrpHdr>\n{body}\n</{root}></Document>"
    )


def camt(payments: Sequence[Payment] = PAYMENTS, *, version: str = "02") -> str:
    body = "\n".join(camt_entry(each.amount, camt_details(each, version=version), version=version) for each in payments)
    return document(camt_statement(body, closing=OPENING + total(payments)), version=version)


# MT940


def mt940(bookings: Sequence[tuple[str, str]], *, closing: int, account: str = OWN, number: str = "1/1") -> str:
    """Of pairs: what follows :61: and what follows :86:, the latter broken into lines of 65."""
    fields = "".join(
        f":61:{booking}\n" + (":86:" + "\n".join(wrapped(text)) + "\n" if text else "") for booking, text in bookings
    )
    return (
        f":20:MT\n:25:{account}\n:28C:{number}\n:60F:C260513EUR{figure(OPENING, ',')}\n{fields}"
        f":62F:{'C' if closing >= 0 else 'D'}260514EUR{figure(closing, ',')}\n-\n"
    )


def wrapped(text: str) -> list[str]:
    """As MT940 breaks text: after 65 characters, wherever that is."""
    return [text[at : at + 65] for at in range(0, len(text), 65)]


def booking(cents: int, kind: str = "NTRFEREF//0001") -> str:
    return f"2605140514{'C' if cents >= 0 else 'D'}{figure(cents, ',')}{kind}"


def mt940_ing(payments: Sequence[Payment] = PAYMENTS) -> str:
    def text(each: Payment) -> str:
        remittance = f"STRD/CUR/{each.reference}" if each.reference else f"USTD//{each.text}"
        returned = f"/RTRN/{each.returned}/" if each.returned else ""
        debit = f"/MARF/{each.mandate}//CSID/{each.creditor}/" if each.mandate else ""
        return f"{returned}/EREF/{each.end_to_end}/{debit}/CNTP/{each.iban}/ABNANL2A/{each.name}///REMI/{remittance}/"

    bookings = [(booking(each.amount), text(each)) for each in payments]
    return mt940(bookings, closing=OPENING + total(payments))


def mt940_rabobank(payments: Sequence[Payment] = PAYMENTS) -> str:
    def text(each: Payment) -> str:
        remittance = f"STRD/CUR/{each.reference}" if each.reference else each.text
        returned = f"/RTRN/{each.returned}" if each.returned else ""
        party = "ORDP" if each.amount > 0 else "BENM"
        return f"/EREF/{each.end_to_end}{returned}/{party}//NAME/{each.name}/REMI/{remittance}/ISDT/2026-05-14"

    bookings = [(f"{booking(each.amount, 'N541EREF')}\n{each.iban}", text(each)) for each in payments]
    return mt940(bookings, closing=OPENING + total(payments))


def mt940_abn_amro(payments: Sequence[Payment] = PAYMENTS) -> str:
    def text(each: Payment) -> str:
        remittance = f"ISSUER: CUR{' ' * 18}REF: {each.reference}" if each.reference else each.text
        debit = f"/CSID/{each.creditor}/MARF/{each.mandate}/RTRN/{each.returned}" if each.mandate else ""
        return (
            f"/TRTP/SEPA OVERBOEKING{debit}/IBAN/{each.iban}/BIC/ABNANL2A/NAME/{each.name}/REMI/{remittance}"
            f"/EREF/{each.end_to_end}"
        )

    bookings = [(booking(each.amount, "N196NONREF"), text(each)) for each in payments]
    return mt940(bookings, closing=OPENING + total(payments))


# CSV


def csv_ing(payments: Sequence[Payment] = PAYMENTS) -> str:
    """The newest booking first, as ING does it."""
    rows = []
    reached = OPENING
    for each in payments:
        reached += each.amount
        debit = (
            f"Machtiging ID: {each.mandate} Incassant ID: {each.creditor} Doorlopende incasso " if each.mandate else ""
        )
        text = (
            f"Naam: {each.name} Omschrijving: {each.text or each.reference} IBAN: {each.iban} Kenmerk: {each.end_to_end} "
            f"{debit}Valutadatum: 14-05-2026"
        )
        way = "Bij" if each.amount > 0 else "Af"
        cells = ["20260514", each.name, OWN, each.iban, "OV", way, figure(each.amount, ","), "Overschrijving", text]
        rows.append(";".join(f'"{cell}"' for cell in (*cells, figure(reached, ","), "")))
    names = "Datum;Naam / Omschrijving;Rekening;Tegenrekening;Code;Af Bij;Bedrag (EUR);Mutatiesoort;Mededelingen"
    header = ";".join(f'"{name}"' for name in f"{names};Saldo na mutatie;Tag".split(";"))
    return "\n".join([header, *reversed(rows)]) + "\n"


def csv_rabobank(payments: Sequence[Payment] = PAYMENTS) -> str:
    header = (
        "IBAN/BBAN,Munt,BIC,Volgnr,Datum,Rentedatum,Bedrag,Saldo na trn,Tegenrekening IBAN/BBAN,Naam tegenpartij,"
        "Naam uiteindelijke partij,Naam initiërende partij,BIC tegenpartij,Code,Batch ID,Transactiereferentie,"
        "Machtigingskenmerk,Incassant ID,Betalingskenmerk,Omschrijving-1,Omschrijving-2,Omschrijving-3,Reden retour,"
        "Oorspr bedrag,Oorspr munt,Koers"
    )
    rows = [header]
    reached = OPENING
    for number, each in enumerate(payments, start=1):
        reached += each.amount
        sign = "+" if each.amount > 0 else "-"
        cells = [OWN, "EUR", "RABONL2U", f"{number:018}", "2026-05-14", "2026-05-14", sign + figure(each.amount, ",")]
        cells += [f"+{figure(reached, ',')}", each.iban, each.name, "", "", "ABNANL2A", "cb", "", each.end_to_end]
        cells += [each.mandate, each.creditor, each.reference, each.text, "", "", each.returned, "", "", ""]
        rows.append(",".join(f'"{cell}"' for cell in cells))
    return "\r\n".join(rows) + "\r\n"


def tab_abn_amro(payments: Sequence[Payment] = PAYMENTS, *, account: str = "417164300") -> str:
    """In columns of 32 characters, two a line of 65."""
    rows = []
    reached = OPENING
    for each in payments:
        before, reached = reached, reached + each.amount
        parts = ["SEPA Overboeking", f"IBAN: {each.iban}", "BIC: ABNANL2A", f"Naam: {each.name}"]
        parts += [f"Machtiging: {each.mandate}", f"Incassant: {each.creditor}"] if each.mandate else []
        parts += wrap(f"Omschrijving: {each.text or each.reference}", 32, drop_whitespace=False)
        parts += [f"Kenmerk: {each.end_to_end}"]
        text = "".join(f"{part:<{33 if at % 2 == 0 else 32}}" for at, part in enumerate(parts))
        sign = "-" if each.amount < 0 else ""
        cells = [account, "EUR", "20260514", figure(before, ","), figure(reached, ","), "20260514"]
        rows.append("\t".join([*cells, sign + figure(each.amount, ","), text]))
    return "\r\n".join(rows) + "\r\n"


def csv_bunq(payments: Sequence[Payment] = PAYMENTS) -> str:
    rows = ['"Date","Interest Date","Amount","Account","Counterparty","Name","Description"']
    for each in reversed(payments):
        sign = "-" if each.amount < 0 else ""
        cells = ["2026-05-14", "2026-05-14", sign + figure(each.amount), OWN, each.iban, each.name]
        rows.append(",".join(f'"{cell}"' for cell in (*cells, each.text or each.reference)))
    return "\n".join(rows)


def csv_knab(payments: Sequence[Payment] = PAYMENTS) -> str:
    header = (
        "Rekeningnummer;Transactiedatum;Valutacode;CreditDebet;Bedrag;Tegenrekeningnummer;Tegenrekeninghouder;Valutadatum;"
        "Betaalwijze;Omschrijving;Type betaling;Machtigingsnummer;Incassant ID;Adres;Referentie;Boekdatum;"
    )
    rows = ["KNAB EXPORT;;;;;;;;;;;;;;;;", header]
    for each in reversed(payments):
        way = "C" if each.amount > 0 else "D"
        cells = [
            OWN,
            "14-05-2026",
            "EUR",
            way,
            figure(each.amount, ","),
            each.iban,
            each.name,
            "14-05-2026",
            "Overboeking",
        ]
        cells += [each.text or each.reference, "", each.mandate, each.creditor, "", "X1", "14-05-2026"]
        rows.append(";".join(f'"{cell}"' for cell in cells) + ";")
    return "\ufeff" + "\r\n".join(rows)


FORMATS = {
    "camt.053.001.02": camt,
    "camt.053.001.08": lambda payments=PAYMENTS: camt(payments, version="08"),
    "MT940 ING": mt940_ing,
    "MT940 Rabobank": mt940_rabobank,
    "MT940 ABN AMRO": mt940_abn_amro,
    "CSV ING": csv_ing,
    "CSV Rabobank": csv_rabobank,
    "CSV ABN AMRO": lambda payments=PAYMENTS: tab_abn_amro(payments, account=OWN),
    "CSV bunq": csv_bunq,
    "CSV Knab": csv_knab,
}
