"""What is the matter with a read model, each sentence with what to do: for the status and for the doctor."""

from collections.abc import Iterable, Iterator, Sequence

from selfbill.cli.figures import counted
from selfbill.cli.moments import shown_moment
from selfbill.cli.projections_wording import pick, progress
from selfbill.projections.rebuilding.under_way import UnderWay
from selfbill.projections.status import Standing
from selfbill.refusals import Language


def about_standstill(standing: Standing, language: Language) -> str:
    """The follower cannot go on."""
    name, error = standing.name, standing.last_error
    since = shown_moment(standing.failed_at, language) if standing.failed_at else "?"
    return pick(
        language,
        f"{name} staat stil sinds {since}: {error}. Het wordt steeds opnieuw geprobeerd.",
        f"{name} stands still since {since}: {error}. It is tried again and again.",
    )


def about_outdated(standing: Standing, language: Language) -> str:
    """Made by other declarations than this program's."""
    name, theirs, ours = standing.name, standing.version, standing.program_version
    if theirs == ours:
        return pick(
            language,
            f"{name} is door een andere selfbill gemaakt, met andere kolommen of gebeurtenissen. "
            f"Maak het opnieuw: selfbill projections rebuild {name}",
            f"{name} was made by another selfbill, with other columns or events. "
            f"Make it anew: selfbill projections rebuild {name}",
        )
    if ours is not None and theirs > ours:
        return pick(
            language,
            f"{name} is gemaakt door versie {theirs} van een nieuwere selfbill; dit programma heeft versie {ours}. "
            f"Gebruik die nieuwere, of ga terug: selfbill projections rollback {name}",
            f"{name} was made by version {theirs} of a newer selfbill; this program has version {ours}. "
            f"Use the newer one, or go back: selfbill projections rollback {name}",
        )
    return pick(
        language,
        f"{name} is gemaakt door versie {theirs}, dit programma heeft versie {ours}. "
        f"Maak het opnieuw: selfbill projections rebuild {name}",
        f"{name} was made by version {theirs}, this program has version {ours}. "
        f"Make it anew: selfbill projections rebuild {name}",
    )


def about_parked(parked: Sequence[Standing], language: Language) -> str:
    """Streams that are left aside."""
    streams = sum(standing.parked for standing in parked)
    waiting = sum(standing.waiting for standing in parked)
    names, is_one = ", ".join(standing.name for standing in parked), len(parked) == 1
    nl = (
        counted(streams, "stroom", "stromen", "nl"),
        counted(waiting, "latere gebeurtenis", "latere gebeurtenissen", "nl"),
    )
    en = counted(streams, "stream", "streams", "en"), counted(waiting, "later event", "later events", "en")
    return pick(
        language,
        f"{names} {'laat' if is_one else 'laten'} {nl[0]} terzijde, met {nl[1]}. "
        "Kijk waarom met: selfbill projections parked",
        f"{names} {'leaves' if is_one else 'leave'} {en[0]} aside, with {en[1]}. "
        "See why with: selfbill projections parked",
    )


def about_rebuilds(found: Iterable[UnderWay], language: Language) -> Iterator[str]:
    """Rebuilds that have not come to an end; those that stand alike in one sentence."""
    together: dict[tuple[object, ...], list[UnderWay]] = {}
    for each in found:
        alike = (each.is_worked_on, each.job.started_by, each.job.state, each.job.last_error)
        together.setdefault(alike, []).append(each)
    for group in together.values():
        yield _worked_on(group, language) if group[0].is_worked_on else _left(group, language)


def _worked_on(group: Sequence[UnderWay], language: Language) -> str:
    by, since = group[0].job.started_by, shown_moment(min(each.job.started_at for each in group), language)
    names, where = ", ".join(each.job.model for each in group), progress(group[0], language)
    return pick(
        language,
        f"Opnieuw gemaakt door {by} sinds {since}: {names}. Het is bij: {where}.",
        f"Being rebuilt by {by} since {since}: {names}. It is at: {where}.",
    )


def _left(group: Sequence[UnderWay], language: Language) -> str:
    since = shown_moment(max(each.job.touched_at for each in group), language)
    names, spaced = (joint.join(each.job.model for each in group) for joint in (", ", " "))
    where, error = progress(group[0], language), group[0].job.last_error
    why = f" ({error})" if error else ""
    return pick(
        language,
        f"Het opnieuw maken van {names} is blijven liggen bij {where}, {since}{why}. "
        f"Ga ermee verder: selfbill projections rebuild {spaced}. Of breek het af: selfbill projections abort {spaced}",
        f"The rebuild of {names} was left at {where}, {since}{why}. "
        f"Go on with it: selfbill projections rebuild {spaced}. Or end it: selfbill projections abort {spaced}",
    )


def about_orphans(names: Sequence[str], language: Language) -> str:
    """Tables that nobody knows of."""
    listed = ", ".join(names)
    return pick(
        language,
        f"Van deze tabellen weet niemand iets: {listed}. Verwijder ze: selfbill projections drop TABEL",
        f"Nobody knows of these tables: {listed}. Drop them: selfbill projections drop TABLE",
    )
