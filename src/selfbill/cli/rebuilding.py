"""`selfbill projections rebuild`, `abort` and `rollback`: making read models anew from the events, ending that, and going back."""

from collections.abc import Sequence
from typing import Any

from selfbill.cli.choosing_read_models import chosen, the_one
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.figures import count
from selfbill.cli.moments import shown_moment
from selfbill.cli.opening import opened
from selfbill.cli.operator import operator
from selfbill.cli.projections_wording import progress, step
from selfbill.cli.rebuilding_account import for_a_program, kept_tables, tell_rebuilt
from selfbill.cli.rebuilding_progress import shown_rebuild
from selfbill.cli.running import until_told_to_stop
from selfbill.cli.terminal import Terminal
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding import ending, jobs
from selfbill.projections.rebuilding.jobs import Options, RebuildAborted, RebuildTakenOver, old_of
from selfbill.projections.rebuilding.rebuild import Rebuild, RebuildRunning, Rebuilt
from selfbill.projections.rebuilding.tables import entry
from selfbill.projections.rebuilding.under_way import under_way
from selfbill.runtime.house import House
from selfbill.runtime.replaying import helpers_of


def rebuild(
    terminal: Terminal, *, names: Sequence[str], every: bool, options: Options, agency: str | None, as_json: bool
) -> ExitCode:
    """Makes these read models anew; REFUSED when one differs that must not, UNFINISHED when something was left."""
    models = chosen(names, every=every)
    with opened(terminal, agency) as house:
        _tell_what_was_left(terminal, house, models)
        try:
            rebuilt = _run(terminal, house, models, options)
        except (KeyboardInterrupt, RebuildAborted, RebuildTakenOver) as error:
            return _ended_early(terminal, house, models, error, as_json=as_json)
        with house.pool.connection() as connection:
            kept = kept_tables(connection, rebuilt)
    if as_json:
        terminal.json({"rebuilt": [for_a_program(each, kept) for each in rebuilt], "left": []})
    else:
        tell_rebuilt(terminal, rebuilt, options, kept)
    return _exit_code(rebuilt, options)


def _run(terminal: Terminal, house: House, models: Sequence[ReadModel[Any]], options: Options) -> list[Rebuilt]:
    names = [model.name for model in models]
    with until_told_to_stop() as stop, shown_rebuild(terminal, names, stop) as on_step:
        return Rebuild(
            house.database,
            house.agency,
            house.store.streams,
            models,
            options,
            by=operator(),
            on_step=on_step,
            start_helpers=helpers_of(house),
        ).run()


def _exit_code(rebuilt: Sequence[Rebuilt], options: Options) -> ExitCode:
    if options.expect_no_change and not all(each.comparison.is_equal for each in rebuilt):
        return ExitCode.REFUSED
    return ExitCode.UNFINISHED if any(each.parked for each in rebuilt) else ExitCode.DONE


def _tell_what_was_left(terminal: Terminal, house: House, models: Sequence[ReadModel[Any]]) -> None:
    fingerprints = {model.name: model.fingerprint for model in models}
    with house.pool.connection() as connection:
        left = under_way(connection, house.store.streams.mapper, models)
    for each in left:
        name = each.job.model
        if each.is_worked_on or name not in fingerprints:
            continue
        where, since = progress(each, terminal.language), shown_moment(each.job.touched_at, terminal.language)
        if each.job.fingerprint == fingerprints[name]:
            terminal.note(
                f"{name}: gaat verder waar het bleef liggen ({where}, {since}).",
                f"{name}: goes on where it was left ({where}, {since}).",
            )
        else:
            terminal.note(
                f"{name}: wat een andere versie liet liggen ({where}, {since}) gaat weg; het begint opnieuw.",
                f"{name}: what another version left ({where}, {since}) is dropped; it begins anew.",
            )


def _ended_early(
    terminal: Terminal, house: House, models: Sequence[ReadModel[Any]], error: BaseException, *, as_json: bool
) -> ExitCode:
    """Interrupted, aborted or taken over: what stands now, and how to go on."""
    with house.pool.connection() as connection:
        left = [model.name for model in models if jobs.unfinished(connection, model.name) is not None]
    if as_json:
        terminal.json({"rebuilt": [], "left": left})
    is_all = len(left) == len(models) > 1
    again = (
        terminal.pick("hetzelfde commando", "the same command")
        if is_all
        else f"selfbill projections rebuild {' '.join(left)}"
    )
    end = "--all" if is_all else " ".join(left)
    match error:
        case RebuildAborted():
            terminal.note(
                "Afgebroken door iemand anders (selfbill projections abort); van de nieuwe tabellen is niets over.",
                "Aborted by somebody else (selfbill projections abort); nothing is left of the new tables.",
            )
        case RebuildTakenOver():
            terminal.note(
                "Een ander proces ging hiermee verder, nadat dit de verbinding verloor. "
                "Kijk hoe het staat met: selfbill projections status",
                "Another process went on with this, after this one had lost its connection. "
                "See how it stands with: selfbill projections status",
            )
        case _ if left:
            terminal.note(
                f"Gestopt; van {', '.join(left)} is nog de oude tabel in gebruik. "
                f"Verder gaan: {again}. Afbreken: selfbill projections abort {end}",
                f"Stopped; of {', '.join(left)} the old table is still in use. "
                f"To go on: {again}. To end it: selfbill projections abort {end}",
            )
        case _:
            terminal.note("Gestopt voor er iets begon.", "Stopped before anything began.")
    return ExitCode.UNFINISHED


def abort(terminal: Terminal, *, names: Sequence[str], every: bool, agency: str | None, as_json: bool) -> ExitCode:
    """Ends unfinished rebuilds; UNFINISHED when the process that works on one does not stop in time."""
    models = chosen(names, every=every)
    aborted, running = [], []
    with opened(terminal, agency) as house:
        for name in _to_abort(house, models, every=every):
            try:
                aborted.append(ending.abort(house.database, house.agency, name))
            except RebuildRunning:
                running.append(name)
    if as_json:
        terminal.json(
            {
                "aborted": [{"name": job.model, "state": job.state, "started_by": job.started_by} for job in aborted],
                "running": running,
            }
        )
        return ExitCode.UNFINISHED if running else ExitCode.DONE
    if not aborted and not running:
        terminal.say("Er wordt niets opnieuw gemaakt.", "Nothing is being rebuilt.")
    for job in aborted:
        where = step(job.state, terminal.language)
        terminal.say(
            f"{job.model}: afgebroken bij {where}; van de nieuwe tabel is niets over.",
            f"{job.model}: ended at {where}; nothing is left of the new table.",
        )
    for name in running:
        terminal.note(
            f"{name}: gevraagd, maar het proces is nog bezig; het stopt bij zijn volgende stap. "
            "Kijk met: selfbill projections status",
            f"{name}: asked for, but the process is still busy; it stops at its next step. "
            "Look with: selfbill projections status",
        )
    return ExitCode.UNFINISHED if running else ExitCode.DONE


def _to_abort(house: House, models: Sequence[ReadModel[Any]], *, every: bool) -> list[str]:
    names = [model.name for model in models]
    if not every:
        return names
    with house.pool.connection() as connection:
        return [name for name in names if jobs.unfinished(connection, name) is not None]


def roll_back(terminal: Terminal, *, name: str, agency: str | None, as_json: bool) -> None:
    """The table before the last rebuild, brought up to date, is in use again."""
    model = the_one(name)
    with opened(terminal, agency) as house:
        position = ending.go_back(house.database, house.agency, house.store.streams, model)
        with house.pool.connection() as connection:
            replaced = entry(connection, old_of(name))
    if as_json:
        kept = {"table": replaced.name, "version": replaced.version, "until": replaced.kept_until} if replaced else None
        terminal.json({"name": name, "version": model.version, "position": position, "kept": kept})
        return
    terminal.say(
        f"{name}: de tabel die bewaard werd (versie {model.version}) is weer in gebruik, "
        f"tot en met gebeurtenis {count(position, 'nl')}.",
        f"{name}: the table that was kept (version {model.version}) is in use again, "
        f"up to event {count(position, 'en')}.",
    )
    if replaced is not None and replaced.kept_until is not None:
        until = shown_moment(replaced.kept_until, terminal.language)
        terminal.say(
            f"Wat daarvoor in gebruik was (versie {replaced.version}) wordt bewaard tot {until}; "
            "hetzelfde commando, met de selfbill die het maakte, gaat daarheen.",
            f"What was in use before that (version {replaced.version}) is kept until {until}; "
            "the same command, with the selfbill that made it, goes there.",
        )
