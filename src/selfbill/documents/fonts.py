"""The typefaces of our documents, embedded as subsets that are made once and used in every document.

reportlab cuts a subset of a TrueType font for each document anew, which costs more than drawing the invoice. Here the
characters are divided into fixed pages: one with what everyday Dutch needs, one with the letters of other European names, and
one per 16 code points for everything else the typeface has (the rest of Latin, Greek, Cyrillic). A page is cut and compressed the first time it is needed; a
document embeds only the pages of which it uses a character. The same characters therefore always give the same bytes.

The typeface is Source Sans Pro (SIL Open Font License 1.1), from the package `font-source-sans-pro`.
"""

import struct
import unicodedata
import zlib
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFObject
from reportlab.pdfbase.ttfonts import TTFont, TTFontMaker

REGULAR: Final = "SourceSansPro-Regular"
BOLD: Final = "SourceSansPro-Semibold"

_EVERYDAY = (0, *range(0x20, 0x7F), *map(ord, "€–—·•×°²½’‘“”…áàâäãåçéèêëíìîïñóòôöõúùûüýÉËÏÖÜ"))
"""Code 0 is the glyph for 'missing'; code 32 is the space, as in ASCII."""
_EUROPEAN = (
    *(0, *map(ord, "ÀÁÂÃÄÅÆÇÈÊÌÍÎÐÑÒÓÔÕØÙÚÛÝÞßæðøþÿŒœ")),
    *map(ord, "ĂăĄąĆćČčĎďĐđĘęĚěĞğİıŁłĽľŃńŇňŐőŔŕŘřŚśŞşŠšȘșŢţŤťȚțŮůŰűŹźŻżŽž"),
)
"""Names from Poland, Turkey, Romania, the Balkans, Hungary, Bohemia, Scandinavia, in one page because they come together."""
_FIXED_PAGES = (_EVERYDAY, _EUROPEAN)
_FIXED_PLACE = {
    code: (page, index) for page, codes in enumerate(_FIXED_PAGES) for index, code in enumerate(codes) if code
}
_CODES_PER_PAGE = 16
_FIRST_CODE = 0x40
"""On the other pages the codes start here, clear of the control characters."""
_UNUSED_TABLES = frozenset({"name", "OS/2", "post"})
"""What a TrueType program inside a PDF does without (ISO 32000-1, section 9.9)."""
_WIDTHS_REMEMBERED = 20_000
"""Names, amounts and words return; this many strings take about 3 MB."""
_TEXTS_REMEMBERED = 20_000
_ESCAPES = tuple(
    char if char.isascii() and char.isprintable() and char not in "()\\" else f"\\{ord(char):03o}"
    for char in map(chr, range(256))
)
"""How each code is written in a PDF string."""
_SYMBOLIC = 4
_SUBSET_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SUBSTITUTES = {
    0xA0: 0x20,
    0x202F: 0x20,
    0x2007: 0x20,
    0x2010: 0x2D,
    0x2011: 0x2D,
    0xAD: None,
    0x200B: None,
    0xFEFF: None,
}
"""Special spaces and hyphens that a document shows as plain ones, and characters that show nothing at all."""


def printable_text(text: str) -> str:
    """The text as it is set: composed (NFC), white space to single spaces, special spaces and hyphens to plain ones."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    return " ".join(unicodedata.normalize("NFC", text).translate(_SUBSTITUTES).split())


def missing_characters(text: str) -> str:
    """The characters of this text for which the typeface has no glyph, each once, in order."""
    glyphs = typeface(REGULAR).face.charToGlyph
    return "".join(dict.fromkeys(char for char in printable_text(text) if ord(char) not in glyphs))


class _Page:
    """A fixed set of at most 256 characters of one typeface, and its PDF objects as finished bytes."""

    def __init__(self, font: "SharedFont", number: int) -> None:
        self.number = number
        self.characters = font.characters_on(number)
        letters = (_SUBSET_LETTERS[number // 26**place % 26] for place in range(5, -1, -1))
        self.font_name = f"{''.join(letters)}+{font.fontName}"
        face: Any = font.face
        program = _lean(face.makeSubset(list(self.characters)))
        self.program = _stream(program, f"/Length1 {len(program)}")
        self.to_unicode = _stream(_to_unicode(self.font_name, self.characters), "")
        box = " ".join(str(round(value)) for value in face.bbox)
        self.descriptor = (
            f"<< /Type /FontDescriptor /FontName /{self.font_name} /Flags {_SYMBOLIC} /FontBBox [{box}]"
            f" /ItalicAngle {round(face.italicAngle)} /Ascent {round(face.ascent)} /Descent {round(face.descent)}"
            f" /CapHeight {round(face.capHeight)} /StemV {round(face.stemV)} /MissingWidth {round(face.defaultWidth)}"
        )
        widths = " ".join(f"{face.getCharWidth(code):g}" for code in self.characters)
        self.font = (
            f"<< /Type /Font /Subtype /TrueType /BaseFont /{self.font_name}"
            f" /FirstChar 0 /LastChar {len(self.characters) - 1} /Widths [{widths}]"
        )


class SharedFont(TTFont):
    """A TrueType font with fixed character pages: it keeps nothing per document, so threads may share it.

    It takes the place of reportlab's own TTFont in a canvas; the overridden methods are the ones a canvas calls.
    """

    def __init__(self, name: str, file: Path) -> None:
        super().__init__(name, str(file), shapable=False)
        self._page = lru_cache(maxsize=None)(lambda number: _Page(self, number))
        self.width_of_thousand = lru_cache(maxsize=_WIDTHS_REMEMBERED)(self._measure)
        self.escaped = lru_cache(maxsize=_TEXTS_REMEMBERED)(self._escape)
        """The text as runs of (page, characters of a PDF string)."""

    def characters_on(self, page: int) -> tuple[int, ...]:
        """The code points of a page, in the order of their codes in the PDF."""
        if page < len(_FIXED_PAGES):
            return _FIXED_PAGES[page]
        first = (page - len(_FIXED_PAGES)) * _CODES_PER_PAGE
        glyphs = self.face.charToGlyph
        codes = [code if code in glyphs else 0 for code in range(first, first + _CODES_PER_PAGE)]
        return (0,) * _FIRST_CODE + tuple(codes)

    def stringWidth(self, text: str, size: float, encoding: str = "utf8") -> float:  # noqa: ARG002, N802 - reportlab's name
        return float(self.width_of_thousand(text) * size / 1000)

    def splitString(self, text: str, doc: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:  # noqa: ARG002, N802
        return self._encode(text)

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:  # noqa: N802
        name = f"{'B' if self.fontName == BOLD else 'R'}{subset}"
        fonts = doc.idToObject["BasicFonts"].dict
        if name not in fonts:
            fonts[name] = self._embed(self._page(subset), doc)
        return f"/{name}"

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Nothing is left to do at the end of a document."""

    def _embed(self, page: _Page, doc: Any) -> Any:
        program = doc.Reference(RawObject(page.program), f"program:{page.font_name}")
        to_unicode = doc.Reference(RawObject(page.to_unicode), f"unicode:{page.font_name}")
        descriptor_bytes = f"{page.descriptor} /FontFile2 {_number(program, doc)} >>".encode("ascii")
        descriptor = doc.Reference(RawObject(descriptor_bytes), f"descriptor:{page.font_name}")
        font_bytes = (
            f"{page.font} /FontDescriptor {_number(descriptor, doc)} /ToUnicode {_number(to_unicode, doc)} >>".encode(
                "ascii"
            )
        )
        return doc.Reference(RawObject(font_bytes), f"font:{page.font_name}")

    def _measure(self, text: str) -> float:
        widths, default = self.face.charWidths, self.face.defaultWidth
        return float(sum(widths.get(code, default) for code in map(ord, printable_text(text))))

    def _escape(self, text: str) -> tuple[tuple[int, str], ...]:
        return tuple((page, "".join(map(_ESCAPES.__getitem__, codes))) for page, codes in self._encode(text))

    def _encode(self, text: str) -> list[tuple[int, bytes]]:
        runs: list[tuple[int, bytearray]] = []
        for code in map(ord, printable_text(text)):
            page, index = _FIXED_PLACE.get(code) or (
                len(_FIXED_PAGES) + code // _CODES_PER_PAGE,
                _FIRST_CODE + code % _CODES_PER_PAGE,
            )
            if not runs or runs[-1][0] != page:
                runs.append((page, bytearray()))
            runs[-1][1].append(index)
        return [(page, bytes(codes)) for page, codes in runs]


class RawObject(PDFObject):
    """A PDF object whose bytes are known already."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def format(self, document: Any) -> bytes:  # noqa: ARG002 - reportlab's protocol
        return self._content


def _lean(program: bytes) -> bytes:
    """The TrueType program without the tables that a PDF does not use."""
    maker: Any = TTFontMaker()
    (table_count,) = struct.unpack_from(">H", program, 4)
    for position in range(table_count):
        tag, _, start, length = struct.unpack_from(">4sLLL", program, 12 + 16 * position)
        if tag.decode("ascii") not in _UNUSED_TABLES:
            maker.add(tag.decode("ascii"), program[start : start + length])
    return bytes(maker.makeStream())


def _stream(content: bytes, entries: str) -> bytes:
    packed = zlib.compress(content, 9)
    head = f"<< /Filter /FlateDecode /Length {len(packed)} {entries} >>\nstream\n".encode("ascii")
    return head + packed + b"\nendstream"


def _number(reference: Any, doc: Any) -> str:
    return str(reference.format(doc).decode("ascii"))


def _to_unicode(name: str, characters: tuple[int, ...]) -> bytes:
    """Tells a reader which text a code stands for, so that it can be searched, copied and read aloud."""
    pairs = [f"<{index:02X}> <{code:04X}>" for index, code in enumerate(characters) if code]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        f"/CMapName /{name} def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode("ascii")


@cache
def typeface(name: str) -> SharedFont:
    """The typeface of this name, read once and known to reportlab."""
    package = find_spec("font_source_sans_pro")
    assert package is not None, "the package font-source-sans-pro is not installed"
    assert package.origin is not None
    font = SharedFont(name, Path(package.origin).parent / "files" / f"{name}.ttf")
    pdfmetrics.registerFont(font)
    return font
