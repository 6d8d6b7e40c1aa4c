"""Who owes what at a made-up agency: freelancers with their own series, patients, budget holders, institutions, and commission.

Made from how Dutch home care is billed, not from how matching works: weekly invoices, hours in quarters, rates in half euros,
travel by the kilometre; some weeks are all alike. The same seed gives the same debts.
"""

import datetime as dt
from random import Random

import msgspec

from selfbill.identifiers import dutch_iban, rf_reference
from selfbill.matching.book import Book
from selfbill.matching.facts import AGENCY, Debtor, OpenInvoice
from selfbill.values import Cents, InvoiceNumber

TODAY = dt.date(2026, 11, 16)
FIRST_NAMES = [
    "Jan",
    "Piet",
    "Anna",
    "Maria",
    "Sanne",
    "Lotte",
    "Daan",
    "Emma",
    "Noor",
    "Fatima",
    "Yusuf",
    "Henk",
    "Ria",
    "Gerda",
    "Kees",
    "Els",
    "Mohammed",
    "Ayşe",
    "André",
    "Zoë",
]
LAST_NAMES = [
    "de Jong",
    "Jansen",
    "de Vries",
    "van den Berg",
    "Bakker",
    "Visser",
    "Smit",
    "Meijer",
    "de Boer",
    "Mulder",
    "de Groot",
    "Bos",
    "Vos",
    "Peters",
    "Hendriks",
    "Dekker",
    "Brouwer",
    "de Wit",
    "Dijkstra",
    "Smits",
    "de Graaf",
    "van der Meer",
    "Kok",
    "Jacobs",
    "de Haan",
    "Vermeulen",
    "van den Heuvel",
    "van der Veen",
    "Schouten",
    "Willems",
    "van Beek",
    "Hoekstra",
    "Çelik",
    "El Amrani",
    "Müller",
    "van 't Hof",
    "Koster",
    "Prins",
    "Kuipers",
    "Blom",
    "Huisman",
    "Postma",
    "Wolters",
    "Yılmaz",
]
HOUSES = [
    "Zorggroep Noord",
    "Stichting De Linde",
    "Woonzorg Oever",
    "Verpleeghuis Sint Jozef",
    "Thuiszorg Vallei",
    "GGZ Rivierenland",
    "De Zonnehof BV",
]
BANKS = ("INGB", "RABO", "ABNA", "TRIO", "KNAB", "SNSB", "ASNB", "BUNQ")
SVB = "SVB Servicecentrum PGB"


class Payer(msgspec.Struct, eq=False):
    """A debtor as a person: his name, his account, and whether the agency knows that account."""

    debtor: Debtor
    name: str
    iban: str
    is_known: bool
    kind: str
    """patient, budget (paid by the SVB), administered (paid by an administrator for several), house or freelancer."""
    account_name: str


class Debt(msgspec.Struct, eq=False):
    """What one payer owes one creditor: the truth beside the book."""

    creditor: str
    payer: Payer
    unpaid: dict[InvoiceNumber, int]
    paid: dict[InvoiceNumber, int]
    credits: dict[InvoiceNumber, int]


class Debts:
    """All of it. `unpaid`, `paid` and `credits` of each debt are the truth from the first entry on."""

    def __init__(self, seed: int, invoices: int) -> None:
        self.dice = Random(seed)  # noqa: S311 - repeatable on purpose
        self.payers: list[Payer] = []
        self.debts: list[Debt] = []
        self.invoices: dict[InvoiceNumber, OpenInvoice] = {}
        self.last: dict[tuple[str, int], InvoiceNumber] = {}
        self.prefixes: dict[str, str] = {}
        self._of: dict[str, list[Debt]] = {}
        self._by: dict[Debtor, list[Debt]] = {}
        self._accounts = 0
        self._customers = 0
        self._svb = self.new_iban()
        self._open = 0
        freelancers: list[Payer] = []
        while self._open < invoices * 0.94:
            freelancers.append(self._freelancer(len(freelancers) + 1))
        self._commission(freelancers, invoices - self._open)

    def debts_of(self, creditor: str) -> list[Debt]:
        """Everybody who owes this creditor."""
        if not self._of:
            for debt in self.debts:
                self._of.setdefault(debt.creditor, []).append(debt)
                self._by.setdefault(debt.payer.debtor, []).append(debt)
        return self._of[creditor]

    def debts_by(self, payer: Payer) -> list[Debt]:
        """What this payer owes, to whomever."""
        self.debts_of(self.debts[0].creditor)
        return self._by[payer.debtor]

    def new_iban(self) -> str:
        self._accounts += 1
        return dutch_iban(self.dice.choice(BANKS), f"{self._accounts * 7919 % 10_000_000_000}")

    def person(self) -> str:
        """A name as it stands in the books."""
        dice = self.dice
        first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
        return dice.choice(
            (
                f"{first} {last}",
                f"{first[0]}. {last}",
                f"Mw. {first[0]}.{dice.choice('ABCDHJM')}. {last}",
                f"Dhr. {first} {last}",
            )
        )

    def _payer(self, kind: str, name: str, iban: str, *, known: float) -> Payer:
        self._customers += 1
        debtor = Debtor("customer", f"K{self._customers:05}")
        account_name = SVB if kind == "budget" else name
        payer = Payer(debtor, name, iban, self.dice.random() < known, kind, account_name)
        self.payers.append(payer)
        return payer

    def book(self) -> Book:
        """The book of an agency to which all this happened."""
        book = Book(self.invoices.values())
        for payer in self.payers:
            book.knows_name(payer.debtor, payer.name)
            if payer.is_known:
                book.knows_account(payer.iban, payer.debtor)
        return book

    def _freelancer(self, number: int) -> Payer:
        dice = self.dice
        code = f"Z{number:04}"
        prefix = dice.choice(
            (
                code,
                code,
                code,
                f"ZZP{number:03}",
                f"{dice.choice('ABCDEKLMNOPRSTVW')}{dice.choice('AEIO')}{number}",
                f"F-{number:03}",
            )
        )
        self.prefixes[code] = prefix
        name = self.person()
        me = Payer(Debtor("freelancer", code), name, self.new_iban(), dice.random() < 0.95, "freelancer", name)
        self.payers.append(me)
        payers = [self._customer() for _ in range(dice.choice((1, 2, 2, 3, 3, 4, 5, 6)))]
        if dice.random() < 0.3:
            house = self._payer("house", f"{dice.choice(HOUSES)} {dice.randint(1, 99)}", self.new_iban(), known=0.97)
            payers.append(house)
        self._bill(code, payers)
        return me

    def _customer(self) -> Payer:
        dice = self.dice
        if self.debts and dice.random() < 0.25:
            old = dice.choice(self.debts).payer
            if old.kind != "freelancer":
                return old
        kind = dice.choices(("patient", "budget", "administered"), (70, 22, 8))[0]
        if kind == "budget":
            return self._payer(kind, self.person(), self._svb, known=0.98)
        if kind == "administered":
            others = [debt.payer for debt in self.debts[-200:] if debt.payer.kind == kind]
            if others and dice.random() < 0.7:
                office = dice.choice(others)
                payer = self._payer(kind, self.person(), office.iban, known=0.95)
                payer.account_name = office.account_name
                return payer
            payer = self._payer(kind, self.person(), self.new_iban(), known=0.95)
            payer.account_name = f"Bewindvoering {dice.choice(LAST_NAMES).split()[-1]}"
            return payer
        return self._payer(kind, self.person(), self.new_iban(), known=0.88)

    def _bill(self, creditor: str, payers: list[Payer]) -> None:
        """A series of weekly invoices to all of them, in the order of the weeks."""
        dice = self.dice
        weekly: list[tuple[dt.date, Payer, int, bool]] = []
        for payer in dict.fromkeys(payers):
            weeks = dice.randint(6, 44) if payer.kind == "house" else dice.choice((1, 2, 2, 3, 3, 4, 4, 5, 6, 8))
            settled = dice.randint(2, 8)
            rate, metres = dice.randint(70, 130) * 50, dice.choice((0, 0, dice.randint(10, 400) * 100))
            alike, extra = dice.random() < 0.35, dice.random() < 0.6
            quarters = dice.randint(8, 160)
            for back in range(weeks + settled):
                worked = quarters if alike else dice.randint(8, 160)
                surcharge = dice.randint(0, worked * rate // 8) if extra and not alike else 0
                amount = worked * rate // 4 + surcharge + metres * 23 // 1000 * dice.choice((1, 1 if alike else 2))
                day = TODAY - dt.timedelta(days=7 * back + dice.choice((1, 2, 2, 2, 3)))
                weekly.append((day, payer, amount, back < weeks))
        weekly.sort(key=lambda each: each[0])
        sequence = dict.fromkeys(range(2024, 2028), 0)
        sequence[min(day for day, *_ in weekly).year] = dice.choice((0, 0, 3, 11, 40, 120, 800))
        debts = {payer: Debt(creditor, payer, {}, {}, {}) for _, payer, _, _ in weekly}
        for day, payer, amount, is_open in weekly:
            sequence[day.year] += 1
            number = InvoiceNumber(f"{self.prefix(creditor)}-{day.year}-{sequence[day.year]:04}")
            self._issue(debts[payer], number, amount, day, is_open=is_open)
        self.debts += debts.values()

    def prefix(self, creditor: str) -> str:
        return "BN" if creditor == AGENCY else self.prefixes[creditor]

    def _issue(self, debt: Debt, number: InvoiceNumber, amount: int, day: dt.date, *, is_open: bool) -> None:
        left = amount if is_open else 0
        if is_open and self.dice.random() < 0.01:
            left = -self.dice.randint(amount // 2, amount)
            amount = left
        elif is_open and self.dice.random() < 0.02:
            left = amount - self.dice.randint(1, amount // 2)
        side = debt.credits if left < 0 else debt.unpaid if left else debt.paid
        side[number] = left or amount
        self._open += left > 0
        kind, code = debt.payer.debtor
        invoice = OpenInvoice(
            number=number,
            creditor=debt.creditor,
            debtor_kind=kind,
            debtor=code,
            open=Cents(left),
            total=Cents(amount),
            date=day,
            due=day + dt.timedelta(days=30),
            payment_reference=rf_reference(number),
            end_to_end_id=f"INC{number}" if debt.creditor == AGENCY and left > 0 else "",
        )
        self.invoices[number] = invoice
        self.last[debt.creditor, day.year] = number

    def _commission(self, freelancers: list[Payer], wanted: int) -> None:
        """The agency's own series: commission of the last weeks, some of it small and much alike."""
        dice = self.dice
        some = dice.sample(freelancers, min(len(freelancers), max(1, wanted // 2)))
        weekly = [(TODAY - dt.timedelta(days=7 * back + 1), payer, back < 2) for payer in some for back in range(4)]
        weekly.sort(key=lambda each: each[0])
        debts = {payer: Debt(AGENCY, payer, {}, {}, {}) for payer in some}
        for sequence, (day, payer, is_open) in enumerate(weekly, start=412):
            number = InvoiceNumber(f"BN-{day.year}-{sequence:04}")
            self._issue(debts[payer], number, dice.choice((1500, 2500, dice.randint(900, 25000))), day, is_open=is_open)
        self.debts += debts.values()
