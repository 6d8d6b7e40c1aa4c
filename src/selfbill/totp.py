"""Codes of an authenticator by RFC 6238: six digits that hold for half a minute, made with HMAC-SHA-1 as every telephone does."""

import base64
import hashlib
import hmac
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1
"""A telephone may be half a minute off (RFC 6238, section 5.2)."""


def code_at(secret: bytes, step: int, *, digits: int = DIGITS, digest: Callable[..., Any] = hashlib.sha1) -> str:
    """The code of this step (RFC 4226, section 5.3)."""
    mac = hmac.new(secret, struct.pack(">Q", step), digest).digest()
    offset = mac[-1] & 0x0F
    (number,) = struct.unpack(">I", mac[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**digits:0{digits}}"


def step_of(seconds: float) -> int:
    """The step in which this moment falls, counted from 1970 in UTC."""
    return int(seconds) // STEP_SECONDS


def matching_step(secret: str, code: str, seconds: float) -> int | None:
    """The step whose code this is, or None; the secret is in base32. Takes the same time for every wrong code."""
    key, now = from_base32(secret), step_of(seconds)
    typed = "".join(code.split()).encode()
    found = None
    for step in range(max(now - DRIFT_STEPS, 0), now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(key, step).encode(), typed):
            found = step
    return found


def to_base32(secret: bytes) -> str:
    """As a person can type it over; without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def from_base32(text: str) -> bytes:
    """The bytes again; raises binascii.Error for anything else."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def enrolment_address(secret: str, *, issuer: str, user: str) -> str:
    """What an authenticator opens to learn the secret."""
    label = quote(f"{issuer}:{user}", safe="")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}"
