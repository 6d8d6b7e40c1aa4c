"""What `selfbill doctor` looks at once per installation: the server, the clocks, the post, the broker, the disk and the typeface."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from selfbill.cli.finding import Finding, failure, ok, warning
from selfbill.documents.post import NotDelivered
from selfbill.documents.smtp_post import SmtpPost
from selfbill.moments import AMSTERDAM
from selfbill.refusals import Refusal
from selfbill.runtime.house import make_post
from selfbill.runtime.workers import make_broker
from selfbill.settings import Settings
from selfbill.store.database import Database

MOST_SKEW_SECONDS = 2.0
"""What time services keep; more, and moments of machine and database are told in another order."""

LEAST_FREE_BYTES = 1_000_000_000
"""A quarter of a large agency, with its PDFs, fits in this."""

DURABLE = {"fsync": ("on",), "full_page_writes": ("on",), "synchronous_commit": ("on", "remote_write", "remote_apply")}
"""Without these a power cut loses what was told to be done; `local` and `off` don't wait for every disk that must have it."""


def examine_server(database: Database) -> Iterator[Finding]:
    """Version, durability and clock of the database."""
    with database.connect() as connection:
        version = connection.info.server_version
        name = f"PostgreSQL {version // 10_000}.{version % 10_000}"
        yield ok("database", f"{name} is bereikbaar", f"{name} can be reached")
        lax = {}
        for setting, safe in DURABLE.items():
            row = connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()
            if row is not None and row[0] not in safe:
                lax[setting] = row[0]
        if lax:
            listed = ", ".join(f"{setting} = {value}" for setting, value in lax.items())
            yield failure(
                "durability",
                f"De server kan bij stroomuitval gegevens verliezen ({listed}). Zet dat in postgresql.conf op 'on'.",
                f"The server may lose data in a power cut ({listed}). Set that to 'on' in postgresql.conf.",
            )
        else:
            yield ok("durability", "wat is opgeslagen, staat op de schijf", "what was stored is on the disk")
        before = dt.datetime.now(dt.UTC)
        row = connection.execute("SELECT clock_timestamp()").fetchone()
        after = dt.datetime.now(dt.UTC)
        assert row is not None
        yield _clocks((row[0] - (before + (after - before) / 2)).total_seconds())


def _clocks(skew: float) -> Finding:
    offset = dt.datetime.now(AMSTERDAM).utcoffset()
    assert offset is not None, "the time zones come with selfbill"
    if abs(skew) <= MOST_SKEW_SECONDS:
        return ok(
            "clock",
            f"machine en database verschillen {abs(skew):.1f} s",
            f"machine and database differ by {abs(skew):.1f} s",
        )
    return failure(
        "clock",
        f"De klok van de database loopt {skew:+.1f} s uit de pas met deze machine. Zet op beide een tijddienst (NTP) aan.",
        f"The database's clock is {skew:+.1f} s off this machine's. Switch a time service (NTP) on for both.",
    )


def examine_post(settings: Settings) -> Finding:
    """Whether mail can be handed over: a server that greets us, or a folder that can be written."""
    post = make_post(settings)
    if isinstance(post, SmtpPost):
        where = f"{settings.smtp_host}:{settings.smtp_port}"
        try:
            post.greet()
        except NotDelivered as error:
            return failure(
                "mail",
                f"De mailserver {where} neemt geen post aan ({error.words}). Controleer SELFBILL_SMTP_HOST, _PORT, _TLS, _USER en _PASSWORD.",
                f"The mail server {where} takes no mail ({error.words}). Check SELFBILL_SMTP_HOST, _PORT, _TLS, _USER and _PASSWORD.",
            )
        return ok("mail", f"{where} neemt post aan", f"{where} takes mail")
    folder = settings.data_dir / "mail"
    if (why := _cannot_write(folder)) is not None:
        return failure(
            "mail",
            f"De postmap {folder} kan niet worden geschreven ({why}). Geef schrijfrecht of stel SELFBILL_SMTP_HOST in.",
            f"The mail folder {folder} cannot be written ({why}). Give yourself the right, or set SELFBILL_SMTP_HOST.",
        )
    return warning(
        "mail",
        f"Post gaat naar de map {folder} en niet naar mensen. Stel voor echte post SELFBILL_SMTP_HOST in.",
        f"Mail goes to the folder {folder} and not to people. For real mail set SELFBILL_SMTP_HOST.",
    )


def examine_broker(settings: Settings) -> Iterator[Finding]:
    """Whether the broker answers, where one is set."""
    if settings.broker_url is None:
        return
    try:
        broker = make_broker(settings.broker_url.get_secret_value())
        try:
            broker.declare_queue("selfbill-doctor")
            broker.get_declared_queues()
            _ask(broker)
        finally:
            broker.close()
    except Refusal as refusal:
        yield failure("broker", refusal.sentence("nl"), refusal.sentence("en"))
    except Exception as error:  # noqa: BLE001 - every library of a broker has errors of its own
        words = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
        yield failure(
            "broker",
            f"De broker antwoordt niet ({words}). Controleer SELFBILL_BROKER_URL en of hij draait.",
            f"The broker does not answer ({words}). Check SELFBILL_BROKER_URL and whether it runs.",
        )
    else:
        yield ok("broker", "de broker antwoordt", "the broker answers")


def _ask(broker: object) -> None:
    """A round trip: connections are only made when something is sent."""
    client = getattr(broker, "client", None)
    if client is not None:
        client.ping()
    else:
        _ = broker.connection  # type: ignore[attr-defined] # RabbitMQ's, made on first use


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Data directory, master key's file, and typeface."""
    folder = settings.data_dir
    if (why := _cannot_write(folder)) is not None:
        yield failure(
            "data directory",
            f"{folder} kan niet worden geschreven ({why}). Geef schrijfrecht of kies een andere map met SELFBILL_DATA_DIR.",
            f"{folder} cannot be written ({why}). Give yourself the right, or choose another with SELFBILL_DATA_DIR.",
        )
    else:
        yield _room_in(folder)
    key = folder / "master.key"
    if settings.master_key is None and key.exists() and key.stat().st_mode & 0o077:
        yield warning(
            "master key file",
            f"Anderen op deze machine kunnen {key} lezen. Herstel dat met: chmod 600 {key}",
            f"Others on this machine can read {key}. Put that right with: chmod 600 {key}",
        )
    yield _typeface()


def _room_in(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    room = f"{free / 1e9:.1f} GB"
    if free < LEAST_FREE_BYTES:
        return warning(
            "data directory",
            f"Op de schijf van {folder} is nog {room} vrij. Maak ruimte.",
            f"The disk of {folder} has {room} left. Make room.",
        )
    return ok("data directory", f"{folder}, {room} vrij", f"{folder}, {room} free")


def _typeface() -> Finding:
    try:
        from selfbill.documents.fonts import BOLD, REGULAR, typeface  # noqa: PLC0415 - a damaged one fails here, and is told

        for name in (REGULAR, BOLD):
            typeface(name).stringWidth("Factuur € 1.234,56", 10)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the files
        return failure(
            "typeface",
            f"Het lettertype van de documenten ontbreekt ({type(error).__name__}: {error}). Herstel het met: scripts/setup",
            f"The typeface of the documents is missing ({type(error).__name__}: {error}). Put it back with: scripts/setup",
        )
    return ok("typeface", "aanwezig", "present")


def _cannot_write(folder: Path) -> str | None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as error:
        return error.strerror or str(error)
