"""The mails about an invoice: with the PDF, or - privacy - only that something is ready."""

import datetime as dt

import msgspec

from selfbill.documents import formats
from selfbill.documents.envelope import Attachment, Cover, seal
from selfbill.documents.letter import Fact, Letter
from selfbill.documents.model import CreditedInvoice
from selfbill.documents.phrases import salutation, signature, speaker, web_address
from selfbill.documents.post import OutgoingMail
from selfbill.values import Cents


class InvoiceNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What the mail around an invoice says of it."""

    number: str
    issue_date: dt.date
    due_date: dt.date | None
    total: Cents
    iban: str
    payment_reference: str
    seller: str
    """Whose invoice it is: the freelancer, or the agency for commission."""
    period_from: dt.date
    period_until: dt.date
    salutation_name: str = ""
    """Whom the mail speaks to; empty gives a general salutation."""
    account_holder: str = ""
    credits: CreditedInvoice | None = None


def invoice_mail(cover: Cover, notice: InvoiceNotice, pdf: bytes) -> OutgoingMail:
    """The freelancer's invoice to the customer, with the PDF."""
    say = speaker(cover)
    paragraph = say(
        f"Hierbij ontvangt u factuur {notice.number} van {notice.seller} over de periode"
        f" {_period(cover, notice)}. De factuur vindt u in de bijlage.",
        f"Please find attached invoice {notice.number} from {notice.seller} for the period {_period(cover, notice)}.",
    )
    agency = cover.sender.name
    return _with_invoice(
        cover,
        notice,
        pdf,
        subject=say(f"Factuur {notice.number} van {notice.seller}", f"Invoice {notice.number} from {notice.seller}"),
        paragraph=paragraph,
        closing=say(
            f"Deze factuur is opgemaakt en verzonden door {agency} namens {notice.seller}."
            " Heeft u een vraag? Beantwoord dan deze e-mail.",
            f"This invoice was made and sent by {agency} on behalf of {notice.seller}."
            " If you have a question, just reply to this e-mail.",
        ),
    )


def commission_mail(cover: Cover, notice: InvoiceNotice, pdf: bytes) -> OutgoingMail:
    """The agency's commission invoice, with the PDF."""
    say = speaker(cover)
    return _with_invoice(
        cover,
        notice,
        pdf,
        subject=say(
            f"Provisiefactuur {notice.number} van {notice.seller}",
            f"Commission invoice {notice.number} from {notice.seller}",
        ),
        paragraph=say(
            f"Hierbij ontvangt u onze factuur {notice.number} voor facturatie- en administratiediensten over de periode"
            f" {_period(cover, notice)}. De factuur vindt u in de bijlage.",
            f"Please find attached our invoice {notice.number} for billing and administration services in the period"
            f" {_period(cover, notice)}.",
        ),
        closing=say(
            "Heeft u een vraag? Beantwoord dan deze e-mail.", "If you have a question, just reply to this e-mail."
        ),
    )


def credit_mail(cover: Cover, notice: InvoiceNotice, pdf: bytes, *, on_behalf: bool) -> OutgoingMail:
    """A credit note, with the PDF; `on_behalf` when the agency made it in a freelancer's name."""
    assert notice.credits is not None
    say, original = speaker(cover), notice.credits
    date = formats.date(original.issue_date, cover.house_style.language)
    agency = cover.sender.name
    made = say(
        f"Deze creditfactuur is opgemaakt en verzonden door {agency} namens {notice.seller}. ",
        f"This credit note was made and sent by {agency} on behalf of {notice.seller}. ",
    )
    question = say(
        "Heeft u een vraag? Beantwoord dan deze e-mail.", "If you have a question, just reply to this e-mail."
    )
    return _with_invoice(
        cover,
        notice,
        pdf,
        subject=say(
            f"Creditfactuur {notice.number} van {notice.seller}", f"Credit note {notice.number} from {notice.seller}"
        ),
        paragraph=say(
            f"Hierbij ontvangt u creditfactuur {notice.number} van {notice.seller}, bij factuur {original.number} van {date}."
            " U vindt haar in de bijlage. Het bedrag wordt verrekend of aan u terugbetaald.",
            f"Please find attached credit note {notice.number} from {notice.seller}, for invoice {original.number} of {date}."
            " The amount will be set off or refunded to you.",
        ),
        closing=(made if on_behalf else "") + question,
        word=say("Creditfactuur", "Credit note"),
    )


def privacy_mail(cover: Cover, link: str) -> OutgoingMail:
    """That something is ready in the portal: a sender, a link, and nothing else."""
    say = speaker(cover)
    agency = cover.sender.name
    letter = Letter(
        paragraphs=(
            say(
                f"Er staat een nieuw bericht van {agency} voor u klaar. Log in om het te lezen.",
                f"A new message from {agency} is waiting for you. Log in to read it.",
            ),
        ),
        link=web_address(link),
        link_words=say("Inloggen", "Log in"),
        signature=(agency,),
    )
    bare = msgspec.structs.replace(cover, recipient=msgspec.structs.replace(cover.recipient, name=""))
    return seal(bare, say(f"Nieuw bericht van {agency}", f"New message from {agency}"), letter)


def _with_invoice(
    cover: Cover, notice: InvoiceNotice, pdf: bytes, *, subject: str, paragraph: str, closing: str, word: str = ""
) -> OutgoingMail:
    letter = Letter(
        salutation=salutation(cover, notice.salutation_name),
        paragraphs=(paragraph,),
        facts=_facts(cover, notice),
        closing=(closing,),
        signature=signature(cover),
    )
    word = word or speaker(cover)("Factuur", "Invoice")
    return seal(cover, subject, letter, Attachment(f"{word} {notice.number}.pdf", pdf))


def _facts(cover: Cover, notice: InvoiceNotice) -> tuple[Fact, ...]:
    """What the payer needs to pay without opening the attachment."""
    say, language = speaker(cover), cover.house_style.language
    facts = [
        Fact(say("Factuurnummer", "Invoice number"), notice.number),
        Fact(say("Factuurdatum", "Invoice date"), formats.date(notice.issue_date, language)),
        Fact(say("Bedrag", "Amount"), formats.euros(notice.total, language)),
    ]
    if notice.credits is not None:
        original = f"{notice.credits.number} ({formats.date(notice.credits.issue_date, language)})"
        return *facts, Fact(say("Creditering van", "Credits"), original)
    if notice.due_date is not None:
        facts.append(Fact(say("Te betalen uiterlijk", "To be paid by"), formats.date(notice.due_date, language)))
    account = formats.grouped(notice.iban)
    holder = notice.account_holder or notice.seller
    facts.append(Fact(say("Op rekening", "To account"), say(f"{account} t.n.v. {holder}", f"{account} of {holder}")))
    facts.append(Fact(say("Onder vermelding van", "Payment reference"), formats.grouped(notice.payment_reference)))
    return tuple(facts)


def _period(cover: Cover, notice: InvoiceNotice) -> str:
    return formats.period(notice.period_from, notice.period_until, cover.house_style.language)
