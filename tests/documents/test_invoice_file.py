"""The file itself: the same every time, with its typefaces inside, small, and saying what it is."""

import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from pypdf import PdfReader

from documents.builders import (
    CARE_INVOICE,
    COMMISSION_INVOICE,
    CREDIT_NOTE,
    PGB_INVOICE,
    SMALL_BUSINESS_INVOICE,
    STANDARD_INVOICE,
    in_english,
)
from documents.reading import embedded_fonts, opened, text
from selfbill.documents.invoice_pdf import render_invoice
from selfbill.documents.logo import LogoUnreadable
from selfbill.documents.model import HouseStyle, InvoiceDocument
from selfbill.refusals import Language

DOCUMENTS = (CARE_INVOICE, STANDARD_INVOICE, SMALL_BUSINESS_INVOICE, COMMISSION_INVOICE, PGB_INVOICE, CREDIT_NOTE)
MOST_BYTES = 45_000


def with_logo(content: bytes) -> InvoiceDocument:
    return msgspec.structs.replace(CARE_INVOICE, house_style=HouseStyle(logo=content))


def picture(mode: str, size: tuple[int, int], colour: object, form: str) -> bytes:
    file = BytesIO()
    Image.new(mode, size, colour).save(file, form)  # type: ignore[arg-type]
    return file.getvalue()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.number)
def test_the_same_document_gives_the_same_bytes(document: InvoiceDocument) -> None:
    assert render_invoice(document) == render_invoice(document)


def test_threads_make_the_same_documents() -> None:
    expected = [render_invoice(document) for document in DOCUMENTS]
    with ThreadPoolExecutor(4) as threads:
        for _ in range(5):
            assert list(threads.map(render_invoice, DOCUMENTS)) == expected


@pytest.mark.parametrize("document", [*DOCUMENTS, in_english(CARE_INVOICE)], ids=lambda document: document.number)
def test_it_is_small(document: InvoiceDocument) -> None:
    assert len(render_invoice(document)) < MOST_BYTES


def test_it_stays_small_with_foreign_letters_and_a_large_logo() -> None:
    noise = Image.effect_noise((900, 300), 80).convert("RGB")
    file = BytesIO()
    noise.resize((300, 100)).resize((1800, 600)).save(file, "PNG")
    customer = msgspec.structs.replace(CARE_INVOICE.customer, name="Çağla Łąkowska-Wiśniewska")
    assert len(render_invoice(msgspec.structs.replace(CARE_INVOICE, customer=customer))) < MOST_BYTES
    assert len(render_invoice(with_logo(file.getvalue()))) < 2 * MOST_BYTES


def test_its_typefaces_are_embedded_subsets_with_their_text() -> None:
    fonts = embedded_fonts(CARE_INVOICE)
    assert len(fonts) == 2
    for name, font in fonts.items():
        assert re.fullmatch(r"/[A-Z]{6}\+SourceSansPro-\w+", name)
        assert "/FontFile2" in font["/FontDescriptor"].get_object()
        assert "/ToUnicode" in font


@pytest.mark.parametrize(("language", "title"), [("nl", "Factuur Z01-2026-0001"), ("en", "Invoice Z01-2026-0001")])
def test_it_says_its_language_title_and_author(language: Language, title: str) -> None:
    reader = opened(msgspec.structs.replace(CARE_INVOICE, house_style=HouseStyle(language=language)))
    assert str(reader.root_object["/Lang"]) == language
    assert reader.metadata is not None
    assert reader.metadata.title == title
    assert reader.metadata.author == "De Vries Verpleging"
    assert reader.metadata.creation_date_raw == "D:20260401000000Z"


@pytest.mark.parametrize(
    "content",
    [
        picture("RGBA", (600, 200), (10, 90, 160, 120), "PNG"),
        picture("RGB", (600, 200), (10, 90, 160), "PNG"),
        picture("L", (40, 90), 128, "JPEG"),
        picture("CMYK", (40, 90), (0, 50, 50, 0), "JPEG"),
        picture("P", (40, 90), 3, "PNG"),
    ],
    ids=["transparent", "opaque", "grey", "print colours", "palette"],
)
def test_a_logo_is_printed_and_stays_the_same(content: bytes) -> None:
    document = with_logo(content)
    assert len(PdfReader(BytesIO(render_invoice(document))).pages[0].images) == 1
    assert render_invoice(document) == render_invoice(document)


@pytest.mark.parametrize(
    "content", [b"", b"<svg/>", picture("RGB", (9, 9), "red", "PNG")[:-30], picture("RGB", (9, 9), "red", "GIF")]
)
def test_a_logo_that_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(LogoUnreadable):
        render_invoice(with_logo(content))


@pytest.mark.parametrize("colour", ["#ffffff", "#f2c230", "#000000", "red", "", "#12345"])
def test_any_house_colour_gives_an_invoice(colour: str) -> None:
    assert "Totaal te betalen" in text(msgspec.structs.replace(CARE_INVOICE, house_style=HouseStyle(colour=colour)))


def test_an_independent_reader_finds_no_fault(tmp_path: Path) -> None:
    for position, document in enumerate(DOCUMENTS):
        file = tmp_path / f"{position}.pdf"
        file.write_bytes(render_invoice(document))
        reader = PdfReader(file, strict=True)
        assert reader.pdf_header.startswith("%PDF-1.")
        assert all(page.extract_text() for page in reader.pages)
