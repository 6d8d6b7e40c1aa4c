"""Every reason to say no: one code, one sentence in Dutch and one in English, over the same facts."""

import pkgutil
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from string import Formatter

import msgspec
import pytest

import selfbill.aggregates
import selfbill.pricing
from selfbill.aggregates.catalogue import KINDS, all_events
from selfbill.aggregates.event import Event, tag_of
from selfbill.aggregates.kind import Kind
from selfbill.aggregates.party import Party
from selfbill.refusals import Refusal, Words

for _package in (selfbill.aggregates, selfbill.pricing):
    for _module in pkgutil.iter_modules(_package.__path__, f"{_package.__name__}."):
        import_module(_module.name)


def _of_the_domain(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in refusal.__subclasses__():
        if one.__module__.startswith(("selfbill.aggregates.", "selfbill.pricing.", "selfbill.moments")):
            yield one
        yield from _of_the_domain(one)


class Elsewhere(Event, tag="elsewhere.happened"):
    """Something that no business object knows."""


REFUSALS = sorted(_of_the_domain(Refusal), key=lambda refusal: refusal.code)


def test_every_reason_has_a_code_of_its_own() -> None:
    assert [code for code, times in Counter(refusal.code for refusal in REFUSALS).items() if times > 1] == []


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.code)
def test_both_sentences_are_sentences_over_the_same_facts(refusal: type[Refusal]) -> None:
    facts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (refusal.nl, refusal.en)]
    assert facts[0] == facts[1]
    assert refusal.nl.endswith(".")
    assert refusal.en.endswith(".")
    assert refusal.nl != refusal.en
    assert refusal.code == refusal.code.lower().replace(" ", "_")


def test_a_word_among_the_facts_keeps_its_stable_name_for_programs() -> None:
    word = Words("house_number", "huisnummer", "house number")
    assert word == "house_number"
    assert f"{word}" == "house_number"
    assert str(word) == "house_number"


def test_every_event_has_a_tag_that_begins_with_its_own_business_object() -> None:
    tags = [tag_of(event) for event in all_events() if event.__module__.startswith("selfbill.")]
    assert len(set(tags)) == len(tags)
    objects = {"agency", "invoice", "mandate", "party", "placement", "roster", "series", "timesheet"}
    objects |= {"creditor", "debtor", "debit_mandate", "debit_batch", "bank", "payment", "user", "login"}
    assert {tag.partition(".")[0] for tag in tags} == objects


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_no_business_object_minds_what_it_does_not_know(kind: Kind) -> None:
    state = kind.evolve(kind.initial, Elsewhere())
    assert msgspec.structs.replace(state, **{"version": 0} if isinstance(state, Party) else {}) == kind.initial
