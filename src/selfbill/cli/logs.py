"""What the house has to say while it runs: one line each on standard error."""

import contextlib
import logging
import traceback
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

_STYLES = {"WARNING": "yellow", "ERROR": "red", "CRITICAL": "red"}


class _OneLine(logging.Formatter):
    """An exception is its own words and the place it came from; all of it only where somebody debugs."""

    def __init__(self, *, debug: bool) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%d %H:%M:%S")
        self._debug = debug

    def format(self, record: logging.LogRecord) -> str:
        if self._debug or not record.exc_info or record.exc_info[1] is None:
            return super().format(record)
        error = record.exc_info[1]
        frames = traceback.extract_tb(error.__traceback__)
        place = f" ({frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno})" if frames else ""
        plain = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        words = " ".join(str(error).split())
        return f"{super().format(plain)}: {type(error).__name__}: {words}{place}"


class _ToConsole(logging.Handler):
    """Writes through the console, so that a progress bar stays whole."""

    def __init__(self, console: Console, *, debug: bool) -> None:
        super().__init__()
        self._console = console
        self.setFormatter(_OneLine(debug=debug))

    def emit(self, record: logging.LogRecord) -> None:
        style = _STYLES.get(record.levelname, "") if self._console.is_terminal else ""
        self._console.print(Text(self.format(record), style=style))


@contextlib.contextmanager
def logging_to(console: Console, *, debug: bool) -> Iterator[None]:
    """While a command runs, warnings go to this console; with `debug` also what is worth knowing."""
    handler = _ToConsole(console, debug=debug)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO if debug else logging.WARNING)
    for noisy in ("pika", "dramatiq"):
        logging.getLogger(noisy).setLevel(logging.WARNING if debug else logging.CRITICAL)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
