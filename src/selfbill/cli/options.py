"""Options that many commands have."""

from pathlib import Path
from typing import Annotated

import typer

Agency = Annotated[
    str | None,
    typer.Option("--agency", metavar="CODE", help="Which agency; not needed where there is one.", show_default=False),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="For a program: amounts in cents, durations in minutes, moments in UTC.")
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Show at most so many.")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", "--on", metavar="DATE", help="What was open, and how late it was, on this day.", show_default=False
    ),
]
Known = Annotated[
    str | None,
    typer.Option(
        metavar="then|now|MOMENT",
        help="As known at the end of that day, as known now, or as known at e.g. 2026-05-14T09:00.",
        show_default=False,
    ),
]
Creditor = Annotated[
    str | None,
    typer.Option(metavar="CODE", help="Only what is owed to this freelancer, or to agency.", show_default=False),
]
AsCsv = Annotated[
    Path | None,
    typer.Option("--csv", metavar="FILE", help="Write it for Excel; - is standard output.", show_default=False),
]
