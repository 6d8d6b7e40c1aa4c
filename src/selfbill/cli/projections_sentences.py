"""What is the matter with a read model, each sentence with what to do: for the status and for the doctor."""

from collections.abc import Sequence

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


def about_rebuild(found: UnderWay, language: Language) -> str:
    """A rebuild that has not come to an end."""
    job, where = found.job, progress(found, language)
    name = job.model
    if found.is_worked_on:
        since = shown_moment(job.started_at, language)
        return pick(
            language,
            f"{name} wordt opnieuw gemaakt door {job.started_by} sinds {since}: {where}.",
            f"{name} is being rebuilt by {job.started_by} since {since}: {where}.",
        )
    since = shown_moment(job.touched_at, language)
    error = f" ({job.last_error})" if job.last_error else ""
    return pick(
        language,
        f"Het opnieuw maken van {name} bleef liggen bij {where}, sinds {since}{error}. "
        f"Ga ermee verder: selfbill projections rebuild {name}. Of breek het af: selfbill projections abort {name}",
        f"The rebuild of {name} was left at {where}, since {since}{error}. "
        f"Go on with it: selfbill projections rebuild {name}. Or end it: selfbill projections abort {name}",
    )


def about_orphans(names: Sequence[str], language: Language) -> str:
    """Tables that nobody knows of."""
    listed = ", ".join(names)
    return pick(
        language,
        f"Van deze tabellen weet niemand iets: {listed}. Verwijder ze: selfbill projections drop TABEL",
        f"Nobody knows of these tables: {listed}. Drop them: selfbill projections drop TABLE",
    )
