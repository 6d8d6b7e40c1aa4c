"""Whether the master data of a folder can stand together. Rules that the domain has are asked of the domain."""

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Protocol

from selfbill.aggregates.agency import (
    Agency,
    UnknownSurchargeTable,
    set_moments,
    set_surcharge_table,
    set_terms,
    set_up,
)
from selfbill.aggregates.catalogue import COMMISSION_SERIES, series_stream
from selfbill.aggregates.party import (
    CustomerKind,
    Party,
    UnknownParty,
    register_customer,
    register_freelancer,
)
from selfbill.aggregates.placement import Placement, UnknownPlacement, agree, agree_commission, agree_rate
from selfbill.aggregates.series import Prefix, claim_prefix, prefix_key
from selfbill.intake.agency_file import AgencyLine
from selfbill.intake.agreement_rows import SurchargeLine
from selfbill.intake.conflicts import DuplicateCode, DuplicateRow, PgbWithoutDetails
from selfbill.intake.contents import Rows
from selfbill.intake.findings import RowError, Source, asked
from selfbill.intake.table import Table
from selfbill.pricing.terms import SurchargeTable, SurchargeVersion
from selfbill.refusals import Refusal
from selfbill.values import TableCode

_COLUMN_OF = {
    "po_box": "street",
    "term_too_long": "payment_days",
    "debit_without_account": "iban",
    "minimum_above_maximum": "min",
    "tier_gap": "value",
    "overlapping_surcharge_rows": "from",
    "surcharge_row_invalid": "until",
    "commission_too_rare": "commission",
}
"""The column that a refusal of the domain is about; other refusals name their field."""


class Line(Protocol):
    """A row that was read."""

    @property
    def source(self) -> Source: ...


def known(table: Table, *columns: str) -> set[tuple[str, ...]] | None:
    """What stands in these columns, in refused rows too; None when the file could not be read to its end."""
    if not table.complete:
        return None
    return {tuple(source.values.get(column, "") for column in columns) for source in table.rows_seen}


def check_master_data(rows: Rows, agency: AgencyLine | None, tables: Mapping[str, Table]) -> Iterator[RowError]:
    """Everything that is wrong with parties, placements, rates, commission and surcharges together."""
    if agency is not None:
        yield from _agency(agency)
    yield from _surcharges(rows.surcharges)
    yield from _parties(rows, agency)
    yield from _prefixes(rows, agency)
    yield from _placements(rows, tables)
    yield from _agreements(rows, tables)


def warn_of_master_data(rows: Rows) -> Iterator[RowError]:
    """What may stay as it is but will keep invoices from being issued."""
    for line in rows.customers:
        if line.terms.kind is CustomerKind.PGB:
            for column, given in (("svb_number", line.details.svb_number), ("budget_law", line.terms.budget_law)):
                if not given:
                    yield line.source.error(column, PgbWithoutDetails(column=column))


def _agency(agency: AgencyLine) -> Iterator[RowError]:
    for refusal in (
        asked(set_up, Agency(), details=agency.details),
        asked(set_moments, Agency(), moments=agency.moments),
        asked(set_terms, Agency(), terms=agency.terms),
    ):
        if refusal is not None:
            yield agency.error(_column(refusal), refusal)


def _surcharges(lines: Iterable[SurchargeLine]) -> Iterator[RowError]:
    together: dict[tuple[TableCode, dt.date, str], list[SurchargeLine]] = defaultdict(list)
    for line in lines:
        together[line.table, line.valid_from, line.row.days].append(line)
    for (code, valid_from, _), rows in together.items():

        def refusal_of(
            *lines: SurchargeLine, code: TableCode = code, valid_from: dt.date = valid_from
        ) -> Refusal | None:
            version = SurchargeVersion(valid_from, tuple(line.row for line in lines))
            return asked(set_surcharge_table, Agency(), table=SurchargeTable(code, (version,)))

        widest = None
        for line in sorted(rows, key=lambda line: line.row.start):
            if refusal := refusal_of(line) or (refusal_of(widest, line) if widest else None):
                yield line.source.error(_column(refusal), refusal)
            if refusal_of(line) is None:
                widest = line if widest is None else max(widest, line, key=lambda one: one.row.end)


def _parties(rows: Rows, agency: AgencyLine | None) -> Iterator[RowError]:
    yield from _doubled(((line.source, line.code) for line in rows.freelancers), "code", DuplicateCode)
    yield from _doubled(((line.source, line.code) for line in rows.customers), "code", DuplicateCode)
    for line in rows.freelancers:
        facts = {"code": line.code, "number_prefix": line.number_prefix, "next_number": line.next_number}
        if refusal := asked(register_freelancer, Party(), details=line.details, **facts):
            yield line.source.error(_column(refusal), refusal)
    usual_days = agency.terms.payment_days if agency else None
    for customer in rows.customers:
        facts = {"code": customer.code, "terms": customer.terms, "details": customer.details}
        refusal = asked(register_customer, Party(), agency_days=usual_days, **facts)
        if refusal is not None:
            yield customer.source.error(_column(refusal), refusal)


def _prefixes(rows: Rows, agency: AgencyLine | None) -> Iterator[RowError]:
    taken = {prefix_key(agency.details.number_prefix): COMMISSION_SERIES} if agency else {}
    for line in rows.freelancers:
        series = series_stream(line.code)
        prefix = Prefix(taken.setdefault(prefix_key(line.number_prefix), series))
        if refusal := asked(claim_prefix, prefix, prefix=line.number_prefix, series=series):
            yield line.source.error("number_prefix", refusal)


def _placements(rows: Rows, tables: Mapping[str, Table]) -> Iterator[RowError]:
    yield from _doubled(((line.source, line.code) for line in rows.placements), "code", DuplicateCode)
    freelancers, customers = known(tables["freelancers.csv"], "code"), known(tables["customers.csv"], "code")
    surcharge_tables = known(tables["surcharges.csv"], "table")
    for line in rows.placements:
        terms = line.terms
        if freelancers is not None and (terms.freelancer,) not in freelancers:
            yield line.source.error("freelancer", UnknownParty(code=terms.freelancer))
        if customers is not None and (terms.customer,) not in customers:
            yield line.source.error("customer", UnknownParty(code=terms.customer))
        table = terms.surcharge_table
        if surcharge_tables is not None and table is not None and (table,) not in surcharge_tables:
            yield line.source.error("surcharge_table", UnknownSurchargeTable(table=table))
        if refusal := asked(agree, Placement(), code=line.code, terms=terms):
            yield line.source.error(_column(refusal), refusal)


def _agreements(rows: Rows, tables: Mapping[str, Table]) -> Iterator[RowError]:
    dated_rates = ((line.source, (line.placement, line.rate.valid_from)) for line in rows.rates)
    yield from _doubled(dated_rates, "valid_from", DuplicateRow)
    dated = ((line.source, (line.placement, line.towards, line.commission.valid_from)) for line in rows.commissions)
    yield from _doubled(dated, "valid_from", DuplicateRow)
    placements = known(tables["placements.csv"], "code")
    both: tuple[Any, ...] = (*rows.rates, *rows.commissions)
    for line in both:
        if placements is not None and (line.placement,) not in placements:
            yield line.source.error("placement", UnknownPlacement(placement=line.placement))
    for rate in rows.rates:
        if refusal := asked(agree_rate, Placement(code=rate.placement), rate=rate.rate):
            yield rate.source.error(_column(refusal), refusal)
    for line in rows.commissions:
        placement = Placement(code=line.placement)
        if refusal := asked(agree_commission, placement, towards=line.towards, commission=line.commission):
            yield line.source.error(_column(refusal), refusal)


def _doubled(
    keyed: Iterable[tuple[Source, Hashable]], column: str, refusal: type[DuplicateCode | DuplicateRow]
) -> Iterator[RowError]:
    first: dict[Hashable, Source] = {}
    for source, key in keyed:
        earlier = first.setdefault(key, source)
        if earlier is not source:
            yield source.error(column, refusal(value=source.values[column], other=earlier.line))


def _column(refusal: Refusal) -> str:
    return _COLUMN_OF.get(refusal.code) or str(refusal.facts.get("field", ""))
