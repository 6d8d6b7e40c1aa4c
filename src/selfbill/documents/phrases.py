"""The parts of a mail that return: salutation, signature, weeks, links, and speaking the reader's language."""

from collections.abc import Callable
from urllib.parse import urlsplit

from selfbill.documents import formats
from selfbill.documents.envelope import Cover
from selfbill.refusals import Refusal
from selfbill.values import IsoWeek


class NotALink(Refusal):
    """A link in a mail must lead to a web page with a login."""

    code = "mail.not_a_link"
    nl = "{link!r} is geen webadres waar iemand kan inloggen."
    en = "{link!r} is not a web address where one can log in."


def speaker(cover: Cover) -> Callable[[str, str], str]:
    """Chooses between the Dutch and the English words."""
    dutch = cover.house_style.language == "nl"
    return lambda nl, en: nl if dutch else en


def salutation(cover: Cover, name: str) -> str:
    """`Beste Anna Visser,`; without a name a general one."""
    if cover.house_style.language == "nl":
        return f"Beste {name}," if name else "Geachte heer of mevrouw,"
    return f"Dear {name}," if name else "Dear Sir or Madam,"


def signature(cover: Cover) -> tuple[str, ...]:
    """With kind regards from the agency."""
    say = speaker(cover)
    return say("Met vriendelijke groet,", "Kind regards,"), cover.sender.name


def week_words(cover: Cover, week: IsoWeek) -> str:
    """`week 12 (16 – 22 mrt)`."""
    days = formats.day_range(week.monday, week.sunday, cover.house_style.language)
    return f"week {week.number} ({days} {week.sunday.year})"


def web_address(link: str) -> str:
    """The link, provided that it is a web address; raises NotALink otherwise."""
    try:
        parts = urlsplit(link)
    except ValueError as error:
        raise NotALink(link=link) from error
    plain = link.isascii() and link.isprintable() and " " not in link
    if not (plain and parts.scheme in ("https", "http") and parts.hostname):
        raise NotALink(link=link)
    return link
