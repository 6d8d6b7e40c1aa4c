"""The organisation's own login by OpenID Connect: the authorization code flow with PKCE, and everything in its answer checked.

OpenID Connect Core 1.0, sections 3.1 and 3.1.3.7; PKCE is RFC 7636 (S256 only); the issuer in the answer is RFC 9207.
"""

import base64
import hashlib
import hmac
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from selfbill.http.login.refusals import LoginElsewhereFailed
from selfbill.settings import Settings
from selfbill.store.sessions import new_token

ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512", "EdDSA")
"""Signatures with the provider's private key only: never `none`, and never a secret that we share with it."""

TIMEOUT_SECONDS = 10.0
"""Somebody is waiting in front of the screen."""

LEEWAY_SECONDS = 60
"""By which the clocks of two servers may differ."""

LARGEST_ANSWER = 1_000_000


class Config(msgspec.Struct, frozen=True):
    """What the provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class Errand(msgspec.Struct, frozen=True):
    """What goes along with a browser, and what it must bring back."""

    address: str
    state: str
    nonce: str
    verifier: str


class OpenId:
    """One provider. Safe to share between threads; what the provider says of itself is asked once, its keys again when they change."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer is not None
        secret = settings.oidc_client_secret
        self.issuer = settings.oidc_issuer
        self._client_id = settings.oidc_client_id or ""
        self._secret = secret.get_secret_value() if secret is not None else None
        self._scopes = settings.oidc_scopes
        self._lock = threading.Lock()
        self._config: Config | None = None
        self._keys: KeySet | None = None

    def errand(self, *, back: str, prefix: str) -> Errand:
        """Where a browser is sent, to come back to this address. Raises LoginElsewhereFailed while the provider is away."""
        state, nonce, verifier = f"{prefix}.{new_token()}", new_token(), new_token()
        question = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": back,
            "scope": self._scopes,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        endpoint = self._known().authorization_endpoint
        joint = "&" if "?" in endpoint else "?"
        return Errand(f"{endpoint}{joint}{urlencode(question)}", state, nonce, verifier)

    def claims(self, *, code: str, verifier: str, nonce: str, back: str, now: float) -> dict[str, Any]:
        """What the provider says of whoever came back with this code. Raises LoginElsewhereFailed."""
        question = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._client_id,
            "code_verifier": verifier,
        }
        if self._secret is not None:
            question["client_secret"] = self._secret
        answer = self._ask("POST", self._known().token_endpoint, question)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise LoginElsewhereFailed
        return self.checked(token, nonce=nonce, now=now)

    def checked(self, token: str, *, nonce: str, now: float) -> dict[str, Any]:
        """The claims of an ID token that was signed by the provider, for us, now, and for this browser's errand.

        Raises LoginElsewhereFailed.
        """
        try:
            claims = self._opened(token)
            jwt.JWTClaimsRegistry(
                now=int(now),
                leeway=LEEWAY_SECONDS,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self._client_id},
                sub={"essential": True},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise LoginElsewhereFailed from error
        shown = claims["nonce"]
        if not isinstance(shown, str) or not hmac.compare_digest(shown.encode(), nonce.encode()):
            raise LoginElsewhereFailed
        if claims.get("azp", self._client_id) != self._client_id:
            raise LoginElsewhereFailed
        return claims

    def _opened(self, token: str) -> dict[str, Any]:
        """What is signed; with keys asked anew where the provider has changed them."""
        if self._keys is not None:
            try:
                return dict(jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError):
                pass
        self._keys = KeySet.import_key_set(self._ask("GET", self._known().jwks_uri))  # type: ignore[arg-type]
        return dict(jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims)

    def _known(self) -> Config:
        with self._lock:
            if self._config is None:
                told = self._ask("GET", f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                try:
                    config = msgspec.convert(told, Config)
                except msgspec.ValidationError as error:
                    raise LoginElsewhereFailed from error
                if config.issuer != self.issuer:
                    raise LoginElsewhereFailed
                self._config = config
            return self._config

    def _ask(self, method: str, address: str, form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object that the provider answers; follows no redirect, so that no secret goes elsewhere."""
        try:
            answer = httpx.request(method, address, data=form, timeout=TIMEOUT_SECONDS, follow_redirects=False)
            content = answer.json() if answer.status_code == 200 and len(answer.content) <= LARGEST_ANSWER else None  # noqa: PLR2004
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise LoginElsewhereFailed from error
        if not isinstance(content, dict):
            raise LoginElsewhereFailed
        return content


def challenge_of(verifier: str) -> str:
    """RFC 7636, section 4.2.

    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
