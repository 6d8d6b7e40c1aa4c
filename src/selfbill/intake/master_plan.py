"""What a folder's master data means to an agency as it stands: its settings, parties, mandates, placements and agreements."""

from selfbill.aggregates.agency import (
    Agency,
    PaymentTerms,
    open_hours_period,
    set_holidays,
    set_moments,
    set_surcharge_table,
    set_terms,
    set_up,
)
from selfbill.aggregates.catalogue import (
    AGENCY,
    COMMISSION_SERIES,
    customer_stream,
    freelancer_stream,
    mandate_stream,
    placement_stream,
    prefix_stream,
    roster_stream,
    series_stream,
)
from selfbill.aggregates.mandate import Mandate, grant, withdraw
from selfbill.aggregates.party import Party, register_customer, register_freelancer
from selfbill.aggregates.placement import Placement, agree, agree_commission, agree_rate
from selfbill.aggregates.roster import join
from selfbill.aggregates.series import Series, claim_prefix, open_series
from selfbill.application.timesheets import week_over
from selfbill.intake.agreement_rows import PlacementLine
from selfbill.intake.book import Book
from selfbill.intake.columns import AGENCY_FILE
from selfbill.intake.conflicts import MandateEnded, OtherAgency, PartyForgotten
from selfbill.intake.contents import AgencyFolder, Rows
from selfbill.intake.findings import Source
from selfbill.intake.party_rows import CustomerLine, FreelancerLine
from selfbill.values import IsoWeek, Period


def plan_agency(book: Book, folder: AgencyFolder) -> None:
    """Who the agency is, its moments and terms, its tables and holidays, and the weeks in which hours are expected."""
    agency, rows = folder.agency, folder.rows
    known: Agency = book.state(AGENCY)
    if known.details is not None and known.details.code != agency.details.code:
        refusal = OtherAgency(value=agency.details.code, known=known.details.code)
        book.refuse(agency.sources["code"], "code", refusal)
    _keep_series(book, COMMISSION_SERIES, agency.sources["number_prefix"], agency.details.number_prefix)
    written = [
        book.decide(AGENCY, agency.sources["code"], "code", set_up, details=agency.details),
        book.decide(AGENCY, agency.sources["commission"], "commission", set_moments, moments=agency.moments),
        book.decide(AGENCY, agency.sources["payment_days"], "payment_days", set_terms, terms=agency.terms),
    ]
    book.count("agency", known=not book.is_new(AGENCY), written=any(written))
    _plan_tables_and_holidays(book, rows)
    _plan_period(book, rows, Source(AGENCY_FILE, 1, {}))


def _plan_tables_and_holidays(book: Book, rows: Rows) -> None:
    known: Agency = book.state(AGENCY)
    for code, table in rows.surcharge_tables().items():
        source = next(line.source for line in rows.surcharges if line.table == code)
        written = book.decide(AGENCY, source, "table", set_surcharge_table, table=table)
        book.count("surcharge_tables", known=code in known.surcharge_tables, written=written)
    holidays = rows.holiday_dates()
    if rows.holidays:
        book.decide(AGENCY, rows.holidays[0].source, "date", set_holidays, holidays=holidays)
    elif known.holidays:
        book.decide(AGENCY, Source("holidays.csv", 1, {}), "date", set_holidays, holidays=holidays)
    for day in sorted(holidays | known.holidays):
        same = day in holidays and day in known.holidays
        book.count("holidays", known=day in known.holidays, written=not same)


def _plan_period(book: Book, rows: Rows, source: Source) -> None:
    """Adds the folder's weeks to those in which hours are expected already; a week that was closed stays closed."""
    period = rows.period()
    known: Agency = book.state(AGENCY)
    if period is None:
        return
    first, last = period[0], _latest(known, period[1])
    if known.closed_week is not None:
        first = known.closed_week.next()
    elif known.first_week is not None:
        first = min(first, known.first_week)
    opened = known.first_week is not None and known.first_week <= first and known.last_week == last
    if opened or (last is not None and last < first):
        return
    facts = {"first_week": first, "last_week": last, "close_at": week_over(first)}
    book.decide(AGENCY, source, "", open_hours_period, **facts)


def _latest(known: Agency, last: IsoWeek) -> IsoWeek | None:
    """The last week in which hours are expected; None when the agency expects them for good."""
    if known.first_week is None:
        return last
    return None if known.last_week is None else max(known.last_week, last)


def plan_parties(book: Book, rows: Rows) -> None:
    """Freelancers with their number series and mandates, and customers."""
    for freelancer in rows.freelancers:
        _plan_freelancer(book, freelancer)
        _plan_mandate(book, freelancer)
    for customer in rows.customers:
        _plan_customer(book, customer)


def _plan_freelancer(book: Book, line: FreelancerLine) -> None:
    stream = freelancer_stream(line.code)
    known: Party = book.state(stream)
    facts = {"code": line.code, "number_prefix": line.number_prefix, "next_number": line.next_number}
    if known.forgotten:
        book.warn(line.source, "code", PartyForgotten(code=line.code))
        book.count("freelancers", known=True, written=False)
        return
    _keep_series(book, series_stream(line.code), line.source, line.number_prefix, line.next_number)
    written = book.decide(stream, line.source, "code", register_freelancer, details=line.details, **facts)
    book.count("freelancers", known=not book.is_new(stream), written=written)


def _keep_series(book: Book, stream: str, source: Source, prefix: str, first_number: int = 1) -> None:
    """A number series is opened once, with a prefix that is nobody else's."""
    known: Series = book.state(stream)
    column = "next_number" if known.prefix == prefix else "number_prefix"
    book.decide(stream, source, column, open_series, prefix=prefix, first_number=first_number)
    book.decide(prefix_stream(prefix), source, "number_prefix", claim_prefix, prefix=prefix, series=stream)


def _plan_mandate(book: Book, line: FreelancerLine) -> None:
    """A consent that ends earlier than the folder says was taken back, and only the freelancer can give it again."""
    if line.mandate is None:
        return
    stream = mandate_stream(line.code)
    known: Mandate = book.state(stream)
    written = False
    if line.mandate in known.granted:
        if line.mandate not in known.periods:
            book.warn(line.source, "mandate_from", MandateEnded(freelancer=line.code))
    else:
        if _ends_sooner(known, line.mandate):
            written = book.decide(stream, line.source, "mandate_until", withdraw, last_day=line.mandate.until)
        facts = {"freelancer": line.code, "period": line.mandate}
        written = book.decide(stream, line.source, "mandate_from", grant, **facts) or written
    book.count("mandates", known=bool(known.granted), written=written)


def _ends_sooner(known: Mandate, period: Period) -> bool:
    until = period.until
    return until is not None and any(
        one.first == period.first and (one.until is None or one.until > until) for one in known.periods
    )


def _plan_customer(book: Book, line: CustomerLine) -> None:
    stream = customer_stream(line.code)
    if book.state(stream).forgotten:
        book.warn(line.source, "code", PartyForgotten(code=line.code))
        book.count("customers", known=True, written=False)
        return
    usual: PaymentTerms = book.state(AGENCY).terms
    facts = {"code": line.code, "terms": line.terms, "details": line.details, "agency_days": usual.payment_days}
    written = book.decide(stream, line.source, "code", register_customer, **facts)
    book.count("customers", known=not book.is_new(stream), written=written)


def plan_placements(book: Book, rows: Rows) -> None:
    """Placements, each on its freelancer's roster, with their rates and commission."""
    for line in rows.placements:
        _plan_placement(book, line)
    for rate in rows.rates:
        stream = placement_stream(rate.placement)
        known: Placement = book.state(stream)
        dated = any(one.valid_from == rate.rate.valid_from for one in known.rates)
        written = book.decide(stream, rate.source, "rate", agree_rate, rate=rate.rate)
        book.count("rates", known=dated, written=written)
    for agreed in rows.commissions:
        stream = placement_stream(agreed.placement)
        known = book.state(stream)
        versions = known.commission_freelancer if agreed.towards == "freelancer" else known.commission_customer
        dated = any(one.valid_from == agreed.commission.valid_from for one in versions)
        facts = {"towards": agreed.towards, "commission": agreed.commission}
        written = book.decide(stream, agreed.source, "value", agree_commission, **facts)
        book.count("commissions", known=dated, written=written)


def _plan_placement(book: Book, line: PlacementLine) -> None:
    stream, terms = placement_stream(line.code), line.terms
    known: Placement = book.state(stream)
    column = "code"
    if known.terms is not None:
        column = "customer" if known.terms.freelancer == terms.freelancer else "freelancer"
    written = book.decide(stream, line.source, column, agree, code=line.code, terms=terms)
    roster = roster_stream(terms.freelancer)
    book.decide(roster, line.source, "freelancer", join, freelancer=terms.freelancer, placement=line.code)
    book.count("placements", known=known.terms is not None, written=written)
