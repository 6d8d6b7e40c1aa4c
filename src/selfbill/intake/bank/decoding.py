"""From bytes to text: the encodings of banks, and characters that no text should hold."""

import re

from selfbill.intake.bank.oddities import ControlCharacters, OtherEncoding
from selfbill.refusals import Refusal

_DECLARED = re.compile(rb"""<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
"""Neither XML nor a terminal may hold them; the C1 characters drive terminals as well as ESC does."""
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAME = {
    "utf-8": ("utf-8", "utf8", "us-ascii", "ascii"),
    "utf-16": ("utf-16", "utf-16le", "utf-16be", "unicode"),
    "windows-1252": ("windows-1252", "cp1252", "iso-8859-1", "latin1", "latin-1", "iso-8859-15"),
}


def decode(content: bytes) -> tuple[str, list[Refusal]]:
    """The text with LF for every line break and without XML declaration or byte order mark, and what is odd about it.

    Bytes that are valid UTF-8 are UTF-8 whatever the file says, because nothing else looks like it; others are Windows-1252,
    of which ISO-8859-1 is a part. A control character becomes a space.
    """
    odd: list[Refusal] = []
    if content.startswith(_UTF_16):
        text, found = content.decode("utf-16", "replace"), "utf-16"
    else:
        try:
            text, found = content.decode("utf-8-sig"), "utf-8"
        except UnicodeDecodeError:
            text, found = _single_bytes(content), "windows-1252"
    declared = _DECLARED.search(content[:1000])
    if declared and declared[1].decode().lower() not in _SAME[found] and not content.isascii():
        odd.append(OtherEncoding(declared=declared[1].decode(), found=found))
    if declaration := _DECLARATION.match(text):
        text = "\n" * declaration[0].count("\n") + text[declaration.end() :]
    text, count = _CONTROL.subn(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if count:
        odd.append(ControlCharacters(count=count))
    return text, odd


def _single_bytes(content: bytes) -> str:
    """Windows-1252; the five bytes that it leaves open as ISO-8859-1 has them."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        return content.decode("latin-1")
