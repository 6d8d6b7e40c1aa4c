"""Names are made alike before they are compared: letters, particles, and how they sound in Dutch."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfbill.projections.search import folding, marks, numbers
from selfbill.projections.search.folding import LONGEST_WORD, fold, shorter, sound, swapped, tokens, variants, words


@pytest.mark.parametrize("module", [folding, marks, numbers])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Désirée", "desiree"),
        ("Łukasz Öztürk", "lukasz ozturk"),
        ("IJsbrand", "ijsbrand"),
        ("Straße", "strasse"),
        ("♥", "♥"),
    ],
)
def test_accents_go_and_what_has_no_latin_letters_stays(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    "written",
    ["van den Berg", "vd Berg", "v.d. Berg", "v/d Berg", "Van de Berg", "van het Berg", "Mw. van den Berg", "Berg"],
)
def test_particles_and_titles_tell_nobody_apart(written: str) -> None:
    assert [word.text for word in words(written) if not word.soft] == ["berg"]


def test_particles_may_be_glued_to_the_name() -> None:
    (berg,) = [word for word in words("van den Berg") if not word.soft]
    assert "vandenberg" in berg.also
    (glued,) = words("Vandenberg")
    assert glued.also == ("berg",)
    assert words("J. El Amrani")[-1].also == ("elamrani",)


def test_a_name_of_nothing_but_particles_is_a_name() -> None:
    assert [(word.text, word.soft) for word in words("Van Te")] == [("van", False), ("te", False)]
    assert words("") == words(" .-") == []


@pytest.mark.parametrize(
    "alike",
    [
        ("meijer", "meyer", "meier", "maier", "meiyer"),
        ("kuiper", "cuyper", "kuijper"),
        ("jansen", "janssen", "janzen"),
        ("visser", "fisser", "visscher"),
        ("hendriks", "hendrix", "hendricks"),
        ("schmidt", "smid", "smit"),
        ("thijssen", "tijsen", "tyssen"),
        ("bouwman", "bauwman", "bauman"),
        ("philips", "filips"),
        ("cees", "sees"),
        ("wijnand", "weinant"),
        ("quist", "kwist"),
    ],
)
def test_what_sounds_alike_is_alike(alike: tuple[str, ...]) -> None:
    assert len({sound(each) for each in alike}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("bakker", "bekker"), ("jansen", "hansen"), ("bos", "vos"), ("berg", "burg")]
)
def test_what_sounds_different_is_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


_letters = st.text("abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=12)


@given(word=_letters, at=st.integers(1, 4), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
def test_any_one_error_leaves_something_in_common(word: str, at: int, letter: str) -> None:
    kept = variants(word)
    swap = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    for typed in (
        word,
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        swap,
    ):
        asked = {sound(each) for each in (typed, *shorter(typed), *swapped(typed))}
        assert asked & kept, typed


@given(text=st.text(max_size=60))
def test_whatever_is_typed_becomes_words_of_bounded_length(text: str) -> None:
    for word in words(text):
        assert 0 < len(word.text) <= LONGEST_WORD
        assert not any(each.isspace() for each in word.text)
    assert [word.text for word in words(text)] == tokens(text)
