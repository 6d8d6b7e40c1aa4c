"""`selfbill debit plan`, `drop` and `list`: which commission invoices are collected, when, and what came of it."""

from collections.abc import Sequence

import msgspec

from selfbill.aggregates.debtor import NoDebitMandate
from selfbill.aggregates.direct_debit_events import Stage
from selfbill.application.debiting import drop_debit, plan_debit
from selfbill.application.office import Done
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.opening import opened, read_models, show_everything
from selfbill.cli.operator import operator
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount, short_date
from selfbill.projections import debit_batches, debits, invoice_list
from selfbill.projections.debit_batches import BatchState, ListedBatch
from selfbill.projections.debits import Attempt, ListedDebit
from selfbill.refusals import Refusal
from selfbill.values import Cents, InvoiceNumber

COLUMNS = (
    Column("Factuur", "Invoice", keep=True),
    Column("Debiteur", "Debtor", keep=True),
    Column("Incassodatum", "Collection", keep=True),
    Column("Bedrag", "Amount", right=True),
    Column("Toestand", "State", keep=True),
    Column("Batch", "Batch", keep=True),
    Column("Poging", "Attempt", right=True, spare=True),
    Column("Reden", "Reason"),
)
BATCH_COLUMNS = (
    Column("Batch", "Batch", keep=True),
    Column("Incassodatum", "Collection", keep=True),
    Column("Posten", "Items", right=True),
    Column("Totaal", "Total", right=True),
    Column("Toestand", "State", keep=True),
    Column("Reden", "Reason"),
)
_STAGES = {
    Stage.PLANNED: ("gepland", "planned"),
    Stage.ANNOUNCED: ("aangekondigd", "announced"),
    Stage.INSTRUCTED: ("in bestand", "in a file"),
    Stage.COLLECTED: ("geïncasseerd", "collected"),
    Stage.RETURNED: ("gestorneerd", "returned"),
    Stage.DROPPED: ("vervallen", "dropped"),
}
_BATCH_STATES = {
    BatchState.MADE: ("klaar voor de bank", "ready for the bank"),
    BatchState.SUBMITTED: ("ingestuurd", "submitted"),
    BatchState.CANCELLED: ("geannuleerd", "cancelled"),
}


class NotPlanned(msgspec.Struct, frozen=True):
    """An invoice that cannot be collected, and why."""

    number: InvoiceNumber
    code: str
    reason: str


def plan(
    terminal: Terminal, *, numbers: Sequence[str], debtor: str | None, agency: str | None, as_json: bool
) -> ExitCode:
    """Plans these invoices, or everything that is open and can be collected; what cannot, is said with its reason."""
    refused: list[NotPlanned] = []
    planned: list[InvoiceNumber] = []
    without_mandate = 0
    with opened(terminal, agency) as house:
        show_everything(terminal, house)
        wanted = [InvoiceNumber(number) for number in numbers]
        if not wanted:
            with house.pool.connection() as connection:
                wanted = [each.number for each in invoice_list.open_commission(connection, debtor)]
        office = house.office(by=operator(), cause="selfbill debit plan")
        for number in wanted:
            try:
                if isinstance(plan_debit(office, number=number), Done):
                    planned.append(number)
            except NoDebitMandate as refusal:
                without_mandate += 1
                if numbers:
                    refused.append(NotPlanned(number, refusal.code, refusal.sentence(terminal.language)))
            except Refusal as refusal:
                refused.append(NotPlanned(number, refusal.code, refusal.sentence(terminal.language)))
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            rows = debits.by_numbers(connection, wanted)
    new = [rows[number] for number in planned]
    if as_json:
        terminal.json({"planned": new, "refused": refused, "without_mandate": without_mandate})
    else:
        _say_planned(terminal, new, refused, 0 if numbers else without_mandate)
    return ExitCode.REFUSED if numbers and refused else ExitCode.DONE


def _say_planned(
    terminal: Terminal, planned: Sequence[ListedDebit], refused: Sequence[NotPlanned], without_mandate: int
) -> None:
    if planned:
        show_list(terminal, planned)
    else:
        terminal.say("Er is niets nieuws gepland.", "Nothing new was planned.")
    for each in refused:
        terminal.note(f"{each.number}: {each.reason}", f"{each.number}: {each.reason}")
    if without_mandate:
        terminal.note(
            f"{without_mandate} openstaande provisiefacturen zijn van debiteuren zonder incassomachtiging.",
            f"{without_mandate} open commission invoices are of debtors without a direct debit mandate.",
        )


def drop(terminal: Terminal, *, number: str, reason: str, agency: str | None, as_json: bool) -> None:
    """Gives up a planned collection."""
    with opened(terminal, agency) as house:
        office = house.office(by=operator(), cause="selfbill debit drop")
        drop_debit(office, number=InvoiceNumber(number), reason=reason)
        show_everything(terminal, house)
        with house.pool.connection() as connection:
            row = debits.by_number(connection, number)
    if as_json:
        terminal.json(row)
    else:
        terminal.say(f"Factuur {number} wordt niet geïncasseerd.", f"Invoice {number} is not collected.")


def show_debits(terminal: Terminal, *, debtor: str | None, limit: int, agency: str | None, as_json: bool) -> None:
    """The batches, and the latest direct debit of each invoice; or those of one debtor."""
    with read_models(terminal, agency) as pool, pool.connection() as connection:
        found = debits.latest(connection, debtor=debtor, limit=limit)
        batches = [] if debtor else debit_batches.latest(connection, limit=limit)
    if as_json:
        terminal.json({"batches": batches, "debits": found})
        return
    if not found:
        terminal.say("Er zijn geen incasso's.", "There are no direct debits.")
        return
    if batches:
        terminal.table(BATCH_COLUMNS, [batch_row(terminal, each) for each in batches])
    show_list(terminal, found)
    for each in found:
        warn_of_double(terminal, each.number, each.latest)


def show_list(terminal: Terminal, found: Sequence[ListedDebit]) -> None:
    """A table of direct debits with the sum of their amounts."""
    total = Cents(sum(each.amount for each in found))
    count = terminal.pick(f"{len(found)} facturen", f"{len(found)} invoices") if len(found) > 1 else ""
    footer = [count, "", "", amount(total, terminal.language), "", "", "", ""] if count else ()
    terminal.table(COLUMNS, [debit_row(terminal, each.number, each.debtor, each.latest) for each in found], footer)


def debit_row(terminal: Terminal, number: InvoiceNumber, debtor: str, attempt: Attempt) -> list[str]:
    """One attempt as a row of `COLUMNS`."""
    return [
        number,
        debtor,
        short_date(attempt.collection_date),
        amount(attempt.amount, terminal.language),
        terminal.pick(*_STAGES[attempt.stage]),
        attempt.batch or "",
        str(attempt.attempt),
        " ".join(filter(None, (attempt.code, attempt.reason))),
    ]


def batch_row(terminal: Terminal, batch: ListedBatch) -> list[str]:
    """One batch as a row of `BATCH_COLUMNS`."""
    return [
        batch.batch,
        short_date(batch.collection_date),
        str(batch.items),
        amount(batch.total, terminal.language),
        batch_state(terminal, batch.state),
        batch.reason or "",
    ]


def batch_state(terminal: Terminal, state: BatchState) -> str:
    """What became of a batch."""
    return terminal.pick(*_BATCH_STATES[state])


def warn_of_double(terminal: Terminal, number: InvoiceNumber, attempt: Attempt) -> None:
    """Says that an invoice was paid or credited after its file was made, so that the debtor will pay too much."""
    if attempt.paid_meanwhile > 0 and attempt.stage is Stage.INSTRUCTED:
        paid = amount(attempt.paid_meanwhile, terminal.language)
        terminal.note(
            f"Let op: van factuur {number} is {paid} betaald of gecrediteerd nadat het bestand was gemaakt; dat wordt dubbel geïncasseerd."
            " Annuleer de batch als zij nog niet is ingestuurd, of betaal het terug.",
            f"Note: {paid} of invoice {number} was paid or credited after the file was made, and is collected twice."
            " Cancel the batch when it was not submitted yet, or pay it back.",
        )
