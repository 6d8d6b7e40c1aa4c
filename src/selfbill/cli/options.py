"""Options that many commands have."""

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
