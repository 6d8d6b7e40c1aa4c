"""A letter in an e-mail: written once, shown as plain text and as simple HTML.

The HTML loads nothing from elsewhere, reads well on a phone and to a screen reader, and carries the house style's colour.
"""

from html import escape

import msgspec

from selfbill.documents.colours import hexadecimal, legible
from selfbill.documents.model import HouseStyle


class Fact(msgspec.Struct, frozen=True):
    """A name and a value, shown under each other."""

    label: str
    value: str


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says, from salutation to signature; only `paragraphs` and `signature` always stand there."""

    salutation: str = ""
    paragraphs: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    items: tuple[str, ...] = ()
    link: str = ""
    link_words: str = ""
    closing: tuple[str, ...] = ()
    signature: tuple[str, ...]


_FONT = "font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;color:#222222"


def as_text(letter: Letter) -> str:
    """The letter for whoever reads plain text."""
    blocks = [letter.salutation, *letter.paragraphs]
    blocks.append("\n".join(f"{fact.label}: {fact.value}" for fact in letter.facts))
    blocks.append("\n".join(f"- {item}" for item in letter.items))
    blocks.append(f"{letter.link_words}:\n{letter.link}" if letter.link else "")
    blocks += letter.closing
    blocks.append("\n".join(letter.signature))
    return "\n\n".join(block for block in blocks if block) + "\n"


def as_html(letter: Letter, style: HouseStyle, title: str) -> str:
    """The letter as one HTML page, without anything remote."""
    colour = hexadecimal(legible(style.colour))
    body = [_paragraph(text) for text in (letter.salutation, *letter.paragraphs) if text]
    if letter.facts:
        body.append(_facts(letter.facts))
    if letter.items:
        body.append('<ul style="margin:0 0 16px;padding-left:20px">')
        body += [f"<li>{escape(item)}</li>" for item in letter.items]
        body.append("</ul>")
    if letter.link:
        body.append(
            f'<p style="margin:24px 0"><a href="{escape(letter.link)}" style="display:inline-block;padding:12px 20px;'
            f'background:{colour};color:#ffffff;text-decoration:none;border-radius:4px;font-weight:bold">'
            f"{escape(letter.link_words)}</a></p>"
        )
    body += [_paragraph(text) for text in letter.closing]
    body.append('<p style="margin:24px 0 0">' + "<br>\n".join(escape(line) for line in letter.signature) + "</p>")
    inner = "\n".join(body)
    return (
        f'<!DOCTYPE html>\n<html lang="{style.language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        f'<body style="margin:0;padding:24px 16px;background:#ffffff;{_FONT}">\n'
        f'<div role="article" aria-label="{escape(title)}" style="max-width:600px;margin:0 auto;'
        f'border-top:4px solid {colour};padding-top:24px">\n{inner}\n</div>\n</body>\n</html>\n'
    )


def _paragraph(text: str) -> str:
    return f'<p style="margin:0 0 16px">{escape(text)}</p>'


def _facts(facts: tuple[Fact, ...]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:normal;color:#555555;padding:4px 24px 4px 0;'
        f'vertical-align:top">{escape(fact.label)}</th>'
        f'<td style="padding:4px 0;font-weight:bold">{escape(fact.value)}</td></tr>'
        for fact in facts
    )
    return f'<table style="border-collapse:collapse;margin:0 0 24px;{_FONT}">\n{rows}\n</table>'
