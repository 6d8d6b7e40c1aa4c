"""The mails about what was not paid: a reminder, and a demand with a term and what it costs to let that pass.

The demand to a consumer is the letter of art. 6:96 lid 6 BW: it names the term of at least fourteen days from the day after it
was received, the amount, and the cost that will be claimed. An e-mail is received on the day on which it is sent.
"""

import datetime as dt

import msgspec

from selfbill.documents import formats
from selfbill.documents.envelope import Cover, seal
from selfbill.documents.letter import Fact, Letter
from selfbill.documents.phrases import salutation, signature, speaker
from selfbill.documents.post import OutgoingMail
from selfbill.values import Cents


class UnpaidInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice of which something is still to be paid."""

    number: str
    issue_date: dt.date
    due_date: dt.date
    total: Cents
    open: Cents
    iban: str
    payment_reference: str


class PaymentNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What one creditor asks of one debtor; at least one invoice."""

    seller: str
    """Whose invoices they are: the freelancer, or the agency for commission."""
    is_own: bool
    """Whether the agency writes about its own invoices, and not on behalf of a freelancer."""
    invoices: tuple[UnpaidInvoice, ...]
    salutation_name: str = ""

    @property
    def open(self) -> Cents:
        return Cents(sum(invoice.open for invoice in self.invoices))


class DemandTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a demand gives and threatens with."""

    days: int
    """From the day after the mail."""
    until: dt.date
    """The last of those days."""
    cost: Cents
    """What is claimed after it, without VAT; 0 when nothing is."""
    is_consumer: bool


def reminder_mail(cover: Cover, notice: PaymentNotice) -> OutgoingMail:
    """Reminds of what should have been paid; friendly, because most people forgot."""
    say = speaker(cover)
    one = len(notice.invoices) == 1
    which = _which(cover, notice)
    letter = Letter(
        salutation=salutation(cover, notice.salutation_name),
        paragraphs=(
            say(
                f"Wij hebben voor {which} nog geen volledige betaling ontvangen. Misschien is het u ontgaan.",
                f"We have not received full payment for {which} yet. It may have escaped your attention.",
            ),
            say(
                f"Wilt u het openstaande bedrag van {_open(cover, notice)} betalen?",
                f"Please pay the open amount of {_open(cover, notice)}.",
            ),
        ),
        facts=_facts(cover, notice),
        items=_items(cover, notice),
        closing=_closing(cover, notice),
        signature=signature(cover),
    )
    number = notice.invoices[0].number
    subject = say(
        f"Herinnering: factuur {number} van {notice.seller}" if one else f"Herinnering: facturen van {notice.seller}",
        f"Reminder: invoice {number} from {notice.seller}" if one else f"Reminder: invoices from {notice.seller}",
    )
    return seal(cover, subject, letter)


def demand_mail(cover: Cover, notice: PaymentNotice, terms: DemandTerms) -> OutgoingMail:
    """Demands payment within the term; to a consumer in the words that the law asks for, to others as a second notice."""
    say, language = speaker(cover), cover.house_style.language
    until = formats.date(terms.until, language)
    which = _which(cover, notice)
    one = len(notice.invoices) == 1
    letter = Letter(
        salutation=salutation(cover, notice.salutation_name),
        paragraphs=(
            say(
                f"Voor {which} hebben wij nog steeds geen volledige betaling ontvangen. Er staat {_open(cover, notice)} open.",
                f"We still have not received full payment for {which}. {_open(cover, notice)} is open.",
            ),
            say(
                f"Wij vragen u dit bedrag te betalen binnen {terms.days} dagen, te rekenen vanaf de dag nadat u dit bericht"
                f" heeft ontvangen. Het bedrag moet dus uiterlijk op {until} zijn bijgeschreven.",
                f"Please pay this amount within {terms.days} days, counted from the day after you received this message."
                f" So it must have been credited by {until} at the latest.",
            ),
            *_threat(cover, terms, until),
        ),
        facts=_facts(cover, notice),
        items=_items(cover, notice),
        closing=_closing(cover, notice),
        signature=signature(cover),
    )
    number = notice.invoices[0].number
    kind = ("Aanmaning", "Demand for payment") if terms.is_consumer else ("Tweede herinnering", "Second notice")
    subject = say(
        f"{kind[0]}: factuur {number} van {notice.seller}" if one else f"{kind[0]}: facturen van {notice.seller}",
        f"{kind[1]}: invoice {number} from {notice.seller}" if one else f"{kind[1]}: invoices from {notice.seller}",
    )
    return seal(cover, subject, letter)


def _threat(cover: Cover, terms: DemandTerms, until: str) -> tuple[str, ...]:
    """What not paying costs; nothing is said of cost where none will be claimed."""
    if not terms.cost:
        return ()
    say = speaker(cover)
    cost = formats.euros(terms.cost, cover.house_style.language)
    law = (
        ("artikel 6:96 lid 6 BW", "article 6:96(6)")
        if terms.is_consumer
        else ("artikel 6:96 lid 4 BW", "article 6:96(4)")
    )
    return (
        say(
            f"Is het bedrag op {until} niet of niet volledig betaald, dan bent u ook buitengerechtelijke incassokosten"
            f" verschuldigd. Die bedragen {cost} ({law[0]} en het Besluit vergoeding voor buitengerechtelijke"
            " incassokosten). Hierover wordt geen btw berekend.",
            f"If it has not been paid in full by {until}, you also owe the cost of collecting it out of court. This amounts to"
            f" {cost} ({law[1]} of the Dutch Civil Code and the Decree on compensation for extrajudicial collection costs)."
            " No VAT is charged on it.",
        ),
    )


def _which(cover: Cover, notice: PaymentNotice) -> str:
    """`factuur Z01-2026-0001 van Anna Visser`, or how many of them."""
    say, count = speaker(cover), len(notice.invoices)
    if count == 1:
        number = notice.invoices[0].number
        return say(f"factuur {number} van {notice.seller}", f"invoice {number} from {notice.seller}")
    return say(f"{count} facturen van {notice.seller}", f"{count} invoices from {notice.seller}")


def _open(cover: Cover, notice: PaymentNotice) -> str:
    return formats.euros(notice.open, cover.house_style.language)


def _facts(cover: Cover, notice: PaymentNotice) -> tuple[Fact, ...]:
    """What the payer needs to pay one invoice."""
    if len(notice.invoices) != 1:
        return ()
    say, language = speaker(cover), cover.house_style.language
    (invoice,) = notice.invoices
    account = formats.grouped(invoice.iban)
    facts = [
        Fact(say("Factuurnummer", "Invoice number"), invoice.number),
        Fact(say("Factuurdatum", "Invoice date"), formats.date(invoice.issue_date, language)),
        Fact(say("Te betalen vóór of op", "Was to be paid by"), formats.date(invoice.due_date, language)),
    ]
    if invoice.open != invoice.total:
        facts.append(Fact(say("Factuurbedrag", "Invoice amount"), formats.euros(invoice.total, language)))
    return (
        *facts,
        Fact(say("Openstaand", "Open"), formats.euros(invoice.open, language)),
        Fact(
            say("Op rekening", "To account"),
            say(f"{account} t.n.v. {notice.seller}", f"{account} of {notice.seller}"),
        ),
        Fact(say("Onder vermelding van", "Payment reference"), formats.grouped(invoice.payment_reference)),
    )


def _items(cover: Cover, notice: PaymentNotice) -> tuple[str, ...]:
    """One line for each of several invoices, complete enough to pay it."""
    if len(notice.invoices) == 1:
        return ()
    say, language = speaker(cover), cover.house_style.language
    return tuple(
        say(
            f"Factuur {each.number} van {formats.date(each.issue_date, language)}: {formats.euros(each.open, language)} open,"
            f" naar {formats.grouped(each.iban)} t.n.v. {notice.seller} onder vermelding van"
            f" {formats.grouped(each.payment_reference)}",
            f"Invoice {each.number} of {formats.date(each.issue_date, language)}: {formats.euros(each.open, language)} open,"
            f" to {formats.grouped(each.iban)} of {notice.seller} with reference {formats.grouped(each.payment_reference)}",
        )
        for each in notice.invoices
    )


def _closing(cover: Cover, notice: PaymentNotice) -> tuple[str, ...]:
    """What to do who disagrees, and who writes for whom."""
    say = speaker(cover)
    question = say(
        "Heeft u al betaald, of bent u het niet met de factuur eens? Beantwoord dan deze e-mail.",
        "If you have paid already, or do not agree with the invoice, just reply to this e-mail.",
    )
    if notice.is_own:
        return (question,)
    agency = cover.sender.name
    on_behalf = say(
        f"Dit bericht is verzonden door {agency} namens {notice.seller}.",
        f"This message was sent by {agency} on behalf of {notice.seller}.",
    )
    return question, on_behalf
