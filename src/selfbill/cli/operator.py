"""Who gives the command."""

import getpass


def operator() -> str:
    """The operator, as events and rebuilds name them: `operator:anna`."""
    try:
        return f"operator:{getpass.getuser()}"
    except (KeyError, OSError):  # a number without a name, as in many containers
        return "operator:unknown"
