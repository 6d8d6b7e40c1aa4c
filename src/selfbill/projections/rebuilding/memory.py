"""How much memory this process uses."""

import psutil  # type: ignore[import-untyped]

MIB = 2**20


def resident_bytes() -> int:
    """What the process holds of the machine's memory at this moment."""
    return int(psutil.Process().memory_info().rss)
