"""The pre-notification says all that the scheme asks, and no whole account number."""

import datetime as dt
from email import message_from_bytes, policy

import pytest

from documents.test_mail import COVER, ENGLISH
from selfbill.documents.debit_mails import DebitNotice, prenotification_mail
from selfbill.documents.envelope import Cover
from selfbill.values import Cents

NOTICE = DebitNotice(
    number="BN-2026-0001",
    amount=Cents(4840),
    collection_date=dt.date(2026, 8, 26),
    iban="NL76SNSB0804637555",
    creditor_identifier="NL63ZZZ512732450000",
    mandate="INC-Z01-1",
    salutation_name="Sjoerd Vermeulen",
)


def plain(cover: Cover) -> tuple[str, str]:
    """Subject and text."""
    message = message_from_bytes(prenotification_mail(cover, NOTICE).raw, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["Subject"]), " ".join(str(body.get_content()).split())


@pytest.mark.parametrize(
    ("cover", "subject", "says"),
    [
        (
            COVER,
            "Afschrijving op 26 augustus 2026: factuur BN-2026-0001",
            (
                "Beste Sjoerd Vermeulen, Op 26 augustus 2026 schrijven wij € 48,40 af van uw rekening, voor onze factuur BN-2026-0001. U hoeft die niet zelf te betalen;",
                "Datum van afschrijving: 26 augustus 2026",
                "Van rekening: NL76 … 7555",
                "Incassant-ID: NL63ZZZ512732450000",
                "Kenmerk machtiging: INC-Z01-1",
                "acht weken lang zonder opgaaf van reden",
            ),
        ),
        (
            ENGLISH,
            "Direct debit on 26 August 2026: invoice BN-2026-0001",
            ("On 26 August 2026 we will collect € 48.40", "Mandate reference: INC-Z01-1"),
        ),
    ],
)
def test_the_debtor_reads_when_how_much_and_by_what_right(cover: Cover, subject: str, says: tuple[str, ...]) -> None:
    title, text = plain(cover)
    assert title == subject
    for each in says:
        assert each in text


def test_nobody_else_learns_the_account_from_it() -> None:
    assert NOTICE.iban.encode() not in prenotification_mail(COVER, NOTICE).raw
    assert NOTICE.iban[4:14] not in plain(COVER)[1]


def test_the_same_notice_is_the_same_mail() -> None:
    assert prenotification_mail(COVER, NOTICE) == prenotification_mail(COVER, NOTICE)
