"""A refusal is the business saying no: a stable code, the facts, and a sentence for a person in Dutch and English.

One class per reason. A refusal is raised by a decision and shown to whoever asked; it never means that the program is broken.
"""

import datetime as dt
from string import Formatter
from typing import Any, ClassVar, Literal, Self

Language = Literal["nl", "en"]


class Words(str):
    """A fact that is itself a word: a stable name for programs, and what people call it."""

    nl: str
    en: str
    __slots__ = ("en", "nl")

    def __new__(cls, name: str, nl: str, en: str) -> Self:
        words = super().__new__(cls, name)
        words.nl, words.en = nl, en
        return words


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The base of every named refusal.

    A subclass sets `code`, `nl` and `en`; the facts are what its two sentences name. Dates and `Words` are said in the
    language of the sentence.
    """

    code: ClassVar[str]
    nl: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        super().__init__(self.sentence("en"))

    def sentence(self, language: Language = "nl") -> str:
        """The reason as one sentence for a person."""
        template = self.nl if language == "nl" else self.en
        return _Speaker(language).vformat(template, (), self.facts)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.facts == getattr(other, "facts", None)

    def __hash__(self) -> int:
        return hash((type(self), tuple(sorted((key, str(value)) for key, value in self.facts.items()))))


class _Speaker(Formatter):
    """Fills a template in one language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Words):
            return value.nl if self._language == "nl" else value.en
        if isinstance(value, dt.date) and not format_spec:
            return f"{value:%d-%m-%Y}" if self._language == "nl" else value.isoformat()
        return str(super().format_field(value, format_spec))
