"""The exact bytes of every document that was sent, kept under their own SHA-256 (DOMAIN.md section 8)."""

import hashlib

from selfbill.store.database import Pool, ask
from selfbill.store.faults import DocumentDamaged, DocumentMissing


class Archive:
    """Documents are put in once and never change; the same bytes are kept once."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def put(self, content: bytes, media_type: str) -> str:
        """Keeps the document and answers its SHA-256 in hex, under which an event refers to it."""
        sha256 = hashlib.sha256(content).hexdigest()
        ask(
            self._pool,
            "INSERT INTO documents (sha256, media_type, content) VALUES (%b, %b, %b) ON CONFLICT DO NOTHING",
            (sha256, media_type, content),
        )
        return sha256

    def get(self, sha256: str) -> bytes:
        """The document, checked against its hash. Raises `DocumentMissing` or `DocumentDamaged`."""
        content = self._only(sha256, ask(self._pool, "SELECT content FROM documents WHERE sha256 = %b", (sha256,)))
        assert isinstance(content, bytes)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DocumentDamaged(
                f"Document {sha256} is not what was archived. Restore the table documents from a backup."
            )
        return content

    def media_type(self, sha256: str) -> str:
        """What kind of document it is, e.g. application/pdf. Raises `DocumentMissing`."""
        return str(self._only(sha256, ask(self._pool, "SELECT media_type FROM documents WHERE sha256 = %b", (sha256,))))

    def _only(self, sha256: str, rows: list[tuple[object, ...]]) -> object:
        if not rows:
            raise DocumentMissing(f"The archive holds no document {sha256}. Restore the table documents from a backup.")
        return rows[0][0]
