"""The text of an entry as words: capitals without accents, and what stands between them; dates, amounts and accounts left out."""

import re
import unicodedata

_WORD = re.compile(r"[A-Z0-9]+")
_BREAK = "|"
"""Stands where something was left out, so that nothing is read across it."""

_DATE = re.compile(
    r"(?<![A-Z0-9])(?<![0-9][-/.])(?:"
    r"(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|1[0-2])[-/.](?:20)?[0-9]{2}"
    r"|20[0-9]{2}[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0?[1-9]|[12][0-9]|3[01])? ?(?:JAN|FEB|MAA|MRT|APR|MEI|JUN|JUL|AUG|SEP|OKT|NOV|DEC)[A-Z]{0,6}\.? '?(?:20)?[0-9]{2}(?![0-9])"
    r"|[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?"
    r")(?![A-Z0-9])(?![-/.][0-9])"
)
_AMOUNT = re.compile(
    r"(?:EUR|€)\s?[0-9][0-9.]*(?:,[0-9]{2}|,-)?(?![0-9])"
    r"|(?<![A-Z0-9-])[0-9][0-9.]*,[0-9]{2}\s?(?:EUR[O]?|€)"
    r"|(?<![A-Z0-9,-])[0-9]{1,3}(?:\.[0-9]{3})*[0-9]*,(?:[0-9]{2}|-)(?![A-Z0-9,])(?=\s|$)"
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2} ?[A-Z]{4}(?: ?[0-9]{2,4}){2,5}(?![A-Z0-9])")
_LABELLED = re.compile(
    r"(?<![A-Z])(?:WEEK|WK|WEEKNR|KLANTNR|KLANTNUMMER|KLANT|DEBNR|DEBITEURNR|DEBITEUR|CLIENTNR|CLIENTNUMMER|TEL|TELEFOON|KAMER"
    r"|APP|APPARTEMENT|HUISNR|POLISNR|POLIS|KVK|PASNR|PAS|TERMINAL|KLNR|RELATIENR)\b[.:]? ?(?:NR\.? ?|[-#] ?)?"
    r"[0-9]+(?: ?(?:-|EN|T/M|/|\+) ?[0-9]{1,2}(?![0-9-]))*(?![0-9])"
)
"""Numbers that say themselves what they are."""
_UP_TO = re.compile(r"(?<![A-Z0-9])(?:T ?/ ?M|T\.M\.?)")
"""'Tot en met', which people write against the number."""
_CAN_BE_LEFT_OUT = re.compile(
    r"[-/.:,€]|WK|WEEK|EUR|[A-Z]{2}[0-9]{2} ?[A-Z]{4}|[0-9 ][A-Z]{3}[A-Z]* [0-9']|KLANT|NR|NUMMER|TEL|KAMER|APP|DEB|POLIS|KVK|PAS|TERM"
)


def plain(text: str) -> str:
    """In capitals, letters without their accents."""
    if not text.isascii():
        text = "".join(
            character for character in unicodedata.normalize("NFKD", text) if not unicodedata.combining(character)
        )
    return text.upper()


def fold(text: str) -> str:
    """Letters and digits only, the letter O read as a zero: how numbers and references are compared."""
    return "".join(_WORD.findall(plain(text))).replace("O", "0")


class Reading:
    """One text. `gaps[i]` stands before `words[i]`; `at[i]` is where word i begins in `letters`, which is all of them together."""

    def __init__(self, text: str) -> None:
        capital = plain(text)
        if _CAN_BE_LEFT_OUT.search(capital):
            for pattern in (_IBAN, _DATE, _AMOUNT, _LABELLED):
                capital = pattern.sub(_BREAK, capital)
        if "T" in capital:
            capital = _UP_TO.sub(" TM ", capital)
        self.words: list[str] = []
        self.gaps: list[str] = []
        self.folded: list[str] = []
        self.at: list[int] = []
        end = length = 0
        for match in _WORD.finditer(capital):
            word = match.group()
            self.words.append(word)
            self.gaps.append(capital[end : match.start()])
            self.folded.append(word.replace("O", "0"))
            self.at.append(length)
            length += len(word)
            end = match.end()
        self.letters = "".join(self.folded)
        self.ends_whole = bool(capital[end:].strip())
        """Whether something stands after the last word, so that the bank cannot have cut it."""

    def __len__(self) -> int:
        return len(self.words)

    def is_digits(self, i: int) -> bool:
        """Whether word i is a number, where a letter O may stand for a zero but not for all of it."""
        return self.folded[i].isdigit() and self.words[i].strip("O") != ""

    def shown(self, first: int, until: int) -> str:
        """Words `first` up to `until` with what stands between them, for a person."""
        inner = (self.gaps[i] + self.words[i] for i in range(first + 1, until))
        return self.words[first] + "".join(inner)
