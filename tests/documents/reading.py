"""Reading our own PDFs back with somebody else's library."""

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from selfbill.documents.invoice_pdf import render_invoice
from selfbill.documents.model import InvoiceDocument


def opened(document: InvoiceDocument) -> PdfReader:
    """The rendered document, as a reader opens it."""
    return PdfReader(BytesIO(render_invoice(document)), strict=True)


def pages(document: InvoiceDocument) -> list[str]:
    """The text of each page, runs of white space made one."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in opened(document).pages]


def text(document: InvoiceDocument) -> str:
    """The text of the whole document."""
    return " ".join(pages(document))


def embedded_fonts(document: InvoiceDocument) -> dict[str, Any]:
    """Every font of the first page by its name, as its dictionary."""
    fonts: Any = opened(document).pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    return {str(font.get_object()["/BaseFont"]): font.get_object() for font in fonts.values()}
