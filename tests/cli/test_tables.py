"""Tables never cut a value off: words are broken, spare columns go, and then lines become longer than the terminal."""

import io

import pytest
from rich.console import Console

from selfbill.cli.terminal import Column, Terminal

COLUMNS = (
    Column("Nummer", "Number", keep=True),
    Column("Datum", "Date", keep=True, spare=True),
    Column("Reden", "Reason"),
    Column("Bedrag", "Amount", right=True),
    Column("Kenmerk", "Reference", keep=True, spare=True),
)
ROW = ["Z01-2026-0001", "24-03-2026", "the customer has no address at all", "1.234,56", "RF39Z0120260001"]


def shown(width: int) -> str:
    terminal, stream = Terminal("en"), io.StringIO()
    terminal.out = Console(file=stream, width=width)
    terminal.table(COLUMNS, [ROW], ["1", "", "", "1.234,56", ""])
    return stream.getvalue()


def test_all_of_it_stands_on_one_line_where_there_is_room() -> None:
    (line,) = [line for line in shown(200).splitlines() if "Z01" in line]
    assert line.split() == " ".join(ROW).split()


@pytest.mark.parametrize(
    ("width", "left_out"),
    [(100, ""), (75, "RF39Z0120260001"), (55, "24-03-2026 RF39Z0120260001"), (30, "24-03-2026 RF39Z0120260001")],
)
def test_spare_columns_go_first_and_the_rest_stays_whole(width: int, left_out: str) -> None:
    text = shown(width)
    for value in ("Z01-2026-0001", "1.234,56", *ROW[2].split(), *{ROW[1], ROW[4]} - set(left_out.split())):
        assert value in text
    for value in left_out.split():
        assert value not in text


def test_values_are_never_read_as_markup() -> None:
    terminal, stream = Terminal("en"), io.StringIO()
    terminal.out = Console(file=stream, width=100)
    terminal.table((Column("", "Value"),), [["[red]all[/red] :smile:"]])
    terminal.facts(("Naam", "Name", "[bold]x[/bold]"), ("Leeg", "Empty", ""), ("Niets", "Nothing", None))
    assert "[red]all[/red] :smile:" in stream.getvalue()
    assert "[bold]x[/bold]" in stream.getvalue()
    assert "Empty" not in stream.getvalue()
