"""Files that a command writes: complete or not at all, and a refusal that says why not."""

import os
from pathlib import Path

from selfbill.cli.refusals import CannotWrite
from selfbill.documents.post import write_whole


def make_folder(folder: Path) -> None:
    """Makes the folder with those above it. Raises CannotWrite."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotWrite(path=folder, why=error.strerror) from error


def write_file(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Puts the content in place of whatever was there; durable waits for the disk. Raises CannotWrite."""
    try:
        write_whole(path, content, durable=durable)
        path.chmod(_rights())
    except OSError as error:
        raise CannotWrite(path=path, why=error.strerror) from error


def _rights() -> int:
    """What a new file gets here: the mask of this person, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
