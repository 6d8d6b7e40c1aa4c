"""The account of a run, for a person: what was issued and sent, and what was not and why."""

from collections.abc import Iterable, Sequence

from selfbill.cli.account import Account, Billed, Said
from selfbill.cli.agenda import policy_title
from selfbill.cli.terminal import Column, Terminal
from selfbill.documents.formats import amount

MOST_REASONS = 20
"""Of each kind; what follows has a list of its own (`selfbill agenda --held`)."""

COLUMNS = (Column("", "", keep=True), Column("Aantal", "Count", right=True), Column("Totaal", "Total", right=True))
REASON_COLUMNS = (Column("Waarover", "About", keep=True), Column("Reden", "Reason"))


def tell_account(terminal: Terminal, account: Account, set_aside: Sequence[tuple[str, str]] = ()) -> None:
    """Shows what happened; reasons are shown for what stands at the end."""
    rows = [*_billed(terminal, account), *_counted(terminal, account)]
    if rows:
        terminal.table(COLUMNS, rows)
    else:
        terminal.say("Er was niets te doen.", "There was nothing to do.")
    if rows and not (account.refused or account.held or account.commission_held):
        terminal.say("Niets werd geweigerd of bleef liggen.", "Nothing was refused or held.")
    _tell_reasons(terminal, account.refused, "Geweigerd", "Refused")
    _tell_reasons(terminal, account.held.values(), "Nog niet gefactureerd", "Not invoiced yet")
    _tell_reasons(
        terminal, account.commission_held.values(), "Provisie nog niet gefactureerd", "Commission not invoiced yet"
    )
    _tell_reasons(
        terminal,
        account.unclear,
        "Onduidelijk of de e-mail aankwam (herhaald onder hetzelfde Message-ID)",
        "Unclear whether the e-mail arrived (repeated under the same Message-ID)",
    )
    _tell_reasons(terminal, account.undelivered.values(), "Facturen nog niet bezorgd", "Invoices not delivered yet")
    _tell_reasons(terminal, account.unsent_notices.values(), "Berichten nog niet verzonden", "Notices not sent yet")
    if set_aside:
        terminal.heading(
            "Terzijde gelegd na een onvoorziene fout (zie de meldingen hierboven; het staat nog op de agenda)",
            "Set aside after an unforeseen error (see the messages above; it is still on the agenda)",
        )
        for policy, subject in set_aside:
            terminal.show(f"  {policy_title(terminal, policy)}: {subject}")


def _billed(terminal: Terminal, account: Account) -> list[list[str]]:
    kinds: tuple[tuple[str, str, Billed], ...] = (
        ("Facturen aan klanten", "Invoices to customers", account.invoices),
        ("Provisiefacturen aan zzp'ers", "Commission invoices to freelancers", account.commission_to_freelancers),
        ("Provisiefacturen aan klanten", "Commission invoices to customers", account.commission_to_customers),
    )
    return [
        [terminal.pick(nl, en), str(billed.count), amount(billed.total, terminal.language)]
        for nl, en, billed in kinds
        if billed.count
    ]


def _counted(terminal: Terminal, account: Account) -> list[list[str]]:
    counts = (
        ("Per e-mail bezorgd", "Delivered by e-mail", account.sent_by_email),
        ("In het portaal klaargezet", "Ready in the portal", account.sent_to_portal),
        ("Weken ingediend", "Weeks submitted", account.submitted),
        ("Weken goedgekeurd", "Weeks approved", account.approved),
        ("Weken afgekeurd", "Weeks rejected", account.rejected),
        ("Weken niet gewerkt", "Weeks not worked", account.not_worked),
        ("Verzoeken om goed te keuren", "Requests to approve", account.approval_requests),
        ("Herinneringen aan uren", "Reminders to submit", account.hours_reminders),
        ("Herinneringen aan goedkeuren", "Reminders to approve", account.approval_reminders),
        ("Waarschuwingen voor niet-gefactureerde uren", "Warnings of unbilled hours", account.unbilled_warnings),
        ("Facturen waaraan is herinnerd", "Invoices reminded of", account.payment_reminders),
        ("Facturen waarvoor is aangemaand", "Invoices demanded", account.payment_demands),
    )
    return [[terminal.pick(nl, en), str(count), ""] for nl, en, count in counts if count]


def _tell_reasons(terminal: Terminal, said: Iterable[Said], nl: str, en: str) -> None:
    reasons = list(said)
    if not reasons:
        return
    terminal.heading(f"{nl}: {len(reasons)}", f"{en}: {len(reasons)}")
    terminal.table(REASON_COLUMNS, [[each.about, each.reason] for each in reasons[:MOST_REASONS]])
    if len(reasons) > MOST_REASONS:
        rest = len(reasons) - MOST_REASONS
        terminal.say(f"En nog {rest}.", f"And {rest} more.")
