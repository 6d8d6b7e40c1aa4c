"""What can be wrong with the store: each fault says in a sentence what happened and what to do next.

A fault is about the installation; a business reason to say no is a `Refusal`.
"""

from collections.abc import Collection


class StoreFault(Exception):  # noqa: N818 - the base of sentences for whoever runs the installation
    """The store cannot do what was asked."""


class ServerUnavailable(StoreFault):
    """No PostgreSQL could be started or reached."""


class ServerTooOld(StoreFault):
    """The PostgreSQL server is older than what selfbill is tested with."""


class UnknownAgency(StoreFault):
    """No agency with this code has been set up in this database."""


class AgencyExists(StoreFault):
    """The schema that this code would get is already in use."""


class MigrationRefused(StoreFault):
    """The database and the program don't belong together."""


class WrongMasterKey(StoreFault):
    """The master key does not open the keys in this database."""


class KeyDestroyed(StoreFault):
    """Something personal was to be sealed for a person who has been forgotten."""


class UnreadableEvent(StoreFault):
    """A stored event cannot be understood by this version of the program."""

    def __init__(self, sentence: str, event_class: type | None = None) -> None:
        """`event_class` is what its tag says that it is; None when the program does not know the tag."""
        super().__init__(sentence)
        self.event_class = event_class

    def concerns(self, listens: Collection[type]) -> bool:
        """Whether somebody who listens to these events misses something; what nobody knows may concern everybody."""
        return self.event_class is None or self.event_class in listens


class DocumentMissing(StoreFault):
    """The archive holds no document with this hash."""


class DocumentDamaged(StoreFault):
    """A document in the archive is not the one that was put there."""
