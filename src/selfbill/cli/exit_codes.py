"""The exit codes of every command, as docs/operating.md explains them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may rely on."""

    DONE = 0
    REFUSED = 1
    """The business or the command said no, or something went wrong that nobody foresaw."""
    USAGE = 2
    """An option, an argument or a setting is wrong."""
    DATA_REFUSED = 3
    """The files of an import hold errors; nothing was taken in."""
    UNFINISHED = 4
    """The command ended, but something could not be done and was set aside, or it was interrupted."""
    INFRASTRUCTURE = 5
    """The database, the master key, the disk, the mail server or the broker does not do what it must."""
