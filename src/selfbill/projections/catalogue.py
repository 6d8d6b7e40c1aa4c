"""All read models of the house; the agenda's folds are supplied by the policies."""

from collections.abc import Sequence
from typing import Any

from selfbill.projections import (
    bank_accounts,
    collection,
    debit_batches,
    debit_mandates,
    debits,
    debtor_card,
    freelancer_card,
    invoice_lines,
    invoice_list,
    movements,
    open_items,
    payments,
    placements,
    suspensions,
    timesheets,
)
from selfbill.projections.agenda import AgendaFold, agenda_model
from selfbill.projections.read_model import ReadModel
from selfbill.projections.search import rows as search


def all_read_models(folds: Sequence[AgendaFold]) -> tuple[ReadModel[Any], ...]:
    """Every read model, the agenda with what these policies put there and take away."""
    return (
        agenda_model(folds),
        timesheets.MODEL,
        invoice_list.MODEL,
        invoice_lines.MODEL,
        open_items.MODEL,
        movements.MODEL,
        payments.MODEL,
        bank_accounts.MODEL,
        bank_accounts.STATEMENTS,
        collection.MODEL,
        suspensions.MODEL,
        placements.MODEL,
        debtor_card.MODEL,
        freelancer_card.MODEL,
        search.MODEL,
        debits.MODEL,
        debit_batches.MODEL,
        debit_mandates.MODEL,
    )
