"""Taking a folder in: one transaction with everything that it changes, or nothing at all."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from selfbill.aggregates.agency import Agency
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
    timesheet_stream,
)
from selfbill.intake.book import Book
from selfbill.intake.contents import AgencyFolder, Rows
from selfbill.intake.findings import FolderRefused
from selfbill.intake.master_plan import plan_agency, plan_parties, plan_placements
from selfbill.intake.report import ImportReport
from selfbill.intake.week_plan import move_waiting_weeks, plan_weeks
from selfbill.store.streams import Change, Loaded

CAUSE = "import"

T = TypeVar("T")


class Shelf(Protocol):
    """What an import uses of an agency's streams."""

    def load_many(self, streams: Iterable[str]) -> dict[str, Loaded[Any]]: ...

    def save(
        self,
        changes: Sequence[Change],
        *,
        at: dt.datetime,
        by: str,
        cause: str,
        command_id: str | None = None,
        unchanged: Mapping[str, int] | None = None,
    ) -> int: ...

    def retrying(self, intention: Callable[[], T]) -> T: ...


def import_folder(streams: Shelf, folder: AgencyFolder, *, now: dt.datetime, by: str) -> ImportReport:
    """Takes the folder in. Whatever was taken in before is left alone, so a repeated import saves nothing.

    Raises FolderRefused when what was imported before, or has happened since, does not allow what the folder says now.
    """

    def once() -> ImportReport:
        book, report = _plan(streams, folder, now)
        changes = book.changes()
        if not changes:
            return report
        position = streams.save(changes, at=now, by=by, cause=CAUSE)
        return msgspec.structs.replace(report, position=position)

    return streams.retrying(once)


def rehearse(streams: Shelf, folder: AgencyFolder, *, now: dt.datetime) -> ImportReport:
    """What import_folder would report, or raise, without saving anything."""
    return _plan(streams, folder, now)[1]


def _plan(streams: Shelf, folder: AgencyFolder, now: dt.datetime) -> tuple[Book, ImportReport]:
    loaded = streams.load_many(_names(folder))
    book = Book(loaded)
    plan_agency(book, folder)
    plan_parties(book, folder.rows)
    plan_placements(book, folder.rows)
    if not book.errors:
        plan_weeks(book, folder.rows)
    if not book.errors and _moments_changed(loaded, book, folder.rows):
        move_waiting_weeks(book, folder.rows, now)
    if book.errors:
        raise FolderRefused(book.errors, (*folder.warnings, *book.warnings))
    period = folder.rows.period()
    return book, ImportReport(
        agency=folder.agency.details.code,
        counts=book.counts(),
        warnings=(*folder.warnings, *book.warnings),
        first_week=period[0] if period else None,
        last_week=period[1] if period else None,
        until=folder.until,
        events=sum(len(change.events) for change in book.changes()),
    )


def _moments_changed(loaded: Mapping[str, Loaded[Any]], book: Book, rows: Rows) -> bool:
    before: Agency = loaded[AGENCY].state
    if before.moments is None:
        return False
    customers = [customer_stream(line.code) for line in rows.customers]
    return before.moments != book.state(AGENCY).moments or any(
        loaded[stream].state.terms is not None
        and loaded[stream].state.terms.invoice_moment != book.state(stream).terms.invoice_moment
        for stream in customers
    )


def _names(folder: AgencyFolder) -> list[str]:
    """Every stream that the folder speaks of."""
    rows = folder.rows
    names = [AGENCY, COMMISSION_SERIES, prefix_stream(folder.agency.details.number_prefix)]
    for freelancer in rows.freelancers:
        code = freelancer.code
        names += [freelancer_stream(code), series_stream(code), mandate_stream(code), roster_stream(code)]
        names.append(prefix_stream(freelancer.number_prefix))
    names += [customer_stream(customer.code) for customer in rows.customers]
    names += [placement_stream(placement.code) for placement in rows.placements]
    names += [timesheet_stream(line.placement, line.week) for line in rows.timesheets]
    return list(dict.fromkeys(names))
