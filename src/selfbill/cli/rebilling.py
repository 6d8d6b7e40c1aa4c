"""`selfbill reopen` and `selfbill rebill`: a week goes back to the freelancer, and what was corrected is billed by the difference."""

from typing import Any

from selfbill.application.office import Done
from selfbill.application.rebilling import REASON, Plan, plan_rebilling
from selfbill.application.rebilling import rebill as carry_out
from selfbill.application.timesheets import reopen_hours
from selfbill.cli.crediting import following, invoice_rows, show_commission, show_lines, show_notes
from selfbill.cli.moments import read_day
from selfbill.cli.opening import opened, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NotAWeek
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount
from selfbill.values import IsoWeek, PlacementCode

INVOICE_COLUMNS = (
    Column("Nieuwe factuur", "New invoice", keep=True),
    Column("", "", keep=True),
    Column("Aan", "To", keep=True),
    Column("Uren", "Hours", right=True),
    Column("Netto", "Net", right=True),
    Column("Btw", "VAT", right=True),
    Column("Totaal", "Total", right=True),
)


def reopen(terminal: Terminal, *, placement: str, week: str, reason: str, agency: str | None, as_json: bool) -> None:
    """Sends a week back to the freelancer. Raises NotAWeek."""
    try:
        number = IsoWeek.parse(week)
    except ValueError as error:
        raise NotAWeek(text=week) from error
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill reopen")
        outcome = reopen_hours(office, placement=PlacementCode(placement), week=number, reason=reason)
        show_everything(terminal, house)
    if as_json:
        terminal.json({"placement": placement, "week": str(number), "done": isinstance(outcome, Done)})
        return
    terminal.say(
        f"{placement} {number} is heropend: de zzp'er kan de uren verbeteren en opnieuw indienen. "
        "Wat is gefactureerd blijft staan tot het verschil is gefactureerd.",
        f"{placement} {number} was reopened: the freelancer can correct the hours and submit them again. "
        "What was invoiced stands until the difference is invoiced.",
    )


def rebill(
    terminal: Terminal,
    *,
    placement: str,
    first: str,
    until: str | None,
    fingerprint: str | None,
    reason: str | None,
    agency: str | None,
    as_json: bool,
) -> None:
    """Shows the plan; with its fingerprint it is carried out."""
    asked: dict[str, Any] = {
        "placement": PlacementCode(placement),
        "first": read_day(first),
        "until": None if until is None else read_day(until),
        "reason": reason or REASON,
    }
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill rebill")
        plan = plan_rebilling(office, **asked)
        done = False
        if fingerprint is not None:
            done = isinstance(carry_out(office, fingerprint=fingerprint, **asked), Done)
            show_everything(terminal, house)
    if as_json:
        terminal.json(_report(plan) | {"done": done})
    elif fingerprint is not None and not done:
        terminal.say("Dit plan was al uitgevoerd.", "This plan was carried out before.")
    else:
        _show(terminal, plan)
        _say_what_is_next(terminal, plan, done=done)


def _report(plan: Plan) -> dict[str, Any]:
    return {
        "placement": plan.placement,
        "from": plan.period.first,
        "until": plan.period.until,
        "plan": plan.fingerprint,
        "credit_notes": plan.credit_notes,
        "invoices": plan.invoices,
        "commission": following(plan.commission),
        "difference": plan.difference,
        "commission_difference": {
            "freelancer": plan.commission_difference("freelancer"),
            "customer": plan.commission_difference("customer"),
        },
        "waiting": [str(week) for week in plan.waiting],
    }


def _show(terminal: Terminal, plan: Plan) -> None:
    language = terminal.language
    show_notes(terminal, plan.credit_notes)
    if plan.invoices:
        terminal.table(INVOICE_COLUMNS, invoice_rows(terminal, plan.invoices))
        show_lines(terminal, [(issued.number, line) for issued in plan.invoices for line in issued.lines])
    show_commission(terminal, plan.commission)
    if plan.waiting:
        names = ", ".join(map(str, plan.waiting))
        terminal.say(
            f"Nog in correctie, blijft zoals gefactureerd: {names}", f"Still being corrected, left as invoiced: {names}"
        )
    if plan.is_empty:
        terminal.say(
            "Er is niets te crediteren of opnieuw te factureren.", "There is nothing to credit or to bill anew."
        )
        return
    commission = (
        (
            "Verschil provisie zzp'er, zonder btw",
            "Difference in the freelancer's commission, without VAT",
            plan.commission_difference("freelancer"),
        ),
        (
            "Verschil provisie klant, zonder btw",
            "Difference in the customer's commission, without VAT",
            plan.commission_difference("customer"),
        ),
    )
    terminal.facts(
        ("Verschil voor de klant", "Difference for the customer", amount(plan.difference, language)),
        *((nl, en, amount(more, language)) for nl, en, more in commission if more),
    )


def _say_what_is_next(terminal: Terminal, plan: Plan, *, done: bool) -> None:
    if done:
        terminal.say(
            "Vastgelegd; de klok (selfbill run) verstuurt wat er nieuw is.",
            "Done; the clock (selfbill run) sends what is new.",
        )
        return
    command = f"selfbill rebill {plan.placement} --from {plan.period.first} --until {plan.period.until} --do {plan.fingerprint}"
    if plan.decision.changes:
        terminal.say(
            f"Er is niets vastgelegd. Voer dit uit met: {command}",
            f"Nothing was stored. Carry this out with: {command}",
        )
