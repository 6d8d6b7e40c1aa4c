"""Made-up bank entries with the truth of each: how customers in the Netherlands pay, and what else comes by on an account.

Written from the side of people and banks: somebody means to pay something, writes it in his own way, and now and then slips.
The truth is what he meant. An entry is `decidable` when a clerk with the book and the entry before him could say so; that is
judged here with simple means of its own, not with those of the matching.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import combinations

import msgspec

from made_up_debts import LAST_NAMES, TODAY, Debt, Debts
from made_up_writing import WITH_PREFIX, a_range, amid, euros, mistyped, several, written
from selfbill.identifiers import rf_reference
from selfbill.matching.book import Book
from selfbill.matching.facts import AGENCY, BankPayment, KnownPayment
from selfbill.values import Cents, InvoiceNumber


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and what was meant by it."""

    kind: str
    payment: BankPayment
    truth: dict[InvoiceNumber, int] = {}
    takes_back: str = ""
    decidable: bool = False


REALISTIC = {
    "reference": 22,
    "reference_in_text": 5,
    "number": 26,
    "no_number": 8,
    "list": 6,
    "range": 1.5,
    "all_without_number": 3,
    "oldest_without_number": 1.2,
    "some_without_number": 0.8,
    "partial": 2,
    "overpaid": 1,
    "double": 1.2,
    "double_without_number": 0.5,
    "mistyped": 1.6,
    "mistyped_partial": 0.1,
    "reference_of_another_supplier": 0.7,
    "old_number_again": 0.7,
    "before_invoice": 0.5,
    "family": 2.2,
    "family_without_number": 0.6,
    "wrong_freelancer": 0.3,
    "direct_debit": 1.5,
    "own_other_invoice": 1.5,
    "unrelated_in": 1.5,
    "unrelated_out": 8,
    "returned": 0.6,
    "refund": 0.4,
    "less_credit": 0.2,
}
"""How often each comes by, in per cent or so."""

HOSTILE = {
    "mistyped": 20,
    "mistyped_partial": 2,
    "family_mistyped": 4,
    "double": 10,
    "double_without_number": 8,
    "no_number": 8,
    "all_without_number": 4,
    "oldest_without_number": 6,
    "some_without_number": 12,
    "reference_of_another_supplier": 4,
    "old_number_again": 10,
    "before_invoice": 6,
    "wrong_freelancer": 6,
    "own_other_invoice": 12,
    "own_other_invoice_of_a_customer": 4,
    "list_that_does_not_add_up": 5,
    "partial": 6,
    "overpaid": 6,
    "instalment_without_number": 5,
    "unrelated_in": 5,
    "family_without_number": 4,
}
"""Mostly what leads astray."""


class Entries:
    """Entries one after the other, each true to what was paid before it."""

    def __init__(self, debts: Debts, mix: dict[str, float] | None = None) -> None:
        self.debts = debts
        self.dice = debts.dice
        mix = mix or REALISTIC
        self._kinds, self._weights = list(mix), list(mix.values())
        self._count = 0
        self._with_open = [debt for debt in debts.debts if debt.unpaid]
        self._freelancers = [debt for debt in self._with_open if debt.creditor != AGENCY]
        self._done: list[tuple[Debt, KnownPayment]] = []
        self._makers: dict[str, Callable[[], Entry | None]] = {kind: getattr(self, f"_{kind}") for kind in self._kinds}

    def some(self, count: int) -> Iterator[Entry]:
        """So many entries. Before the next is taken, the truth of this one is to be told with `happened`."""
        made = 0
        while made < count:
            entry = self._makers[self.dice.choices(self._kinds, self._weights)[0]]()
            if entry is not None:
                made += 1
                yield entry

    def happened(self, entry: Entry, book: Book) -> None:
        """What was meant becomes true, here and in the book, as when staff settled whatever was not certain."""
        payment = entry.payment
        for number, amount in entry.truth.items():
            debt = self._debt_of(number)
            side = debt.credits if number in debt.credits else debt.unpaid
            side[number] -= amount
            if side[number] == 0:
                del side[number]
                debt.paid[number] = self.debts.invoices[number].total
            book.pay(number, Cents(amount))
        known = KnownPayment(
            id=payment.id,
            account_owner=payment.account_owner,
            amount=payment.amount,
            booked=payment.booked,
            iban=payment.iban,
            end_to_end_id=payment.end_to_end_id,
            mandate_id=payment.mandate_id,
            numbers=tuple(entry.truth),
            unallocated=Cents(payment.amount - sum(entry.truth.values())),
        )
        book.record(known)
        if entry.truth and payment.amount > 0:
            self._done.append((self._debt_of(next(iter(entry.truth))), known))

    # Who, and what of it

    def _debt_of(self, number: InvoiceNumber) -> Debt:
        if not hasattr(self, "_by_number"):
            self._by_number = {
                each: debt for debt in self.debts.debts for each in (*debt.unpaid, *debt.paid, *debt.credits)
            }
        return self._by_number[number]

    def _any(self, *, kinds: str = "", more_than: int = 0, creditor: str = "") -> Debt | None:
        pool = self._with_open if creditor == AGENCY else self._freelancers
        if not creditor and self.dice.random() < 0.06:
            pool = self._with_open
        for _ in range(60):
            debt = self.dice.choice(pool)
            if len(debt.unpaid) > more_than and (not kinds or debt.payer.kind in kinds):
                if creditor == AGENCY and debt.creditor != AGENCY:
                    continue
                return debt
        return None

    def _oldest(self, debt: Debt) -> list[InvoiceNumber]:
        return sorted(debt.unpaid, key=lambda number: (self.debts.invoices[number].date, number))

    def _pick(self, debt: Debt) -> InvoiceNumber:
        """Mostly the oldest, sometimes just any."""
        numbers = self._oldest(debt)
        return numbers[0] if self.dice.random() < 0.6 else self.dice.choice(numbers)

    def _next_to(self, debt: Debt, number: InvoiceNumber) -> InvoiceNumber | None:
        """The number after this one of the same debtor, where there is one that is open."""
        numbers = self._oldest(debt)
        place = numbers.index(number) + 1
        return numbers[place] if place < len(numbers) else None

    def _known(self, debt: Debt) -> bool:
        return debt.payer.is_known

    def _owed_from_account(self, debt: Debt) -> list[int]:
        """Everything that is open from this account towards this creditor, as the book shows it."""
        return [
            amount
            for other in self.debts.debts_of(debt.creditor)
            if other.payer.iban == debt.payer.iban and other.payer.is_known
            for amount in other.unpaid.values()
        ]

    def _entry(
        self,
        kind: str,
        debt: Debt,
        amount: int,
        truth: dict[InvoiceNumber, int],
        *,
        decidable: bool,
        text: str = "",
        iban: str | None = None,
        name: str | None = None,
        reference: str = "",
        end_to_end_id: str = "",
        mandate_id: str = "",
    ) -> Entry:
        self._count += 1
        payer = debt.payer
        if payer.kind == "budget" and iban is None:
            text = f"{text} {payer.name}"[:140] if text else f"PGB {payer.name} okt"
        payment = BankPayment(
            id=f"e{self._count}",
            account_owner=debt.creditor,
            amount=Cents(amount),
            booked=TODAY + dt.timedelta(days=self._count // 400),
            text=text,
            reference=reference,
            end_to_end_id=end_to_end_id,
            name=self._as_banks_write(payer.account_name if name is None else name),
            iban=payer.iban if iban is None else iban,
            mandate_id=mandate_id,
        )
        return Entry(kind=kind, payment=payment, truth=truth, decidable=decidable)

    def _as_banks_write(self, name: str) -> str:
        style = self.dice.random()
        if style < 0.4:
            return name.upper()
        return " ".join(reversed(name.split())) if style < 0.6 else name

    def _noise(self) -> str:
        """What somebody writes who does not look at the invoice."""
        return self.dice.choice(
            (
                "",
                "",
                "zorg",
                "zorg oktober",
                "week 43 en 44",
                "dank u wel",
                "betaling",
                "thuiszorg",
                "maand 10 2026",
                "uren 2-11-2026",
            )
        )

    # One invoice

    def _reference(self) -> Entry | None:
        return self._by_reference("reference")

    def _reference_in_text(self) -> Entry | None:
        return self._by_reference("reference_in_text")

    def _by_reference(self, kind: str) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        reference = rf_reference(number)
        if self.dice.random() < 0.3:
            reference = " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
        if kind == "reference_in_text" and self.dice.random() < 0.3:
            reference = reference.lower()
        fields = (
            {"reference": reference}
            if kind == "reference"
            else {"text": amid(reference, self.dice, debt.unpaid[number])}
        )
        return self._entry(kind, debt, debt.unpaid[number], {number: debt.unpaid[number]}, decidable=True, **fields)

    def _number(self) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        amount = debt.unpaid[number]
        text = amid(written(number, self.dice), self.dice, amount)
        if self.dice.random() < 0.015:
            text = text[: text.rfind(number[-2:]) + self.dice.choice((0, 1))] if number[-2:] in text else text
        return self._entry("number", debt, amount, {number: amount}, decidable=True, text=text)

    def _no_number(self) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        amount = debt.unpaid[number]
        decidable = self._known(debt) and self._owed_from_account(debt).count(amount) == 1
        return self._entry("no_number", debt, amount, {number: amount}, decidable=decidable, text=self._noise())

    def _partial(self) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        whole = debt.unpaid[number]
        if whole < 5000:
            return None
        amount = self.dice.choice(
            (whole // 2, max(1000, whole * self.dice.randint(20, 95) // 100), whole // 10000 * 5000 or 2500)
        )
        if not 0 < amount < whole:
            return None
        text = amid(
            written(number, self.dice, styles=WITH_PREFIX)
            + self.dice.choice(("", " deel", " 1e termijn", " aanbetaling")),
            self.dice,
            amount,
        )
        decidable = self._known(debt) and amount not in self._owed_from_account(debt)
        return self._entry("partial", debt, amount, {number: amount}, decidable=decidable, text=text)

    def _overpaid(self) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        whole = debt.unpaid[number]
        amount = self.dice.choice(
            (whole + self.dice.randint(1, 5000), (whole // 1000 + 1) * 1000, whole + 9 * (whole // 100))
        )
        if amount == whole:
            return None
        text = amid(written(number, self.dice, styles=WITH_PREFIX), self.dice, amount)
        decidable = self._known(debt) and amount not in self._owed_from_account(debt)
        return self._entry("overpaid", debt, amount, {number: whole}, decidable=decidable, text=text)

    def _instalment_without_number(self) -> Entry | None:
        """So much a month, whatever is owed."""
        debt = self._any()
        if debt is None:
            return None
        numbers, amount = self._oldest(debt), self.dice.choice((5000, 10000, 15000, 20000, 25000, 50000))
        if amount >= debt.unpaid[numbers[0]] or amount in self._owed_from_account(debt):
            return None
        return self._entry(
            "instalment_without_number", debt, amount, {numbers[0]: amount}, decidable=False, text="termijn"
        )

    # Several

    def _list(self) -> Entry | None:
        debt = self._any(more_than=1)
        if debt is None:
            return None
        numbers = self._some_of(debt)
        amount = sum(debt.unpaid[each] for each in numbers)
        text = amid(several(numbers, self.dice), self.dice, amount)
        is_whole = all(each.rsplit("-", 1)[1] in text for each in numbers)
        return self._entry(
            "list", debt, amount, {each: debt.unpaid[each] for each in numbers}, decidable=is_whole, text=text
        )

    def _list_that_does_not_add_up(self) -> Entry | None:
        """One of the list was disputed, and not taken off the text."""
        debt = self._any(more_than=2)
        if debt is None:
            return None
        numbers = self._some_of(debt)
        if len(numbers) < 2:
            return None
        paid = self.dice.sample(numbers, len(numbers) - 1)
        amount = sum(debt.unpaid[each] for each in paid)
        text = amid(several(numbers, self.dice), self.dice, amount)
        return self._entry(
            "list_that_does_not_add_up",
            debt,
            amount,
            {each: debt.unpaid[each] for each in paid},
            decidable=False,
            text=text,
        )

    def _range(self) -> Entry | None:
        debt = self._any(more_than=2)
        if debt is None:
            return None
        numbers = self._oldest(debt)[: self.dice.randint(2, 6)]
        years = {each.rsplit("-", 2)[1] for each in numbers}
        if len(numbers) < 2 or len(years) > 1:
            return None
        amount = sum(debt.unpaid[each] for each in numbers)
        text = amid(a_range(numbers[0], numbers[-1], self.dice), self.dice, amount)
        return self._entry(
            "range", debt, amount, {each: debt.unpaid[each] for each in numbers}, decidable=True, text=text
        )

    def _some_of(self, debt: Debt) -> list[InvoiceNumber]:
        numbers = self._oldest(debt)
        most = 9 if debt.payer.kind == "house" else 4
        count = self.dice.randint(2, max(2, min(most, len(numbers))))
        return (
            numbers[:count] if self.dice.random() < 0.6 else sorted(self.dice.sample(numbers, min(count, len(numbers))))
        )

    def _all_without_number(self) -> Entry | None:
        debt = self._any(more_than=1, kinds=self.dice.choice(("house", "patient administered budget")))
        return None if debt is None else self._summed("all_without_number", debt, self._oldest(debt))

    def _oldest_without_number(self) -> Entry | None:
        debt = self._any(more_than=2, kinds=self.dice.choice(("house", "patient administered budget")))
        if debt is None:
            return None
        numbers = self._oldest(debt)
        return self._summed("oldest_without_number", debt, numbers[: self.dice.randint(2, len(numbers) - 1)])

    def _some_without_number(self) -> Entry | None:
        debt = self._any(more_than=2, kinds=self.dice.choice(("house", "patient administered budget")))
        if debt is None:
            return None
        numbers = self._oldest(debt)
        left_out = set(self.dice.sample(numbers, self.dice.randint(1, max(1, len(numbers) // 3))))
        chosen = [each for each in numbers if each not in left_out]
        return self._summed("some_without_number", debt, chosen) if len(chosen) > 1 else None

    def _summed(self, kind: str, debt: Debt, numbers: list[InvoiceNumber]) -> Entry:
        """A clerk tries everything, the oldest in a row, and up to six of them in every way; and sees when another sum is the same."""
        amount = sum(debt.unpaid[each] for each in numbers)
        owed = self._owed_from_account(debt)
        opens = [debt.unpaid[each] for each in self._oldest(debt)]
        alone = self._known(debt) and len(owed) == len(opens) and amount not in owed
        chosen = [debt.unpaid[each] for each in numbers]
        left = [debt.unpaid[each] for each in opens_without(self._oldest(debt), numbers)]
        if len(opens) <= 10:
            sums = sum(sum(some) == amount for count in range(1, len(opens) + 1) for some in combinations(opens, count))
            decidable = alone and sums == 1 and (kind != "some_without_number" or len(opens) <= 4)
        else:
            decidable = alone and kind != "some_without_number" and not set(chosen) & set(left)
        text = self.dice.choice(
            (
                "diverse facturen",
                "div. facturen",
                "zie specificatie per mail",
                "",
                "betaalrun 46",
                "facturen oktober",
                "Betaling openstaande posten",
            )
        )
        return self._entry(
            kind, debt, amount, {each: debt.unpaid[each] for each in numbers}, decidable=decidable, text=text
        )

    def _less_credit(self) -> Entry | None:
        """An institution that sets off a credit note itself."""
        for debt in self.dice.sample(self._freelancers, min(400, len(self._freelancers))):
            if debt.credits and debt.unpaid:
                credit, number = next(iter(debt.credits)), self._pick(debt)
                amount = debt.unpaid[number] + debt.credits[credit]
                if amount > 0:
                    truth = {number: debt.unpaid[number], credit: debt.credits[credit]}
                    return self._entry(
                        "less_credit", debt, amount, truth, decidable=False, text=f"{number} min credit {credit}"
                    )
        return None

    # Slips

    def _mistyped(self) -> Entry | None:
        return self._slip("mistyped", known=True, part=False)

    def _mistyped_partial(self) -> Entry | None:
        return self._slip("mistyped_partial", known=True, part=True)

    def _family_mistyped(self) -> Entry | None:
        return self._slip("family_mistyped", known=False, part=False)

    def _slip(self, kind: str, *, known: bool, part: bool) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        wrong = InvoiceNumber(mistyped(number, self.dice))
        if wrong == number:
            return None
        amount = debt.unpaid[number] * 6 // 10 if part else debt.unpaid[number]
        meant = {number: amount}
        decidable = known and self._known(debt) and not part and self._owed_from_account(debt).count(amount) == 1
        if wrong in debt.unpaid and (part or debt.unpaid[wrong] == amount):
            # Nobody can see that he slipped: what a debtor names is what he pays (art. 6:43 BW).
            meant, decidable = {wrong: min(amount, debt.unpaid[wrong])}, False
        text = amid(
            wrong if self.dice.random() < 0.7 else wrong.replace("-", self.dice.choice(("", " "))), self.dice, amount
        )
        who: dict[str, str] = {} if known else self._relative(debt)
        return self._entry(kind, debt, amount, meant, decidable=decidable, text=text, **who)

    def _double(self) -> Entry | None:
        """The same invoice once more, by its number."""
        debt = self._any()
        if debt is None or not debt.paid:
            return None
        number = self.dice.choice(list(debt.paid))
        text = amid(written(number, self.dice, styles=WITH_PREFIX), self.dice, debt.paid[number])
        return self._entry("double", debt, debt.paid[number], {}, decidable=False, text=text)

    def _double_without_number(self) -> Entry | None:
        """A payment of some days ago that was made twice."""
        found = [(debt, known) for debt, known in self._done[-300:] if known.iban == debt.payer.iban]
        if not found:
            return None
        debt, known = self.dice.choice(found)
        return self._entry("double_without_number", debt, known.amount, {}, decidable=False, text=self._noise())

    def _old_number_again(self) -> Entry | None:
        """Last month's transfer taken as the pattern, with its number or reference still in it."""
        debt = self._any()
        if debt is None or not debt.paid:
            return None
        number, old = self._pick(debt), max(debt.paid)
        amount = debt.unpaid[number]
        fields = (
            {"reference": rf_reference(old)}
            if self.dice.random() < 0.5
            else {"text": written(old, self.dice, styles=WITH_PREFIX)}
        )
        return self._entry("old_number_again", debt, amount, {number: amount}, decidable=False, **fields)

    def _before_invoice(self) -> Entry | None:
        """The freelancer told the number and the amount on the phone."""
        debt = self._any()
        last = self.debts.last.get((debt.creditor, TODAY.year)) if debt else None
        if debt is None or last is None:
            return None
        prefix, year, sequence = last.rsplit("-", 2)
        number = f"{prefix}-{year}-{int(sequence) + self.dice.choice((1, 1, 2)):04}"
        amount = self.dice.choice((*debt.unpaid.values(), *debt.paid.values(), self.dice.randint(8, 160) * 1000))
        return self._entry(
            "before_invoice",
            debt,
            amount,
            {},
            decidable=False,
            text=amid(written(number, self.dice, styles=WITH_PREFIX), self.dice, amount),
        )

    def _reference_of_another_supplier(self) -> Entry | None:
        """The money is for us, the number was that of the garage."""
        debt = self._any()
        if debt is None:
            return None
        number = self._pick(debt)
        amount = debt.unpaid[number]
        decidable = self._known(debt) and self._owed_from_account(debt).count(amount) == 1
        foreign = self._foreign_number()
        fields = {"reference": rf_reference(foreign)} if self.dice.random() < 0.4 else {"text": foreign}
        return self._entry(
            "reference_of_another_supplier", debt, amount, {number: amount}, decidable=decidable, **fields
        )

    def _foreign_number(self) -> str:
        dice = self.dice
        return dice.choice(
            (
                f"F{dice.randint(100000, 999999)}",
                f"INV-2026-{dice.randint(1, 9999):04}",
                f"VF26{dice.randint(10000, 99999)}",
                f"2026{dice.randint(100000, 999999)}",
                f"{dice.randint(10**9, 10**10 - 1)}",
            )
        )

    def _wrong_freelancer(self) -> Entry | None:
        """Somebody with two freelancers pays the one with the invoice of the other."""
        for _ in range(80):
            debt = self.dice.choice(self._freelancers)
            others = [
                each
                for each in self.debts.debts_by(debt.payer)
                if each.creditor not in {debt.creditor, AGENCY} and each.unpaid
            ]
            if debt.unpaid and others:
                other = self.dice.choice(others)
                number = self._pick(other)
                amount = other.unpaid[number]
                fields = (
                    {"reference": rf_reference(number)}
                    if self.dice.random() < 0.5
                    else {"text": written(number, self.dice, styles=WITH_PREFIX)}
                )
                return self._entry("wrong_freelancer", debt, amount, {}, decidable=False, **fields)
        return None

    # Others who pay

    def _relative(self, debt: Debt) -> dict[str, str]:
        last = debt.payer.name.split()[-1] if self.dice.random() < 0.6 else self.dice.choice(LAST_NAMES)
        return {"iban": self.debts.new_iban(), "name": f"{self.dice.choice('ABCDEHJKLM')} {last}"}

    def _family(self) -> Entry | None:
        """A daughter pays from her own account, and gives the number."""
        debt = self._any(kinds="patient budget administered")
        if debt is None:
            return None
        number = self._pick(debt)
        amount = debt.unpaid[number]
        text = amid(
            written(number, self.dice) + self.dice.choice(("", f" {debt.payer.name}", " voor mijn moeder")),
            self.dice,
            amount,
        )
        return self._entry("family", debt, amount, {number: amount}, decidable=True, text=text, **self._relative(debt))

    def _family_without_number(self) -> Entry | None:
        debt = self._any(kinds="patient budget administered")
        if debt is None:
            return None
        number = self._pick(debt)
        amount = debt.unpaid[number]
        alike = [value for other in self.debts.debts_of(debt.creditor) for value in other.unpaid.values()].count(amount)
        return self._entry(
            "family_without_number",
            debt,
            amount,
            {number: amount},
            decidable=alike == 1,
            text=f"zorg {debt.payer.name}",
            **self._relative(debt),
        )

    def _direct_debit(self) -> Entry | None:
        """The agency collects its commission: the bank gives our own end-to-end id back."""
        debt = self._any(creditor=AGENCY)
        if debt is None:
            return None
        number = self._pick(debt)
        amount = debt.unpaid[number]
        return self._entry(
            "direct_debit",
            debt,
            amount,
            {number: amount},
            decidable=True,
            end_to_end_id=f"INC{number}",
            mandate_id=f"M{debt.payer.debtor.code}",
        )

    # What is not about our invoices

    def _own_other_invoice(self) -> Entry | None:
        """The freelancer's own customers, whom the agency does not know; her own numbers are much like ours."""
        debt = self._any()
        if debt is None:
            return None
        text = self._own_number()
        amount = self.dice.choice(
            (self.dice.randint(8, 160) * self.dice.randint(70, 130) * 50 // 4, self.dice.randint(20, 900) * 100)
        )
        return self._entry(
            "own_other_invoice",
            debt,
            amount,
            {},
            decidable=False,
            text=text,
            iban=self.debts.new_iban(),
            name=self.debts.person(),
        )

    def _own_other_invoice_of_a_customer(self) -> Entry | None:
        """A customer of ours who also has care outside of the agency."""
        debt = self._any()
        if debt is None:
            return None
        amount = self.dice.randint(8, 160) * self.dice.randint(70, 130) * 50 // 4
        return self._entry(
            "own_other_invoice_of_a_customer", debt, amount, {}, decidable=False, text=self._own_number()
        )

    def _own_number(self) -> str:
        sequence = self.dice.randint(1, 60)
        return self.dice.choice(
            (
                f"2026-{sequence:04}",
                f"factuur 2026-{sequence:04}",
                f"factuur {sequence}",
                f"2026{sequence:04}",
                f"F2026-{sequence:03}",
                f"nota {sequence:04}",
            )
        )

    def _unrelated_in(self) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        text, name = self.dice.choice(
            (
                ("Salaris oktober 2026", "Stichting Zorg BV"),
                ("VOORLOPIGE TERUGGAAF 123456789H60 AANSLAG 2026", "BELASTINGDIENST"),
                ("ZORGTOESLAG 11-2026 KENMERK 5000056789012345", "BELASTINGDIENST TOESLAGEN"),
                ("Tikkie ID 002034881221, etentje", "A VISSER"),
                ("Retour bestelling 20260012345", "BOL.COM"),
                ("creditnota 2026-0007", "KPN BV"),
                ("Spaarrekening", "EIGEN REKENING"),
                ("kilometervergoeding week 44 45 46", "J. Bakker"),
            )
        )
        amount = self.dice.choice((self.dice.randint(500, 400000), self.dice.randint(5, 4000) * 100))
        return self._entry(
            "unrelated_in", debt, amount, {}, decidable=False, text=text, name=name, iban=self.debts.new_iban()
        )

    def _unrelated_out(self) -> Entry | None:
        debt = self._any()
        if debt is None:
            return None
        text, name = self.dice.choice(
            (
                ("Albert Heijn 1409 UTRECHT 14-11-2026 17:31 PAS 012", "Albert Heijn 1409"),
                ("Huur november 2026", "WONINGSTICHTING"),
                (f"Factuur {self._foreign_number()}", "VODAFONE LIBERTEL BV"),
                ("Omzetbelasting 3e kwartaal 2026 betalingskenmerk 5000056789012345", "BELASTINGDIENST"),
                ("NS GROEP 88123", "NS Reizigers"),
                ("Provisie", "Bemiddelingsbureau"),
            )
        )
        return self._entry(
            "unrelated_out",
            debt,
            -self.dice.randint(199, 150000),
            {},
            decidable=True,
            text=text,
            name=name,
            iban=self.debts.new_iban(),
        )

    def _returned(self) -> Entry | None:
        if not self._done:
            return None
        debt, known = self.dice.choice(self._done[-200:])
        entry = self._entry(
            "returned",
            debt,
            -known.amount,
            {},
            decidable=bool(known.end_to_end_id or known.mandate_id),
            iban=known.iban,
            end_to_end_id=known.end_to_end_id,
            mandate_id=known.mandate_id,
        )
        payment = msgspec.structs.replace(entry.payment, is_return=True, return_code="MS03", reference="", text="")
        alike = [
            each
            for _, each in self._done
            if (each.iban, each.amount, each.account_owner) == (known.iban, known.amount, known.account_owner)
        ]
        if len(alike) > 1:
            return None
        self._done.remove((debt, known))
        return msgspec.structs.replace(entry, payment=payment, takes_back=known.id)

    def _refund(self) -> Entry | None:
        for debt in self.dice.sample(self._freelancers, min(400, len(self._freelancers))):
            if debt.credits:
                number = next(iter(debt.credits))
                amount = debt.credits[number]
                decidable = self._known(debt) or self.dice.random() < 0.5
                text = written(number, self.dice, styles=WITH_PREFIX) if decidable else "terugbetaling"
                return self._entry("refund", debt, amount, {number: amount}, decidable=self._known(debt), text=text)
        return None


def opens_without(numbers: list[InvoiceNumber], some: list[InvoiceNumber]) -> list[InvoiceNumber]:
    taken = set(some)
    return [each for each in numbers if each not in taken]


def described(entry: Entry) -> str:
    """For a person who looks at what went wrong."""
    payment = entry.payment
    return f"{entry.kind}: {euros(payment.amount)} {payment.text!r} {payment.reference} from {payment.name} {payment.iban} meant {entry.truth}"
