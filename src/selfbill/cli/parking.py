"""`selfbill projections parked` and `unpark`: streams that a read model leaves aside, and showing them after all."""

from collections.abc import Sequence
from itertools import groupby

from selfbill.cli.choosing_read_models import chosen, the_one
from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.figures import counted
from selfbill.cli.moments import shown_moment
from selfbill.cli.opening import opened
from selfbill.cli.refusals import NameStreams, NoSuchParkedStream
from selfbill.cli.terminal import Terminal
from selfbill.projections.parked import ParkedStream, parked
from selfbill.projections.rebuilding.unparking import Unparked, unpark

NAMED_STREAMS = 20
"""Of those that were tried; `selfbill projections parked` shows the others."""


def show_parked(terminal: Terminal, *, name: str | None, limit: int, agency: str | None, as_json: bool) -> None:
    """Each stream with the event that could not be shown, why, and what to do."""
    models = chosen([] if name is None else [name], every=name is None)
    with opened(terminal, agency) as house, house.pool.connection() as connection:
        found = parked(connection, [model.name for model in models])
    if as_json:
        terminal.json({"parked": found[:limit], "more": len(found) > limit})
        return
    if not found:
        terminal.say(
            "Er is niets terzijde gelegd: elk leesmodel toont elke gebeurtenis.",
            "Nothing is left aside: every read model shows every event.",
        )
        return
    for model, streams in groupby(found[:limit], key=lambda each: each.model):
        total = sum(each.model == model for each in found)
        terminal.heading(
            f"{model} laat {counted(total, 'stroom', 'stromen', 'nl')} terzijde",
            f"{model} leaves {counted(total, 'stream', 'streams', 'en')} aside",
        )
        for each in streams:
            _show(terminal, each)
    if len(found) > limit:
        terminal.say(f"En nog {len(found) - limit}.", f"And {len(found) - limit} more.")
    _say_what_to_do(terminal, list(dict.fromkeys(each.model for each in found)))


def _show(terminal: Terminal, each: ParkedStream) -> None:
    moment = shown_moment(each.recorded_at, terminal.language)
    terminal.show("", each.stream)
    terminal.facts(
        (
            "  gebeurtenis",
            "  event",
            terminal.pick(
                f"{each.tag}, nummer {each.version} van deze stroom, positie {each.position}, vastgelegd {moment}",
                f"{each.tag}, number {each.version} of this stream, position {each.position}, recorded {moment}",
            ),
        ),
        ("  fout", "  error", each.error),
        ("  wacht", "  waiting", _waiting(terminal, each.waiting)),
    )


def _waiting(terminal: Terminal, waiting: int) -> str | None:
    return (
        terminal.pick(
            counted(waiting, "latere gebeurtenis van deze stroom", "latere gebeurtenissen van deze stroom", "nl"),
            counted(waiting, "later event of this stream", "later events of this stream", "en"),
        )
        if waiting
        else None
    )


def _say_what_to_do(terminal: Terminal, models: Sequence[str]) -> None:
    terminal.show("")
    terminal.say(
        "Al het andere gaat door. Neem de oorzaak weg: meestal een fout in selfbill, dus een nieuwere versie. Daarna:",
        "Everything else goes on. Remove the cause: mostly a mistake in selfbill, so a newer version. Then:",
    )
    for model in models:
        terminal.show(f"  selfbill projections unpark {model} --all")


def show_after_all(
    terminal: Terminal, *, name: str, streams: Sequence[str], every: bool, agency: str | None, as_json: bool
) -> ExitCode:
    """Tries parked streams of one read model again; UNFINISHED when some still cannot be shown."""
    model = the_one(name)
    if not streams and not every:
        raise NameStreams(name=name)
    with opened(terminal, agency) as house:
        with house.pool.connection() as connection:
            known = [each.stream for each in parked(connection, [name])]
        for stream in streams:
            if stream not in known:
                raise NoSuchParkedStream(name=name, stream=stream)
        tried = unpark(house.database, house.agency, house.store.streams, model, None if every else streams)
    if as_json:
        terminal.json({"name": name, "shown": tried.shown, "still": tried.still})
    else:
        _tell(terminal, name, tried)
    return ExitCode.UNFINISHED if tried.still else ExitCode.DONE


def _tell(terminal: Terminal, name: str, tried: Unparked) -> None:
    if not tried.shown and not tried.still:
        terminal.say(f"{name} laat niets terzijde.", f"{name} leaves nothing aside.")
    if tried.shown:
        nl = counted(
            len(tried.shown), "stroom wordt weer helemaal getoond", "stromen worden weer helemaal getoond", "nl"
        )
        en = counted(len(tried.shown), "stream is shown whole again", "streams are shown whole again", "en")
        terminal.say(f"{name}: {nl}.", f"{name}: {en}.")
        terminal.show(*(f"  {stream}" for stream in tried.shown[:NAMED_STREAMS]))
    if tried.still:
        nl = counted(len(tried.still), "stroom lukt nog steeds niet", "stromen lukken nog steeds niet", "nl")
        en = counted(len(tried.still), "stream still cannot be shown", "streams still cannot be shown", "en")
        terminal.say(
            f"{name}: {nl}. Kijk waarom met: selfbill projections parked {name}",
            f"{name}: {en}. See why with: selfbill projections parked {name}",
        )
        terminal.show(*(f"  {each.stream}: {each.error}" for each in tried.still[:NAMED_STREAMS]))
