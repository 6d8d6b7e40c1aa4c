"""The way from a wrong word deep in a file to the refusal of the whole file."""

from collections.abc import Callable
from typing import TypeVar

from selfbill.intake.bank.statement import Place
from selfbill.intake.findings import RowError, shown
from selfbill.refusals import Language, Refusal

T = TypeVar("T")


class Misread(Exception):  # noqa: N818 - an answer to whoever sent the file
    """What cannot be read, where it stands and why; on its way to becoming the refusal of its file."""

    def __init__(self, place: Place, refusal: Refusal, value: str = "") -> None:
        self.place, self.refusal, self.value = place, refusal, value
        super().__init__(f"{place}: {refusal}")


class BankFileRefused(Exception):  # noqa: N818 - an answer to whoever sent the file
    """Nothing of this file is used. Holds the first reason, with its place."""

    def __init__(self, error: RowError) -> None:
        self.error = error
        super().__init__(str(error.as_json("en")))

    @classmethod
    def of(cls, file: str, misread: Misread) -> "BankFileRefused":
        """This file cannot be read for that reason."""
        place = misread.place
        return cls(RowError(file, place.line, place.column, shown(misread.value), misread.refusal))

    def as_json(self, language: Language = "nl") -> dict[str, str | int]:
        """The reason for a machine."""
        return self.error.as_json(language)


def read_at(place: Place, parse: Callable[[str], T], text: str) -> T:
    """The parsed text; a refusal of it is said of its place."""
    try:
        return parse(text)
    except Refusal as refusal:
        raise Misread(place, refusal, text) from None
