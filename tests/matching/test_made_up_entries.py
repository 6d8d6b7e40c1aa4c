"""A sample of what `scripts/bench matching` measures: no certain match is wrong, and nearly all that can be matched is."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))
bench = import_module("bench_matching")
entries = import_module("made_up_entries")
debts = import_module("made_up_debts")


def test_two_thousand_realistic_entries() -> None:
    score = bench.Score()
    bench.run(42, entries=2000, invoices=6000, mix=entries.REALISTIC, into=score)
    assert [entries.described(entry) for entry, _ in score.wrong] == []
    assert score.share(score.right) >= 95
    assert score.share(score.right, score.likely) >= 98
    assert score.decidable.total() > 1400
    assert set(score.entries) == set(entries.REALISTIC)


def test_two_thousand_entries_that_lead_astray() -> None:
    score = bench.Score()
    bench.run(43, entries=2000, invoices=6000, mix=entries.HOSTILE, into=score)
    assert [entries.described(entry) for entry, _ in score.wrong] == []
    assert set(score.entries) == set(entries.HOSTILE)


@pytest.mark.parametrize("mix", ["REALISTIC", "HOSTILE"])
def test_the_same_seed_makes_the_same_entries_and_the_truth_is_possible(mix: str) -> None:
    made = []
    for _ in range(2):
        world = debts.Debts(7, 1500)
        book = world.book()
        run = entries.Entries(world, getattr(entries, mix))
        kept = []
        for entry in run.some(300):
            for number, amount in entry.truth.items():
                one = book.claims_of(entry.payment.account_owner).invoices[number]
                assert 0 < amount <= one.open or amount == one.open < 0, entries.described(entry)
            assert sum(entry.truth.values()) <= max(0, entry.payment.amount) or entry.payment.amount < 0
            kept.append(entry)
            run.happened(entry, book)
        made.append(kept)
    assert made[0] == made[1]


def test_a_wrong_certain_match_is_counted_and_fails_the_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    world = debts.Debts(7, 1500)
    book = world.book()
    run = entries.Entries(world, {"reference": 1})
    (entry,) = run.some(1)
    outcome = bench.match(book, entry.payment)
    assert outcome.is_certain
    score = bench.Score()
    bench.score(score, entry, outcome)
    assert (score.right.total(), score.wrong) == (1, [])
    meant_otherwise = type(entry)(kind="reference", payment=entry.payment, truth={}, decidable=True)
    bench.score(score, meant_otherwise, outcome)
    assert len(score.wrong) == 1
    score.matching_seconds = 1.0
    bench.say(score, per_kind=True)
    said = capsys.readouterr().out
    assert "wrong certain matches:              1" in said
    assert "WRONG reference" in said
