"""What came of a rebuild, for a person: what is in use now, what differs, and the way back."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import Connection

from selfbill.cli.comparison_account import as_builtins
from selfbill.cli.comparison_wording import Wording
from selfbill.cli.figures import count, counted
from selfbill.cli.moments import shown_moment
from selfbill.cli.projections_wording import step
from selfbill.cli.terminal import Terminal
from selfbill.projections.rebuilding.jobs import Options, old_of
from selfbill.projections.rebuilding.rebuild import Rebuilt
from selfbill.projections.rebuilding.tables import Entry, entry

Kept = Mapping[str, Entry]
"""The old tables that are kept, by read model."""


def kept_tables(connection: Connection[Any], rebuilt: Sequence[Rebuilt]) -> Kept:
    """What these rebuilds left as a way back."""
    found = {each.model: entry(connection, old_of(each.model)) for each in rebuilt if each.outcome == "switched"}
    return {model: old for model, old in found.items() if old is not None}


def for_a_program(rebuilt: Rebuilt, kept: Kept) -> dict[str, Any]:
    """One rebuild with all that was found."""
    old = kept.get(rebuilt.model)
    return {
        "name": rebuilt.model,
        "outcome": rebuilt.outcome,
        "position": rebuilt.position,
        "is_equal": rebuilt.comparison.is_equal,
        "parked_streams": rebuilt.parked,
        "resumed_from": rebuilt.resumed_from,
        "kept": None if old is None else {"table": old.name, "version": old.version, "until": old.kept_until},
        "comparison": as_builtins(rebuilt.comparison),
    }


def tell_rebuilt(terminal: Terminal, rebuilt: Sequence[Rebuilt], options: Options, kept: Kept) -> None:
    """Each in a few lines, and then what holds for all of them."""
    for each in rebuilt:
        terminal.say(f"{each.model}: {_outcome(terminal, each)}", f"{each.model}: {_outcome(terminal, each)}")
        terminal.show(f"  {Wording(each.comparison, terminal.language).verdict()}")
        if each.parked:
            terminal.note(
                f"  {counted(each.parked, 'stroom kan', 'stromen kunnen', 'nl')} niet helemaal worden getoond. "
                f"Kijk waarom met: selfbill projections parked {each.model}",
                f"  {counted(each.parked, 'stream', 'streams', 'en')} cannot be shown whole. "
                f"See why with: selfbill projections parked {each.model}",
            )
    terminal.show("")
    _tell_what_next(terminal, rebuilt, options, kept)


def _outcome(terminal: Terminal, each: Rebuilt) -> str:
    event = count(each.position, terminal.language)
    match each.outcome:
        case "switched":
            text = terminal.pick(
                f"opnieuw gemaakt en in gebruik, tot en met gebeurtenis {event}",
                f"made anew and in use, up to event {event}",
            )
        case "refused":
            text = terminal.pick(
                "niet in gebruik genomen, omdat er geen verschil mocht zijn",
                "not switched, because nothing was to differ",
            )
        case _:
            text = terminal.pick("gerepeteerd; er is niets veranderd", "rehearsed; nothing was changed")
    if each.resumed_from is not None:
        where = step(each.resumed_from, terminal.language)
        text += terminal.pick(f"; ging verder bij {where}", f"; went on from {where}")
    return text + "."


def _tell_what_next(terminal: Terminal, rebuilt: Sequence[Rebuilt], options: Options, kept: Kept) -> None:
    some = rebuilt[0].model if len(rebuilt) == 1 else terminal.pick("NAAM", "NAME")
    if any(not each.comparison.is_equal for each in rebuilt):
        terminal.say(
            f"Alle verschillen: selfbill projections report {some} (met --html BESTAND als pagina)",
            f"All differences: selfbill projections report {some} (as a page with --html FILE)",
        )
    if options.dry_run:
        terminal.say(
            "In gebruik nemen: hetzelfde commando zonder --dry-run", "To switch: the same command without --dry-run"
        )
    until = max((old.kept_until for old in kept.values() if old.kept_until is not None), default=None)
    if until is not None:
        _tell_way_back(terminal, shown_moment(until, terminal.language), some, _older(rebuilt, kept))


def _older(rebuilt: Sequence[Rebuilt], kept: Kept) -> str:
    """The old tables that another version made: `open_items 2, invoices 1`."""
    fingerprints = {each.model: each.comparison.new_fingerprint for each in rebuilt}
    return ", ".join(f"{name} {old.version}" for name, old in kept.items() if old.fingerprint != fingerprints[name])


def _tell_way_back(terminal: Terminal, until: str, name: str, older: str) -> None:
    if older:
        terminal.say(
            f"Wat hiervoor in gebruik was, wordt bewaard tot {until}. Terug: met de selfbill van toen "
            f"(die van {older}), selfbill projections rollback {name}",
            f"What was in use before is kept until {until}. To go back: with the selfbill of before "
            f"(that of {older}), selfbill projections rollback {name}",
        )
    else:
        terminal.say(
            f"Wat hiervoor in gebruik was, wordt bewaard tot {until}. Terug: selfbill projections rollback {name}",
            f"What was in use before is kept until {until}. To go back: selfbill projections rollback {name}",
        )
