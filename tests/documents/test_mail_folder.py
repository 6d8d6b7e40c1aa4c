"""Mail written to a folder: the same mail to the same file, whole or not at all."""

from pathlib import Path

import msgspec
import pytest

from documents.test_smtp_post import mail
from selfbill.documents.post import MailFolder, NotDelivered, file_name


def test_the_same_mail_lands_in_the_same_file(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "post")
    folder.send(mail())
    folder.send(mail())
    assert [file.name for file in (tmp_path / "post").iterdir()] == ["1@selfbill.example.org.eml"]
    assert (tmp_path / "post" / "1@selfbill.example.org.eml").read_bytes() == mail().raw


@pytest.mark.parametrize(
    ("message_id", "name"),
    [("<a/../b@x.nl>", "a%2F..%2Fb@x.nl.eml"), ("<..@x.nl>", "@x.nl.eml"), ("<A_b-1+2@x.nl>", "A_b-1%2B2@x.nl.eml")],
)
def test_a_message_id_never_leads_out_of_the_folder(message_id: str, name: str) -> None:
    assert file_name(message_id) == name


def test_a_folder_that_cannot_be_written_is_not_delivered(tmp_path: Path) -> None:
    (tmp_path / "post").write_text("a file, no folder")
    with pytest.raises(NotDelivered) as refused:
        MailFolder(tmp_path / "post").send(mail())
    assert refused.value.kind == "temporary"


def test_a_failed_write_leaves_nothing_behind(tmp_path: Path) -> None:
    long = msgspec.structs.replace(mail(), message_id=f"<{'x' * 300}@x.nl>")
    with pytest.raises(NotDelivered):
        MailFolder(tmp_path).send(long)
    assert list(tmp_path.iterdir()) == []
