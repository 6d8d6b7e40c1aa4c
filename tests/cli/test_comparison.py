"""What a rebuild changes, as an operator reads it: in a terminal, by a program, and on a page to keep."""

import datetime as dt
import json
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from selfbill.cli.comparison_account import as_builtins
from selfbill.cli.comparison_html import POLICY, as_html
from selfbill.cli.comparison_text import as_text
from selfbill.cli.comparison_wording import visible
from selfbill.projections.rebuilding.differences import ComparedColumn, Comparison, SampledRow, SampledValue, Samples
from selfbill.refusals import Language
from selfbill.values import Cents

HOSTILE = """<script>alert("1")</script>&amp;'`[red]\x1b[31m\u202e\n"""

NUMBER = ComparedColumn("number", "text not null", "text not null")
TOTAL = ComparedColumn("total", "bigint", "bigint", 0, None, Cents(123_456), Cents(123_456), Cents(0), is_money=True)
SAME = Comparison(
    model="open_items",
    taken_at=dt.datetime(2026, 7, 7, 5, tzinfo=dt.UTC),
    old_position=12_345,
    new_position=12_345,
    old_version=1,
    new_version=2,
    old_fingerprint="0123456789abcdef",
    new_fingerprint="fedcba9876543210",
    old_key=("number",),
    new_key=("number",),
    matched=True,
    old_rows=1_234,
    new_rows=1_234,
    only_old=0,
    only_new=0,
    changed=0,
    unchanged=1_234,
    columns=(NUMBER, TOTAL),
)
LONG = "x" * 50


def but(found: Comparison = SAME, **others: Any) -> Comparison:
    return msgspec.structs.replace(found, **others)


FIRST = but(
    old_position=None, old_version=None, old_fingerprint=None, old_key=None, matched=False, old_rows=None,
    only_old=None, only_new=None, changed=None, unchanged=None,
    columns=(ComparedColumn("number", None, "text not null"),),
    samples=Samples(only_new=(SampledRow(("Z01-2026-0001",), ()),)),
)  # fmt: skip
REKEYED = but(
    old_key=("number", "debtor"), matched=False, only_old=None, only_new=None, changed=None, unchanged=None,
)  # fmt: skip
DIFFERENT = but(
    old_position=12_000,
    new_rows=1_235,
    only_old=1,
    only_new=2,
    changed=30,
    unchanged=1_203,
    columns=(
        NUMBER,
        TOTAL,
        ComparedColumn("open", "bigint", "bigint", 30, None, Cents(5_00), Cents(-1_234_56), Cents(-1_239_56), is_money=True),
        ComparedColumn("paid", "bigint", "bigint", 1, None, Cents(0), Cents(7), Cents(7), is_money=True),
        ComparedColumn("name", "text", "text", 1, is_personal=True),
        ComparedColumn("words", "text", "text", 2),
        ComparedColumn("due", "text", "date", 3),
        ComparedColumn("age", None, "text not null", filled=1_235),
        ComparedColumn("facts", "jsonb", None, filled=17),
    ),
    samples=Samples(
        only_old=(SampledRow(("A",), (SampledValue("total", "1999"), SampledValue("name", is_hidden=True))),),
        only_new=(SampledRow((HOSTILE,), (SampledValue("words", new=HOSTILE),)), SampledRow(("C",), ())),
        changed=(
            SampledRow(
                ("D",),
                (
                    SampledValue("open", "500", "-123456"),
                    SampledValue("name", is_hidden=True),
                    SampledValue("words", None, ""),
                ),
            ),
            SampledRow(("E",), (SampledValue("words", f"{LONG}old{LONG}", f"{LONG}new{LONG}"),)),
        ),
        added=(SampledRow(("D",), (SampledValue("age", new=" 0-30"),)),),
    ),
)  # fmt: skip
ALL = [SAME, FIRST, REKEYED, DIFFERENT]
LANGUAGES: list[Language] = ["nl", "en"]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("found", "nl", "en"),
    [
        (
            SAME,
            "Er verandert niets: 1.234 rijen, in elke kolom gelijk.",
            "Nothing changes: 1,234 rows, the same in every column.",
        ),
        (
            FIRST,
            "Er is nog geen tabel om mee te vergelijken; de nieuwe heeft 1.234 rijen.",
            "There is no table to compare with yet; the new one has 1,234 rows.",
        ),
        (
            REKEYED,
            (
                "De sleutel verandert van number / debtor in number, dus rijen zijn niet naast elkaar te leggen: "
                "alleen aantallen en sommen zijn vergeleken."
            ),
            (
                "The key changes from number / debtor to number, so rows cannot be laid side by side: "
                "only counts and sums were compared."
            ),
        ),
        (
            but(REKEYED, old_key=("number",)),
            (
                "De sleutel (number) krijgt een ander type, dus rijen zijn niet naast elkaar te leggen: "
                "alleen aantallen en sommen zijn vergeleken."
            ),
            "The key (number) changes type, so rows cannot be laid side by side: only counts and sums were compared.",
        ),
        (
            DIFFERENT,
            (
                "Er zijn verschillen: 1 rij verdwijnt, 2 rijen komen erbij, 30 rijen veranderen, 1 kolom komt erbij, "
                "1 kolom vervalt en 1 kolom krijgt een ander type; 1.203 rijen blijven gelijk."
            ),
            (
                "There are differences: 1 row disappears, 2 rows appear, 30 rows change, 1 column is added, "
                "1 column is dropped and 1 column changes type; 1,203 rows stay the same."
            ),
        ),
        (
            but(changed=1, unchanged=1),
            "Er zijn verschillen: 1 rij verandert; 1 rij blijft gelijk.",
            "There are differences: 1 row changes; 1 row stays the same.",
        ),
    ],
)
def test_the_first_sentence_says_whether_anything_differs(found: Comparison, nl: str, en: str) -> None:
    assert plain(as_text(found, "nl")).splitlines()[0] == nl
    assert plain(as_text(found, "en")).splitlines()[0] == en


def line(text: str, *starts: str) -> str:
    """The one line that begins with these words."""
    (found,) = (each for each in plain(text).splitlines() if each.split()[: len(starts)] == [*starts])
    return " ".join(found.split())


def test_the_text_says_what_was_compared_and_how_much_differs() -> None:
    text = as_text(DIFFERENT, "en")
    assert line(text, "Compared") == "Compared on: Tue 07-07-2026 07:00"
    assert line(text, "Old:") == "Old: version 1 (0123456789ab), up to and including event 12,000"
    assert line(text, "New:") == "New: version 2 (fedcba987654), up to and including event 12,345"
    assert line(text, "1,234") == "1,234 1,235 1 2 30 1,203"
    assert line(text, "words", "other") == "words other values 2"
    assert line(text, "due") == "due another type (text becomes date) 3"
    assert line(text, "age", "added") == "age added (text not null) 1,235"
    assert line(text, "facts") == "facts dropped (jsonb) 17"
    assert line(text, "open", "€") == "open € 5.00 € -1,234.56 € -1,239.56"
    assert line(text, "paid", "€") == "paid € 0.00 € 0.07 € +0.07"
    assert line(text, "total", "€") == "total € 1,234.56 € 1,234.56 € 0.00"
    assert "The same in every row: total." in text
    assert "The first 2 of 30 rows that change" in text
    assert "part of the difference may come from the events in between" in text


def test_the_text_shows_rows_with_what_was_and_what_becomes() -> None:
    text = as_text(DIFFERENT, "nl")
    assert line(text, "D", "open") == "D open € 5,00 € -1.234,56"
    assert line(text, "name", "(persoonlijk,") == "name (persoonlijk, niet getoond) (persoonlijk, niet getoond)"
    assert line(text, "words", "(geen)") == 'words (geen) ""'
    assert line(text, "D", "age:") == 'D age: " 0-30"'
    assert line(text, "A") == "A total: € 19,99, name: (persoonlijk, niet getoond)"


def test_amounts_stand_below_each_other() -> None:
    lines = plain(as_text(DIFFERENT, "nl")).splitlines()
    start = lines.index("Bedragen, over alle rijen")
    assert len({len(each) for each in lines[start + 2 : start + 7]}) == 1


def test_nothing_is_said_about_persons_or_events_when_there_is_nothing_to_say() -> None:
    text = as_text(SAME, "en")
    assert "person" not in text
    assert "in between" not in text
    assert "Columns that change" not in text


@pytest.mark.parametrize("width", [40, 100, 10_000])
def test_nothing_is_cut_off_and_nothing_acts_on_the_terminal(width: int) -> None:
    text = plain(as_text(DIFFERENT, "en", width))
    assert all(each.isprintable() for each in text.replace("\n", ""))
    squeezed = "".join(text.split())
    assert "".join(visible(HOSTILE).split()) in squeezed or width == 40
    assert "[red]" in text


def test_a_program_gets_cents_and_moments_in_utc() -> None:
    found = json.loads(msgspec.json.encode(as_builtins(DIFFERENT)))
    assert (found["model"], found["is_equal"], found["taken_at"]) == ("open_items", False, "2026-07-07T05:00:00Z")
    assert found["columns"][2]["sum_difference"] == -123_956
    assert msgspec.convert(found, Comparison) == DIFFERENT
    assert as_builtins(SAME)["is_equal"] is True


class Page(HTMLParser):
    """Reads a page as a browser would, and finds fault with what is not nested or wants something from elsewhere."""

    EMPTY = ("meta",)

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.by_tag: dict[str, list[str]] = {}
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)
            self.by_tag.setdefault(self.open[-1] if self.open else "", []).append(data)

    def tags(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("found", ALL)
def test_the_page_is_whole_and_wants_nothing_from_elsewhere(found: Comparison, language: Language) -> None:
    text = as_html(found, language)
    page = Page(text)
    assert text.startswith("<!DOCTYPE html>\n")
    assert page.tags("html") == [{"lang": language}]
    assert {"http-equiv": "Content-Security-Policy", "content": POLICY} in page.tags("meta")
    assert {tag for tag, _ in page.seen} <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "p", "dl", "dt", "dd", "div"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td", "ul", "li", "span", "del", "ins"),
    }
    assert not any(
        name in ("src", "href", "style") or name.startswith("on") for _, attrs in page.seen for name in attrs
    )
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.parametrize("found", ALL)
def test_every_table_says_what_it_is_and_what_its_headings_are_about(found: Comparison) -> None:
    page = Page(as_html(found, "en"))
    assert len(page.tags("table")) == len(page.tags("caption")) >= 1
    assert [each["aria-label"] for each in page.tags("div")] == page.by_tag["caption"]
    assert all(each["scope"] in ("col", "row", "rowgroup") for each in page.tags("th"))


def test_the_page_shows_what_the_text_shows() -> None:
    shown = plain("\n".join(Page(as_html(DIFFERENT, "en")).texts))
    for each in (
        "There are differences: 1 row disappears",
        "version 2 (fedcba987654), up to and including event 12,345",
        "another type (text becomes date)",
        "€ -1,239.56",
        "(personal, not shown)",
        "(none)",
        "€ 19.99",
        "The first 2 of 30 rows that change",
        visible(HOSTILE),
    ):
        assert each in shown


def test_of_long_values_the_part_is_marked_that_differs() -> None:
    page = Page(as_html(DIFFERENT, "en"))
    assert (page.by_tag["del"], page.by_tag["ins"]) == (["old"], ["new"])


def with_rows_of(text: str) -> Comparison:
    row = SampledRow((text,), (SampledValue("words", text, f"{text}!"),))
    return but(DIFFERENT, model=text, samples=Samples(only_new=(row,), changed=(row,)))


@example(text="Rijen gevuld")
@given(text=st.text())
def test_whatever_stands_in_a_row_is_shown_as_text(text: str) -> None:
    assert visible(text).isprintable()
    found = with_rows_of(text)
    page = Page(as_html(found, "nl"))
    a_heading = Page(as_html(with_rows_of(f"{text}?"), "nl")).by_tag["th"].count(visible(text))
    assert page.by_tag["th"].count(visible(text)) == 2 + a_heading
    assert visible(text) in page.by_tag["h1"][0]
    assert all(each.isprintable() for each in plain(as_text(found, "nl")).replace("\n", ""))
