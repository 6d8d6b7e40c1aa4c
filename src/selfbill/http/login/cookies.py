"""The two cookies: one for a session, and one that tells browsers apart that have none yet."""

from http.cookies import SimpleCookie
from typing import Literal

import msgspec
from fastapi import Request

Kind = Literal["selfbill", "selfbill_browser"]

SESSION: Kind = "selfbill"
BROWSER: Kind = "selfbill_browser"


class CookieTerms(msgspec.Struct, frozen=True):
    """Over HTTPS a cookie is bound to this very host by its name (RFC 6265bis, section 4.1.3.2)."""

    is_secure: bool

    def name(self, kind: Kind) -> str:
        """`__Host-selfbill`, or without the prefix on plain HTTP."""
        return f"__Host-{kind}" if self.is_secure else kind

    def read(self, request: Request, kind: Kind) -> str:
        """What the browser sent, or nothing."""
        return request.cookies.get(self.name(kind), "")

    def written(self, kind: Kind, value: str) -> str:
        """The header `Set-Cookie`; without a value the browser is told to drop it. Gone when the browser closes."""
        name = self.name(kind)
        cookie = SimpleCookie()
        cookie[name] = value
        cookie[name].update({"path": "/", "samesite": "Lax"})
        cookie[name]["httponly"] = True
        if self.is_secure:
            cookie[name]["secure"] = True
        if not value:
            cookie[name]["max-age"] = 0
        return str(cookie[name].OutputString())
