"""Billing anew what was corrected: weeks that were approved again, and terms that were agreed with effect in the past.

First it is planned and shown, then exactly what was shown is done. What stands billed - the invoices less their credit notes - is
compared with what the present terms give for the approved hours, and only the difference is credited and billed: at most one credit
note per invoice, and one new invoice per calendar month (and one more for what falls under KOR). A week that is still being
corrected is left as it was billed. Afterwards each approved minute is billed exactly once, as before.
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping

import msgspec

from selfbill.aggregates import timesheet_corrections as weeks
from selfbill.aggregates.catalogue import (
    customer_stream,
    freelancer_stream,
    invoice_stream,
    mandate_stream,
    placement_stream,
    series_stream,
    timesheet_stream,
)
from selfbill.aggregates.commission_correction import Following
from selfbill.aggregates.invoice_events import CreditNoteIssued, InvoiceIssued
from selfbill.aggregates.invoice_rules import Parties, issue, require_billable
from selfbill.aggregates.placement import PlacementTerms
from selfbill.application.correcting import Credit, correct
from selfbill.application.invoicing import weeks_of
from selfbill.application.office import Decision, Office, Outcome, carry_out, merged
from selfbill.application.standing import Account
from selfbill.moments import local_date
from selfbill.pricing.lines import Draft
from selfbill.pricing.terms import Tiers, Towards
from selfbill.refusals import Refusal
from selfbill.store.streams import Change
from selfbill.values import Cents, InvoiceNumber, IsoWeek, Month, Period, PlacementCode

REASON = "Correctie na gewijzigde uren of afspraken"
"""What a credit note says when nobody gives another reason."""


class PlanChanged(Refusal):
    """Only what somebody has seen is done."""

    code = "plan_changed"
    nl = "Het plan voor {placement} is intussen anders dan {fingerprint}; het is nu {present}. Bekijk het opnieuw."
    en = "The plan for {placement} is no longer {fingerprint}; it is {present} now. Look at it again."


class Plan(msgspec.Struct, frozen=True):
    """What re-billing a placement's weeks would do. The numbers hold when it is done at once."""

    placement: PlacementCode
    period: Period
    credit_notes: tuple[CreditNoteIssued, ...]
    invoices: tuple[InvoiceIssued, ...]
    commission: Mapping[InvoiceNumber, tuple[Following, ...]]
    """How the commission for what was billed before follows; that for the new invoices stands on them."""
    waiting: tuple[IsoWeek, ...]
    """Weeks that were billed and are being corrected; they are left alone."""
    fingerprint: str
    """The same as long as the same would be done to the same invoices."""
    decision: Decision

    @property
    def difference(self) -> Cents:
        """What the customer has to pay more than before, VAT included; below 0 when less."""
        credited = sum(note.total for note in self.credit_notes if note.freelancer is not None)
        return Cents(credited + sum(invoice.total for invoice in self.invoices))

    def commission_difference(self, towards: Towards) -> Cents:
        """What this side has to pay more commission than before, without VAT."""
        before = sum(one.difference for each in self.commission.values() for one in each if one.towards == towards)
        new = sum(due.amount for invoice in self.invoices for due in invoice.commission if due.towards == towards)
        return Cents(before + new)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to credit, to bill or to adjust."""
        return not (self.credit_notes or self.invoices or self.commission)


def plan_rebilling(
    office: Office, *, placement: PlacementCode, first: dt.date, until: dt.date | None = None, reason: str = REASON
) -> Plan:
    """Compares what stands billed of the weeks that have a day in this period (up to today) with what they come to now.

    Nothing is stored. Raises UnknownPlacement, the refusals of pricing and of `aggregates.credit_note`, and, when something is to
    be billed, those of `invoice_rules.require_billable`.
    """
    period = Period(first, until or local_date(office.clock.now()))
    return _Plan(office, placement, period, reason).made()


def rebill(
    office: Office,
    *,
    placement: PlacementCode,
    first: dt.date,
    until: dt.date | None = None,
    fingerprint: str,
    reason: str = REASON,
) -> Outcome:
    """Carries out the plan with this fingerprint, in one transaction; AlreadyDone when it was carried out before.

    Raises PlanChanged when another is due by now, and the refusals of `plan_rebilling`.
    """

    def decide() -> Decision:
        plan = plan_rebilling(office, placement=placement, first=first, until=until, reason=reason)
        if plan.fingerprint != fingerprint:
            raise PlanChanged(placement=placement, fingerprint=fingerprint, present=plan.fingerprint)
        return plan.decision

    return carry_out(office, decide, command_id=f"rebill:{placement}:{fingerprint}")


class _Plan:
    """The making of one plan."""

    def __init__(self, office: Office, placement: PlacementCode, period: Period, reason: str) -> None:
        self._office = office
        self._now = office.clock.now()
        self._period = period
        self._account = Account(office, placement, period)
        self._books = self._account.books
        terms = self._account.placement.state.terms
        assert terms is not None
        self._agreed: PlacementTerms = terms
        positions: dict[InvoiceNumber, list[int]] = defaultdict(list)
        for each in self._account.difference.credited:
            positions[InvoiceNumber(each.invoice)].append(each.position)
        self._credits = [Credit(number, tuple(lines), reason) for number, lines in positions.items()]

    def made(self) -> Plan:
        account, books = self._account, self._books
        names = [*map(self._party, ("freelancer", "customer", "mandate", "series"))]
        books.need({*names})
        drafts = account.new_drafts
        if drafts:
            self._require_billable(drafts)
        credited = {credit.invoice for credit in self._credits}
        correction, free = correct(
            books,
            self._credits,
            placement_now=account.placement,
            also=[number for number in account.lasting if number not in credited],
            new_documents={self._agreed.freelancer: len(drafts)} if drafts else None,
        )
        before = self._billed_before(drafts, correction.credit_notes)
        invoices = tuple(self._issued(number, draft, before) for number, draft in zip(free, drafts, strict=True))
        changes = merged([*correction.changes, *self._changes(invoices)])
        changed = {change.stream for change in changes}
        rests_on = {
            **correction.rests_on,
            **books.rests_on,
            placement_stream(account.code): account.placement.version,
            **{timesheet_stream(account.code, week): one.version for week, one in account.timesheets.items()},
        }
        return Plan(
            placement=account.code,
            period=self._period,
            credit_notes=correction.credit_notes,
            invoices=invoices,
            commission=correction.commission,
            waiting=account.waiting,
            fingerprint=self._fingerprint(correction.commission),
            decision=Decision(changes, {name: at for name, at in rests_on.items() if name not in changed}),
        )

    def _party(self, role: str) -> str:
        agreed = self._agreed
        return {
            "freelancer": freelancer_stream(agreed.freelancer),
            "customer": customer_stream(agreed.customer),
            "mandate": mandate_stream(agreed.freelancer),
            "series": series_stream(agreed.freelancer),
        }[role]

    def _parties(self) -> Parties:
        account = self._account
        return Parties(
            agency=account.agency.state,
            agency_version=account.agency.version,
            freelancer=self._books.loaded[self._party("freelancer")].state,
            customer=self._books.loaded[self._party("customer")].state,
            placement=account.placement.state,
            placement_version=account.placement.version,
        )

    def _require_billable(self, drafts: tuple[Draft, ...]) -> None:
        mandate = self._books.loaded[self._party("mandate")]
        require_billable(self._parties(), mandate=mandate.state, drafts=drafts, day=local_date(self._now))
        self._books.rests_on[self._party("mandate")] = mandate.version

    def _billed_before(
        self, drafts: tuple[Draft, ...], credit_notes: tuple[CreditNoteIssued, ...]
    ) -> dict[Month, Cents]:
        """The placement's hour amounts that stand billed per calendar month once the credit notes are out; only tiers ask."""
        terms = self._account.terms
        versions = (*terms.commission_freelancer, *terms.commission_customer)
        before: dict[Month, Cents] = dict.fromkeys((draft.month for draft in drafts), Cents(0))
        if not any(isinstance(version.scheme, Tiers) for version in versions):
            return before
        names = {timesheet_stream(self._account.code, week) for month in before for week in weeks_of(month)}
        self._books.need(names)
        for name in names:
            self._books.rests_on[name] = self._books.loaded[name].version
            for billed in self._books.loaded[name].state.billed:
                if billed.month in before:
                    before[billed.month] = Cents(before[billed.month] + billed.hours_amount)
        for note in credit_notes:
            original = self._books.invoice(note.original).issued
            if isinstance(original, InvoiceIssued) and original.month in before:
                hours = sum(line.amount for line in note.lines if line.kind == "hours")
                before[original.month] = Cents(before[original.month] + hours)
        return before

    def _issued(self, number: InvoiceNumber, draft: Draft, before: dict[Month, Cents]) -> InvoiceIssued:
        issued = issue(
            number,
            parties=self._parties(),
            terms=self._account.terms,
            draft=draft,
            attempts={week: one.state.attempt for week, one in self._account.timesheets.items()},
            billed_before=before[draft.month],
            now=self._now,
        )
        before[draft.month] = Cents(before[draft.month] + draft.hours_amount)
        return issued

    def _changes(self, invoices: tuple[InvoiceIssued, ...]) -> list[Change]:
        """The new invoices, and on every week what bills it now."""
        changes = [Change(invoice_stream(issued.number), 0, (issued,)) for issued in invoices]
        for week, loaded in self._account.timesheets.items():
            bills = [
                (issued.number, issued.month, _hours_amount(issued, week))
                for issued in invoices
                if any(line.week == week for line in issued.lines)
            ]
            events = weeks.rebill(loaded.state, placement=self._account.code, week=week, bills=bills)
            if events:
                changes.append(Change(timesheet_stream(self._account.code, week), loaded.version, tuple(events)))
        return changes

    def _fingerprint(self, commission: Mapping[InvoiceNumber, tuple[Following, ...]]) -> str:
        """Of everything that is to be done, and of what it is done to; not of moments and numbers."""
        account = self._account
        content = (
            account.code,
            self._period,
            account.difference.credited,
            [(draft.month, draft.lines, draft.shifts) for draft in account.new_drafts],
            [
                (number, [(one.towards, one.charged, one.target) for one in each])
                for number, each in sorted(commission.items())
            ],
            [(week, one.state.attempt, one.state.status, one.state.billed) for week, one in account.timesheets.items()],
        )
        return hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:12]


def _hours_amount(issued: InvoiceIssued, week: IsoWeek) -> Cents:
    return Cents(sum(line.amount for line in issued.lines if line.kind == "hours" and line.week == week))
