"""Keys of persons are wrapped with the master key, and destroyed for good."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from selfbill.settings import Settings
from selfbill.store import keys
from selfbill.store.database import Database
from selfbill.store.faults import WrongMasterKey
from selfbill.store.keys import Keyring, master_key

MASTER = b"m" * 32


@pytest.fixture
def keyring(database: Database, agency: str) -> Keyring:
    return Keyring(database.pool(agency), MASTER)


def test_what_is_sealed_opens_for_the_same_person_in_the_same_context_only(keyring: Keyring) -> None:
    sealed = keyring.seal("party:1", b"Anna", b"here")
    assert b"Anna" not in sealed
    assert keyring.open("party:1", sealed, b"here") == b"Anna"
    with pytest.raises(InvalidTag):
        keyring.open("party:1", sealed, b"there")
    keyring.make(["party:2"])
    with pytest.raises(InvalidTag):
        keyring.open("party:2", sealed, b"here")


def test_the_database_holds_no_key_in_the_clear(database: Database, agency: str, keyring: Keyring) -> None:
    keyring.make(["party:1"])
    with database.connect(agency) as connection:
        ((wrapped,),) = connection.execute("SELECT wrapped FROM person_keys").fetchall()
    assert len(wrapped) == keys.NONCE_BYTES + 32 + 16


def test_two_processes_that_need_a_key_at_the_same_moment_use_the_same(database: Database, agency: str) -> None:
    rings = [Keyring(database.pool(agency), MASTER) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        sealed = list(pool.map(lambda ring: ring.seal("party:1", b"Anna", b""), rings))
    assert [rings[0].open("party:1", each, b"") for each in sealed] == [b"Anna"] * 6


def test_a_destroyed_key_leaves_nothing_that_opens(database: Database, agency: str, keyring: Keyring) -> None:
    sealed = keyring.seal("party:1", b"Anna", b"")
    keyring.destroy("party:1")
    keyring.destroy("party:1")
    assert keyring.open("party:1", sealed, b"") is None
    with database.connect(agency) as connection:
        row = connection.execute("SELECT wrapped, destroyed_at IS NOT NULL FROM person_keys").fetchone()
    assert row == (None, True)


def test_who_never_had_a_key_can_be_forgotten_as_well(keyring: Keyring) -> None:
    keyring.destroy("party:1")
    assert keyring.open("party:1", b"", b"") is None


def test_no_more_keys_are_kept_in_memory_than_agreed(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "KEYS_IN_MEMORY", 2)
    sealed = [keyring.seal(f"party:{number}", b"x", b"") for number in range(5)]
    assert list(keyring._keys) == ["party:3", "party:4"]
    assert [keyring.open(f"party:{number}", each, b"") for number, each in enumerate(sealed)] == [b"x"] * 5


def test_a_wrong_master_key_is_told_with_what_to_do(database: Database, agency: str, keyring: Keyring) -> None:
    other = Keyring(database.pool(agency), b"x" * 32)
    other.verify()
    keyring.make(["party:1"])
    keyring.verify()
    with pytest.raises(WrongMasterKey, match=r"does not open the key of party:1\. Put back the master key"):
        other.verify()


def test_a_wrapped_key_is_bound_to_its_person(database: Database, agency: str, keyring: Keyring) -> None:
    keyring.make(["party:1"])
    with database.connect(agency) as connection:
        connection.execute("INSERT INTO person_keys SELECT 'party:2', wrapped FROM person_keys")
    with pytest.raises(WrongMasterKey, match="party:2"):
        keyring.fetch(["party:2"])


def test_the_master_key_comes_from_the_settings(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path, "master_key": base64.b64encode(MASTER).decode()})
    assert master_key(settings) == MASTER
    assert list(tmp_path.iterdir()) == []


def test_without_one_a_master_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    settings = Settings.model_validate({"data_dir": tmp_path / "new", "master_key": None})
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: master_key(settings), range(8)))
    assert len(made) == 1
    assert len(made.pop()) == 32
    (file,) = (tmp_path / "new").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_a_damaged_master_key_is_not_replaced(tmp_path: Path, content: str) -> None:
    (tmp_path / "master.key").write_text(content)
    with pytest.raises(WrongMasterKey, match=r"master\.key does not hold 32 bytes in base64\. Restore it"):
        master_key(Settings.model_validate({"data_dir": tmp_path, "master_key": None}))
    assert (tmp_path / "master.key").read_text() == content


def test_a_pseudonym_is_the_same_for_the_same_key_and_says_nothing(database: Database, agency: str) -> None:
    pool = database.pool(agency)
    ours, again, theirs = Keyring(pool, bytes(32)), Keyring(pool, bytes(32)), Keyring(pool, bytes(31) + b"1")
    assert ours.pseudonym("anna@example.org") == again.pseudonym("anna@example.org")
    assert len({ours.pseudonym("anna"), ours.pseudonym("bob"), theirs.pseudonym("anna")}) == 3
