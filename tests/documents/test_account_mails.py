"""An invitation and a reset say what the link does, for how long, and what to do when nobody asked for it."""

import datetime as dt
from email import message_from_bytes, policy

import pytest

from documents.test_mail import COVER, ENGLISH
from selfbill.documents.account_mails import invitation_mail, reset_mail
from selfbill.documents.envelope import Cover
from selfbill.documents.phrases import NotALink
from selfbill.documents.post import OutgoingMail

LINK = "https://portal.example.org/login/link?token=abc"


def plain(mail: OutgoingMail) -> tuple[str, str]:
    """Subject and text."""
    message = message_from_bytes(mail.raw, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return str(message["Subject"]), " ".join(str(body.get_content()).split())


def invitation(cover: Cover, link: str = LINK) -> OutgoingMail:
    return invitation_mail(cover, name="Anna Visser", user="anna.visser", link=link, lasts=dt.timedelta(days=7))


@pytest.mark.parametrize(
    ("cover", "subject", "says"),
    [
        (
            COVER,
            f"Uw account bij {COVER.sender.name}",
            (
                f"Beste Anna Visser, {COVER.sender.name} heeft een account voor u gemaakt.",
                "Uw gebruikersnaam is anna.visser. Kies een wachtwoord om te beginnen.",
                LINK,
                "De link werkt één keer, en 7 dagen lang. Verwachtte u deze mail niet? Doe dan niets.",
            ),
        ),
        (
            ENGLISH,
            f"Your account at {ENGLISH.sender.name}",
            ("Dear Anna Visser,", "Your user name is anna.visser.", "The link works once, for 7 days."),
        ),
    ],
)
def test_an_invitation(cover: Cover, subject: str, says: tuple[str, ...]) -> None:
    title, text = plain(invitation(cover))
    assert title == subject
    for each in says:
        assert each in text


@pytest.mark.parametrize(
    ("cover", "subject", "says"),
    [
        (
            COVER,
            "Nieuw wachtwoord",
            (
                "Beste Anna Visser, U, of iemand anders, vroeg om een nieuw wachtwoord",
                LINK,
                "De link werkt één keer, en 60 minuten lang. Vroeg u hier niet om? Doe dan niets",
            ),
        ),
        (ENGLISH, "New password", ("somebody else, asked for a new password", "once, for 60 minutes.")),
    ],
)
def test_a_reset(cover: Cover, subject: str, says: tuple[str, ...]) -> None:
    title, text = plain(reset_mail(cover, name="Anna Visser", link=LINK, lasts=dt.timedelta(hours=1)))
    assert title == subject
    for each in says:
        assert each in text


def test_a_link_leads_to_a_web_page() -> None:
    with pytest.raises(NotALink):
        invitation(COVER, "javascript:alert(1)")
