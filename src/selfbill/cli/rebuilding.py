"""`selfbill projections`: how far the read models are, and making them anew from the events."""

from collections.abc import Sequence
from typing import Any

from selfbill.cli.opening import opened
from selfbill.cli.operator import operator
from selfbill.cli.refusals import NameReadModels, NoSuchReadModel
from selfbill.cli.terminal import Column, Terminal
from selfbill.projections.read_model import ReadModel
from selfbill.projections.rebuilding.jobs import Options
from selfbill.projections.rebuilding.rebuild import Rebuild
from selfbill.runtime.house import read_models

COLUMNS = (
    Column("Leesmodel", "Read model", keep=True),
    Column("Versie", "Version", right=True),
    Column("Positie", "Position", right=True),
    Column("Achter", "Behind", right=True),
    Column("Weggelaten stromen", "Streams left aside", right=True),
    Column("Stand", "Status", keep=True),
)


def show_read_models(terminal: Terminal, *, agency: str | None, as_json: bool) -> None:
    """Each read model with its position."""
    with opened(terminal, agency) as house:
        head = house.store.streams.head()
        with house.pool.connection() as connection:
            stored = {
                row[0]: row[1:]
                for row in connection.execute(
                    "SELECT name, position, fingerprint, generation FROM read_models WHERE role = 'live'"
                )
            }
            parked = dict(connection.execute("SELECT model, count(*) FROM parked_streams GROUP BY model").fetchall())
    rows = []
    for model in read_models():
        position, fingerprint, generation = stored.get(model.name, (0, None, 0))
        state = "missing" if fingerprint is None else "current" if fingerprint == model.fingerprint else "outdated"
        rows.append(
            {
                "name": model.name,
                "version": model.version,
                "generation": generation,
                "position": position,
                "behind": head - position,
                "parked_streams": parked.get(model.name, 0),
                "state": state,
            }
        )
    if as_json:
        terminal.json({"head": head, "read_models": rows})
        return
    states = {
        "missing": terminal.pick("nog niet gemaakt", "not made yet"),
        "current": terminal.pick("goed", "ok"),
        "outdated": terminal.pick("van een andere versie", "of another version"),
    }
    terminal.table(
        COLUMNS,
        [
            [
                str(row["name"]),
                *(str(row[key]) for key in ("version", "position", "behind", "parked_streams")),
                states[str(row["state"])],
            ]
            for row in rows
        ],
    )


def make_anew(terminal: Terminal, *, names: Sequence[str], every: bool, agency: str | None, as_json: bool) -> None:
    """Makes these read models, or all of them, anew from the events; who looks meanwhile sees the old rows."""
    chosen = _chosen(names, every=every)
    waiting = terminal.err.status(terminal.pick("de leesmodellen worden gemaakt ...", "making the read models ..."))
    with opened(terminal, agency) as house, waiting:
        made = Rebuild(house.database, house.agency, house.store.streams, chosen, Options(), by=operator()).run()
    results = []
    for each in made:
        results.append({"name": each.model, "position": each.position, "parked_streams": each.parked})
        if not as_json:
            terminal.say(
                f"{each.model}: opnieuw gemaakt tot gebeurtenis {each.position}",
                f"{each.model}: made anew up to event {each.position}",
            )
        if each.parked:
            terminal.note(
                f"{each.model}: {each.parked} stromen kunnen niet worden getoond; zie selfbill doctor",
                f"{each.model}: {each.parked} streams cannot be shown; see selfbill doctor",
            )
    if as_json:
        terminal.json({"rebuilt": results})


def _chosen(names: Sequence[str], *, every: bool) -> list[ReadModel[Any]]:
    models = {model.name: model for model in read_models()}
    known = ", ".join(models)
    if every:
        return list(models.values())
    if not names:
        raise NameReadModels(names=known)
    for name in names:
        if name not in models:
            raise NoSuchReadModel(name=name, names=known)
    return [models[name] for name in dict.fromkeys(names)]
