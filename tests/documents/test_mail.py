"""The mails: right for every reader, the same every time, and silent in privacy mode."""

import datetime as dt
import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import msgspec
import pytest

from documents.builders import AGENCY_NAME
from selfbill.documents.mail import (
    ApprovalNotice,
    Cover,
    DemandTerms,
    InvoiceNotice,
    Mailbox,
    NotALink,
    NotAnAddress,
    OutgoingMail,
    PaymentNotice,
    UnbilledHours,
    UnpaidInvoice,
    UnsafeHeader,
    WeekNotice,
    approval_mail,
    commission_mail,
    credit_mail,
    demand_mail,
    hours_reminder_mail,
    invoice_mail,
    privacy_mail,
    reminder_mail,
    unbilled_hours_mail,
)
from selfbill.documents.model import CreditedInvoice, HouseStyle
from selfbill.values import Cents, IsoWeek, Minutes

PDF = b"%PDF-1.4 ..."
LINK = "https://portal.example.org/login"
COVER = Cover(
    message_id="<Z01-2026-0001.1@selfbill.example.org>",
    sent_at=dt.datetime(2026, 4, 1, 7, 0, tzinfo=dt.UTC),
    sender=Mailbox("administratie@zorgschakel.example.org", AGENCY_NAME),
    recipient=Mailbox("anna.visser@example.org", "Anna Visser"),
)
ENGLISH = msgspec.structs.replace(COVER, house_style=HouseStyle(language="en"))
NOTICE = InvoiceNotice(
    number="Z01-2026-0001",
    issue_date=dt.date(2026, 4, 1),
    due_date=dt.date(2026, 5, 1),
    total=Cents(151_602),
    iban="NL61RABO0941673987",
    payment_reference="RF31Z0120260001",
    seller="Marijke de Vries",
    period_from=dt.date(2026, 3, 16),
    period_until=dt.date(2026, 3, 29),
    salutation_name="Anna Visser",
)
CREDITED = msgspec.structs.replace(
    NOTICE,
    number="Z01-2026-0003",
    due_date=None,
    total=Cents(-48_000),
    iban="",
    payment_reference="",
    credits=CreditedInvoice(number="Z01-2026-0001", issue_date=dt.date(2026, 4, 1), reason="Dubbel"),
)
WEEK = WeekNotice(week=IsoWeek(2026, 12), placement_reference="IO-2047", link=LINK, salutation_name="Marijke de Vries")
APPROVAL = ApprovalNotice(
    week=IsoWeek(2026, 12),
    placement_reference="IO-2047",
    freelancer="Marijke de Vries",
    minutes=Minutes(440),
    link=LINK,
    salutation_name="Pieter Visser",
)
UNBILLED = (
    UnbilledHours(
        placement_reference="IO-2047",
        freelancer="Marijke de Vries",
        week=IsoWeek(2026, 12),
        minutes=Minutes(440),
        reason="wacht op goedkeuring",
    ),
)
UNPAID = UnpaidInvoice(
    number="Z01-2026-0001",
    issue_date=dt.date(2026, 4, 1),
    due_date=dt.date(2026, 5, 1),
    total=Cents(151_602),
    open=Cents(51_602),
    iban="NL61RABO0941673987",
    payment_reference="RF31Z0120260001",
)
LATE = PaymentNotice(seller="Marijke de Vries", is_own=False, invoices=(UNPAID,), salutation_name="Anna Visser")
LATE_TWICE = msgspec.structs.replace(
    LATE, invoices=(UNPAID, msgspec.structs.replace(UNPAID, number="Z01-2026-0002", open=Cents(40_000)))
)
DEMAND = DemandTerms(days=14, until=dt.date(2026, 6, 5), cost=Cents(7_740), is_consumer=True)

MAILS: dict[str, Callable[[Cover], OutgoingMail]] = {
    "invoice": lambda cover: invoice_mail(cover, NOTICE, PDF),
    "credit note": lambda cover: credit_mail(cover, CREDITED, PDF, on_behalf=True),
    "commission": lambda cover: commission_mail(cover, NOTICE, PDF),
    "privacy": lambda cover: privacy_mail(cover, LINK),
    "hours reminder": lambda cover: hours_reminder_mail(cover, WEEK),
    "approval": lambda cover: approval_mail(cover, APPROVAL),
    "approval reminder": lambda cover: approval_mail(cover, APPROVAL, reminder=True),
    "reminder": lambda cover: reminder_mail(cover, LATE),
    "reminder of several": lambda cover: reminder_mail(cover, LATE_TWICE),
    "demand": lambda cover: demand_mail(cover, LATE, DEMAND),
    "demand of several": lambda cover: demand_mail(cover, LATE_TWICE, DEMAND),
    "unbilled hours": lambda cover: unbilled_hours_mail(cover, "maart 2026", UNBILLED, LINK),
}


def parsed(mail: OutgoingMail) -> EmailMessage:
    message = message_from_bytes(mail.raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def body(mail: OutgoingMail, kind: str) -> str:
    part = parsed(mail).get_body((kind,))
    assert part is not None
    return str(part.get_content())


def plain_words(html: str) -> str:
    without_style = re.sub(r"<head>.*?</head>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", without_style)


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("cover", [COVER, ENGLISH], ids=["nl", "en"])
def test_the_same_input_gives_the_same_bytes(name: str, cover: Cover) -> None:
    mail = MAILS[name](cover)
    assert mail == MAILS[name](cover)
    assert mail.message_id == cover.message_id
    assert parsed(mail)["Message-ID"] == cover.message_id
    assert parsed(mail)["Date"] == "Wed, 01 Apr 2026 07:00:00 +0000"


@pytest.mark.parametrize("name", MAILS)
def test_every_mail_can_pass_every_server(name: str) -> None:
    raw = MAILS[name](COVER).raw
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("cover", [COVER, ENGLISH], ids=["nl", "en"])
def test_text_and_html_say_the_same(name: str, cover: Cover) -> None:
    mail = MAILS[name](cover)
    words = plain_words(body(mail, "html")).replace("\N{NO-BREAK SPACE}", " ")
    for line in body(mail, "plain").splitlines():
        for piece in re.split(r": |^- |:$", line):
            assert piece.strip() in words or piece.startswith("http")
    assert cover.sender.name in words


@pytest.mark.parametrize("name", MAILS)
def test_html_loads_nothing_from_elsewhere_and_names_its_language(name: str) -> None:
    html = body(MAILS[name](ENGLISH), "html")
    assert '<html lang="en">' in html
    assert not re.search(r"<img|<link|<script|<iframe|url\(|@import|src=", html)


def test_dutch_and_english_differ() -> None:
    for make in MAILS.values():
        assert make(COVER).subject != make(ENGLISH).subject


def test_an_invoice_goes_with_its_pdf_and_how_to_pay() -> None:
    mail = invoice_mail(COVER, NOTICE, PDF)
    (attachment,) = parsed(mail).iter_attachments()
    assert attachment.get_filename() == "Factuur Z01-2026-0001.pdf"
    assert attachment.get_content_type() == "application/pdf"
    assert attachment.get_content() == PDF
    words = body(mail, "plain")
    assert "Bedrag: € 1.516,02" in words
    assert "Op rekening: NL61 RABO 0941 6739 87 t.n.v. Marijke de Vries" in words
    assert "Onder vermelding van: RF31 Z012 0260 001" in words
    assert f"opgemaakt en verzonden door {AGENCY_NAME} namens Marijke de Vries" in words


def test_a_credit_note_asks_for_no_payment() -> None:
    credited = CreditedInvoice(number="Z01-2026-0001", issue_date=dt.date(2026, 4, 1))
    notice = msgspec.structs.replace(NOTICE, number="Z01-2026-0003", due_date=None, iban="", credits=credited)
    words = body(invoice_mail(COVER, notice, PDF), "plain")
    assert "Creditering van: Z01-2026-0001 (1 april 2026)" in words
    assert "Op rekening" not in words


@pytest.mark.parametrize("cover", [COVER, ENGLISH], ids=["nl", "en"])
def test_privacy_mail_holds_a_sender_and_a_link_and_nothing_else(cover: Cover) -> None:
    mail = privacy_mail(cover, LINK)
    message = parsed(mail)
    everything = f"{mail.subject} {message['To']} {body(mail, 'plain')} {plain_words(body(mail, 'html'))}"
    without_link = everything.replace(LINK, "").replace(cover.recipient.address, "")
    assert not re.search(r"\d", without_link)
    assert not re.search(
        r"factu|invoice|uren|hours|€|eur|bedrag|amount|zorg(?!schakel)|care|week|plaatsing|placement|visser|vries",
        without_link,
        re.IGNORECASE,
    )
    assert LINK in body(mail, "plain")
    assert LINK in body(mail, "html")
    assert AGENCY_NAME in everything
    assert list(message.iter_attachments()) == []


def test_the_hours_reminder_names_week_and_placement_and_no_customer() -> None:
    mail = hours_reminder_mail(COVER, WEEK)
    assert mail.subject == "Herinnering: uren van week 12, plaatsing IO-2047"
    assert "week 12 (16 – 22 mrt 2026)" in body(mail, "plain")


def test_an_approval_says_whose_hours_wait() -> None:
    first, again = approval_mail(COVER, APPROVAL), approval_mail(COVER, APPROVAL, reminder=True)
    assert "Marijke de Vries heeft de uren van week 12" in body(first, "plain")
    assert "Uren: 7:20 u" in body(first, "plain")
    assert "nog niet beoordeeld" not in body(first, "plain")
    assert again.subject == "Herinnering: uren van week 12 staan klaar, plaatsing IO-2047"
    assert "nog niet beoordeeld" in body(again, "plain")


def test_the_warning_lists_what_is_unbilled_and_why() -> None:
    mail = unbilled_hours_mail(COVER, "maart 2026", UNBILLED * 2, LINK)
    assert mail.subject == "Nog niet gefactureerde uren van maart 2026: 2"
    assert body(mail, "plain").count("- IO-2047, Marijke de Vries, week 12: 7:20 u – wacht op goedkeuring") == 2


@pytest.mark.parametrize(
    "name",
    [
        "Çağla Łąkowska",
        'Jan "de Vakman" Bakker, zzp',
        AGENCY_NAME + ", afdeling Crediteurenadministratie Noord-Oost Nederland en omstreken",
        "Ëëëë " * 30,
    ],
)
def test_names_arrive_as_they_are_written(name: str) -> None:
    box = Mailbox("zoe@bücher.example", name.strip())
    mail = invoice_mail(msgspec.structs.replace(COVER, recipient=box, sender=box), NOTICE, PDF)
    headers = message_from_bytes(mail.raw, policy=policy.compat32)
    for header in ("To", "From"):
        whole = str(make_header(decode_header(headers[header])))
        assert parseaddr(whole) == (name.strip(), "zoe@xn--bcher-kva.example")
    assert mail.recipients == ("zoe@xn--bcher-kva.example",)


def test_answers_go_where_the_agency_wants_them() -> None:
    mail = invoice_mail(msgspec.structs.replace(COVER, reply_to=Mailbox("vragen@example.org", "Vragen")), NOTICE, PDF)
    assert parsed(mail)["Reply-To"] == "Vragen <vragen@example.org>"


@pytest.mark.parametrize(
    "address",
    [
        *("", "anna", "@example.org", "anna@", "anna@@example.org", "anna visser@example.org", "zoë@example.org"),
        *("anna@example.org, eve@example.org", "anna@exam ple.org", "<anna@example.org>", "anna@example..org"),
        *("anna@example.org\r\nBcc: eve@example.org", "a" * 65 + "@example.org", ".anna@example.org", "anna@-x.org"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(NotAnAddress):
        privacy_mail(msgspec.structs.replace(COVER, recipient=Mailbox(address)), LINK)


@pytest.mark.parametrize(
    "text", ["Anna\r\nBcc: eve@example.org", "Anna\nX: y", "Anna\x00", "Anna\N{LINE SEPARATOR}Bcc"]
)
def test_a_name_cannot_become_a_header(text: str) -> None:
    with pytest.raises(UnsafeHeader):
        privacy_mail(msgspec.structs.replace(COVER, sender=Mailbox("a@example.org", text)), LINK)


def test_a_number_cannot_become_a_header() -> None:
    with pytest.raises(UnsafeHeader):
        invoice_mail(COVER, msgspec.structs.replace(NOTICE, number="Z01\r\nBcc: eve@example.org"), PDF)


@pytest.mark.parametrize(
    "link", ["", "javascript:alert(1)", "https://", "https://x.nl/ a", "portal.example.org", "https://[x"]
)
def test_a_link_leads_to_a_web_page(link: str) -> None:
    with pytest.raises(NotALink):
        privacy_mail(COVER, link)


def test_html_shows_markup_in_a_name_as_text() -> None:
    notice = msgspec.structs.replace(NOTICE, seller="<b>Bakker</b> & zn")
    html = body(invoice_mail(COVER, notice, PDF), "html")
    assert "&lt;b&gt;Bakker&lt;/b&gt; &amp; zn" in html
    assert "<b>" not in html


def test_a_demand_says_what_the_law_wants_in_english_too() -> None:
    mail = demand_mail(ENGLISH, LATE, DEMAND)
    text = " ".join(body(mail, "plain").split())
    assert mail.subject == "Demand for payment: invoice Z01-2026-0001 from Marijke de Vries"
    assert "€ 516.02 is open." in text
    assert "within 14 days, counted from the day after you received this message" in text
    assert "credited by 5 June 2026 at the latest" in text
    assert "you also owe the cost of collecting it out of court. This amounts to € 77.40 (article 6:96(6)" in text
    assert "Invoice amount: € 1,516.02" in text
    assert "on behalf of Marijke de Vries" in text


def test_a_reminder_of_the_agencys_own_invoice_speaks_for_nobody_else() -> None:
    own = msgspec.structs.replace(LATE, seller=AGENCY_NAME, is_own=True)
    assert "namens" not in body(reminder_mail(COVER, own), "plain")
    assert "namens Marijke de Vries" in body(reminder_mail(COVER, LATE), "plain")


def test_a_credit_notes_mail_names_the_original_and_asks_for_nothing() -> None:
    mail = credit_mail(COVER, CREDITED, PDF, on_behalf=True)
    words = " ".join(body(mail, "plain").split()).replace("\N{NO-BREAK SPACE}", " ")
    assert "creditfactuur Z01-2026-0003 van Marijke de Vries, bij factuur Z01-2026-0001 van 1 april 2026" in words
    assert "Het bedrag wordt verrekend of aan u terugbetaald." in words
    assert f"opgemaakt en verzonden door {AGENCY_NAME} namens Marijke de Vries" in words
    assert "betalen" not in words
    assert "namens" not in body(credit_mail(COVER, CREDITED, PDF, on_behalf=False), "plain")
