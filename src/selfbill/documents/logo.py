"""The agency's logo: read once, made small enough for a letter, and embedded as finished bytes."""

import zlib
from functools import lru_cache
from io import BytesIO

import msgspec
from PIL import Image, UnidentifiedImageError

from selfbill.refusals import Refusal

_MOST_PIXELS_SIDE = 480
"""Printed at most 53 mm wide this is 230 dots per inch, and a logo of this size keeps an invoice under 45 kB."""
_MOST_PIXELS = 40_000_000
"""More is not a logo, and unpacking it would take hundreds of megabytes."""
_JPEG_QUALITY = 85
_LOGOS_REMEMBERED = 64
_FORMATS = ("PNG", "JPEG")


class LogoUnreadable(Refusal):
    """The logo in the house style is not a picture that we can print."""

    code = "document.logo_unreadable"
    nl = "Het logo in de huisstijl is geen leesbare PNG of JPEG."
    en = "The logo in the house style is not a readable PNG or JPEG."


class Logo(msgspec.Struct, frozen=True, eq=False):
    """A picture as PDF image objects; `mask` is its transparency, if it has any."""

    width: int
    height: int
    image: bytes
    mask: bytes | None


@lru_cache(maxsize=_LOGOS_REMEMBERED)
def prepared_logo(content: bytes) -> Logo:
    """The logo as it is embedded; raises LogoUnreadable."""
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise LogoUnreadable
            picture = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise LogoUnreadable from error
    picture.thumbnail((_MOST_PIXELS_SIDE, _MOST_PIXELS_SIDE))
    size = f"/Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} /BitsPerComponent 8"
    alpha = picture.getchannel("A")
    transparent = alpha.getextrema() != (255, 255)
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=alpha)
    colours = (picture.convert("RGB") if transparent else flat).tobytes()
    packed, compression = zlib.compress(colours, 9), "/FlateDecode"
    jpeg = BytesIO()
    flat.save(jpeg, "JPEG", quality=_JPEG_QUALITY)
    if not transparent and len(jpeg.getvalue()) < len(packed):
        packed, compression = jpeg.getvalue(), "/DCTDecode"
    return Logo(
        picture.width,
        picture.height,
        _object(f"{size} /ColorSpace /DeviceRGB /Filter {compression}", packed),
        _object(f"{size} /ColorSpace /DeviceGray /Filter /FlateDecode", zlib.compress(alpha.tobytes(), 9))
        if transparent
        else None,
    )


def _object(entries: str, content: bytes) -> bytes:
    """An image object's entries and its data, divided by an empty line; a reference to the mask may still join the entries."""
    return f"{entries} /Length {len(content)}".encode("ascii") + b"\n\n" + content
