"""A refusal is the business saying no: a stable code, the facts, and a sentence for a person in Dutch and English.

One class per reason. A refusal is raised by a decision and shown to whoever asked; it never means that the program is broken.
"""

from typing import Any, ClassVar, Literal

Language = Literal["nl", "en"]


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The base of every named refusal.

    A subclass names its facts as annotations, in the order in which they are given, and sets `code`, `nl` and `en`;
    the two sentences are templates over the facts.
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
        return template.format(**self.facts)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.facts == getattr(other, "facts", None)

    def __hash__(self) -> int:
        return hash((type(self), tuple(sorted((key, str(value)) for key, value in self.facts.items()))))
