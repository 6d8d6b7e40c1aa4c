"""`selfbill run` as a process of its own, on the agency of a test."""

import os
import subprocess
import sys
from pathlib import Path

from selfbill.runtime.house import House


def start_run(house: House, until: str, *, smtp_port: int | None = None, **settings: str) -> subprocess.Popen[bytes]:
    """Starts `selfbill run --until` on this house's agency and database; its words go to run.log in the data directory."""
    assert house.settings.database_url is not None
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("SELFBILL_")},
        "SELFBILL_DATABASE_URL": house.settings.database_url.get_secret_value(),
        "SELFBILL_DATA_DIR": str(house.settings.data_dir),
        **{f"SELFBILL_{key.upper()}": value for key, value in settings.items()},
    }
    if smtp_port is not None:
        environment |= {
            "SELFBILL_SMTP_HOST": "127.0.0.1",
            "SELFBILL_SMTP_PORT": str(smtp_port),
            "SELFBILL_SMTP_TLS": "none",
        }
    with (house.settings.data_dir / "run.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "selfbill", "run", "--until", until, "--agency", house.agency],
            env=environment,
            cwd=house.settings.data_dir,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def words(house: House) -> str:
    """What the runs said so far."""
    log: Path = house.settings.data_dir / "run.log"
    return log.read_text() if log.exists() else ""
