"""What an examination finds: how something stands, and what to do when it is not well."""

from enum import StrEnum

import msgspec

from selfbill.refusals import Language


class State(StrEnum):
    """`warning` needs attention some day; `failure` needs it now."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at, in one sentence; of what is not well the sentence says what to do."""

    what: str
    state: State
    nl: str
    en: str

    def sentence(self, language: Language) -> str:
        """How it stands."""
        return self.nl if language == "nl" else self.en


def ok(what: str, nl: str, en: str) -> Finding:
    """All is well."""
    return Finding(what, State.OK, nl, en)


def warning(what: str, nl: str, en: str) -> Finding:
    """It works, but somebody should look at it."""
    return Finding(what, State.WARNING, nl, en)


def failure(what: str, nl: str, en: str) -> Finding:
    """It does not work."""
    return Finding(what, State.FAILURE, nl, en)
