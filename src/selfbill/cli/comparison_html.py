"""A comparison of a read model's tables as one page of HTML: to keep, to print, and to show to whoever decides about the switch.

The page asks for nothing from anywhere. Everything that comes from a table is escaped, and its policy forbids a browser to
run or fetch anything, whatever stands in it.
"""

from collections.abc import Iterable, Sequence
from html import escape

from selfbill.cli.comparison_account import Cell, ComparisonAccount, Grid, Sample, ShownValue, account_of
from selfbill.cli.terminal import Column
from selfbill.projections.rebuilding.differences import Comparison
from selfbill.refusals import Language

POLICY = "default-src 'none'; style-src 'unsafe-inline'"

SEEN_AT_ONCE = 40
"""Characters that the eye takes in at once: they need no mark where they differ, and a key of so many is not broken."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6775; --paper: #fff; --line: #d9dfe6; --band: #f4f6f8;
  --same: #1a6b3c; --same-band: #e8f5ec; --other: #8a4b00; --other-band: #fdf3e3; --was: #fde2e0; --is: #d9f2e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaef; --soft: #9aa7b5; --paper: #14191f; --line: #313b46;
  --band: #1c232b; --same: #86d6a3; --same-band: #14301f; --other: #f2c178; --other-band: #33260f; --was: #5a2623; --is: #1d4a2c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
.verdict { margin: 0 0 1rem; padding: .8rem 1rem; border-left: .3rem solid; border-radius: .25rem; font-size: 1.1rem; font-weight: 600; }
.same { color: var(--same); background: var(--same-band); }
.other { color: var(--other); background: var(--other-band); }
.remark { margin: .4rem 0; color: var(--soft); overflow-wrap: anywhere; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 1.25rem 0 0; font-size: .9rem; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
.wide { margin-top: 2rem; overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
.full { width: 100%; }
caption { padding: 0 0 .5rem; text-align: left; font-size: 1.05rem; font-weight: 600; }
th, td { padding: .35rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--band); color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
.right { text-align: right; white-space: nowrap; }
.name { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .95em; }
.full th:first-child { width: 1%; }
.short { white-space: nowrap; unicode-bidi: isolate; }
.value { overflow-wrap: anywhere; unicode-bidi: isolate; }
.muted { color: var(--soft); font-style: italic; }
del, ins { border-radius: .2rem; padding: 0 .1rem; text-decoration: none; }
del { background: var(--was); }
ins { background: var(--is); }
ul { display: flex; flex-wrap: wrap; gap: .1rem 1.25rem; margin: 0; padding: 0; list-style: none; }
li .name { color: var(--soft); }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --line: #bbb; --band: #eee; --same: #000; --same-band: #fff;
  --other: #000; --other-band: #fff; --was: #eee; --is: #eee; } main { max-width: none; padding: 0; } body { font-size: 10pt; } .wide { overflow: visible; }
  thead { display: table-header-group; } tr, li, table:not(.full) { break-inside: avoid; } caption { break-after: avoid; } del { text-decoration: line-through; } }
"""


def as_html(comparison: Comparison, language: Language) -> str:
    """What changes, on a page of its own."""
    account = account_of(comparison, language)
    body = "\n".join(_sections(account, language))
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(account.title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _sections(account: ComparisonAccount, language: Language) -> Iterable[str]:
    yield f"<h1>{escape(account.title)}</h1>"
    yield f'<p class="verdict {"same" if account.is_equal else "other"}">{escape(account.verdict)}</p>'
    for remark in account.remarks:
        yield f'<p class="remark">{escape(remark)}</p>'
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in account.facts)
    yield f'<dl class="facts">{facts}</dl>'
    for grid in account.grids:
        yield _grid(grid, language)
    for sample in account.samples:
        yield _changed(sample, language) if sample.has_both else _contents(sample, language)


def _grid(grid: Grid, language: Language) -> str:
    rows = []
    for row in grid.rows:
        cells = []
        for column, text in zip(grid.columns, row, strict=True):
            kind = ' class="right"' if column.right else ""
            is_name = column is grid.columns[0] and not column.right
            cells.append(
                f'<th scope="row" class="name">{escape(text)}</th>' if is_name else f"<td{kind}>{escape(text)}</td>"
            )
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return _table(grid.caption, grid.columns, _body(rows), language)


def _changed(sample: Sample, language: Language) -> str:
    """The columns in which each row differs, one below the other beside the row's key."""
    columns = (
        Column(sample.key, sample.key),
        Column("Kolom", "Column"),
        Column("Oud", "Old"),
        Column("Nieuw", "New"),
    )
    groups = []
    for key, values in sample.rows:
        head = f'<th scope="rowgroup" rowspan="{len(values)}" class="{_key_class(key)}">{escape(key)}</th>'
        rows = [f"<tr>{head if at == 0 else ''}{_both(value)}</tr>" for at, value in enumerate(values)]
        groups.append(_body(rows))
    return _table(sample.caption, columns, "\n".join(groups), language, kind="full")


def _both(value: ShownValue) -> str:
    old, new = _marked(value.old, value.new)
    name = f'<td class="name">{escape(value.column)}</td>'
    return f'{name}<td class="value">{old}</td><td class="value">{new}</td>'


def _contents(sample: Sample, language: Language) -> str:
    """What each row holds, beside its key."""
    columns = (Column(sample.key, sample.key), Column("Inhoud", "Contents"))
    rows = []
    for key, values in sample.rows:
        items = "".join(
            f'<li><span class="name">{escape(value.column)}</span> {_value(value.only)}</li>' for value in values
        )
        rows.append(f'<tr><th scope="row" class="{_key_class(key)}">{escape(key)}</th><td><ul>{items}</ul></td></tr>')
    return _table(sample.caption, columns, _body(rows), language, kind="full")


def _key_class(key: str) -> str:
    return "name short" if len(key) <= SEEN_AT_ONCE else "name value"


def _value(cell: Cell) -> str:
    return f'<span class="{"muted" if cell.is_muted else "value"}">{escape(cell.text)}</span>'


def _marked(old: Cell, new: Cell) -> tuple[str, str]:
    """Two values; of long ones the part is marked in which they differ."""
    if old.is_muted or new.is_muted or max(len(old.text), len(new.text)) <= SEEN_AT_ONCE:
        return _value(old), _value(new)
    start = _alike(old.text, new.text)
    end = _alike(old.text[start:][::-1], new.text[start:][::-1])
    return _part(old.text, start, end, "del"), _part(new.text, start, end, "ins")


def _part(text: str, start: int, end: int, tag: str) -> str:
    middle = text[start : len(text) - end]
    marked = f"<{tag}>{escape(middle)}</{tag}>" if middle else ""
    return f"{escape(text[:start])}{marked}{escape(text[len(text) - end :])}"


def _alike(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _table(caption: str, columns: Sequence[Column], body: str, language: Language, kind: str = "") -> str:
    """Groups of rows (<tbody>) under their headings; where it is too wide it scrolls by itself, also with the keyboard."""
    heads = "".join(_heading(column, language) for column in columns)
    label = escape(caption)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{label}">\n<table class="{kind}">\n'
        f"<caption>{label}</caption>\n<thead><tr>{heads}</tr></thead>\n{body}\n</table>\n</div>"
    )


def _heading(column: Column, language: Language) -> str:
    kind = ' class="right"' if column.right else ""
    return f'<th scope="col"{kind}>{escape(column.nl if language == "nl" else column.en)}</th>'


def _body(rows: Sequence[str]) -> str:
    return f"<tbody>{''.join(rows)}</tbody>"
