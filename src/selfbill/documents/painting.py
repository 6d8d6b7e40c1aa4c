"""Painting composed sheets as a PDF: the same sheets always give the same bytes."""

import datetime as dt
from functools import lru_cache
from io import BytesIO
from typing import Any

import msgspec
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from selfbill.documents.colours import Rgb
from selfbill.documents.fonts import BOLD, REGULAR, RawObject, typeface
from selfbill.documents.logo import Logo
from selfbill.documents.sheet import HEIGHT, WIDTH, Sheet, TextStyle

rl_config.useA85 = 0
"""Streams stay binary: writing them in ASCII makes a file a quarter larger and takes a fifth of the time."""


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
    """Writes the page's operators itself: through the canvas's own methods most of the time goes to formatting numbers."""
    for picture in sheet.pictures:
        canvas.saveState()
        canvas.translate(picture.x, HEIGHT - picture.y - picture.height)
        canvas.scale(picture.width, picture.height)
        canvas.doForm(_place_logo(canvas, picture.logo))
        canvas.restoreState()
    operators = [
        f"{_fill(surface.colour)} {surface.x:.2f} {HEIGHT - surface.y - surface.height:.2f}"
        f" {surface.width:.2f} {surface.height:.2f} re f"
        for surface in sheet.surfaces
    ]
    operators.append("BT")
    style: TextStyle | None = None
    subset = -1
    for placed in sheet.texts:
        if placed.style is not style:
            if style is None or placed.style.colour != style.colour:
                operators.append(_fill(placed.style.colour))
            style, subset = placed.style, -1
        operators.append(f"1 0 0 1 {placed.x:.2f} {HEIGHT - placed.y:.2f} Tm")
        font = typeface(placed.style.font)
        for number, escaped in font.escaped(placed.text):
            if number != subset:
                subset = number
                operators.append(f"{font.getSubsetInternalName(number, canvas._doc)} {placed.style.size:g} Tf")  # noqa: SLF001
            operators.append(f"({escaped}) Tj")
    operators.append("ET")
    canvas._code.append("\n".join(operators))  # noqa: SLF001 - there is no door for finished operators
    canvas.showPage()


@lru_cache(maxsize=512)
def _fill(colour: Rgb) -> str:
    red, green, blue = colour
    return f"{red:.3f} {green:.3f} {blue:.3f} rg"


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
