"""How much memory a rebuild uses."""

import psutil  # type: ignore[import-untyped]

MIB = 2**20


def resident_bytes(*, with_helpers: bool = False) -> int:
    """What this process holds of the machine's memory at this moment, and if asked the processes that it started."""
    process = psutil.Process()
    held = int(process.memory_info().rss)
    for helper in process.children() if with_helpers else ():
        try:
            held += int(helper.memory_info().rss)
        except psutil.Error:  # it has just ended
            continue
    return held
