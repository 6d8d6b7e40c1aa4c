"""The codes of RFC 6238, appendix B, and what a telephone shows."""

import hashlib
from typing import Any

import pytest

from selfbill.totp import code_at, enrolment_address, from_base32, matching_step, step_of, to_base32

SEEDS = {
    hashlib.sha1: b"12345678901234567890",
    hashlib.sha256: b"12345678901234567890123456789012",
    hashlib.sha512: b"1234567890123456789012345678901234567890123456789012345678901234",
}
SECRET = to_base32(SEEDS[hashlib.sha1])


@pytest.mark.parametrize(
    ("seconds", "sha1", "sha256", "sha512"),
    [
        (59, "94287082", "46119246", "90693936"),
        (1111111109, "07081804", "68084774", "25091201"),
        (1111111111, "14050471", "67062674", "99943326"),
        (1234567890, "89005924", "91819424", "93441116"),
        (2000000000, "69279037", "90698825", "38618901"),
        (20000000000, "65353130", "77737706", "47863826"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    digests: list[tuple[Any, str]] = [(hashlib.sha1, sha1), (hashlib.sha256, sha256), (hashlib.sha512, sha512)]
    for digest, code in digests:
        assert code_at(SEEDS[digest], step_of(seconds), digits=8, digest=digest) == code
    assert matching_step(SECRET, sha1[2:], seconds) == step_of(seconds)


@pytest.mark.parametrize(("late", "holds"), [(-31, False), (-30, True), (0, True), (30, True), (59, True), (60, False)])
def test_a_clock_may_be_half_a_minute_off(late: int, holds: bool) -> None:  # noqa: FBT001
    moment = 1111111110 // 30 * 30
    code = code_at(SEEDS[hashlib.sha1], step_of(moment))
    assert (matching_step(SECRET, code, moment + late) is not None) is holds


@pytest.mark.parametrize("code", ["", "1", "94287082", "abcdef", "é12345", "999999999999999999"])
def test_anything_else_is_no_code(code: str) -> None:
    assert matching_step(SECRET, code, 59) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    assert matching_step(SECRET, "287 082", 59) == 1


def test_the_secret_is_written_as_telephones_read_it() -> None:
    assert to_base32(b"\x00" * 20) == "A" * 32
    assert from_base32(to_base32(b"abc")) == b"abc"
    address = enrolment_address("ABC", issuer="Bureau Noord & Zn", user="anna")
    assert address == "otpauth://totp/Bureau%20Noord%20%26%20Zn%3Aanna?secret=ABC&issuer=Bureau%20Noord%20%26%20Zn"
