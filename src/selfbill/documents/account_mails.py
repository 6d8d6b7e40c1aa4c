"""The two mails about an account: an invitation to make a password, and a link to make another."""

import datetime as dt

from selfbill.documents.envelope import Cover, seal
from selfbill.documents.letter import Letter
from selfbill.documents.phrases import salutation, signature, speaker, web_address
from selfbill.documents.post import OutgoingMail


def invitation_mail(cover: Cover, *, name: str, user: str, link: str, lasts: dt.timedelta) -> OutgoingMail:
    """Asks somebody in; the link leads to choosing a password, once."""
    say = speaker(cover)
    agency = cover.sender.name
    letter = Letter(
        salutation=salutation(cover, name),
        paragraphs=(
            say(
                f"{agency} heeft een account voor u gemaakt. Uw gebruikersnaam is {user}."
                " Kies een wachtwoord om te beginnen.",
                f"{agency} has made an account for you. Your user name is {user}. Choose a password to begin.",
            ),
        ),
        link=web_address(link),
        link_words=say("Wachtwoord kiezen", "Choose a password"),
        closing=(
            say(
                f"De link werkt één keer, en {lasts.days} dagen lang. Verwachtte u deze mail niet? Doe dan niets.",
                f"The link works once, for {lasts.days} days. Did you not expect this mail? Then do nothing.",
            ),
        ),
        signature=signature(cover),
    )
    return seal(cover, say(f"Uw account bij {agency}", f"Your account at {agency}"), letter)


def reset_mail(cover: Cover, *, name: str, link: str, lasts: dt.timedelta) -> OutgoingMail:
    """Lets somebody who forgot the password choose another, once."""
    say = speaker(cover)
    minutes = lasts // dt.timedelta(minutes=1)
    letter = Letter(
        salutation=salutation(cover, name),
        paragraphs=(
            say(
                "U, of iemand anders, vroeg om een nieuw wachtwoord voor uw account. Met deze link kiest u er een.",
                "You, or somebody else, asked for a new password for your account. This link lets you choose one.",
            ),
        ),
        link=web_address(link),
        link_words=say("Nieuw wachtwoord kiezen", "Choose a new password"),
        closing=(
            say(
                f"De link werkt één keer, en {minutes} minuten lang. Vroeg u hier niet om? Doe dan niets: uw wachtwoord blijft zoals het is.",
                f"The link works once, for {minutes} minutes. Did you not ask for this? Then do nothing: your password stays as it is.",
            ),
        ),
        signature=signature(cover),
    )
    return seal(cover, say("Nieuw wachtwoord", "New password"), letter)
