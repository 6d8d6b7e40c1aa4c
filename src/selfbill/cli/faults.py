"""From whatever went wrong to one sentence with a next step, and an exit code."""

from typing import NamedTuple

import psycopg
import pydantic

from selfbill.cli.exit_codes import ExitCode
from selfbill.cli.refusals import CommandRefusal
from selfbill.refusals import Language, Refusal
from selfbill.store.faults import StoreFault, UnknownAgency


class Explained(NamedTuple):
    """What is said on standard error, and how the command ends."""

    sentence: str
    exit_code: ExitCode


def explain(error: Exception, language: Language) -> Explained:
    """Refusals speak the person's language; what is wrong with the installation is said in English."""
    match error:
        case CommandRefusal():
            return Explained(error.sentence(language), error.exit_code)
        case Refusal():
            return Explained(error.sentence(language), ExitCode.REFUSED)
        case UnknownAgency():
            return Explained(str(error), ExitCode.REFUSED)
        case StoreFault():
            return Explained(str(error), ExitCode.INFRASTRUCTURE)
        case pydantic.ValidationError():
            return Explained(_settings(error), ExitCode.USAGE)
        case psycopg.OperationalError():
            return Explained(
                f"The database could not do its work: {_line(error)}. Look at it with: selfbill doctor",
                ExitCode.INFRASTRUCTURE,
            )
        case psycopg.ProgrammingError() if error.sqlstate is None:
            # libpq repeats the address, with its password, so its own words are not passed on.
            return Explained(
                "SELFBILL_DATABASE_URL is not an address of PostgreSQL. Write it as postgresql://user:password@host/database.",
                ExitCode.USAGE,
            )
        case OSError():
            return Explained(_operating_system(error), ExitCode.INFRASTRUCTURE)
    words = f"{type(error).__name__}: {_line(error)}".rstrip(": ")
    if language == "nl":
        sentence = f"Er ging iets mis dat selfbill niet voorzag ({words}). Geef --debug voor de details, en meld het."
    else:
        sentence = f"Something went wrong that selfbill did not foresee ({words}). Give --debug for the details, and report it."
    return Explained(sentence, ExitCode.REFUSED)


def _settings(error: pydantic.ValidationError) -> str:
    """Every wrong setting by the name under which it is set; never its value, which may be a secret."""
    wrong = [
        f"SELFBILL_{'_'.join(str(part) for part in each['loc']).upper()} {_plain(each['msg'])}"
        for each in error.errors()
    ]
    return f"A setting is wrong: {'; '.join(wrong)}. Put it right in the environment or in selfbill.toml."


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ").rstrip(".")


def _operating_system(error: OSError) -> str:
    what = f"{error.filename}: " if error.filename else ""
    return f"The system refused: {what}{error.strerror or error}. Put that right and try again."


def _line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
