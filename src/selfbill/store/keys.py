"""The keys of persons: what is personal in an event is sealed with the key of its person, and forgetting is destroying it.

A key is 256 random bits. In the database it stands wrapped with the installation's master key, so that a copy of the
database alone reveals nothing. A destroyed key leaves its row behind without a key: nothing is ever sealed for that person
again, and what was sealed before stays closed.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from selfbill.settings import KEY_BYTES, Settings
from selfbill.store.database import Pool, ask
from selfbill.store.faults import KeyDestroyed, WrongMasterKey

NONCE_BYTES = 12
"""As NIST SP 800-38D recommends for AES-GCM; a person's key seals far fewer than 2^32 fields."""

REMEMBER_SECONDS = 10.0
"""How long a key may be used from memory after another process has destroyed it."""

KEYS_IN_MEMORY = 10_000
"""A key with its bookkeeping takes about 1 kB: 10 MB at the most."""


class _Remembered(msgspec.Struct, frozen=True):
    cipher: AESGCM | None
    until: float


class Keyring:
    """One key per person, made when something is first sealed for that person."""

    def __init__(self, pool: Pool, master: bytes) -> None:
        self._pool = pool
        self._master = AESGCM(master)
        self._pseudonyms = hmac.digest(master, b"selfbill pseudonyms", hashlib.sha256)
        self._keys: OrderedDict[str, _Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def seal(self, person: str, content: bytes, context: bytes) -> bytes:
        """Closes the content for this person; it only opens again in the same context. Raises `KeyDestroyed`."""
        cipher = self._cipher(person)
        if cipher is None:
            self.make([person])
            cipher = self._cipher(person)
        if cipher is None:
            raise KeyDestroyed(f"{person} has been forgotten; register this person anew, under another code.")
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, content, context)

    def open(self, person: str, sealed: bytes, context: bytes) -> bytes | None:
        """The content again, or None when the person's key has been destroyed."""
        cipher = self._cipher(person)
        if cipher is None:
            return None
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)

    def make(self, persons: Iterable[str]) -> None:
        """Makes a key for each of these persons who has none; who has been forgotten stays forgotten."""
        new = {person: self._wrap(person, secrets.token_bytes(KEY_BYTES)) for person in self._not_in_memory(persons)}
        if not new:
            return
        ask(
            self._pool,
            "INSERT INTO person_keys (person, wrapped) SELECT * FROM unnest(%b::text[], %b::bytea[]) ON CONFLICT DO NOTHING",
            (list(new), list(new.values())),
        )
        self.fetch(new)

    def fetch(self, persons: Iterable[str]) -> None:
        """Brings the keys of these persons into memory with one query."""
        wanted = self._not_in_memory(persons)
        if not wanted:
            return
        rows = ask(self._pool, "SELECT person, wrapped FROM person_keys WHERE person = ANY(%b::text[])", (wanted,))
        found = {person: wrapped and self._unwrap(person, wrapped) for person, wrapped in rows}
        until = time.monotonic() + REMEMBER_SECONDS
        with self._lock:
            for person, cipher in found.items():
                self._keys[person] = _Remembered(cipher, until)
                self._keys.move_to_end(person)
            while len(self._keys) > max(KEYS_IN_MEMORY, len(wanted)):
                self._keys.popitem(last=False)

    def destroy(self, person: str) -> None:
        """Forgets this person for good. Other processes notice within `REMEMBER_SECONDS`."""
        ask(
            self._pool,
            "INSERT INTO person_keys (person, wrapped, destroyed_at) VALUES (%b, NULL, clock_timestamp())"
            " ON CONFLICT (person) DO UPDATE SET wrapped = NULL, destroyed_at = excluded.destroyed_at"
            " WHERE person_keys.wrapped IS NOT NULL",
            (person,),
        )
        with self._lock:
            self._keys.pop(person, None)

    def pseudonym(self, text: str) -> str:
        """What stands for this text where it must be found again but not read: a keyed hash, 64 hexadecimal digits."""
        return hmac.new(self._pseudonyms, text.encode(), hashlib.sha256).hexdigest()

    def verify(self) -> None:
        """Raises `WrongMasterKey` when the master key does not belong to this database."""
        for person, wrapped in ask(
            self._pool, "SELECT person, wrapped FROM person_keys WHERE wrapped IS NOT NULL LIMIT 1"
        ):
            self._unwrap(person, wrapped)

    def _cipher(self, person: str) -> AESGCM | None:
        self.fetch([person])
        with self._lock:
            remembered = self._keys.get(person)
        return None if remembered is None else remembered.cipher

    def _not_in_memory(self, persons: Iterable[str]) -> list[str]:
        now = time.monotonic()
        with self._lock:
            return [
                person
                for person in dict.fromkeys(persons)
                if (remembered := self._keys.get(person)) is None or remembered.until < now
            ]

    def _wrap(self, person: str, key: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._master.encrypt(nonce, key, person.encode())

    def _unwrap(self, person: str, wrapped: bytes) -> AESGCM:
        try:
            return AESGCM(self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], person.encode()))
        except InvalidTag as error:
            raise WrongMasterKey(
                f"The master key does not open the key of {person}. "
                "Put back the master key that this database was used with (SELFBILL_MASTER_KEY, or master.key in the data directory)."
            ) from error


def master_key(settings: Settings) -> bytes:
    """The key that wraps the keys of persons: from the settings, or from a file in the data directory, made on first use.

    Whoever loses it loses every name and address in the store: it belongs in a backup of its own, apart from the database.
    """
    if settings.master_key is not None:
        return base64.b64decode(settings.master_key.get_secret_value())
    path = settings.data_dir / "master.key"
    with contextlib.suppress(FileExistsError):
        if not path.exists():
            _write_once(path, base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
    try:
        key = base64.b64decode(path.read_bytes().strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise WrongMasterKey(f"{path} does not hold {KEY_BYTES} bytes in base64. Restore it from your backup.")
    return key


def _write_once(path: Path, content: bytes) -> None:
    """Makes the file complete or not at all, for the owner only; raises FileExistsError when somebody else was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".master-")  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        Path(draft).unlink()
