"""The table of settings in README.md, made from settings.py: `scripts/settings_table.py` writes it into its place."""

import sys
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from selfbill.settings import Settings

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- settings: scripts/settings_table.py -->", "<!-- end of settings -->"


def table() -> str:
    """The settings in the order of settings.py."""
    rows = ["| Setting | Without it | What it is |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `SELFBILL_{name.upper()}` | {_shown(field.default)} | {field.description} |")
    return "\n".join(rows)


def with_table(text: str) -> str:
    """README.md with today's table."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin, f"{README.name} has no place for the settings"
    assert end, f"{README.name} has no place for the settings"
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _shown(default: Any) -> str:
    return "" if default in (None, PydanticUndefined) else f"`{default}`"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text("utf-8")), "utf-8")
    sys.exit(0)
