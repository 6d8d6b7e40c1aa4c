"""Painting composed sheets as a PDF: the same sheets always give the same bytes."""

import datetime as dt
from io import BytesIO
from typing import Any

import msgspec
from reportlab.pdfgen.canvas import Canvas

from selfbill.documents.fonts import BOLD, REGULAR, RawObject, typeface
from selfbill.documents.logo import Logo
from selfbill.documents.sheet import HEIGHT, WIDTH, Sheet


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says of itself."""

    title: str
    author: str
    subject: str
    language: str
    day: dt.date
    """Given as the day on which it was made, so that nothing depends on the clock."""


def paint(sheets: list[Sheet], about: About) -> bytes:
    """The sheets as a PDF with embedded typefaces."""
    typeface(REGULAR)
    typeface(BOLD)
    file = BytesIO()
    canvas = Canvas(
        file,
        pagesize=(WIDTH, HEIGHT),
        pageCompression=1,
        invariant=1,
        initialFontName=REGULAR,  # type: ignore[arg-type] # the stubs are wrong: it is a name
        lang=about.language,
    )
    canvas.setTitle(about.title)
    canvas.setAuthor(about.author)
    canvas.setSubject(about.subject)
    canvas.setCreator("selfbill")
    canvas.setProducer("selfbill")
    canvas.setDateFormatter(lambda *_: f"D:{about.day:%Y%m%d}000000Z")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for sheet in sheets:
        _paint_sheet(canvas, sheet)
    canvas.save()
    return file.getvalue()


def _paint_sheet(canvas: Any, sheet: Sheet) -> None:
    for surface in sheet.surfaces:
        canvas.setFillColorRGB(*surface.colour)
        canvas.rect(surface.x, HEIGHT - surface.y - surface.height, surface.width, surface.height, stroke=0, fill=1)
    for picture in sheet.pictures:
        name = _place_logo(canvas, picture.logo)
        y = HEIGHT - picture.y - picture.height
        canvas.saveState()
        canvas.translate(picture.x, y)
        canvas.scale(picture.width, picture.height)
        canvas.doForm(name)
        canvas.restoreState()
    text = canvas.beginText()
    style = None
    for placed in sheet.texts:
        if placed.style is not style:
            style = placed.style
            text.setFont(style.font, style.size)
            text.setFillColorRGB(*style.colour)
        text.setTextOrigin(placed.x, HEIGHT - placed.y)
        text.textOut(placed.text)
    canvas.drawText(text)
    canvas.showPage()


def _place_logo(canvas: Any, logo: Logo) -> str:
    """Makes the logo known to this document, once."""
    document: Any = canvas._doc  # noqa: SLF001 - the canvas has no door for an image that is encoded already
    if not document.hasForm("logo"):
        mask = (
            f" /SMask {document.Reference(_image(logo.mask, ''), 'logo-mask').format(document).decode('ascii')}"
            if logo.mask
            else ""
        )
        document.addForm("logo", _image(logo.image, mask))
    return "logo"


def _image(parts: bytes, more: str) -> RawObject:
    entries, content = parts.split(b"\n\n", 1)
    return RawObject(b"<< " + entries + more.encode("ascii") + b" >>\nstream\n" + content + b"\nendstream")
