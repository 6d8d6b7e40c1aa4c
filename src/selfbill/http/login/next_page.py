"""Where somebody goes after logging in: a page of ours, whatever the address asks for."""

from urllib.parse import urlsplit

START = "/"


def own_page(wanted: str) -> str:
    """The path that was asked for, provided that no browser reads it as an address elsewhere; else the start page.

    Browsers read `\\` as `/`, drop tabs and line ends, and take `//host` for another site (WHATWG URL, section 4.4).
    """
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return START
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return START
    is_ours = not parts.scheme and not parts.netloc and not parts.path.startswith(("/login", "//"))
    return wanted if is_ours else START
