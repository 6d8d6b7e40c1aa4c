"""What a shift must keep to before anybody is asked to approve it (DOMAIN.md section 4)."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from selfbill.aggregates.placement import Placement
from selfbill.moments import clock_reads
from selfbill.pricing.bands import elapsed_minutes
from selfbill.pricing.lines import unit_price, worked
from selfbill.pricing.terms import Shift, Terms
from selfbill.refusals import Refusal
from selfbill.values import IsoWeek, Minutes, euros

MAX_SHIFT_HOURS = 16


class ShiftTooLong(Refusal):
    code = "shift_too_long"
    nl = "De dienst van {day} om {start} duurt {hours} uur; {most} uur is het meeste."
    en = "The shift of {day} at {start} lasts {hours} hours; {most} hours is the most."


class ShiftEmpty(Refusal):
    code = "shift_empty"
    nl = "De dienst van {day} om {start} heeft geen werktijd over."
    en = "The shift of {day} at {start} has no working time left."


class ShiftOutsideWeek(Refusal):
    code = "shift_outside_week"
    nl = "De dienst van {day} hoort niet bij week {week}."
    en = "The shift of {day} does not belong to week {week}."


class ShiftOutsidePlacement(Refusal):
    code = "shift_outside_placement"
    nl = "De dienst van {day} valt buiten plaatsing {placement} ({first} tot en met {until})."
    en = "The shift of {day} lies outside placement {placement} ({first} up to and including {until})."


class ShiftsOverlap(Refusal):
    code = "shifts_overlap"
    nl = "De diensten van {day} om {start} en {other_day} om {other_start} overlappen elkaar."
    en = "The shifts of {day} at {start} and {other_day} at {other_start} overlap."


class BreakOutsideShift(Refusal):
    code = "break_outside_shift"
    nl = "De dienst van {day} om {start} heeft een pauze die erbuiten valt of een andere pauze overlapt."
    en = "The shift of {day} at {start} has a break that lies outside it or overlaps another break."


class NoSuchTime(Refusal):
    code = "no_such_time"
    nl = "De klok wees op {day} nooit {time} aan (begin van de zomertijd)."
    en = "The clock never read {time} on {day} (start of daylight saving time)."


class NotWholeMinutes(Refusal):
    code = "not_whole_minutes"
    nl = "De tijden van de dienst van {day} om {start} zijn geen hele minuten."
    en = "The times of the shift of {day} at {start} are not in whole minutes."


class NegativeQuantity(Refusal):
    code = "negative_quantity"
    nl = "De dienst van {day} om {start} heeft een negatieve pauze of afstand."
    en = "The shift of {day} at {start} has a negative break or distance."


class AboveMaximumRate(Refusal):
    """The budget pays no more than the care agreement says; the unit price with surcharge and without VAT counts."""

    code = "above_maximum_rate"
    nl = "De dienst van {day} kost € {price} per uur; de zorgovereenkomst van {placement} staat hooguit € {most} toe."
    en = "The shift of {day} costs € {price} per hour; the care agreement of {placement} allows € {most} at most."


def check_agreement(shifts: Sequence[Shift], *, placement: Placement, terms: Terms) -> None:
    """Raises NoRateInForce for a shift that nothing prices, AboveMaximumRate for one that the budget does not pay."""
    assert placement.terms is not None
    most = placement.terms.max_rate
    for shift in shifts:
        priced = worked(shift, terms)
        if most is None:
            continue
        for surcharge in priced.bands:
            price = unit_price(priced.rate.hourly, surcharge)
            if price > most:
                raise AboveMaximumRate(day=shift.day, placement=placement.code, price=euros(price), most=euros(most))


def worked_minutes(shift: Shift) -> Minutes:
    """Minutes of the shift without its breaks."""
    pauses = sum(elapsed_minutes(pause.start, pause.end) for pause in shift.breaks)
    return Minutes(elapsed_minutes(shift.start, shift.end) - pauses - shift.break_minutes)


def check_shifts(shifts: Sequence[Shift], *, week: IsoWeek, placement: Placement, others: Iterable[Shift]) -> None:
    """Raises the refusal of the first rule that these shifts, ascending by start, break; `others` are the freelancer's other shifts."""
    assert placement.terms is not None
    period = placement.terms.period
    for shift in shifts:
        check_shift(shift)
        if not week.monday <= shift.day <= week.sunday:
            raise ShiftOutsideWeek(day=shift.day, week=week)
        if shift.day not in period:
            raise ShiftOutsidePlacement(
                day=shift.day, placement=placement.code, first=period.first, until=period.until or "…"
            )
    refuse_overlap(sorted([*shifts, *others], key=lambda shift: shift.start))


def check_shift(shift: Shift) -> None:
    """Raises the refusal of the first rule that this shift breaks by itself."""
    where = {"day": shift.day, "start": shift.start.strftime("%H:%M")}
    readings = [shift.start, shift.end, *(moment for pause in shift.breaks for moment in (pause.start, pause.end))]
    for reading in readings:
        if reading.second or reading.microsecond:
            raise NotWholeMinutes(**where)
        if not clock_reads(reading):
            raise NoSuchTime(day=reading.date(), time=reading.strftime("%H:%M"))
    if shift.break_minutes < 0 or shift.metres < 0:
        raise NegativeQuantity(**where)
    minutes = elapsed_minutes(shift.start, shift.end)
    if minutes > MAX_SHIFT_HOURS * 60:
        raise ShiftTooLong(**where, hours=f"{minutes // 60}:{minutes % 60:02}", most=MAX_SHIFT_HOURS)
    previous = shift.start
    for pause in sorted(shift.breaks, key=lambda one: one.start):
        if pause.start < previous or pause.end <= pause.start or pause.end > shift.end:
            raise BreakOutsideShift(**where)
        previous = pause.end
    if shift.end <= shift.start or worked_minutes(shift) <= 0:
        raise ShiftEmpty(**where)


def refuse_overlap(shifts: Sequence[Shift]) -> None:
    """Raises ShiftsOverlap for the first two of these shifts, ascending by start, that one person cannot both have worked."""
    for earlier, later in pairwise(shifts):
        if later.start < earlier.end:
            raise ShiftsOverlap(
                day=earlier.day,
                start=earlier.start.strftime("%H:%M"),
                other_day=later.day,
                other_start=later.start.strftime("%H:%M"),
            )
