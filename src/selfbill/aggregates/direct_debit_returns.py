"""Why banks send a direct debit back: the reason codes of SEPA Core, each with what it means and whether to try again.

The codes are those of the R-transactions in the SEPA Core rulebook (EPC016-06, section 4.4) and its guidance on reason codes
(EPC173-14).
"""

import re

import msgspec

from selfbill.refusals import Refusal

_CODE = re.compile(r"[A-Z]{2}[A-Z0-9]{2}")


class ReturnCode(msgspec.Struct, frozen=True):
    """One reason. When it cannot simply be tried again, the mandate is blocked until somebody has looked at it."""

    code: str
    nl: str
    en: str
    may_try_again: bool = False


_CODES = (
    ReturnCode("AC01", "Het IBAN bestaat niet of klopt niet.", "The IBAN does not exist or is wrong."),
    ReturnCode("AC04", "De rekening is opgeheven.", "The account was closed."),
    ReturnCode("AC06", "De rekening is geblokkeerd.", "The account is blocked."),
    ReturnCode("AC13", "Dit soort rekening staat deze incasso niet toe.", "This kind of account does not allow this direct debit."),
    ReturnCode("AG01", "Van deze rekening mag niet worden geïncasseerd.", "Direct debits are not allowed on this account."),
    ReturnCode("AG02", "De bank verwerkt dit soort opdracht niet; vraag het de eigen bank.", "The bank does not process this kind of order; ask your own bank."),
    ReturnCode("AM04", "Er stond te weinig geld op de rekening.", "There was not enough money in the account.", may_try_again=True),
    ReturnCode("AM05", "De bank heeft deze opdracht al eerder gekregen.", "The bank got this order before."),
    ReturnCode("BE05", "De bank kent dit incassant-ID niet; vraag het de eigen bank.", "The bank does not know this creditor identifier; ask your own bank."),
    ReturnCode("CNOR", "De bank van de incassant doet niet mee aan SEPA; vraag het de eigen bank.", "The creditor's bank does not take part in SEPA; ask your own bank."),
    ReturnCode("DNOR", "De bank van de debiteur doet niet mee aan SEPA.", "The debtor's bank does not take part in SEPA."),
    ReturnCode("FF01", "Het incassobestand klopt niet; vraag het de eigen bank.", "The file of direct debits is wrong; ask your own bank."),
    ReturnCode("FF05", "Deze vorm van incasso klopt niet; vraag het de eigen bank.", "This form of direct debit is wrong; ask your own bank."),
    ReturnCode("FOCR", "De eigen bank heeft de incasso teruggehaald.", "Our own bank recalled the direct debit."),
    ReturnCode("MD01", "Volgens de bank is er geen geldige machtiging.", "According to the bank there is no valid mandate."),
    ReturnCode("MD02", "Gegevens van de machtiging ontbreken of kloppen niet.", "Details of the mandate are missing or wrong."),
    ReturnCode("MD06", "De debiteur heeft het geld laten terugboeken.", "The debtor had the money refunded."),
    ReturnCode("MD07", "De debiteur is overleden.", "The debtor has died."),
    ReturnCode("MS02", "De debiteur heeft deze incasso geweigerd.", "The debtor refused this direct debit."),
    ReturnCode("MS03", "De bank geeft geen reden.", "The bank gives no reason.", may_try_again=True),
    ReturnCode("RC01", "De BIC van de bank klopt niet.", "The BIC of the bank is wrong."),
    ReturnCode("RR01", "Bij de bank ontbreekt een gegeven over de rekening van de debiteur.", "The bank misses a detail of the debtor's account."),
    ReturnCode("RR02", "Bij de bank ontbreken naam of adres van de debiteur.", "The bank misses name or address of the debtor."),
    ReturnCode("RR03", "Bij de bank ontbreken naam of adres van de incassant.", "The bank misses name or address of the creditor."),
    ReturnCode("RR04", "De bank voert de incasso niet uit vanwege de regels van de toezichthouder.", "The bank does not carry it out for a regulatory reason."),
    ReturnCode("SL01", "De debiteur heeft incasso door dit bureau laten blokkeren.", "The debtor has direct debits by this agency blocked."),
    ReturnCode("TM01", "De bank kreeg het bestand te laat.", "The bank got the file too late.", may_try_again=True),
)  # fmt: skip
RETURN_CODES = {each.code: each for each in _CODES}


class NotAReturnCode(Refusal):
    code = "not_a_return_code"
    nl = "'{returned}' is geen reden van een storno: geef de vier tekens die de bank noemt, zoals AM04."
    en = "'{returned}' is no reason of a return: give the four characters that the bank names, such as AM04."


def return_code(code: str) -> ReturnCode:
    """What this reason means; one that is not in the table is known by its code alone, and not tried again. Raises NotAReturnCode."""
    if _CODE.fullmatch(code) is None:
        raise NotAReturnCode(returned=code)
    unknown = ReturnCode(
        code,
        f"De bank geeft reden {code}; vraag het de eigen bank.",
        f"The bank gives the reason {code}; ask your own bank.",
    )
    return RETURN_CODES.get(code, unknown)
