"""Passwords are kept as argon2id hashes, and checking one takes the same work whether or not there is anything to check."""

import threading
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

TIME_COST = 3
MEMORY_KIB = 64 * 1024
LANES = 4
"""RFC 9106, section 4, the second recommendation: 64 MiB, three passes, four lanes."""

AT_THE_SAME_TIME = 4
"""Hashes in one process: 256 MiB at the most, however many people log in."""

_hasher = PasswordHasher(
    time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16, type=Type.ID
)
_room = threading.BoundedSemaphore(AT_THE_SAME_TIME)


def hash_password(password: str) -> str:
    """The hash, with salt and costs, as `$argon2id$v=19$m=65536,t=3,p=4$...`."""
    with _room:
        return _hasher.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Whether this is the password of that hash; without a hash never, after the same work."""
    with _room:
        try:
            _hasher.verify(hashed or _nobodys(), password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether it was made with other costs than those of today."""
    return _hasher.check_needs_rehash(hashed)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash("a password that no account has")
