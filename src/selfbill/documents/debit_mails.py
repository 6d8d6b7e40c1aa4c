"""The pre-notification of a direct debit: when, how much, from which account, and under which mandate."""

import datetime as dt

import msgspec

from selfbill.documents import formats
from selfbill.documents.envelope import Cover, seal
from selfbill.documents.letter import Fact, Letter
from selfbill.documents.phrases import salutation, signature, speaker
from selfbill.documents.post import OutgoingMail
from selfbill.values import Cents

SHOWN_CHARACTERS = 4
"""The end of an account number is enough for whose it is, and of no use to others who read the mail."""


class DebitNotice(msgspec.Struct, frozen=True, kw_only=True):
    """A collection that is to come."""

    number: str
    amount: Cents
    collection_date: dt.date
    iban: str
    creditor_identifier: str
    mandate: str
    salutation_name: str = ""


def prenotification_mail(cover: Cover, notice: DebitNotice) -> OutgoingMail:
    """Tells the debtor what will be collected and when, as the scheme asks (SEPA Core rulebook EPC016-06, section 4.3.4).

    In privacy mode send `privacy_mail` instead.
    """
    say, language = speaker(cover), cover.house_style.language
    day, amount = formats.date(notice.collection_date, language), formats.euros(notice.amount, language)
    letter = Letter(
        salutation=salutation(cover, notice.salutation_name),
        paragraphs=(
            say(
                f"Op {day} schrijven wij {amount} af van uw rekening, voor onze factuur {notice.number}."
                " U hoeft die niet zelf te betalen; zorg dat er genoeg geld op de rekening staat.",
                f"On {day} we will collect {amount} from your account, for our invoice {notice.number}."
                " You need not pay it yourself; please see to it that there is enough money in the account.",
            ),
        ),
        facts=(
            Fact(say("Factuurnummer", "Invoice number"), notice.number),
            Fact(say("Bedrag", "Amount"), amount),
            Fact(say("Datum van afschrijving", "Collection date"), day),
            Fact(say("Van rekening", "From account"), f"{notice.iban[:4]} … {notice.iban[-SHOWN_CHARACTERS:]}"),
            Fact(say("Incassant-ID", "Creditor identifier"), notice.creditor_identifier),
            Fact(say("Kenmerk machtiging", "Mandate reference"), notice.mandate),
        ),
        closing=(
            say(
                "Klopt er iets niet? Beantwoord deze e-mail vóór die datum. Na de afschrijving kunt u het bedrag"
                " acht weken lang zonder opgaaf van reden laten terugboeken door uw bank.",
                "Is something wrong? Reply to this e-mail before that date. After the collection you can have the amount"
                " refunded by your bank for eight weeks, without giving a reason.",
            ),
        ),
        signature=signature(cover),
    )
    subject = say(f"Afschrijving op {day}: factuur {notice.number}", f"Direct debit on {day}: invoice {notice.number}")
    return seal(cover, subject.replace(formats.NO_BREAK, " "), letter)
