"""The archive keeps the exact bytes that were sent."""

import hashlib

import pytest

from selfbill.store.agency import AgencyStore
from selfbill.store.database import Database
from selfbill.store.faults import DocumentDamaged, DocumentMissing

PDF = b"%PDF-1.7 \x00\xff an invoice"


def test_a_document_is_kept_under_its_hash_and_comes_back_as_it_was(store: AgencyStore) -> None:
    sha256 = store.archive.put(PDF, "application/pdf")
    assert sha256 == hashlib.sha256(PDF).hexdigest()
    assert store.archive.get(sha256) == PDF
    assert store.archive.media_type(sha256) == "application/pdf"


def test_the_same_document_is_kept_once(database: Database, agency: str, store: AgencyStore) -> None:
    assert store.archive.put(PDF, "application/pdf") == store.archive.put(PDF, "application/pdf")
    with database.connect(agency) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (1,)


def test_a_document_that_is_not_there_is_told(store: AgencyStore) -> None:
    with pytest.raises(DocumentMissing, match="holds no document 00"):
        store.archive.get("00")


def test_a_document_that_was_damaged_is_not_given_out(database: Database, agency: str, store: AgencyStore) -> None:
    sha256 = hashlib.sha256(PDF).hexdigest()
    with database.connect(agency) as connection:
        connection.execute("INSERT INTO documents VALUES (%s, 'application/pdf', %b)", (sha256, PDF + b"!"))
    with pytest.raises(DocumentDamaged, match="Restore the table documents"):
        store.archive.get(sha256)
