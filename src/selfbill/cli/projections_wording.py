"""The words of `selfbill projections`: how a read model, a rebuild and a table stand, in both languages."""

from selfbill.cli.figures import count, duration
from selfbill.cli.moments import shown_moment
from selfbill.documents.formats import NO_BREAK, short_date
from selfbill.moments import local_date
from selfbill.projections.rebuilding.under_way import UnderWay
from selfbill.projections.status import Standing
from selfbill.refusals import Language

_STATES = {
    "following": ("volgt", "following"),
    "behind": ("loopt achter", "behind"),
    "outdated": ("andere versie", "outdated"),
    "missing": ("nog niet gemaakt", "missing"),
}
_STEPS = {
    "replay": ("naspelen", "replay"),
    "catch up": ("bijlopen", "catch up"),
    "index": ("indexeren", "index"),
    "compare": ("vergelijken", "compare"),
    "switch": ("omzetten", "switch"),
}
_OUTCOMES = {
    "switched": ("in gebruik genomen", "switched"),
    "rehearsed": ("alleen gerepeteerd", "rehearsed"),
    "refused": ("geweigerd", "refused"),
    "aborted": ("afgebroken", "aborted"),
    "rolled back": ("teruggedraaid", "rolled back"),
}


def pick(language: Language, nl: str, en: str) -> str:
    """The one of two texts that this person reads."""
    return nl if language == "nl" else en


def state(name: str, language: Language) -> str:
    """How a live table stands."""
    return pick(language, *_STATES[name])


def step(name: str, language: Language) -> str:
    """What a rebuild is doing, or what came of it."""
    return pick(language, *(_STEPS | _OUTCOMES)[name])


def progress(found: UnderWay, language: Language) -> str:
    """`replay 43 %`."""
    share = "" if found.share is None else f" {found.share * 100:.0f}{NO_BREAK}%"
    return step(found.job.state, language) + share


def behind(standing: Standing, language: Language) -> str:
    """`12 (3 s)`: events, and the age of the oldest of them."""
    if not standing.lag_events:
        return "0"
    events = count(standing.lag_events, language)
    return f"{events} ({duration(standing.lag_seconds, language)})"


def purpose(standing: Standing, language: Language) -> str:
    """What a table is for that nobody looks at."""
    match standing.role:
        case "draft":
            return pick(language, f"{standing.model} in de maak", f"{standing.model} in the making")
        case "old":
            until = short_date(local_date(standing.kept_until)) if standing.kept_until else "?"
            return pick(language, f"vervangen, tot {until}", f"replaced, until {until}")
        case "copy" if standing.as_of is not None:
            moment = shown_moment(standing.as_of, language)
            return pick(language, f"{standing.model} zoals op {moment}", f"{standing.model} as of {moment}")
    return pick(language, f"leesmodel {standing.model} van een andere selfbill", f"another selfbill's {standing.model}")
