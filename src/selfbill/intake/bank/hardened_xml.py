"""XML from outside: no DTD, no entities, no network, and no more depth or text than libxml2 allows by itself.

The text was decoded before, so the parser never chooses an encoding. Names are local names: banks put their elements in any
namespace or none.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from lxml import etree

from selfbill.intake.bank.limits import MOST_TEXT_CHARACTERS
from selfbill.intake.bank.misread import Misread, read_at
from selfbill.intake.bank.reasons import HasDtd, MissingPart, NotXml
from selfbill.intake.bank.statement import Place
from selfbill.intake.bank.texts import clean
from selfbill.refusals import Refusal

T = TypeVar("T")

_SHOWN_REASON = 100
_MANY = frozenset({"Stmt", "Rpt", "Ntfctn", "Ntry", "TxDtls"})
"""Elements of which a file holds thousands: what is below them is looked up from them, never from above."""


class Node:
    """One element, which knows its place in the file. A path below it, such as `Acct/Id/IBAN`, is made of local names."""

    __slots__ = ("_below", "element", "path")

    def __init__(self, element: etree._Element, path: str) -> None:
        self.element, self.path = element, path
        self._below: dict[str, list[etree._Element]] | None = None

    @property
    def name(self) -> str:
        return etree.QName(self.element).localname

    @property
    def namespace(self) -> str:
        return etree.QName(self.element).namespace or ""

    @property
    def place(self) -> Place:
        return Place(_line(self.element), self.path)

    def child(self, path: str) -> "Node | None":
        """The first element on this path."""
        found = self._on(path)
        return Node(found[0], f"{self.path}/{path}") if found else None

    def children(self, path: str) -> "Iterator[Node]":
        """Every element on this path, numbered from 1."""
        for number, found in enumerate(self._on(path), start=1):
            yield Node(found, f"{self.path}/{path}[{number}]")

    def text(self, *paths: str) -> str:
        """The text of the first of these paths that holds some, on one line; `.` is the element itself."""
        for path in paths:
            element = self.element if path == "." else next(iter(self._on(path)), None)
            found = None if element is None else element.text
            if found and not found.isspace():
                try:
                    return clean(found)
                except Refusal as refusal:
                    raise Misread(Place(_line(self.element), f"{self.path}/{path}"), refusal, found) from None
        return ""

    def read(self, path: str, parse: Callable[[str], T]) -> T | None:
        """What the text on this path means, None where there is none."""
        text = self.text(path)
        if not text:
            return None
        child = self.child(path)
        return read_at(self.place if child is None else child.place, parse, text)

    def required(self, path: str) -> "Node":
        """The first element on this path; the file is refused without it."""
        found = self.child(path)
        if found is None:
            raise Misread(self.place, MissingPart(name=path))
        return found

    def _on(self, path: str) -> Sequence[etree._Element]:
        """The elements on this path. All are looked up at once, which reads a file in half the time of one search for each."""
        if self._below is None:
            self._below = {}
            _collect(self.element, "", self._below)
        return self._below.get(path, ())

    def refused(self, refusal: Refusal) -> Misread:
        """The refusal of the file for what stands in this element."""
        return Misread(self.place, refusal, self.text(".")[:MOST_TEXT_CHARACTERS])


def parse_xml(text: str) -> Node:
    """The root. Raises Misread for what is no XML, and for any DTD."""
    at = text.find("<!DOCTYPE")
    if at >= 0:
        raise Misread(Place(text.count("\n", 0, at) + 1, "<!DOCTYPE"), HasDtd())
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        why = clean(error.msg or "")[:_SHOWN_REASON]
        raise Misread(Place(error.lineno or 1), NotXml(why=why)) from None
    return Node(root, etree.QName(root).localname)


def _line(element: etree._Element) -> int:
    line: Any = element.sourceline
    return int(line or 0)


def _collect(element: etree._Element, above: str, below: dict[str, list[etree._Element]]) -> None:
    for child in element:
        local = child.tag.rpartition("}")[2]
        below.setdefault(above + local, []).append(child)
        if len(child) and local not in _MANY:
            _collect(child, f"{above}{local}/", below)
