"""From approved shifts to drafts of invoices: lines per week and percentage, per calendar month (DOMAIN.md section 3).

A shift is priced by the terms of its local start date; that date also decides its week and its month. One draft holds one
calendar month; what falls under KOR stands in a draft of its own, after the other of that month.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from selfbill.pricing.bands import Bands, split
from selfbill.pricing.terms import Rate, Shift, Terms, VatTreatment, in_force
from selfbill.pricing.vat import VatBlock, vat_blocks
from selfbill.refusals import Refusal
from selfbill.values import HUNDRED_PERCENT, BasisPoints, Cents, IsoWeek, Metres, Minutes, Month, round_half_up


class NoRateInForce(Refusal):
    """Nobody agreed what an hour on this day costs."""

    day: dt.date

    code = "no_rate_in_force"
    nl = "Op {day:%d-%m-%Y} geldt voor deze plaatsing geen tarief."
    en = "No rate is in force for this placement on {day:%Y-%m-%d}."


class Line(msgspec.Struct, frozen=True, gc=False):
    """One line of an invoice: the hours of a week at one price, or the kilometres of a week."""

    kind: Literal["hours", "travel"]
    week: IsoWeek
    minutes: Minutes
    """0 on a travel line."""
    metres: Metres
    """0 on an hour line."""
    surcharge: BasisPoints
    """0 on a travel line."""
    unit_price: Cents
    """Per hour, surcharge included; on a travel line per kilometre."""
    amount: Cents
    vat_treatment: VatTreatment


class Worked(msgspec.Struct, frozen=True):
    """A shift with the rate of its day and its minutes per percentage."""

    shift: Shift
    week: IsoWeek
    rate: Rate
    bands: Bands


class Draft(msgspec.Struct, frozen=True):
    """What one invoice would hold; it has no number and no date yet."""

    month: Month
    period_from: dt.date
    period_until: dt.date
    """The first and the last shift's start date."""
    lines: tuple[Line, ...]
    minutes: Minutes
    hours_amount: Cents
    """The hour lines only, without travel and VAT: what commission is taken from."""
    net: Cents
    vat: tuple[VatBlock, ...]
    vat_total: Cents
    total: Cents
    worked: tuple[Worked, ...]
    """Its shifts in order of start, priced: commission takes each version's share from these."""

    @property
    def shifts(self) -> tuple[Shift, ...]:
        """The given shifts that went into this draft, in order of start."""
        return tuple(worked.shift for worked in self.worked)


def unit_price(hourly: Cents, surcharge: BasisPoints) -> Cents:
    """Cents per hour with this surcharge on it."""
    return Cents(round_half_up(hourly * (HUNDRED_PERCENT + surcharge), HUNDRED_PERCENT))


def hours_amount(minutes: int, hourly: Cents) -> Cents:
    """What these minutes cost at cents per hour, surcharge included."""
    return Cents(round_half_up(minutes * hourly, 60))


def travel_amount(metres: int, per_kilometre: Cents) -> Cents:
    """What these metres cost at cents per kilometre."""
    return Cents(round_half_up(metres * per_kilometre, 1000))


def worked(shift: Shift, terms: Terms) -> Worked:
    """Prices one shift by the terms of its day. Raises NoRateInForce when no rate holds on that day."""
    day = shift.day
    rate = in_force(terms.rates, day)
    if rate is None:
        raise NoRateInForce(day=day)
    version = in_force(terms.surcharge_table.versions, day) if terms.surcharge_table else None
    return Worked(shift, IsoWeek.of(day), rate, split(shift, version, terms.holidays))


def price(shifts: Sequence[Shift], terms: Terms) -> tuple[Draft, ...]:
    """One draft per calendar month, in order of month; lines under KOR in a draft of their own, after the other of its month.

    Each given shift stands in exactly one draft. Raises NoRateInForce when no rate holds on a shift's day.
    """
    invoices: dict[tuple[int, int, bool], list[Worked]] = {}
    for shift in sorted(shifts, key=lambda shift: shift.start):
        priced = worked(shift, terms)
        invoice = shift.start.year, shift.start.month, priced.rate.vat_treatment is VatTreatment.SMALL_BUSINESS
        invoices.setdefault(invoice, []).append(priced)
    return tuple(
        _draft(Month(year, month), invoices[year, month, small], terms) for year, month, small in sorted(invoices)
    )


def hour_lines(work: Iterable[Worked]) -> list[Line]:
    """One line per week, VAT treatment, percentage and price, in order of week, percentage and price."""
    minutes: dict[tuple[IsoWeek, BasisPoints, Cents, VatTreatment], int] = {}
    for priced in work:
        for surcharge, length in priced.bands.items():
            line = _band_key(priced, surcharge)
            minutes[line] = minutes.get(line, 0) + length
    return [
        Line("hours", week, Minutes(total), Metres(0), surcharge, hourly, hours_amount(total, hourly), treatment)
        for (week, surcharge, hourly, treatment), total in sorted(minutes.items())
    ]


def _travel_lines(work: Iterable[Worked], per_kilometre: Cents | None) -> list[Line]:
    if per_kilometre is None:
        return []
    metres: dict[tuple[IsoWeek, VatTreatment], int] = {}
    for priced in work:
        if priced.shift.metres:
            line = priced.week, priced.rate.vat_treatment
            metres[line] = metres.get(line, 0) + priced.shift.metres
    return [
        Line(
            "travel",
            week,
            Minutes(0),
            Metres(total),
            BasisPoints(0),
            per_kilometre,
            travel_amount(total, per_kilometre),
            treatment,
        )
        for (week, treatment), total in sorted(metres.items())
    ]


def _draft(month: Month, work: list[Worked], terms: Terms) -> Draft:
    hours = hour_lines(work)
    travel = _travel_lines(work, terms.travel_rate)
    return _of_lines(month, work, sorted(hours + travel, key=lambda line: (line.week, line.kind)) if travel else hours)


def _of_lines(month: Month, work: list[Worked], lines: Sequence[Line]) -> Draft:
    hours = [line for line in lines if line.kind == "hours"]
    vat = vat_blocks((line.vat_treatment, line.amount) for line in lines)
    net = sum(block.base for block in vat)
    vat_total = sum(block.amount for block in vat)
    return Draft(
        month=month,
        period_from=work[0].shift.day,
        period_until=work[-1].shift.day,
        lines=tuple(lines),
        minutes=Minutes(sum(line.minutes for line in hours)),
        hours_amount=Cents(sum(line.amount for line in hours)),
        net=Cents(net),
        vat=vat,
        vat_total=Cents(vat_total),
        total=Cents(net + vat_total),
        worked=tuple(work),
    )


def restricted(draft: Draft, lines: Sequence[Line]) -> Draft | None:
    """The draft with these of its lines only, and with the shifts and the parts of shifts that they bill; None without lines."""
    hours = {_hours_key(line) for line in lines if line.kind == "hours"}
    travel = {(line.week, line.vat_treatment) for line in lines if line.kind == "travel"}
    work = []
    for priced in draft.worked:
        bands = {
            surcharge: length for surcharge, length in priced.bands.items() if _band_key(priced, surcharge) in hours
        }
        if bands or (priced.shift.metres and (priced.week, priced.rate.vat_treatment) in travel):
            work.append(Worked(priced.shift, priced.week, priced.rate, bands))
    return _of_lines(draft.month, work, lines) if work else None


def _hours_key(line: Line) -> tuple[IsoWeek, BasisPoints, Cents, VatTreatment]:
    return line.week, line.surcharge, line.unit_price, line.vat_treatment


def _band_key(priced: Worked, surcharge: BasisPoints) -> tuple[IsoWeek, BasisPoints, Cents, VatTreatment]:
    """The hour line on which this band of a shift stands."""
    return priced.week, surcharge, unit_price(priced.rate.hourly, surcharge), priced.rate.vat_treatment
