"""An agency: its own details, the moments at which it bills and reminds, its terms, its surcharge tables and holidays."""

import datetime as dt
from collections.abc import Mapping
from itertools import pairwise

import msgspec

from selfbill.aggregates import collection_schedule
from selfbill.aggregates.collection_schedule import AgencyCollection, CollectionScheduleApplied, CollectionScheduleSet
from selfbill.aggregates.event import AlreadyDone, AlreadyDoneType, Event
from selfbill.aggregates.party import PoBox
from selfbill.aggregates.periods import PeriodReversed
from selfbill.aggregates.texts import refuse_citizen_number
from selfbill.identifiers import is_po_box
from selfbill.moments import check_moment, occurs_every_month
from selfbill.pricing.terms import DAY_MINUTES, SurchargeTable, SurchargeVersion
from selfbill.refusals import Refusal, Words
from selfbill.values import IsoWeek, TableCode

USUAL_PAYMENT_DAYS = 30
"""Where nothing else was agreed (art. 6:119a lid 1 BW)."""


class AgencyDetails(msgspec.Struct, frozen=True):
    """The agency as it stands on its own invoices; an agency is a company, so nothing here is personal."""

    code: str
    name: str
    street: str
    house_number: str
    postcode: str
    city: str
    kvk: str
    vat_id: str
    iban: str
    email: str
    number_prefix: str


class Moments(msgspec.Struct, frozen=True):
    """RFC 5545 rules in local time."""

    invoice: str
    commission: str
    hours_reminder: str
    approval_reminder: str


class PaymentTerms(msgspec.Struct, frozen=True):
    """Days from the invoice date to the due date."""

    payment_days: int = USUAL_PAYMENT_DAYS
    commission_payment_days: int = USUAL_PAYMENT_DAYS


class HouseStyle(msgspec.Struct, frozen=True):
    """How the agency's documents look and speak."""

    colour: str = "#1f4e5f"
    language: str = "nl"


class AgencySetUp(Event, tag="agency.set_up"):
    """The agency starts, or restates its details."""

    details: AgencyDetails


class MomentsSet(Event, tag="agency.moments_set"):
    moments: Moments


class TermsSet(Event, tag="agency.terms_set"):
    terms: PaymentTerms


class SurchargeTableSet(Event, tag="agency.surcharge_table_set"):
    table: SurchargeTable


class HolidaysSet(Event, tag="agency.holidays_set"):
    """The agency's own list of holidays decides, not a calendar library."""

    holidays: tuple[dt.date, ...]


class HouseStyleSet(Event, tag="agency.house_style_set"):
    style: HouseStyle


class HoursPeriodOpened(Event, tag="agency.hours_period_opened"):
    """From this week on hours are expected of every running placement; `close_at` is when the first week is over."""

    first_week: IsoWeek
    close_at: dt.datetime
    last_week: IsoWeek | None = None


class WeekClosed(Event, tag="agency.week_closed"):
    """This week's expected timesheets were opened; `next_close_at` is when the next week is over, if one follows."""

    week: IsoWeek
    next_close_at: dt.datetime | None


class Agency(msgspec.Struct, frozen=True):
    """What the agency has settled so far."""

    details: AgencyDetails | None = None
    moments: Moments | None = None
    terms: PaymentTerms | None = None
    style: HouseStyle = HouseStyle()
    surcharge_tables: dict[TableCode, SurchargeTable] = {}
    holidays: frozenset[dt.date] = frozenset()
    first_week: IsoWeek | None = None
    last_week: IsoWeek | None = None
    closed_week: IsoWeek | None = None
    collection: AgencyCollection = AgencyCollection()


def evolve(agency: Agency, event: Event) -> Agency:
    """The agency after this event."""
    replace = msgspec.structs.replace
    match event:
        case AgencySetUp():
            return replace(agency, details=event.details)
        case MomentsSet():
            return replace(agency, moments=event.moments)
        case TermsSet():
            return replace(agency, terms=event.terms)
        case SurchargeTableSet():
            return replace(agency, surcharge_tables={**agency.surcharge_tables, event.table.code: event.table})
        case HolidaysSet():
            return replace(agency, holidays=frozenset(event.holidays))
        case HouseStyleSet():
            return replace(agency, style=event.style)
        case HoursPeriodOpened():
            return replace(agency, first_week=event.first_week, last_week=event.last_week)
        case WeekClosed():
            return replace(agency, closed_week=event.week)
        case CollectionScheduleSet() | CollectionScheduleApplied():
            return replace(agency, collection=collection_schedule.evolve(agency.collection, event))
        case _:
            return agency


class UnknownSurchargeTable(Refusal):
    code = "unknown_surcharge_table"
    nl = "Toeslagtabel {table} bestaat niet bij dit bureau."
    en = "This agency has no surcharge table {table}."


class OverlappingSurchargeRows(Refusal):
    code = "overlapping_surcharge_rows"
    nl = "In toeslagtabel {table} vanaf {valid_from} overlappen regels voor {days}."
    en = "Surcharge table {table} from {valid_from} has overlapping rows for {days}."


class SurchargeRowInvalid(Refusal):
    code = "surcharge_row_invalid"
    nl = "In toeslagtabel {table} vanaf {valid_from} heeft een regel voor {days} geen tijd binnen één dag of een negatief percentage."
    en = "Surcharge table {table} from {valid_from} has a row for {days} without time within one day or with a negative percentage."


class SurchargeVersionsCollide(Refusal):
    code = "surcharge_versions_collide"
    nl = "Toeslagtabel {table} heeft twee versies vanaf {valid_from}."
    en = "Surcharge table {table} has two versions from {valid_from}."


class WeekClosedBefore(Refusal):
    code = "week_closed_before"
    nl = "Week {week} is al afgesloten, tot en met {closed}. Begin met een latere week."
    en = "Week {week} was closed before, up to and including {closed}. Start with a later week."


class NegativePaymentTerm(Refusal):
    code = "negative_payment_term"
    nl = "Een betaaltermijn van {days} dagen bestaat niet."
    en = "There is no payment term of {days} days."


class CommissionTooRare(Refusal):
    """The agency's service is rendered when the customer's invoice is sent, and is invoiced within the month (DOMAIN.md section 4)."""

    code = "commission_too_rare"
    nl = "De provisiemomenten liggen meer dan een maand uit elkaar. Kies er minstens één in elke maand."
    en = "The commission moments are more than a month apart. Choose at least one in each month."


_DAYS: Mapping[str, Words] = {
    "mo-fr": Words("mo-fr", "maandag tot en met vrijdag", "Monday to Friday"),
    "sa": Words("sa", "zaterdag", "Saturday"),
    "su": Words("su", "zondag", "Sunday"),
    "holiday": Words("holiday", "feestdagen", "holidays"),
}


def set_up(agency: Agency, *, details: AgencyDetails) -> AgencySetUp | AlreadyDoneType:
    """The agency states who it is; it is the supplier on commission invoices, so its address may not be a PO box.

    Raises PoBox, CitizenNumber.
    """
    if agency.details == details:
        return AlreadyDone
    if is_po_box(details.street):
        raise PoBox(code=details.code, street=details.street)
    refuse_citizen_number(
        name=details.name,
        street=details.street,
        house_number=details.house_number,
        postcode=details.postcode,
        city=details.city,
        email=details.email,
    )
    return AgencySetUp(details=details)


def set_moments(agency: Agency, *, moments: Moments) -> MomentsSet | AlreadyDoneType:
    """The agency chooses when it bills and reminds. Raises NotAMoment, CommissionTooRare."""
    if agency.moments == moments:
        return AlreadyDone
    for rule in msgspec.structs.astuple(moments):
        check_moment(rule)
    if not occurs_every_month(moments.commission):
        raise CommissionTooRare
    return MomentsSet(moments=moments)


def set_terms(agency: Agency, *, terms: PaymentTerms) -> TermsSet | AlreadyDoneType:
    """The agency chooses its payment terms. Raises NegativePaymentTerm."""
    if agency.terms == terms:
        return AlreadyDone
    for days in msgspec.structs.astuple(terms):
        if days < 0:
            raise NegativePaymentTerm(days=days)
    return TermsSet(terms=terms)


def set_surcharge_table(agency: Agency, *, table: SurchargeTable) -> SurchargeTableSet | AlreadyDoneType:
    """The agency states a surcharge table with all its versions, in any order.

    Raises SurchargeVersionsCollide, SurchargeRowInvalid, OverlappingSurchargeRows.
    """
    table = SurchargeTable(table.code, tuple(sorted(table.versions, key=lambda version: version.valid_from)))
    if agency.surcharge_tables.get(table.code) == table:
        return AlreadyDone
    for earlier, later in pairwise(table.versions):
        if earlier.valid_from == later.valid_from:
            raise SurchargeVersionsCollide(table=table.code, valid_from=later.valid_from)
    for version in table.versions:
        _check_rows(table.code, version)
    return SurchargeTableSet(table=table)


def _check_rows(code: TableCode, version: SurchargeVersion) -> None:
    taken: dict[str, int] = {}
    for row in sorted(version.rows, key=lambda row: (row.days, row.start)):
        where = {"table": code, "valid_from": version.valid_from, "days": _DAYS[row.days]}
        if not 0 <= row.start < row.end <= DAY_MINUTES or row.surcharge < 0:
            raise SurchargeRowInvalid(**where)
        if row.start < taken.get(row.days, 0):
            raise OverlappingSurchargeRows(**where)
        taken[row.days] = row.end


def set_holidays(agency: Agency, *, holidays: frozenset[dt.date]) -> HolidaysSet | AlreadyDoneType:
    """The agency states its holidays."""
    return AlreadyDone if agency.holidays == holidays else HolidaysSet(holidays=tuple(sorted(holidays)))


def set_house_style(agency: Agency, *, style: HouseStyle) -> HouseStyleSet | AlreadyDoneType:
    """The agency chooses how its documents look."""
    return AlreadyDone if agency.style == style else HouseStyleSet(style=style)


def open_hours_period(
    agency: Agency, *, first_week: IsoWeek, last_week: IsoWeek | None, close_at: dt.datetime
) -> HoursPeriodOpened | AlreadyDoneType:
    """From which week on hours are expected; `close_at` is when the first of them is over. Raises WeekClosedBefore, PeriodReversed."""
    if (agency.first_week, agency.last_week) == (first_week, last_week):
        return AlreadyDone
    if agency.closed_week is not None and first_week <= agency.closed_week:
        raise WeekClosedBefore(week=first_week, closed=agency.closed_week)
    if last_week is not None and last_week < first_week:
        raise PeriodReversed(first=first_week.monday, until=last_week.sunday)
    return HoursPeriodOpened(first_week=first_week, last_week=last_week, close_at=close_at)


def close_week(agency: Agency, *, week: IsoWeek, next_close_at: dt.datetime) -> WeekClosed | AlreadyDoneType:
    """The week is over and its missing timesheets are known; the next week follows unless it was the last."""
    if agency.closed_week is not None and week <= agency.closed_week:
        return AlreadyDone
    is_last = agency.last_week is not None and week >= agency.last_week
    return WeekClosed(week=week, next_close_at=None if is_last else next_close_at)
