"""The rows of what was agreed: surcharge tables and holidays, placements, rates and commission."""

import datetime as dt

import msgspec

from selfbill.aggregates.periods import refuse_reversed
from selfbill.aggregates.placement import Arrangement, PlacementTerms
from selfbill.intake import dialect, texts
from selfbill.intake.cells import Cells
from selfbill.intake.conflicts import ValueWithoutScheme
from selfbill.intake.findings import Source
from selfbill.intake.reasons import NotAChoice, NotTiers, UnknownArrangement
from selfbill.pricing.terms import (
    Commission,
    DayKind,
    Fixed,
    NoCommission,
    Percent,
    PerHour,
    Rate,
    Scheme,
    SurchargeRow,
    Tier,
    Tiers,
    Towards,
    VatTreatment,
)
from selfbill.values import CustomerCode, FreelancerCode, Period, PlacementCode, TableCode

_DAYS: dict[str, DayKind] = {"mo-fr": "mo-fr", "sa": "sa", "su": "su", "holiday": "holiday"}
_TOWARDS: dict[str, Towards] = {"freelancer": "freelancer", "customer": "customer"}
_SCHEMES = {word: word for word in ("percent", "hour", "fixed", "tiers_marginal", "tiers_whole", "none")}

_treatment = dialect.one_of({treatment.value: treatment for treatment in VatTreatment})
_arrangement = dialect.one_of({way.value: way for way in Arrangement})
_days = dialect.one_of(_DAYS)
_towards = dialect.one_of(_TOWARDS)
_scheme = dialect.one_of(_SCHEMES)


class SurchargeLine(msgspec.Struct, frozen=True):
    source: Source
    table: TableCode
    valid_from: dt.date
    row: SurchargeRow


class HolidayLine(msgspec.Struct, frozen=True):
    source: Source
    day: dt.date


class PlacementLine(msgspec.Struct, frozen=True):
    source: Source
    code: PlacementCode
    terms: PlacementTerms


class RateLine(msgspec.Struct, frozen=True):
    source: Source
    placement: PlacementCode
    rate: Rate


class CommissionLine(msgspec.Struct, frozen=True):
    source: Source
    placement: PlacementCode
    towards: Towards
    commission: Commission


def surcharge(cells: Cells) -> SurchargeLine:
    table = cells.need("table", texts.code)
    valid_from = cells.need("valid_from", dialect.day)
    days = cells.need("days", _days)
    start, end = cells.need("from", dialect.clock), cells.need("until", dialect.end_of_band)
    percent = cells.need("percent", dialect.percent)
    return SurchargeLine(cells.source, TableCode(table), valid_from, SurchargeRow(days, start, end, percent))


def holiday(cells: Cells) -> HolidayLine:
    cells.may("name", texts.one_line)
    return HolidayLine(cells.source, cells.need("date", dialect.day))


def placement(cells: Cells) -> PlacementLine:
    code = PlacementCode(cells.need("code", texts.code))
    first, until = cells.need("from", dialect.day), cells.may("until", dialect.day)
    table = cells.may("surcharge_table", texts.code)
    terms = PlacementTerms(
        freelancer=FreelancerCode(cells.need("freelancer", texts.code)),
        customer=CustomerCode(cells.need("customer", texts.code)),
        period=Period(first, until),
        reference=cells.need("reference", texts.one_line),
        description=cells.need("description", texts.text),
        surcharge_table=None if table is None else TableCode(table),
        travel_rate=cells.may("travel_rate", dialect.amount),
        max_rate=cells.may("max_rate", dialect.amount),
        arrangement=cells.may("arrangement", _known_arrangement) or Arrangement.MEDIATION,
    )
    cells.settle()
    cells.ask("until", refuse_reversed, terms.period)
    return PlacementLine(cells.source, code, terms)


def rate(cells: Cells) -> RateLine:
    code = PlacementCode(cells.need("placement", texts.code))
    valid_from = cells.need("valid_from", dialect.day)
    hourly, treatment = cells.need("rate", dialect.amount), cells.need("vat_treatment", _treatment)
    return RateLine(cells.source, code, Rate(valid_from, hourly, treatment))


def commission(cells: Cells) -> CommissionLine:
    code = PlacementCode(cells.need("placement", texts.code))
    towards = cells.need("towards", _towards)
    valid_from = cells.need("valid_from", dialect.day)
    scheme = _scheme_of(cells)
    least, most = cells.may("min", dialect.amount), cells.may("max", dialect.amount)
    return CommissionLine(cells.source, code, towards, Commission(valid_from, scheme, least, most))


def _scheme_of(cells: Cells) -> Scheme:
    match cells.need("scheme", _scheme):
        case "percent":
            return Percent(cells.need("value", dialect.percent))
        case "hour":
            return PerHour(cells.need("value", dialect.amount))
        case "fixed":
            return Fixed(cells.need("value", dialect.amount))
        case "tiers_marginal":
            return Tiers("marginal", cells.need("value", _tiers))
        case "tiers_whole":
            return Tiers("whole", cells.need("value", _tiers))
        case _:
            if cells.source.values.get("value", "") not in ("", "0") and not cells.errors:
                cells.refuse("value", ValueWithoutScheme())
            return NoCommission()


def _tiers(value: str) -> tuple[Tier, ...]:
    """`0:10|1000:8`: from-amount, per cent."""
    dialect.refuse_formula(value)
    tiers = []
    for part in value.split("|"):
        start, separator, percent = part.partition(":")
        if not separator:
            raise NotTiers
        tiers.append(Tier(dialect.amount(start.strip()), dialect.percent(percent.strip())))
    return tuple(tiers)


def _known_arrangement(value: str) -> Arrangement:
    try:
        return _arrangement(value)
    except NotAChoice:
        raise UnknownArrangement from None
