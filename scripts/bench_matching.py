"""scripts/bench matching: made-up bank entries against a book of 50,000 open invoices.

Says which share of the entries that a clerk could decide was matched, how many certain matches were wrong, and how many entries
a second of processor time are matched (one process, nothing else is waited for); filling the book is measured apart. `--runs` takes that many seeds, `--hostile` mostly what leads astray.
After each entry the truth is applied, as when staff settled what was not certain.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

import msgspec

sys.path.insert(0, str(Path(__file__).parent))
from made_up_debts import Debts
from made_up_entries import HOSTILE, REALISTIC, Entries, Entry, described
from selfbill.matching.matching import match
from selfbill.matching.outcome import Certainty, Match, Outcome


class Score(msgspec.Struct):
    """Counts over a run, per kind of entry."""

    entries: Counter[str] = msgspec.field(default_factory=Counter)
    decidable: Counter[str] = msgspec.field(default_factory=Counter)
    right: Counter[str] = msgspec.field(default_factory=Counter)
    """Certain and right, of the decidable."""
    likely: Counter[str] = msgspec.field(default_factory=Counter)
    """Right and the likeliest proposal, of the decidable."""
    reasons: Counter[str] = msgspec.field(default_factory=Counter)
    wrong: list[tuple[Entry, Outcome]] = []
    matching_seconds: float = 0.0
    slowest_ms: float = 0.0
    filling_seconds: float = 0.0
    open_invoices: int = 0

    def share(self, *counted: Counter[str]) -> float:
        return 100 * sum(counter.total() for counter in counted) / max(1, self.decidable.total())


def agrees(entry: Entry, match_: Match) -> bool:
    """Whether this is what was meant."""
    return {
        each.number: each.amount for each in match_.allocations
    } == entry.truth and match_.takes_back == entry.takes_back


def score(score_: Score, entry: Entry, outcome: Outcome) -> None:
    """Counts one entry. What pays nothing of ours and is left alone is right."""
    score_.entries[entry.kind] += 1
    score_.reasons[f"{outcome.matches[0].certainty if outcome.matches else 'none'} {outcome.reason}"] += 1
    best = outcome.matches[0] if outcome.matches else None
    if outcome.is_certain and best is not None and not agrees(entry, best):
        score_.wrong.append((entry, outcome))
    if not entry.decidable or not (entry.truth or entry.takes_back):
        return
    score_.decidable[entry.kind] += 1
    if best is not None and agrees(entry, best):
        score_.right[entry.kind] += outcome.is_certain
        score_.likely[entry.kind] += best.certainty is Certainty.LIKELY


def run(seed: int, *, entries: int, invoices: int, mix: dict[str, float], into: Score) -> None:
    """One world and its entries."""
    debts = Debts(seed, invoices)
    begun = time.process_time()
    book = debts.book()
    into.filling_seconds += time.process_time() - begun
    into.open_invoices = sum(invoice.open > 0 for invoice in debts.invoices.values())
    made = Entries(debts, mix)
    for entry in made.some(entries):
        begun = time.process_time()
        outcome = match(book, entry.payment)
        took = time.process_time() - begun
        into.matching_seconds += took
        into.slowest_ms = max(into.slowest_ms, 1000 * took)
        score(into, entry, outcome)
        made.happened(entry, book)


def say(result: Score, *, per_kind: bool) -> None:
    """The figures, and every wrong certain match."""
    total = result.entries.total()
    print(
        f"{total:,} entries against {result.open_invoices:,} open invoices; {result.decidable.total():,} could be matched"
    )
    print(f"matched with certainty and rightly: {result.share(result.right):.2f} %")
    print(f"and the likeliest proposal right:   {result.share(result.right, result.likely):.2f} %")
    print(f"wrong certain matches:              {len(result.wrong)}")
    print(
        f"entries a second:                   {total / result.matching_seconds:,.0f} (slowest {result.slowest_ms:.1f} ms)"
    )
    print(f"filling the book:                   {result.filling_seconds:.2f} s in all")
    if per_kind:
        for kind, count in result.entries.most_common():
            could = result.decidable[kind]
            shares = (
                f"{100 * result.right[kind] / could:6.1f} % {100 * result.likely[kind] / could:6.1f} %" if could else ""
            )
            print(f"  {kind:34}{count:8}{could:8} {shares}")
        for reason, count in result.reasons.most_common():
            print(f"  {reason:34}{count:8}")
    for entry, outcome in result.wrong[:20]:
        print("WRONG", described(entry), "->", outcome.reason, outcome.text, outcome.allocations)


def main() -> int:
    """Measures; fails when a certain match was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--invoices", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--kinds", action="store_true", help="per kind of entry and per reason too")
    chosen = parser.parse_args()
    result = Score()
    for seed in range(chosen.seed, chosen.seed + chosen.runs):
        run(
            seed,
            entries=chosen.entries,
            invoices=chosen.invoices,
            mix=HOSTILE if chosen.hostile else REALISTIC,
            into=result,
        )
    say(result, per_kind=chosen.kinds)
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
