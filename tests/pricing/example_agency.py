"""Reads an example agency's files with a reader of its own, and bills the approved hours with nothing but pricing and moments."""

import csv
import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from selfbill.moments import from_local, local_date, next_moment, next_moment_after
from selfbill.pricing.commission import commission
from selfbill.pricing.lines import Draft, price
from selfbill.pricing.terms import (
    Break,
    Commission,
    DayKind,
    Fixed,
    NoCommission,
    Percent,
    PerHour,
    Rate,
    Scheme,
    Shift,
    SurchargeRow,
    SurchargeTable,
    SurchargeVersion,
    Terms,
    Tier,
    Tiers,
    Towards,
    VatTreatment,
)
from selfbill.values import BasisPoints, Cents, Metres, Minutes, TableCode

EXAMPLES = Path(__file__).parents[2] / "examples"

Row = dict[str, str]
Table = list[tuple[str, ...]]


class Issued(NamedTuple):
    """A draft with the number and moment that issuing gives it."""

    number: str
    moment: dt.datetime
    placement: Row
    draft: Draft
    freelancer_commission: Cents | None
    customer_commission: Cents | None


class Agency:
    """One folder of agency files, billed from its approved hours up to its last moment."""

    def __init__(self, name: str) -> None:
        self.folder = EXAMPLES / name
        self.settings = tomllib.loads((self.folder / "agency.toml").read_text("utf-8"))
        self.until = from_local(dt.datetime.fromisoformat((self.folder / "UNTIL").read_text("utf-8").strip()))
        self.freelancers = {row["code"]: row for row in self.rows("freelancers")}
        self.customers = {row["code"]: row for row in self.rows("customers")}
        self.placements = {row["code"]: row for row in self.rows("placements")}
        self.terms = {code: self.terms_of(placement) for code, placement in self.placements.items()}
        self.invoices = list(self.issue())

    def rows(self, name: str) -> list[Row]:
        with (self.folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def expected(self, name: str, *columns: str) -> Table:
        with (self.folder / "expected" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return sorted(tuple(row[column] for column in columns) for row in csv.DictReader(file))

    def terms_of(self, placement: Row) -> Terms:
        code, table = placement["code"], placement["surcharge_table"]
        rates = (
            Rate(date(row["valid_from"]), Cents(hundredths(row["rate"])), VatTreatment(row["vat_treatment"]))
            for row in self.rows("rates")
            if row["placement"] == code
        )
        return Terms(
            rates=tuple(sorted(rates, key=by_date)),
            surcharge_table=SurchargeTable(TableCode(table), self.versions(table)) if table else None,
            holidays=frozenset(date(row["date"]) for row in self.rows("holidays")),
            travel_rate=Cents(hundredths(placement["travel_rate"])) if placement["travel_rate"] else None,
            commission_freelancer=self.commissions(code, "freelancer"),
            commission_customer=self.commissions(code, "customer"),
        )

    def versions(self, table: str) -> tuple[SurchargeVersion, ...]:
        rows = defaultdict(list)
        kinds: dict[str, DayKind] = {"mo-fr": "mo-fr", "sa": "sa", "su": "su", "holiday": "holiday"}
        for row in self.rows("surcharges"):
            if row["table"] == table:
                surcharge = BasisPoints(hundredths(row["percent"]))
                rows[date(row["valid_from"])].append(
                    SurchargeRow(kinds[row["days"]], minute(row["from"]), minute(row["until"]), surcharge)
                )
        return tuple(SurchargeVersion(day, tuple(rows[day])) for day in sorted(rows))

    def commissions(self, code: str, towards: Towards) -> tuple[Commission, ...]:
        versions = (
            Commission(
                date(row["valid_from"]),
                scheme(row),
                Cents(hundredths(row["min"])) if row["min"] else None,
                Cents(hundredths(row["max"])) if row["max"] else None,
            )
            for row in self.rows("commissions")
            if (row["placement"], row["towards"]) == (code, towards)
        )
        return tuple(sorted(versions, key=by_date))

    def approved(self) -> dict[tuple[dt.datetime, str], list[Shift]]:
        """The shifts of approved attempts by the moment and the placement to which they are due."""
        shifts = defaultdict(list)
        for row in self.rows("hours"):
            shifts[row["placement"], row["week"], row["attempt"]].append(shift(row))
        due: dict[tuple[dt.datetime, str], list[Shift]] = defaultdict(list)
        for row in self.rows("timesheets"):
            if row["decision"] == "approved":
                rule = self.customers[self.placements[row["placement"]]["customer"]]["invoice_moment"]
                moment = next_moment(rule or self.settings["moments"]["invoice"], moment_of(row["decided_at"]))
                if moment <= self.until:
                    due[moment, row["placement"]] += shifts[row["placement"], row["week"], row["attempt"]]
        return due

    def issue(self) -> Iterator[Issued]:
        numbers = {code: int(row["next_number"]) for code, row in self.freelancers.items()}
        invoiced: dict[tuple[str, object], int] = defaultdict(int)
        for (moment, code), shifts in sorted(self.approved().items(), key=lambda item: item[0]):
            placement, terms = self.placements[code], self.terms[code]
            freelancer = self.freelancers[placement["freelancer"]]
            for draft in price(shifts, terms):
                number = f"{freelancer['number_prefix']}-{local_date(moment).year}-{numbers[freelancer['code']]:04}"
                numbers[freelancer["code"]] += 1
                before = Cents(invoiced[code, draft.month])
                invoiced[code, draft.month] += draft.hours_amount
                yield Issued(
                    number,
                    moment,
                    placement,
                    draft,
                    commission(draft, terms.commission_freelancer, before),
                    commission(draft, terms.commission_customer, before),
                )

    def commission_invoices(self) -> Iterator[tuple[str, str, str, str, list[tuple[str, Cents]]]]:
        """Number, date, direction, party, and per customer invoice its number and amount."""
        due: dict[tuple[dt.datetime, int, str], list[tuple[str, Cents]]] = defaultdict(list)
        for invoice in self.invoices:
            moment = next_moment_after(self.settings["moments"]["commission"], invoice.moment)
            if moment <= self.until:
                if invoice.freelancer_commission:
                    due[moment, 1, invoice.placement["freelancer"]].append(
                        (invoice.number, invoice.freelancer_commission)
                    )
                if invoice.customer_commission:
                    due[moment, 2, invoice.placement["customer"]].append((invoice.number, invoice.customer_commission))
        prefix = self.settings["agency"]["number_prefix"]
        for sequence, ((moment, towards, party), lines) in enumerate(sorted(due.items(), key=lambda item: item[0]), 1):
            day = local_date(moment)
            yield f"{prefix}-{day.year}-{sequence:04}", str(day), ("", "freelancer", "customer")[towards], party, lines


def by_date(version: Rate | Commission) -> dt.date:
    return version.valid_from


def date(text: str) -> dt.date:
    return dt.datetime.strptime(text, "%d-%m-%Y").date()


def moment_of(text: str) -> dt.datetime:
    return from_local(dt.datetime.strptime(text, "%d-%m-%Y %H:%M"))


def hundredths(text: str) -> int:
    """Cents or basis points: `1.234,56` is 123456."""
    return int(Decimal(text.replace(".", "").replace(",", ".")) * 100)


def minute(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def scheme(row: Row) -> Scheme:
    match row["scheme"]:
        case "percent":
            return Percent(BasisPoints(hundredths(row["value"])))
        case "hour":
            return PerHour(Cents(hundredths(row["value"])))
        case "fixed":
            return Fixed(Cents(hundredths(row["value"])))
        case "none":
            return NoCommission()
    parts = (part.split(":") for part in row["value"].split("|"))
    tiers = tuple(Tier(Cents(hundredths(start)), BasisPoints(hundredths(rate))) for start, rate in parts)
    return Tiers("marginal" if row["scheme"] == "tiers_marginal" else "whole", tiers)


def shift(row: Row) -> Shift:
    def reading(time: str) -> dt.datetime:
        return dt.datetime.combine(date(row["date"]), dt.time.fromisoformat(time))

    def not_before(earliest: dt.datetime, time: str, *, after: bool = False) -> dt.datetime:
        same_day = reading(time)
        return same_day + dt.timedelta(days=same_day < earliest or (after and same_day == earliest))

    start = reading(row["start"])
    pauses = (pause.split("-") for pause in row["breaks"].split("|") if pause)
    return Shift(
        start,
        not_before(start, row["end"], after=True),
        tuple(Break(not_before(start, first), not_before(start, last)) for first, last in pauses),
        Minutes(int(row["break_minutes"] or 0)),
        Metres(int(Decimal((row["km"] or "0").replace(",", ".")) * 1000)),
    )
