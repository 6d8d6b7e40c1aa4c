"""The top of an invoice: who sends it, to whom, what it is, and what it is about."""

from typing import Final, Protocol

from selfbill.documents import formats
from selfbill.documents.colours import legible, rgb, tint
from selfbill.documents.fonts import BOLD, REGULAR
from selfbill.documents.labels import Words, words
from selfbill.documents.logo import prepared_logo
from selfbill.documents.model import HouseStyle, InvoiceDocument, PartyBlock
from selfbill.documents.sheet import (
    BODY,
    GREY,
    INK,
    LABEL,
    LEFT,
    RIGHT,
    SMALL,
    STRONG,
    VALUE,
    WIDTH,
    Picture,
    Sheet,
    Surface,
    TextStyle,
    width_of,
    wrapped,
)
from selfbill.documents.wording import title

ADDRESS_TOP: Final = 152.0
"""The first baseline, 54 mm down: inside the window of a Dutch envelope (45 to 90 mm from the top, 20 to 110 mm from the left)."""
_ADDRESS_WIDTH: Final = 240.0
_ADDRESS_STYLE: Final = TextStyle(REGULAR, 10.5, INK)
_ADDRESS_LEADING: Final = 13.5
_SELLER_X: Final = 346.0
_SELLER_LEADING: Final = 11.5
_TITLE_TOP: Final = 268.0
"""Below the window, above the first fold."""
_TITLE_SIZE: Final = 20.0
_LOGO_WIDTH: Final = 150.0
_LOGO_HEIGHT: Final = 52.0
_NAME_WIDTH: Final = 300.0
BOX_PADDING: Final = 10.0


class Letterhead(Protocol):
    """What the top of any letter says."""

    @property
    def seller(self) -> PartyBlock: ...
    @property
    def customer(self) -> PartyBlock: ...
    @property
    def house_style(self) -> HouseStyle: ...


def set_opening(sheet: Sheet, document: InvoiceDocument) -> float:
    """Sets everything above the table of lines and returns where that may start."""
    y = set_letterhead(sheet, document, title(document), document.number)
    y = set_facts(sheet, y + 24, _facts(document))
    if document.credits is not None:
        y = _set_credited(sheet, document, y + 8)
    if document.pgb is not None:
        y = _set_budget(sheet, document, y + 8)
    return y + 8


def set_letterhead(sheet: Sheet, letter: Letterhead, word: str, which: str) -> float:
    """Sets the brand, the address in its window, the sender and a title (what it is, and which), and returns its baseline."""
    colour = letter.house_style.colour
    sheet.surfaces.append(Surface(0, 0, WIDTH, 6, rgb(colour)))
    _set_brand(sheet, letter)
    bottom = max(_set_address(sheet, letter), _set_seller(sheet, letter))
    y = max(_TITLE_TOP, bottom + 32)
    heading = TextStyle(BOLD, _TITLE_SIZE, legible(colour))
    sheet.text(LEFT, y, word, heading)
    number_x = LEFT + width_of(word, heading) + _TITLE_SIZE / 4
    sheet.text(number_x, y, which, TextStyle(REGULAR, _TITLE_SIZE, INK))
    return y


def _set_brand(sheet: Sheet, document: Letterhead) -> None:
    seller, style = document.seller, document.house_style
    y = 52.0
    for line in wrapped(seller.trade_name or seller.name, TextStyle(BOLD, 16, INK), _NAME_WIDTH):
        sheet.text(LEFT, y, line, TextStyle(BOLD, 16, legible(style.colour)))
        y += 19
    if seller.trade_name and seller.trade_name != seller.name:
        sheet.text(LEFT, y - 4, seller.name, TextStyle(REGULAR, 9.5, GREY))
    if style.logo is not None:
        logo = prepared_logo(style.logo)
        scale = min(_LOGO_WIDTH / logo.width, _LOGO_HEIGHT / logo.height)
        width, height = logo.width * scale, logo.height * scale
        sheet.pictures.append(Picture(RIGHT - width, 32, width, height, logo))


def address_lines(party: PartyBlock, say: Words) -> list[str]:
    """Name and address as they stand on an envelope."""
    lines = [party.name]
    if party.trade_name and party.trade_name != party.name:
        lines.insert(0, party.trade_name)
    if party.attention:
        lines.append(say.attention.format(name=party.attention))
    lines += [f"{party.street} {party.house_number}", f"{party.postcode}  {party.city}", party.country]
    return [line for line in lines if line]


def _set_address(sheet: Sheet, document: Letterhead) -> float:
    y = ADDRESS_TOP
    say = words(document.house_style.language)
    for line in address_lines(document.customer, say):
        for part in wrapped(line, _ADDRESS_STYLE, _ADDRESS_WIDTH):
            sheet.text(LEFT, y, part, _ADDRESS_STYLE)
            y += _ADDRESS_LEADING
    if document.customer.vat_id:
        sheet.text(LEFT, y + 2, f"{say.vat_id} {document.customer.vat_id}", SMALL)
        y += _ADDRESS_LEADING
    return y


def _set_seller(sheet: Sheet, document: Letterhead) -> float:
    seller, say = document.seller, words(document.house_style.language)
    y = ADDRESS_TOP
    name, *address = address_lines(seller, say)
    details = [(name, STRONG)] + [(line, BODY) for line in address]
    details += [(seller.email, BODY)] if seller.email else []
    details += [(f"{say.kvk} {seller.kvk}", BODY)] + (
        [(f"{say.vat_id} {seller.vat_id}", BODY)] if seller.vat_id else []
    )
    for text, style in details:
        for line in wrapped(text, style, RIGHT - _SELLER_X):
            sheet.text(_SELLER_X, y, line, style)
            y += _SELLER_LEADING
    return y


def _facts(document: InvoiceDocument) -> list[tuple[str, str]]:
    say, language = words(document.house_style.language), document.house_style.language
    facts = [(say.invoice_date, formats.date(document.issue_date, language))]
    if document.due_date is not None:
        facts.append((say.due_date, formats.date(document.due_date, language)))
    facts.append((say.period, formats.period(document.period_from, document.period_until, language)))
    if document.placement_reference:
        facts.append((say.reference, document.placement_reference))
    if document.customer.code:
        word = document.house_style.customer_word or say.customer
        label = say.account_number if document.is_commission else say.number_of.format(word=word)
        facts.append((label[0].upper() + label[1:], document.customer.code))
    return facts


def set_facts(sheet: Sheet, y: float, facts: list[tuple[str, str]]) -> float:
    """Labels with their values in a row, spread by what they need; a row that is full goes on below."""
    gap, x = 22.0, LEFT
    for label, value in facts:
        width = max(width_of(label, LABEL), width_of(value, VALUE))
        if x > LEFT and x + width > RIGHT:
            x, y = LEFT, y + 30
        sheet.text(x, y, label, LABEL)
        lines = wrapped(value, VALUE, RIGHT - LEFT)
        for position, line in enumerate(lines):
            sheet.text(x, y + 12.5 + 12 * position, line, VALUE)
        y += 12 * (len(lines) - 1)
        x += width + gap
    return y + 20


def set_box(sheet: Sheet, document: Letterhead, y: float, height: float) -> None:
    """A tinted surface with the house colour at its side."""
    colour = document.house_style.colour
    sheet.surfaces.append(Surface(LEFT, y, RIGHT - LEFT, height, tint(colour, 0.07)))
    sheet.surfaces.append(Surface(LEFT, y, 3, height, rgb(colour)))


def _set_credited(sheet: Sheet, document: InvoiceDocument, y: float) -> float:
    assert document.credits is not None
    say, language = words(document.house_style.language), document.house_style.language
    credited = document.credits
    text = say.credits.format(number=credited.number, date=formats.date(credited.issue_date, language))
    lines = wrapped(credited.reason, BODY, RIGHT - LEFT - 2 * BOX_PADDING)
    height = 24.0 + 12 * len(lines)
    set_box(sheet, document, y, height)
    for position, line in enumerate((text, *lines)):
        sheet.text(LEFT + BOX_PADDING + 2, y + 15.5 + 12 * position, line, BODY if position else STRONG)
    return y + height


def _set_budget(sheet: Sheet, document: InvoiceDocument, y: float) -> float:
    """What the SVB checks."""
    assert document.pgb is not None
    budget, say, language = document.pgb, words(document.house_style.language), document.house_style.language
    first, until = formats.short_date(budget.agreement_from), budget.agreement_until
    agreement = (
        formats.period(budget.agreement_from, until, language) if until else say.agreement_from.format(first=first)
    )
    facts = [(say.budget, budget.law), (say.svb_number, budget.svb_number), (say.agreement, agreement)]
    if budget.max_rate is not None:
        facts.append((say.max_rate, say.per_hour.format(price=formats.euros(budget.max_rate, language))))
    height = 38.0
    set_box(sheet, document, y, height)
    x = LEFT + BOX_PADDING + 2
    for label, value in facts:
        sheet.text(x, y + 14, label, LABEL)
        sheet.text(x, y + 27, value, VALUE)
        x += max(width_of(label, LABEL), width_of(value, VALUE)) + 22
    return y + height
