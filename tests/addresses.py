"""Addresses of databases."""

from urllib.parse import urlsplit


def database_at(server: str, name: str) -> str:
    """The URL of the database of this name on the server of another URL, which may name no host."""
    address = urlsplit(server)
    # urlunsplit would make postgresql:/name of an address without a host.
    return f"{address.scheme}://{address.netloc}/{name}" + (f"?{address.query}" if address.query else "")
