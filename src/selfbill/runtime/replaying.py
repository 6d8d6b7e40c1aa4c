"""Processes that help with a replay: `python -m selfbill.runtime.replaying AGENCY MODEL...`, started by the one that rebuilds.

A helper takes parts of the replay until none is left, and ends. It decides nothing, and its death costs nothing but its time.
"""

import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence

from selfbill.projections.rebuilding import jobs
from selfbill.projections.rebuilding.jobs import RebuildAborted, RebuildTakenOver
from selfbill.projections.rebuilding.sharing import Worker
from selfbill.runtime.house import House, open_house, read_models
from selfbill.settings import Settings

ENDING_SECONDS = 10.0
"""How long a helper may take to end after it was told to; then it is killed, which costs nothing either."""

_log = logging.getLogger(__name__)

Helpers = list[subprocess.Popen[bytes]]


def helpers_of(house: House) -> Callable[[Sequence[str], int], contextlib.AbstractContextManager[Helpers]]:
    """What starts helpers for rebuilding read models of this agency; they end with the block, whatever happens in it."""

    @contextlib.contextmanager
    def start(models: Sequence[str], count: int) -> Iterator[Helpers]:
        environment = {
            **os.environ,
            "SELFBILL_DATABASE_URL": house.database.url,
            "SELFBILL_DATA_DIR": str(house.settings.data_dir),
        }
        command = [sys.executable, "-m", "selfbill.runtime.replaying", house.agency, *models]
        started = [subprocess.Popen(command, env=environment) for _ in range(count)]  # noqa: S603 - our own program
        try:
            yield started
        finally:
            for helper in started:
                helper.terminate()
            for helper in started:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    helper.wait(ENDING_SECONDS)
                helper.kill()

    return start


def main(agency: str, names: Sequence[str]) -> None:
    """Takes parts until none is left."""
    models = {model.name: model for model in read_models() if model.name in names}
    with open_house(Settings(), agency) as house, house.database.connect(agency) as connection:
        found = {name: jobs.unfinished(connection, name) for name in models}
        wanted = {
            name: job for name, job in found.items() if job is not None and job.fingerprint == models[name].fingerprint
        }
        with contextlib.suppress(RebuildAborted, RebuildTakenOver, KeyboardInterrupt):
            Worker(house.database, agency, house.store.streams.mapper, models).work(connection, wanted)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
